package recovery

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// latencyGrain is below what differences of latency do not matter.
const latencyGrain = 50 * time.Millisecond

// A roster knows whom to ask next for what any one guardian can give.
type roster struct {
	g      *guardians.Federation
	hedged chan struct{} // has an item for each request that is with several guardians

	mu     sync.Mutex
	duties map[wire.PeerID]*duty
}

// A duty is what a guardian has to do, and how it did.
type duty struct {
	asked   int  // calls in flight
	strikes int  // calls that failed or took long
	out     bool // it lied: it is not asked again
}

func newRoster(g *guardians.Federation) *roster {
	r := &roster{g: g, hedged: make(chan struct{}, maxHedged), duties: make(map[wire.PeerID]*duty)}
	for _, peer := range g.Peers() {
		r.duties[peer] = new(duty)
	}
	return r
}

// choose returns the one of the guardians that should be asked next, and counts
// it as asked. There may be none besides those that already were.
func (r *roster) choose(from, already []wire.PeerID) (best wire.PeerID, ok bool) {
	health := make(map[wire.PeerID]guardians.Health, r.g.Size())
	for _, h := range r.g.Health() {
		health[h.Peer] = h
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, peer := range from {
		if d := r.duties[peer]; d == nil || d.out || slices.Contains(already, peer) {
			continue
		}
		if !ok || r.compare(health[peer], health[best]) < 0 {
			best, ok = peer, true
		}
	}
	if ok {
		r.duties[best].asked++
	}
	return best, ok
}

// compare orders guardians by how good it is to ask them; r.mu is held.
func (r *roster) compare(a, b guardians.Health) int {
	x, y := r.duties[a.Peer], r.duties[b.Peer]
	return cmp.Or(
		cmp.Compare(unreached(a), unreached(b)),
		cmp.Compare(x.strikes, y.strikes),
		cmp.Compare(time.Duration(x.asked+1)*(a.Latency+latencyGrain), time.Duration(y.asked+1)*(b.Latency+latencyGrain)),
	)
}

// unreached returns 1 for a guardian that cannot be reached as far as is known.
func unreached(h guardians.Health) int {
	if h.State == guardians.Down || h.State == guardians.Unsupported {
		return 1
	}
	return 0
}

// ended takes note of the end of a call.
func (r *roster) ended(peer wire.PeerID, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.duties[peer]
	d.asked--
	switch {
	case err == nil, errors.Is(err, context.Canceled):
	case errors.Is(err, guardians.ErrMisbehaved):
		d.out = true
	default:
		d.strikes++
	}
}

// strike notes that a guardian is slow.
func (r *roster) strike(peer wire.PeerID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.duties[peer].strikes++
}

// expel makes sure that a guardian is not asked again.
func (r *roster) expel(peer wire.PeerID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.duties[peer].out = true
}
