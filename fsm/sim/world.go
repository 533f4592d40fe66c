// Package sim runs programs that must survive anything against a world that
// does everything to them.
//
// The program under test is real; what surrounds it is not. It runs in a bubble
// of [testing/synctest] with virtual time, and every wait on the outside world
// (a request, a commit, a transaction's turn) is a named [World.Gate]. When all
// goroutines are blocked, the world sorts the names of the gates at which
// somebody waits, picks one by a seeded random choice, decides its [Fate],
// opens it, and waits again until all are blocked. One seed is one history: the
// same on every platform, as [World.Hash] proves.
//
// [Explore] runs a [Scenario] without faults, with faults, and killed after
// every single step, and compares the ends. A simulator that cannot fail is
// worth nothing: keep a planted mistake for each thing it is meant to find, and
// use [Search] to show that it does.
package sim

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"
	"sort"
	"sync"
	"testing/synctest"
	"time"
)

// A Fate is what happens to a request, or to anything else behind a gate.
type Fate int

const (
	OK    Fate = iota // it arrives, and so does the answer
	Lost              // it never arrives
	Late              // it takes effect, but the answer is lost
	Twice             // it takes effect twice
	Slow              // it takes effect, and the answer takes ten minutes
)

func (f Fate) String() string { return [...]string{"ok", "lost", "late", "twice", "slow"}[f] }

const slow = 10 * time.Minute

// ErrKilled is what a gate returns to a program that has been killed. Nothing
// that the program does from then on takes effect.
var ErrKilled = errors.New("sim: killed")

// ErrLost is what a request returns whose answer did not arrive.
var ErrLost = errors.New("sim: no answer")

// A World is one simulated history. Its methods may be used from several
// goroutines.
type World struct {
	seed   uint64
	order  *rand.Rand // which gate is next
	doom   *rand.Rand // what becomes of it
	faults int        // how many are still to come

	mu      sync.Mutex
	lives   int // how many have begun
	life    int // the present one, from 1; 0 while the program is dead
	waiting []*gate
	arrived chan struct{}
	steps   int
	trace   hash.Hash
	log     []string
	disks   map[string]*disk
	edges   map[string]int
}

type gate struct {
	name  string
	fates []Fate
	open  chan Fate // closed without a value: killed
}

type lifeKey struct{}

func newWorld(seed uint64, faults int) *World {
	return &World{
		seed:    seed,
		order:   rand.New(rand.NewPCG(seed, 1)),
		doom:    rand.New(rand.NewPCG(seed, 2)),
		faults:  faults,
		arrived: make(chan struct{}, 1),
		trace:   sha256.New(),
		disks:   map[string]*disk{},
		edges:   map[string]int{},
	}
}

// Seed returns the number of this history.
func (w *World) Seed() uint64 { return w.seed }

// Rand returns a source of random numbers that depends on the seed and on name
// only.
func (w *World) Rand(name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(w.seed, h.Sum64()))
}

// Gate blocks until the scheduler opens it and tells its fate. It returns
// [ErrKilled] when the life to which ctx belongs has ended, and ctx's error
// when that ends first. Gates at which somebody waits at the same time should
// have different names, or be interchangeable.
func (w *World) Gate(ctx context.Context, name string) (Fate, error) {
	return w.gate(ctx, name, OK, Lost, Late, Twice, Slow)
}

func (w *World) gate(ctx context.Context, name string, fates ...Fate) (Fate, error) {
	g := &gate{name: name, fates: fates, open: make(chan Fate, 1)}
	w.mu.Lock()
	if life, _ := ctx.Value(lifeKey{}).(int); life == 0 || life != w.life {
		w.mu.Unlock()
		return 0, ErrKilled
	}
	w.waiting = append(w.waiting, g)
	w.mu.Unlock()
	select {
	case w.arrived <- struct{}{}:
	default:
	}
	select {
	case fate, ok := <-g.open:
		if !ok {
			return 0, ErrKilled
		}
		return fate, nil
	case <-ctx.Done():
		w.leave(g)
		return 0, ctx.Err()
	}
}

func (w *World) leave(g *gate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.waiting {
		if w.waiting[i] == g {
			w.waiting = append(w.waiting[:i], w.waiting[i+1:]...)
			return
		}
	}
}

// Call is a request to a simulated server: serve runs as often as fate wants.
func Call[T any](ctx context.Context, w *World, name string, serve func() (T, error)) (T, error) {
	var none T
	fate, err := w.Gate(ctx, name)
	if err != nil {
		return none, err
	}
	switch fate {
	case Lost:
		return none, ErrLost
	case Late:
		serve()
		return none, ErrLost
	case Twice:
		serve()
	case Slow:
		answer, err := serve()
		select {
		case <-time.After(slow):
			return answer, err
		case <-ctx.Done():
			return none, ctx.Err()
		}
	}
	return serve()
}

// patience is how long, in virtual time, nothing may happen before a run counts
// as stuck.
const patience = 10 * 365 * 24 * time.Hour

// Step waits until all is blocked and opens one gate. Where nobody waits at
// one, it lets time pass. It reports whether it opened a gate: false means that
// stop was closed, or that nothing is ever going to happen.
func (w *World) Step(stop <-chan struct{}) bool {
	for {
		synctest.Wait()
		if g, fate := w.choose(); g != nil {
			g.open <- fate
			return true
		}
		select {
		case <-w.arrived:
		case <-stop:
			return false
		case <-time.After(patience):
			return false
		}
	}
}

// choose takes one of the gates at which somebody waits.
func (w *World) choose() (*gate, Fate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) == 0 {
		return nil, 0
	}
	sort.SliceStable(w.waiting, func(i, j int) bool { return w.waiting[i].name < w.waiting[j].name })
	i := w.order.IntN(len(w.waiting))
	g := w.waiting[i]
	for _, other := range w.waiting {
		w.trace.Write([]byte(other.name + "\n"))
	}
	w.waiting = append(w.waiting[:i], w.waiting[i+1:]...)
	fate := OK
	if w.doom.IntN(6) == 0 && w.faults > 0 {
		if fate = g.fates[w.doom.IntN(len(g.fates))]; fate != OK {
			w.faults--
		}
	}
	w.steps++
	line := fmt.Sprintf("%d %s %s", i, g.name, fate)
	w.trace.Write([]byte(line + "\n"))
	w.log = append(w.log, line)
	return g, fate
}

// Hash returns a digest of everything that has been chosen so far and of what
// there was to choose from.
func (w *World) Hash() (sum [32]byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trace.Sum(sum[:0])
	return sum
}

// begin starts the next life.
func (w *World) begin(ctx context.Context) context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lives++
	w.life = w.lives
	w.log = append(w.log, fmt.Sprintf("life %d", w.life))
	return context.WithValue(ctx, lifeKey{}, w.life)
}

// kill ends the life: from now on no gate lets anything through.
func (w *World) kill() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.life = 0
	for _, g := range w.waiting {
		close(g.open)
	}
	w.waiting = nil
	w.log = append(w.log, "killed")
}
