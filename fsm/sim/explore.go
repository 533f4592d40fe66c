package sim

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/fsm"
)

// A Plan says how much of the space of histories is searched.
type Plan struct {
	Seeds  int    // how many
	First  uint64 // the first of them
	Faults int    // at most so many per run
	Kill   bool   // kill after every step of every seed

	// KillTwice also kills at every pair of steps, in seeds of at most so many
	// steps.
	KillTwice int
}

// A Scenario is what is done in one world. Its functions share the state that
// survives the program.
type Scenario struct {
	// Live is one life of the program: it opens what is on disk, goes on, and
	// returns nil when there is nothing left to do. After any error, and after
	// a kill, it is called again. It returns only when its goroutines have.
	Live func(ctx context.Context) error

	// Always, if set, must hold after every step.
	Always func() error

	// Check must hold at the end.
	Check func() error

	// End describes how it ended. It must be the same in all runs of a seed.
	// Without it the ends are not compared.
	End func() string
}

// A Report counts what a search did.
type Report struct {
	Runs, Steps, Kills, Lives int
	Edges                     map[string]int // "machine: from --event--> to", how often
	Hash                      [32]byte       // of the fault-free histories
}

// Missing returns the edges of the machines that were never taken.
func (r *Report) Missing(machines ...*fsm.Machine) []string {
	var missing []string
	for _, m := range machines {
		for _, e := range m.Edges() {
			if name := edgeName(m.Name(), e[0], e[1], e[2]); r.Edges[name] == 0 {
				missing = append(missing, name)
			}
		}
	}
	return missing
}

func edgeName(machine, from, event, to string) string {
	return machine + ": " + from + " --" + event + "--> " + to
}

// Observe counts the edges that the executor's machines take.
func (w *World) Observe(x *fsm.Executor) {
	steps := map[uint64]string{}
	for rec := range x.All(x.Snapshot()) {
		steps[rec.ID] = rec.Step
	}
	var mu sync.Mutex
	x.Entered = func(rec fsm.Record) {
		mu.Lock()
		defer mu.Unlock()
		if from, ok := steps[rec.ID]; ok {
			w.mu.Lock()
			w.edges[edgeName(rec.Machine, from, rec.Event, rec.Step)]++
			w.mu.Unlock()
		}
		steps[rec.ID] = rec.Step
	}
}

// Explore searches the plan's histories and fails the test at the first one
// that does not end as it must.
func Explore(t *testing.T, p Plan, scenario func(*World) Scenario) Report {
	t.Helper()
	report, err := Search(t, p, scenario)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d runs, %d steps, %d kills, %d lives", report.Runs, report.Steps, report.Kills, report.Lives)
	return report
}

// Search is Explore for mistakes that are there on purpose: it returns what it
// found.
func Search(t *testing.T, p Plan, scenario func(*World) Scenario) (Report, error) {
	t.Helper()
	s := &search{plan: p, scenario: scenario}
	s.report.Edges = map[string]int{}
	hashes := make([][32]byte, p.Seeds)
	workers := runtime.GOMAXPROCS(0)
	t.Run("histories", func(t *testing.T) {
		for n := range workers {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				for i := n; i < p.Seeds && !s.found(); i += workers {
					hashes[i] = s.seed(t, p.First+uint64(i))
				}
			})
		}
	})
	for i := range hashes {
		for j := range hashes[i] {
			s.report.Hash[j] ^= hashes[i][j] // the order of the workers does not count
		}
	}
	return s.report, s.err
}

type search struct {
	plan     Plan
	scenario func(*World) Scenario

	mu     sync.Mutex
	report Report
	err    error
	at     uint64
}

func (s *search) found() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err != nil
}

// fail keeps the error of the least seed, so that a repeated search reports the
// same one.
func (s *search) fail(seed uint64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil || seed < s.at {
		s.err, s.at = err, seed
	}
}

// seed searches all histories of one seed and returns the hash of the one in
// which nothing goes wrong.
func (s *search) seed(t *testing.T, seed uint64) [32]byte {
	calm := s.run(t, seed, run{})
	if calm.err != nil {
		s.fail(seed, calm.err)
		return calm.hash
	}
	rough := s.run(t, seed, run{faults: s.plan.Faults, end: &calm.end})
	if rough.err != nil {
		s.fail(seed, rough.err)
		return calm.hash
	}
	if s.plan.Kill {
		s.kills(t, seed, calm.end, rough.steps)
	}
	return calm.hash
}

