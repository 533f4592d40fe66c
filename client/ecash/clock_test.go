package ecash

import (
	"encoding/binary"
	"hash/fnv"
	"testing"
	"time"

	"satchel/fsm/sim"
)

// jumping is a wall clock that somebody sets ten years forward or back, or not,
// at every step of the world and every few minutes.
func jumping(w *sim.World) func() time.Time {
	return func() time.Time {
		now := time.Now()
		h := fnv.New64a()
		trace := w.Hash()
		h.Write(trace[:])
		binary.Write(h, binary.BigEndian, now.Unix()/300)
		return now.AddDate(10*(int(h.Sum64()%3)-1), 0, 0)
	}
}

// The clock decides when e-cash is taken back, never what becomes of it.
func TestClockDecidesNothing(t *testing.T) {
	told := map[string]story{}
	for _, name := range []string{"taken back by the clock", "the clock is too late", "order, hand out, take back"} {
		s := stories[name]
		s.clock, s.anyEnd = jumping, true
		told[name] = s
	}
	for name, s := range ofEach(told) {
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: *seeds / 2, Faults: 4, Kill: true}, s.scenario)
		})
	}
}

// Without a time, e-cash is never taken back by itself, whatever the clock says.
func TestClockTakesNothingBackUnasked(t *testing.T) {
	s := story{
		clock: jumping,
		tell: do(receives("gift", 3000), sends(1, 512, SendOptions{}), func(t *teller) error {
			time.Sleep(24 * time.Hour)
			return t.until(opID(1), "given")
		}, receives("second", 600)),
	}
	for name, s := range ofEach(map[string]story{"for ever": s}) {
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: *seeds / 2, Faults: 4, Kill: true}, s.scenario)
		})
	}
}
