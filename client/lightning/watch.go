package lightning

import (
	"context"
	"time"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// What nobody waits for is looked at from time to time: offers whose invoices have
// lapsed, which gateways may still take, and, after the words were entered anew,
// the receive keys that they have.

// watchPause is how long it is between two looks at what has lapsed.
const watchPause = time.Hour

// searchPause is how long to wait before guardians are asked again.
const searchPause = 10 * time.Second

// searchGap is how many receive keys in a row have to be unknown to the federation
// for the search to end. One is missing where a wallet was closed for good before
// it had handed in an offer.
const searchGap = 10

func (m *Lightning) watchKey(s slot) string { return m.Key("w", string(s.bytes())) }

// searchKey has where the search is: a slot, and how many before it were unknown.
func (m *Lightning) searchKey() string { return m.Key("s") }

// watch has an offer looked at from time to time.
func (m *Lightning) watch(tx *fsm.Tx, s sale) { tx.Put(m.watchKey(s.Slot), wire.Encode(s)) }

// BeginSearch implements [client.Searcher]: all receive keys of the words are
// looked for. Another device with the words claims by itself.
func (m *Lightning) BeginSearch(tx *fsm.Tx, s client.Search) error {
	if !s.Again {
		m.searchFrom(tx, slot{}, 0)
	}
	return nil
}

// Searching implements [client.Searcher]. No money waits for the search.
func (m *Lightning) Searching(*kv.Reader) bool { return false }

func (m *Lightning) searchFrom(tx *fsm.Tx, at slot, gap byte) {
	tx.Put(m.searchKey(), append(at.bytes(), gap))
}

// searchAt returns where the search is.
func (m *Lightning) searchAt(r *kv.Reader) (at slot, gap byte, ok bool) {
	v, ok := r.Get(m.searchKey())
	if !ok || len(v) == 0 {
		return slot{}, 0, false
	}
	at, ok = parseSlot(v[:len(v)-1])
	return at, v[len(v)-1], ok && int(at.Derivation) < len(m.secrets)
}

// Run implements [client.Runner].
func (m *Lightning) Run(ctx context.Context) {
	for ctx.Err() == nil {
		m.search(ctx)
		if err := m.look(ctx); err != nil {
			return // the client has ended
		}
		m.idle(ctx)
	}
}

// idle waits until it is time to look again, or there is something to search.
func (m *Lightning) idle(ctx context.Context) {
	watching := false
	for range m.Executor().Snapshot().Under(m.Key("w")) {
		watching = true
		break
	}
	if watching {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, watchPause)
		defer cancel()
	}
	fsm.Await(ctx, m.Executor(), m.Key(""), func(r *kv.Reader) (none struct{}, ok bool) {
		if _, _, ok = m.searchAt(r); ok || watching {
			return none, ok
		}
		for range r.Under(m.Key("w")) {
			return none, true
		}
		return none, false
	})
}

// search searches until it is over.
func (m *Lightning) search(ctx context.Context) {
	for ctx.Err() == nil {
		at, gap, ok := m.searchAt(m.Executor().Snapshot())
		if !ok {
			return
		}
		used, err := m.probe(ctx, at)
		if err == nil {
			err = m.Update(ctx, func(tx *fsm.Tx) error { return m.searched(tx, at, gap, used) })
		}
		if err != nil {
			select {
			case <-time.After(searchPause):
			case <-ctx.Done():
			}
		}
	}
}

// searched goes on to the next slot, unless the search has begun anew.
func (m *Lightning) searched(tx *fsm.Tx, at slot, gap byte, used bool) error {
	if now, _, ok := m.searchAt(&tx.Reader); !ok || now != at {
		return nil
	}
	gap++
	if used {
		gap = 0
	}
	next := slot{at.Derivation, at.Number + 1}
	if gap >= searchGap {
		next, gap = slot{Derivation: at.Derivation + 1}, 0
	}
	if int(next.Derivation) >= len(m.secrets) {
		tx.Delete(m.searchKey())
		return nil
	}
	m.searchFrom(tx, next, gap)
	return nil
}

// look looks at all offers that are watched over, once.
func (m *Lightning) look(ctx context.Context) error {
	for key, v := range m.Executor().Snapshot().Under(m.Key("w")) {
		s, err := wire.Decode[sale](v)
		if err != nil {
			continue // kept for a version that can read it
		}
		a, err := m.account(ctx, wire.ContractID(s.Hash))
		if err != nil || a == nil {
			continue
		}
		if err := m.Update(ctx, func(tx *fsm.Tx) error { return m.found(tx, key, s, *a) }); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// found begins to claim what a gateway has paid after all.
func (m *Lightning) found(tx *fsm.Tx, key string, s sale, a wire.LNAccount) error {
	if !tx.Has(key) {
		return nil // somebody else was first
	}
	tx.Delete(key)
	if _, known := m.Operation(&tx.Reader, s.op()); !known {
		if s.Amount = a.Amount; s.Amount == 0 {
			return nil
		}
		if err := m.Begin(tx, s.op(), m.Kind(), claimMeta()); err != nil {
			return err
		}
	}
	tx.Start(s.op(), decrypting{s})
	return nil
}
