package ecash

import (
	"flag"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"satchel/client/tbs"
	"satchel/client/toyfed"
	"satchel/fsm"
	"satchel/fsm/sim"
)

var seeds = flag.Int("seeds", 12, "how many seeds of each story, for each generation, the simulator explores")

// anyPurse is one of a generation that does nothing.
func anyPurse(t *testing.T, g *generation) *Purse {
	t.Helper()
	c, _, err := (story{of: g}).stage(nil).reopen()
	if err != nil {
		t.Fatal(err)
	}
	return purseOf(c, g)
}

// machines are those of a wallet that has e-cash of a generation.
func machines(t *testing.T, g *generation) []*fsm.Machine {
	t.Helper()
	m := anyPurse(t, g)
	return append(m.Machines(), m.Executor().Machine("transaction"))
}

// ofEach tells stories in each generation in which they make sense.
func ofEach(all map[string]story) (told map[string]story) {
	told = map[string]story{}
	for name, s := range all {
		for _, g := range both {
			if s.only == nil || s.only == g {
				s.of = g
				told[g.name+"/"+name] = s
			}
		}
	}
	return told
}

// A simulation makes much garbage of little memory.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func TestEveryStepKilled(t *testing.T) {
	all, told, stories := sim.Report{Edges: map[string]int{}}, 0, everyStory()
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			add(&all, sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true}, stories[name].scenario))
			told++
		})
	}
	t.Logf("%d runs, %d steps, %d kills", all.Runs, all.Steps, all.Kills)
	for _, g := range both {
		if missing := all.Missing(machines(t, g)...); told == len(stories) && len(missing) > 0 {
			t.Errorf("%v generation: never taken: %q", g, missing)
		}
	}
}

func add(all *sim.Report, one sim.Report) {
	all.Runs, all.Steps, all.Kills, all.Lives = all.Runs+one.Runs, all.Steps+one.Steps, all.Kills+one.Kills, all.Lives+one.Lives
	for e, n := range one.Edges {
		all.Edges[e] += n
	}
}

func TestEveryPairOfStepsKilled(t *testing.T) {
	all, shortStories := sim.Report{Edges: map[string]int{}}, ofEach(shortStories)
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
		for _, g := range both {
			t.Run(g.name+"/"+name, func(t *testing.T) {
				s := stories[name]
				s.of = g
				sim.Explore(t, sim.Plan{Seeds: 1, Faults: 4, Kill: name == "receive"}, s.onCurve().scenario)
			})
		}
	}
}

// curves are the real schemes. They remember keys and messages, so all tests
// share them.
var curves = map[*generation]toyfed.Signer{first: tbs.V1(), second: tbs.V2()}

// onCurve is the story with real signatures.
func (s story) onCurve() story {
	change, curve := s.change, curves[s.of]
	s.scheme = curve
	s.change = func(f *toyfed.Setup) {
		if f.Signer = curve; change != nil {
			change(f)
		}
	}
	return s
}
