package guardians

import (
	"slices"
	"strings"
	"sync"
	"time"

	"satchel/client/wire"
)

// State is how a guardian is reached.
type State int

const (
	Idle        State = iota // nobody has asked it anything yet
	Connecting               // for the first time
	Up                       // connected
	Down                     // not reached, or lost, when it was last tried
	Unsupported              // its address is of a kind that is not spoken here
)

func (s State) String() string {
	return [...]string{"idle", "connecting", "up", "down", "unsupported"}[s]
}

// Health is what is known of one guardian. Times are of the wall clock, for
// display.
type Health struct {
	Peer wire.PeerID
	// Name is what the guardian calls itself: a text from outside.
	Name string
	// URL is where it is asked now. Show its String, which has no credentials.
	URL   wire.SafeURL
	State State
	// Since is when it came into this state.
	Since time.Time
	// Latency is how long it takes to answer, smoothed, 0 if not known. Methods
	// that wait for something do not count.
	Latency time.Duration
	// LastError is the last failure to reach it, also while it is up again.
	LastError error
	// Version is that of its software, such as "0.13.0", or "": see
	// Federation.Survey. A text from outside.
	Version string
	// Misbehaviours has the latest kinds of what no honest guardian does, oldest
	// first, at most 16.
	Misbehaviours []Misbehaviour
}

// A Misbehaviour is something no honest guardian does.
type Misbehaviour struct {
	// Method is what it was asked, "" if it did so by itself.
	Method string
	// What it did. It may quote the guardian: a text from outside.
	What string
	// When it did so last, and how often.
	When  time.Time
	Count int
}

const maxMisbehaviours = 16

// A guardian that comes and goes could have all others asked at its pace. So
// after it was told that one is back this is not told again for riseRest, after
// the next time for twice as long, and so on up to longestRest. After riseCalm
// without a word it begins anew.
const (
	riseRest    = 5 * time.Second
	longestRest = 5 * time.Minute
	riseCalm    = 10 * time.Minute
)

// A board has the records of all guardians of a federation.
type board struct {
	now func() time.Time
	up  func(wire.PeerID)

	mu      sync.Mutex
	changed chan struct{} // closed, and replaced, when anything changes
}

// A record is the health of one guardian. Methods do nothing on nil, which is
// what a guardian has that belongs to no federation.
type record struct {
	board *board

	// Guarded by board.mu:
	health Health
	told   time.Time     // when it was last told that the guardian is back; zero for never
	rest   time.Duration // how long after that it is not told again
}

// change calls f with the health for it to change.
func (r *record) change(f func(*Health)) {
	if r == nil {
		return
	}
	r.board.mu.Lock()
	defer r.board.mu.Unlock()
	f(&r.health)
	close(r.board.changed)
	r.board.changed = make(chan struct{})
}

// set notes a state, and why if it is not Up.
func (r *record) set(s State, err error) {
	tell := false
	r.change(func(h *Health) {
		if h.State != s {
			tell = s == Up && (h.State != Down || r.mayTell(time.Now()))
			h.State, h.Since = s, r.board.now()
		}
		if err != nil {
			h.LastError = err
		}
	})
	if tell && r.board.up != nil {
		r.board.up(r.health.Peer)
	}
}

// mayTell reports whether it is to be told now that the guardian is back, and
// takes note of it; board.mu is held.
func (r *record) mayTell(now time.Time) bool {
	silent := now.Sub(r.told)
	switch {
	case r.told.IsZero() || silent >= riseCalm:
		r.rest = riseRest
	case silent < r.rest:
		return false
	default:
		r.rest = min(2*r.rest, longestRest)
	}
	r.told = now
	return true
}

// connecting notes the begin of a first attempt. Later ones leave the guardian
// down until they succeed: whoever looks at it wants to know since when.
func (r *record) connecting() {
	r.change(func(h *Health) {
		if h.State == Idle {
			h.State, h.Since = Connecting, r.board.now()
		}
	})
}

// latency notes how long an answer took.
func (r *record) latency(took time.Duration) {
	r.change(func(h *Health) {
		if h.Latency == 0 {
			h.Latency = took
		}
		h.Latency += (took - h.Latency) / 4
	})
}

// misbehaved notes a misbehaviour, or that it happened again.
func (r *record) misbehaved(method, what string) {
	what = cut(strings.TrimPrefix(what, ErrMisbehaved.Error()+": "), 500)
	r.change(func(h *Health) {
		m := Misbehaviour{Method: method, What: what}
		if i := slices.IndexFunc(h.Misbehaviours, m.same); i >= 0 {
			m = h.Misbehaviours[i]
			h.Misbehaviours = slices.Delete(h.Misbehaviours, i, i+1)
		}
		m.When = r.board.now()
		m.Count++
		h.Misbehaviours = append(h.Misbehaviours, m)
		if n := len(h.Misbehaviours); n > maxMisbehaviours {
			h.Misbehaviours = slices.Delete(h.Misbehaviours, 0, n-maxMisbehaviours)
		}
	})
}

func (m Misbehaviour) same(other Misbehaviour) bool {
	return m.Method == other.Method && m.What == other.What
}

// state returns the present state.
func (r *record) state() State {
	r.board.mu.Lock()
	defer r.board.mu.Unlock()
	return r.health.State
}

// snapshot returns a copy; board.mu is held.
func (r *record) snapshot() Health {
	h := r.health
	h.Misbehaviours = slices.Clone(h.Misbehaviours)
	return h
}