func (s *search) kills(t *testing.T, seed uint64, end string, steps int) {
	for k := range steps {
		once := s.run(t, seed, run{faults: s.plan.Faults, kills: []int{k}, end: &end})
		if once.err != nil {
			s.fail(seed, once.err)
			return
		}
		if steps > s.plan.KillTwice {
			continue
		}
		for k2 := k + 1; k2 < once.steps; k2++ {
			twice := s.run(t, seed, run{faults: s.plan.Faults, kills: []int{k, k2}, end: &end})
			if twice.err != nil {
				s.fail(seed, twice.err)
				return
			}
		}
	}
}

// A run is one history: what is to go wrong in it, and how it went.
type run struct {
	faults int
	kills  []int
	end    *string // how it must end
}

type outcome struct {
	steps int
	end   string
	hash  [32]byte
	err   error
}

// A program that never gets to its end has this many lives and steps.
const (
	maxLives = 100
	maxSteps = 5000
)

func (s *search) run(t *testing.T, seed uint64, r run) (o outcome) {
	var w *World
	lives, kills := 0, 0
	synctest.Test(t, func(t *testing.T) {
		w = newWorld(seed, r.faults)
		sc := s.scenario(w)
		lives, kills, o.err = w.live(t.Context(), sc, r.kills)
		if o.err == nil {
			o.err = sc.Check()
		}
		if sc.End != nil {
			o.end = sc.End()
		}
	})
	if o.err == nil && r.end != nil && o.end != *r.end {
		o.err = fmt.Errorf("it ended with %s, without faults with %s", o.end, *r.end)
	}
	if o.err != nil {
		o.err = fmt.Errorf("seed %d, faults %d, killed at %v: %w\n%s", seed, r.faults, r.kills, o.err, w.tail())
	}
	o.steps, o.hash = w.steps, w.Hash()
	s.count(w, lives, kills)
	return o
}

func (s *search) count(w *World, lives, kills int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.report.Runs++
	s.report.Steps += w.steps
	s.report.Lives += lives
	s.report.Kills += kills
	for e, n := range w.edges {
		s.report.Edges[e] += n
	}
}

// aftermath is how long, in virtual time, goroutines have that outlive a life.
const aftermath = time.Minute

// live lets the program live until it has nothing left to do.
func (w *World) live(ctx context.Context, sc Scenario, killAt []int) (lives, kills int, err error) {
	var killed bool
	for ; lives < maxLives; lives++ {
		killed, err = w.oneLife(ctx, sc, killAt[kills:])
		time.Sleep(aftermath)
		switch {
		case errors.Is(err, errBroken):
			return lives + 1, kills, err
		case killed:
			kills++
		case err == nil:
			return lives + 1, kills, nil
		}
	}
	return lives, kills, fmt.Errorf("not at its end after %d lives: %w", lives, err)
}

// errBroken reports that a run has failed, not the program's life.
var errBroken = errors.New("sim")

func (w *World) oneLife(ctx context.Context, sc Scenario, killAt []int) (killed bool, err error) {
	ctx, cancel := context.WithCancel(w.begin(ctx))
	defer cancel()
	over := make(chan struct{})
	var died error
	go func() {
		defer close(over)
		died = sc.Live(ctx)
	}()
	for {
		if len(killAt) > 0 && w.steps == killAt[0] {
			synctest.Wait()
			w.kill()
			cancel()
			<-over
			return true, died
		}
		stepped := w.Step(over)
		synctest.Wait()
		select {
		case <-over:
			w.kill()
			return false, died
		default:
		}
		if err := w.wrong(sc, stepped); err != nil {
			w.kill()
			cancel()
			<-over
			return false, err
		}
	}
}

// wrong tells what is wrong in the middle of a life.
func (w *World) wrong(sc Scenario, stepped bool) error {
	switch {
	case !stepped:
		return fmt.Errorf("%w: nothing happens any more", errBroken)
	case w.steps > maxSteps:
		return fmt.Errorf("%w: not at its end after %d steps", errBroken, w.steps)
	case sc.Always != nil:
		if err := sc.Always(); err != nil {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
	}
	return nil
}

// tail returns the last things that happened.
func (w *World) tail() string {
	lines := w.log[max(0, len(w.log)-60):]
	var edges []string
	for e := range w.edges {
		edges = append(edges, e)
	}
	sort.Strings(edges)
	return strings.Join(lines, "\n") + "\n" + strings.Join(edges, "\n")
}
