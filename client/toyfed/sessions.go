package toyfed

import (
	"fmt"

	"satchel/client/wire"
)

// Every accepted transaction is a session of its own, which is over at once. The
// one after the last is running, and empty. A threshold of guardians signs each,
// those with the least numbers.

// newBroadcastKeys makes the keys with which guardians sign sessions.
func (f *Federation) newBroadcastKeys() {
	f.config.BroadcastKeys = map[wire.PeerID]wire.PublicKey{}
	for i := range f.Guardians {
		var key wire.SecretKey
		if _, err := f.random(fmt.Sprint("broadcast key ", i)).Read(key[:]); err != nil {
			panic(fmt.Sprintf("toyfed: %v", err))
		}
		f.broadcast = append(f.broadcast, key)
		f.config.BroadcastKeys[wire.PeerID(i)] = PublicKey(key)
	}
}

// sessionCount returns how many sessions are over.
func (f *Federation) sessionCount() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return uint64(len(f.books.order))
}

// session returns a session as it is now.
func (f *Federation) session(index uint64) wire.SessionStatusV2 {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch count := uint64(len(f.books.order)); {
	case index > count:
		return wire.SessionStatusV2{State: wire.SessionInitial}
	case index == count:
		return wire.SessionStatusV2{State: wire.SessionPending}
	}
	tx := f.books.txs[f.books.order[index]]
	s := wire.SessionStatusV2{State: wire.SessionComplete, Items: []wire.AcceptedItem{{Item: wire.ConsensusItem{Transaction: &tx}}}}
	s.Signatures = f.signSession(index, s, f.broadcast[:wire.Threshold(f.Guardians)])
	return s
}

// signSession signs a session with keys of the first guardians.
func (f *Federation) signSession(index uint64, s wire.SessionStatusV2, keys []wire.SecretKey) map[wire.PeerID]wire.Signature {
	hash := s.Signed().Outcome.SigningHash(index, f.config.BroadcastKeys)
	signatures := map[wire.PeerID]wire.Signature{}
	for i, key := range keys {
		signatures[wire.PeerID(i)] = must(key.SignAs(PublicKey(key), hash))
	}
	return signatures
}

// serveSession answers a question about a session.
func (f *Federation) serveSession(method string, request []byte) (any, error) {
	index, err := parse[uint64](request)
	if err != nil {
		return nil, err
	}
	return sessionAnswer(method, f.session(index)), nil
}

// sessionAnswer gives a session the form that the method has.
func sessionAnswer(method string, s wire.SessionStatusV2) any {
	if method == "session_status" {
		return wire.SerdeOf(wire.SessionStatus{State: s.State, Items: s.Items})
	}
	return wire.SerdeBase64Of(s)
}
