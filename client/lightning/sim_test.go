package lightning

import (
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"satchel/client/toyfed"
	"satchel/fsm"
	"satchel/fsm/sim"
)

var (
	seeds   = flag.Int("seeds", 3, "how many seeds of each story the simulator explores")
	rewrite = flag.Bool("rewrite", false, "write the diagrams anew")
)

// A simulation makes much garbage of little memory.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func everyStory() map[string]story {
	all := map[string]story{}
	for _, some := range []map[string]story{stories, others} {
		maps.Copy(all, some)
	}
	for name, s := range dishonest {
		all["a gateway "+name] = s
	}
	var lies []toyfed.Lie
	for _, kind := range slices.Sorted(maps.Keys(toyfed.FalseLN())) {
		some := toyfed.FalseLN()[kind]
		for _, name := range slices.Sorted(maps.Keys(some)) {
			lies = append(lies, some[name])
		}
	}
	for name, s := range lied {
		s.lies = lies
		all["a guardian lies "+name] = s
	}
	return all
}

func machines() []*fsm.Machine { return (&Lightning{}).Machines() }

func TestEveryStepKilled(t *testing.T) {
	all, told, stories := sim.Report{Edges: map[string]int{}}, 0, everyStory()
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			r := sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true}, stories[name].scenario)
			all.Runs, all.Steps, all.Kills = all.Runs+r.Runs, all.Steps+r.Steps, all.Kills+r.Kills
			for e, n := range r.Edges {
				all.Edges[e] += n
			}
			told++
		})
	}
	t.Logf("%d runs, %d steps, %d kills", all.Runs, all.Steps, all.Kills)
	if missing := all.Missing(machines()...); told == len(stories) && len(missing) > 0 {
		t.Errorf("never taken: %q", missing)
	}
}

// Planted mistakes are found.
func TestMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		story
		plant func(*faulty)
	}{
		"an error is a failure": {stories["pay"], func(f *faulty) { f.machine = payWith(f.Lightning, f.errorIsFailure) }},
		"any preimage will do": {dishonest["with a wrong preimage"],
			func(f *faulty) { f.machine = payWith(f.Lightning, f.anyPreimage) }},
		"nobody claims": {stories["be paid"], func(f *faulty) { f.machine = forgetful(f.Lightning) }},
		"a lapse is the end": {stories["be paid after the invoice has lapsed"],
			func(f *faulty) { f.machine = lapseIsEnd(f.Lightning) }},
		"nobody looks again": {stories["be paid after the invoice has lapsed"],
			func(f *faulty) { f.run = func(ctx context.Context) { <-ctx.Done() } }},
	} {
		t.Run(name, func(t *testing.T) {
			c.story.plant = c.plant
			_, err := sim.Search(t, sim.Plan{Seeds: 20, Faults: 4, Kill: true}, c.scenario)
			if err == nil {
				t.Fatal("not found")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			t.Log(first)
		})
	}
}

// The diagrams are what the machines declare.
func TestDiagrams(t *testing.T) {
	for _, m := range machines() {
		file := filepath.Join("testdata", strings.ReplaceAll(m.Name(), "/", "-")+".mmd")
		if *rewrite {
			if err := os.WriteFile(file, []byte(m.Mermaid()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Mermaid(); got != string(want) {
			t.Errorf("%s is stale, -rewrite writes it anew:\n%s", file, got)
		}
	}
}
