package ecash

import (
	"context"
	"flag"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"satchel/client/tbs"
	"satchel/client/toyfed"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

var seeds = flag.Int("seeds", 50, "how many seeds of each story the simulator explores")

// machines are those of a wallet that has a mint.
func machines(t *testing.T) []*fsm.Machine {
	t.Helper()
	c, err := toyfed.New(nil, smallSetup(0)).Open(context.Background(), "wallet", kv.NewMemory().Handle(), nil, soundKind())
	if err != nil {
		t.Fatal(err)
	}
	return append(mintOf(c).Machines(), c.Executor().Machine("transaction"))
}

// A simulation makes much garbage of little memory.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func TestEveryStepKilled(t *testing.T) {
	all, told := sim.Report{Edges: map[string]int{}}, 0
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			add(&all, sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true}, stories[name].scenario))
			told++
		})
	}
	t.Logf("%d runs, %d steps, %d kills", all.Runs, all.Steps, all.Kills)
	if missing := all.Missing(machines(t)...); told == len(stories) && len(missing) > 0 {
		t.Errorf("never taken: %q", missing)
	}
}

func add(all *sim.Report, one sim.Report) {
	all.Runs, all.Steps, all.Kills, all.Lives = all.Runs+one.Runs, all.Steps+one.Steps, all.Kills+one.Kills, all.Lives+one.Lives
	for e, n := range one.Edges {
		all.Edges[e] += n
	}
}

func TestEveryPairOfStepsKilled(t *testing.T) {
	all := sim.Report{Edges: map[string]int{}}
	for _, name := range slices.Sorted(maps.Keys(shortStories)) {
		t.Run(name, func(t *testing.T) {
			report := sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true, KillTwice: 25}, shortStories[name].scenario)
			if report.Runs < 100**seeds {
				t.Errorf("%d runs: the story is too long", report.Runs)
			}
			add(&all, report)
		})
	}
	t.Logf("%d runs, %d steps, %d kills", all.Runs, all.Steps, all.Kills)
}

// The real curve takes a thousand times as long.
func TestEveryStepKilledOnTheCurve(t *testing.T) {
	for _, name := range []string{"receive", "order, hand out, take back"} {
		t.Run(name, func(t *testing.T) {
			s := stories[name]
			change := s.change
			s.kind = kindOf(curve)
			s.change = func(f *toyfed.Setup) {
				if f.Signer = curve; change != nil {
					change(f)
				}
			}
			sim.Explore(t, sim.Plan{Seeds: 2, Faults: 4, Kill: name == "receive"}, s.scenario)
		})
	}
}

// curve remembers keys and messages, so all tests share it.
var curve = tbs.V1()
