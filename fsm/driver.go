package fsm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// A driver takes one machine from step to step.
type driver struct {
	x    *Executor
	rec  Record
	node *Node

	// waits has an entry for each edge of the step; guarded by x.mu.
	waits []Wait
}

// A Wait is what one edge of a standing step is doing.
type Wait struct {
	Event    string
	Since    time.Time // when this program began to wait, for display
	Attempts int       // how many have ended with an error
	Err      error     // the last of these errors
	Next     time.Time // when the next attempt begins; zero while one is under way
}

type result struct {
	edge  int
	value any
	err   error // the await panicked or left its goroutine
}

func newDriver(x *Executor, rec Record, n *Node) *driver {
	return &driver{x: x, rec: rec, node: n}
}

var errStale = errors.New("fsm: step is out of date")

// drive runs until the machine is final or stuck, or ctx ends.
func (d *driver) drive(ctx context.Context) {
	for attempt := 0; ctx.Err() == nil; {
		results := d.race(ctx)
		if results == nil {
			return
		}
		err := d.apply(ctx, results)
		switch {
		case err == nil:
			attempt = 0
			if d.node.final() {
				d.done()
				return
			}
		case ctx.Err() != nil, d.x.db.Err() != nil:
			return
		case errors.Is(err, ErrAgain):
			e := &d.node.edges[0]
			if !d.x.pause(ctx, backoff(&d.rec, len(d.node.edges), e, attempt), new(Wait), &attempt) {
				return
			}
			attempt++
		case errors.Is(err, errStale):
			if !d.reload() {
				return
			}
		default:
			d.stop(err)
			return
		}
	}
}

// race runs the awaits of all edges until the first of them has a result, and
// returns the results, or nil when ctx ends. The losers are cancelled and not
// waited for.
func (d *driver) race(ctx context.Context) chan result {
	ctx, cancel := context.WithCancel(context.WithValue(ctx, selfKey{}, d.rec))
	defer cancel()
	results := make(chan result, len(d.node.edges))
	d.x.mu.Lock()
	d.waits = make([]Wait, len(d.node.edges))
	for i := range d.node.edges {
		d.waits[i] = Wait{Event: d.node.edges[i].event, Since: d.x.Now()}
		a := attempts{x: d.x, rec: d.rec, edge: i, node: d.node, wait: &d.waits[i]}
		d.x.spawn(func() { a.run(ctx, results) })
	}
	d.x.mu.Unlock()
	select {
	case first := <-results:
		results <- first
		return results
	case <-ctx.Done():
		return nil
	}
}

type selfKey struct{}

// Self returns the step whose await got ctx.
func Self(ctx context.Context) Record {
	rec, _ := ctx.Value(selfKey{}).(Record)
	return rec
}

// winner picks, of all results that are there, that of the edge declared first.
func winner(results chan result) result {
	won := <-results
	for {
		select {
		case other := <-results:
			if other.edge < won.edge {
				won = other
			}
		default:
			return won
		}
	}
}

// attempts calls one await until it succeeds.
type attempts struct {
	x    *Executor
	rec  Record
	edge int
	node *Node
	wait *Wait
}

func (a *attempts) run(ctx context.Context, results chan<- result) {
	e := &a.node.edges[a.edge]
	sent := false
	defer func() {
		if sent || ctx.Err() != nil {
			return // an await that was cancelled may end as it likes
		}
		results <- result{edge: a.edge, err: fmt.Errorf("edge %q of step %q left its goroutine", e.event, a.node.name)}
	}()
	for n := 0; ; n++ {
		var value any
		var err error
		began := time.Now()
		crash := protect(func() { value, err = e.await(ctx, a.rec.State) })
		switch {
		case ctx.Err() != nil && (err != nil || crash != nil):
			sent = true
			return
		case crash != nil || err == nil:
			sent = true
			results <- result{edge: a.edge, value: value, err: crash}
			return
		}
		if time.Since(began) > e.max {
			n = 0 // it was a long poll, not a refusal
		}
		a.failed(err)
		if !a.x.pause(ctx, backoff(&a.rec, a.edge, e, n), a.wait, &n) {
			sent = true
			return
		}
	}
}

func (a *attempts) failed(err error) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	a.wait.Attempts++
	a.wait.Err = err
}

// pause waits for the given time or until Wake, which sets *attempt back, and
// reports whether ctx still lasts.
func (x *Executor) pause(ctx context.Context, pause time.Duration, wait *Wait, attempt *int) bool {
	waking := x.waking()
	x.mu.Lock()
	wait.Next = x.Now().Add(pause)
	x.mu.Unlock()
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-waking:
		*attempt = -1
	case <-ctx.Done():
		return false
	}
	x.mu.Lock()
	wait.Next = time.Time{}
	x.mu.Unlock()
	return true
}

