package ecash

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/tbs/toy"
	"satchel/fsm"
	"satchel/fsm/sim"
)

// A trap panics once: at the nth computation, or look at the clock, of an await
// or of an apply.
type trap struct {
	toy.Toy
	inside string
	left   atomic.Int64
	sprung *atomic.Int64
}

func (t *trap) step() {
	stack := string(debug.Stack())
	if strings.Contains(stack, "fsm.protect(") && strings.Contains(stack, t.inside) && t.left.Add(-1) == 0 {
		t.sprung.Add(1)
		panic("trap")
	}
}

func (t *trap) Blind(nonce [33]byte, key [32]byte) ([48]byte, error) {
	t.step()
	return t.Toy.Blind(nonce, key)
}

func (t *trap) Combine(threshold int, shares map[uint16][48]byte, key [32]byte) ([48]byte, error) {
	t.step()
	return t.Toy.Combine(threshold, shares, key)
}

func (t *trap) now() time.Time {
	t.step()
	return time.Now()
}

// A panic stops one machine, which is named; whatever does not depend on it goes
// on, and after a restart so does that machine.
func TestPanicStopsOneMachine(t *testing.T) {
	for name, inside := range map[string]string{"await": "fsm.(*attempts).run", "apply": "fsm.isolate"} {
		inEach(t, func(t *testing.T, g *generation) { testPanics(t, g, name, inside) })
	}
}

func testPanics(t *testing.T, g *generation, name, inside string) {
	t.Run(name, func(t *testing.T) {
		var sprung atomic.Int64
		sim.Explore(t, sim.Plan{Seeds: 2 * *seeds, Faults: 4}, func(w *sim.World) sim.Scenario {
			tr := &trap{inside: inside, sprung: &sprung}
			tr.left.Store(1 + int64(w.Rand("trap").IntN(25)))
			return story{
				of:     g,
				anyEnd: true,
				scheme: tr,
				clock:  func(*sim.World) func() time.Time { return tr.now },
				watch:  watchStuck,
				tell: do(receives("gift", 5000), together(
					orders(1, 512, SendOptions{}), receives("second", 700),
					do(sends(2, 768, SendOptions{}), takesBack(2)),
				)),
			}.scenario(w)
		})
		if int(sprung.Load()) < *seeds {
			t.Errorf("%d panics", sprung.Load())
		}
	})
}

var errStuck = errors.New("a machine is stuck")

// watchStuck waits until a machine is stuck, gives the others a day, and ends the
// life. It fails when they have not come to their ends by then.
func watchStuck(ctx context.Context, c *client.Client, end context.CancelCauseFunc) error {
	for len(c.Executor().Stuck()) == 0 {
		select {
		case <-time.After(time.Hour):
		case <-ctx.Done():
			return nil
		}
	}
	select {
	case <-time.After(24 * time.Hour):
	case <-ctx.Done():
		return nil
	}
	defer end(errStuck)
	stuck := map[fsm.OpID]bool{}
	for _, rec := range c.Executor().Stuck() {
		var crash *fsm.PanicError
		if !errors.As(rec.Err, &crash) || rec.Machine == "" || rec.Step == "" {
			return fmt.Errorf("stuck %s at %s: %w", rec.Machine, rec.Step, rec.Err)
		}
		stuck[rec.Op] = true
	}
	for rec := range c.Executor().All(c.Executor().Snapshot()) {
		if !rec.Final && rec.Step != "given" && !stuck[rec.Op] {
			return fmt.Errorf("%s stands at %s because of another operation", rec.Machine, rec.Step)
		}
	}
	return nil
}
