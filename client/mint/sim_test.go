package mint

import (
	"flag"
	"maps"
	"slices"
	"testing"

	"satchel/fsm/sim"
)

var seeds = flag.Int("seeds", 10, "how many seeds of each story the simulator explores")

func TestEveryStepKilled(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true}, stories[name].scenario)
		})
	}
}