// backoff returns the pause after attempt n (from 0). Its jitter is the same
// whenever the same machine comes to the same attempt, so that a simulated run
// can be repeated; operation ids keep devices apart.
func backoff(rec *Record, salt int, e *edge, n int) time.Duration {
	pause, next := e.min, e.min
	for range n {
		pause, next = next, pause+next
		if pause > e.max {
			break
		}
	}
	pause = min(pause, e.max-e.min)
	op := binary.BigEndian.Uint64(rec.Op[:])
	jitter := rand.New(rand.NewPCG(op^rec.ID, uint64(salt)<<32|uint64(n)))
	return pause + time.Duration(jitter.Int64N(int64(e.min)+1))
}

// apply moves the machine along an edge that has a result, in one transaction.
// Results that arrive while it waits for its turn count as arrived at once.
func (d *driver) apply(ctx context.Context, results chan result) error {
	what := fmt.Sprintf("apply %v/%d %s", d.rec.Op, d.rec.ID, d.rec.Step)
	if err := d.x.takeTurn(ctx, what); err != nil {
		return err
	}
	var next Record
	err := d.x.commit(ctx, func(tx *Tx) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		stored, ok := tx.Get(d.rec.standingKey())
		if !ok {
			return errStale
		}
		now, err := decodeRecord(stored)
		if err != nil || !d.x.forgetRuleA && (now.Entered != d.rec.Entered || now.Order != d.rec.Order) {
			return errStale
		}
		won := winner(results)
		if won.err != nil {
			return won.err
		}
		next, err = d.move(tx, &d.node.edges[won.edge], won.value)
		return err
	})
	if err != nil {
		return err
	}
	d.x.mu.Lock()
	d.rec, d.node = next, d.x.machines[next.Machine].node(next.Step)
	d.waits = nil
	d.x.mu.Unlock()
	if d.x.Entered != nil {
		d.x.Entered(next)
	}
	return nil
}

func (d *driver) move(tx *Tx, e *edge, value any) (next Record, err error) {
	tx.Self = d.rec
	var s State
	if crash := isolate(func() { s, err = e.apply(tx, d.rec.State, value) }); crash != nil {
		return next, crash
	}
	if err != nil {
		return next, err
	}
	return tx.move(d.rec, e, s)
}

// reload takes up the step in which the machine really stands.
func (d *driver) reload() bool {
	stored, ok := d.x.db.Snapshot().Get(d.rec.standingKey())
	if !ok {
		d.done()
		return false
	}
	rec, err := decodeRecord(stored)
	var n *Node
	if err == nil {
		n, err = d.x.resolve(&rec)
	}
	if err != nil {
		d.stop(err)
		return false
	}
	d.x.mu.Lock()
	d.rec, d.node, d.waits = rec, n, nil
	d.x.mu.Unlock()
	if n.final() {
		d.done()
		return false
	}
	return true
}

// done forgets a machine that needs no driver any more.
func (d *driver) done() {
	d.x.mu.Lock()
	defer d.x.mu.Unlock()
	delete(d.x.drivers, d.rec.ID)
}

// stop puts the machine among the stuck ones.
func (d *driver) stop(err error) {
	d.x.mu.Lock()
	defer d.x.mu.Unlock()
	delete(d.x.drivers, d.rec.ID)
	rec := d.rec
	rec.Err = err
	d.x.stuck[rec.ID] = rec
}

// Waits returns what the edges of a standing machine are doing, nil if it is
// not under way.
func (x *Executor) Waits(id uint64) []Wait {
	x.mu.Lock()
	defer x.mu.Unlock()
	d := x.drivers[id]
	if d == nil {
		return nil
	}
	return append([]Wait(nil), d.waits...)
}

// A PanicError is a panic of an await, an apply or a decode function. It makes
// the machine stuck.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// protect runs f and returns its panic as an error.
func protect(f func()) (crash error) {
	defer func() {
		if v := recover(); v != nil {
			crash = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	f()
	return nil
}

// isolate is protect for code that could also leave its goroutine, with
// runtime.Goexit, while it holds the exclusive transaction.
func isolate(f func()) error {
	done := make(chan error, 1)
	go func() {
		crash := errors.New("apply left its goroutine")
		defer func() { done <- crash }()
		crash = protect(f)
	}()
	return <-done
}
