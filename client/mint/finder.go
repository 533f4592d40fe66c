package mint

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"satchel/client/notes"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Gap is how many notes in a row may never have been issued, of those of a tier,
// in every wallet: that of fedimint.
const Gap = 100

// A finder looks for notes among those of the next indices of each tier. A tier's
// window begins with the first indices, as many as the gap, and with each note that
// is found it reaches that far beyond that one.
type finder struct {
	m        *Mint
	secrets  []secret.Secret // the first is the module's own
	windows  map[windowID]*window
	expected map[expectation]notes.Request // of what was computed in this life
	computed int
}

// A windowID is one of the secrets and a tier.
type windowID struct {
	secret uint64
	tier   wire.Amount
}

type window struct {
	next    uint64                  // the first index that it does not have
	used    uint64                  // one more than the greatest index that was found
	hashes  map[wire.Hash160]uint64 // of blinded nonces: their indices
	changed bool
}

type expectation struct {
	tier wire.Amount
	hash wire.Hash160
}

// Finder implements [notes.Searcher].
func (m *Mint) Finder(r *kv.Reader, others []secret.Secret) (notes.Finder, error) {
	f := &finder{
		m: m, secrets: append([]secret.Secret{m.host.Secret}, others...),
		windows: map[windowID]*window{}, expected: map[expectation]notes.Request{},
	}
	prefix := m.host.Key("rw")
	for k, v := range r.Under(prefix) {
		w, err := wire.Decode[window](v)
		if err != nil {
			return nil, fmt.Errorf("stored window of a search: %w", err)
		}
		k = k[len(prefix):]
		id := windowID{binary.BigEndian.Uint64([]byte(k)), wire.Amount(binary.BigEndian.Uint64([]byte(k[8:])))}
		if id.secret < uint64(len(f.secrets)) {
			f.windows[id] = &w
		}
	}
	return f, nil
}

// Append appends the form in which a window is kept.
func (w window) Append(b []byte) []byte {
	b = wire.AppendUint(wire.AppendUint(b, w.next), w.used)
	indices := make(map[uint64]wire.Hash160, len(w.hashes))
	for hash, index := range w.hashes {
		indices[index] = hash
	}
	return wire.AppendMapFunc(b, indices, wire.AppendUint, func(b []byte, h wire.Hash160) []byte { return h.Append(b) })
}

// Decode reads that form.
func (w *window) Decode(d *wire.Decoder) {
	w.next, w.used = d.Uint64(), d.Uint64()
	w.hashes = map[wire.Hash160]uint64{}
	for index, hash := range wire.ReadMapFunc(d, (*wire.Decoder).Uint64, wire.Read[wire.Hash160]) {
		w.hashes[hash] = index
	}
}

// Computed implements [notes.Finder].
func (f *finder) Computed() int { return f.computed }

// Prepare implements [notes.Finder].
func (f *finder) Prepare(ctx context.Context, tier wire.Amount) error {
	if _, ok := f.m.keys.Keys[tier]; !ok {
		return nil
	}
	for i := range f.secrets {
		id := windowID{uint64(i), tier}
		if f.windows[id] == nil {
			f.windows[id] = &window{hashes: map[wire.Hash160]uint64{}}
		}
		if err := f.reach(ctx, id, f.windows[id].used+f.m.gap); err != nil {
			return err
		}
	}
	return nil
}

// computeAtOnce is how many notes are derived before others get their turn.
const computeAtOnce = 16

// reach computes what comes up to an index.
func (f *finder) reach(ctx context.Context, id windowID, end uint64) error {
	w := f.windows[id]
	for w.next < end {
		q, err := f.request(id, w.next)
		if err != nil {
			return err
		}
		hash := wire.Hash160Of(q.Blinded[:])
		w.hashes[hash] = w.next
		f.expected[expectation{id.tier, hash}] = q
		w.next++
		w.changed = true
		if f.computed++; f.computed%computeAtOnce == 0 {
			if err := giveWay(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *finder) request(id windowID, index uint64) (notes.Request, error) {
	return newRequest(f.m.scheme, f.secrets[id.secret], id.tier, index)
}

// Issued implements [notes.Finder]. What was issued under a blinded nonce that was
// issued before is passed over: one of the two can be spent.
func (f *finder) Issued(ctx context.Context, i notes.Item) (q notes.Request, ok bool, err error) {
	for n := range f.secrets {
		id := windowID{uint64(n), i.Amount}
		w := f.windows[id]
		if w == nil {
			continue
		}
		index, ok := w.hashes[i.Blinded]
		if !ok {
			continue
		}
		if q, ok = f.expected[expectation{i.Amount, i.Blinded}]; !ok {
			if q, err = f.request(id, index); err != nil {
				return q, false, err
			}
		}
		delete(w.hashes, i.Blinded)
		delete(f.expected, expectation{i.Amount, i.Blinded})
		w.used, w.changed = max(w.used, index+1), true
		return q, true, f.reach(ctx, id, w.used+f.m.gap)
	}
	return q, false, nil
}

func (f *finder) key(id windowID) string {
	return f.m.host.Key("rw", bigEndian(id.secret), bigEndian(uint64(id.tier)))
}

// Save implements [notes.Finder].
func (f *finder) Save(tx *fsm.Tx) error {
	for id, w := range f.windows {
		if w.changed {
			tx.Put(f.key(id), wire.Encode(*w))
			w.changed = false
		}
	}
	return nil
}

// End implements [notes.Finder]: the next indices follow those that were found.
func (f *finder) End(tx *fsm.Tx) error {
	for id, w := range f.windows {
		tx.Delete(f.key(id))
		if id.secret != 0 || w.used == 0 {
			continue
		}
		now, err := f.m.index(&tx.Reader, id.tier)
		if err != nil {
			return err
		}
		f.m.setIndex(tx, id.tier, max(now, w.used))
	}
	return nil
}

// Restored implements [notes.Searcher]. The backup may be of another wallet, of a
// reference client's among them, but it is of these words.
func (m *Mint) Restored(backup []byte) (s notes.Snapshot, ok bool) {
	b, err := wire.Decode[wire.MintBackup](backup)
	if err != nil || b.Unknown != nil {
		return s, false
	}
	s.Session = b.SessionCount
	for amount, n := range b.Notes.All() {
		s.Notes = append(s.Notes, notes.New(amount, n.SpendKey, n.Signature))
	}
	for _, p := range b.Pending {
		nonce := p.Request.SpendKey.PublicKey()
		blinded, err := m.scheme.Blind(nonce, p.Request.BlindingKey)
		if err != nil {
			return s, false
		}
		s.Pending = append(s.Pending, notes.Found{
			Request: notes.Request{Amount: p.Amount, Nonce: nonce, Keys: p.Request, Blinded: blinded}, At: &p.OutPoint,
		})
	}
	s.Learn = func(tx *fsm.Tx) error {
		for tier, next := range b.NextIndices {
			w := window{next: next, used: next, hashes: map[wire.Hash160]uint64{}}
			tx.Put((&finder{m: m}).key(windowID{0, tier}), wire.Encode(w))
		}
		return nil
	}
	return s, true
}

// giveWay lets a browser see to whatever else has happened: it does so only when
// no goroutine can go on.
func giveWay(ctx context.Context) error {
	timer := time.NewTimer(time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
