package recovery

import (
	"context"
	"encoding/json"
	"fmt"
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

// pair returns the parameters of a call for a slice.
func (c call) pair() (p [2]uint64) {
	if err := json.Unmarshal(c.params, &p); err != nil {
		panic(err)
	}
	return p
}

// index returns the parameter of a call for a session.
func (c call) index() (i uint64) {
	if err := json.Unmarshal(c.params, &i); err != nil {
		panic(err)
	}
	return i
}

// A fake is a simulated guardian: it takes a time to answer, and counts.
type fake struct {
	answer func(call) (any, error)
	delay  func(call) time.Duration // nil for a millisecond

	mu     sync.Mutex
	calls  map[string]int // by method
	open   map[string]int
	widest map[string]int // how many were open at a time
}

func (f *fake) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	encoded, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	f.count(method, 1)
	defer f.count(method, -1)
	c, delay := call{method, encoded}, time.Millisecond
	if f.delay != nil {
		delay = f.delay(c)
	}
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	answer, err := f.answer(c)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

func (f *fake) count(method string, by int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls, f.open, f.widest = map[string]int{}, map[string]int{}, map[string]int{}
	}
	f.calls[method] += max(by, 0)
	f.open[method] += by
	f.widest[method] = max(f.widest[method], f.open[method])
}

// asked returns how often the guardian was asked something.
func (f *fake) asked(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[method]
}

// federation returns a federation of simulated guardians.
func federation(fakes ...*fake) *guardians.Federation {
	members := make(map[wire.PeerID]guardians.Member)
	for i, f := range fakes {
		members[wire.PeerID(i)] = guardians.Member{Name: fmt.Sprint("guardian ", i), Guardian: f}
	}
	return guardians.New(members, guardians.Options{})
}

// accused returns what was reported of whom, a line for each.
func accused(g *guardians.Federation) string {
	var lines []string
	for _, h := range g.Health() {
		for _, m := range h.Misbehaviours {
			lines = append(lines, fmt.Sprintf("%d: %s: %s", h.Peer, m.Method, m.What))
		}
	}
	return strings.Join(lines, "\n")
}

// blames checks that exactly these guardians were reported.
func blames(t *testing.T, g *guardians.Federation, peers ...wire.PeerID) {
	t.Helper()
	var got []wire.PeerID
	for _, h := range g.Health() {
		if len(h.Misbehaviours) > 0 {
			got = append(got, h.Peer)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(peers) {
		t.Errorf("%v are reported, want %v:\n%s", got, peers, accused(g))
	}
}

// takes checks how long something takes, in simulated time.
func takes(t *testing.T, least, most time.Duration, f func()) {
	t.Helper()
	began := time.Now()
	f()
	if took := time.Since(began); took < least || took > most {
		t.Errorf("took %v, want %v to %v", took, least, most)
	}
}

// inTime runs a test in simulated time.
func inTime(t *testing.T, name string, f func(*testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}
