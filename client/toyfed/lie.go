package toyfed

import (
	"encoding/json"
	"slices"
	"sync"

	"satchel/client/wire"
)

// A Lie answers questions to the guardians of a federation, as it likes.
type Lie func(Question) (any, error)

// A Question is what a guardian is asked.
type Question struct {
	Fed    *Federation
	Peer   wire.PeerID
	Method string
	Params json.RawMessage

	// Honest answers as an honest guardian does, which may take until ctx of
	// the request ends.
	Honest func() (any, error)
}

// By makes guardians tell a lie while the others are honest.
func (l Lie) By(liars ...wire.PeerID) Lie {
	return func(q Question) (any, error) {
		if slices.Contains(liars, q.Peer) {
			return l(q)
		}
		return q.Honest()
	}
}

// About makes a lie one about these methods.
func (l Lie) About(methods ...string) Lie {
	return func(q Question) (any, error) {
		if slices.Contains(methods, q.Method) {
			return l(q)
		}
		return q.Honest()
	}
}

// Counted makes a lie be counted.
func (l Lie) Counted(n *Count) Lie {
	return func(q Question) (any, error) {
		answer, err := l(q)
		n.add(q.Peer, err)
		return answer, err
	}
}

// A Count is how many answers guardians gave.
type Count struct {
	mu sync.Mutex
	by map[wire.PeerID]int
}

func (n *Count) add(peer wire.PeerID, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.by == nil {
		n.by = map[wire.PeerID]int{}
	}
	if err == nil {
		n.by[peer]++
	}
}

// Of returns how many answers a guardian gave.
func (n *Count) Of(peer wire.PeerID) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.by[peer]
}
