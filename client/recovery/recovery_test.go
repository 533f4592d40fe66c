package recovery

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// A call is what a simulated guardian is asked.
type call struct {
	method string
	params json.RawMessage
}

// params returns the parameters of a call.
func params[T any](c call) (p T) {
	if err := json.Unmarshal(c.params, &p); err != nil {
		panic(err)
	}
	return p
}

// A script is what a simulated guardian answers: a value, json.RawMessage, or
// an error.
type script func(call) any

// A fake is a simulated guardian.
type fake struct {
	script script
	delay  func(call) time.Duration // nil for a millisecond
	meter  meter
	all    *meter // of the federation
}

// slowly returns a guardian that takes its time for some methods.
func slowly(s script, delay time.Duration, methods ...string) *fake {
	return &fake{script: s, delay: func(c call) time.Duration {
		if slices.Contains(methods, c.method) {
			return delay
		}
		return time.Millisecond
	}}
}

// off is a guardian that cannot be reached.
func off() *fake { return &fake{script: func(call) any { return guardians.ErrUnreachable }} }

// silent is a guardian that never answers.
func silent() *fake {
	return &fake{script: off().script, delay: func(call) time.Duration { return 1000 * time.Hour }}
}

func (f *fake) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	for _, m := range []*meter{&f.meter, f.all} {
		m.count(method, 1)
		defer m.count(method, -1)
	}
	encoded, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	c, delay := call{method, encoded}, time.Millisecond
	if f.delay != nil {
		delay = f.delay(c)
	}
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	answer := f.script(c)
	if err, ok := answer.(error); ok {
		return nil, err
	}
	return json.Marshal(answer)
}

// A meter counts calls by their methods.
type meter struct {
	mu                   sync.Mutex
	asked, open, highest map[string]int
}

func (m *meter) count(method string, by int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked == nil {
		m.asked, m.open, m.highest = map[string]int{}, map[string]int{}, map[string]int{}
	}
	m.asked[method] += max(by, 0)
	m.open[method] += by
	m.highest[method] = max(m.highest[method], m.open[method])
}

// of returns how many calls of a method there were, are, and were at a time.
func (m *meter) of(method string) (asked, open, highest int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked[method], m.open[method], m.highest[method]
}

// stopped checks that nobody is being asked for something right now.
func (m *meter) stopped(t *testing.T, method string) {
	t.Helper()
	if _, open, _ := m.of(method); open > 0 {
		t.Errorf("%d calls of %s go on", open, method)
	}
}

// idle checks that nobody is being asked anything.
func (m *meter) idle(t *testing.T) {
	t.Helper()
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	for method, n := range m.open {
		if n != 0 {
			t.Errorf("%d calls of %s are open", n, method)
		}
	}
}

// federation returns a federation of simulated guardians, and the sum of what
// they are asked.
func federation(fakes ...*fake) (*guardians.Federation, *meter) {
	all := new(meter)
	members := make(map[wire.PeerID]guardians.Member)
	for i, f := range fakes {
		f.all = all
		members[wire.PeerID(i)] = guardians.Member{Name: fmt.Sprint("guardian ", i), Guardian: f}
	}
	return guardians.New(members, guardians.Options{}), all
}

// many returns guardians that answer alike.
func many(n int, s script) (all []*fake) {
	for range n {
		all = append(all, &fake{script: s})
	}
	return all
}

// blamed checks who was reported.
func blamed(t *testing.T, g *guardians.Federation, peers ...wire.PeerID) {
	t.Helper()
	var got []wire.PeerID
	var lines []string
	for _, h := range g.Health() {
		if len(h.Misbehaviours) > 0 {
			got = append(got, h.Peer)
		}
		for _, m := range h.Misbehaviours {
			lines = append(lines, fmt.Sprintf("%d: %s: %s", h.Peer, m.Method, m.What))
		}
	}
	if !slices.Equal(got, peers) {
		t.Errorf("%v are reported, want %v\n%s", got, peers, strings.Join(lines, "\n"))
	}
}

// within checks how long something takes, in simulated time.
func within(t *testing.T, most time.Duration, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if took := time.Since(began); took > most {
		t.Errorf("took %v, more than %v", took, most)
	}
}

// inTime runs a test in simulated time. It fails if a goroutine is left over.
func inTime(t *testing.T, name string, f func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}
