package mintv2

import (
	"context"
	"iter"
	"slices"

	"satchel/client/guardians"
	"satchel/client/notes"
	"satchel/client/recovery"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Extent implements [notes.Searcher]. All guardians of this generation list the
// notes.
func (m *Mint) Extent(ctx context.Context) (e notes.Extent, err error) {
	e.End, err = recovery.Count(ctx, m.host.Guardians(), m.host.Method("recovery_count"))
	return e, err
}

// Past implements [notes.Searcher].
func (m *Mint) Past(ctx context.Context, e notes.Extent, start uint64) iter.Seq2[notes.Chapter, error] {
	list := recovery.List[wire.MintV2RecoverySlice]{Method: m.host.Method, Decode: guardians.JSON[wire.MintV2RecoverySlice], Size: m.slice}
	return func(yield func(notes.Chapter, error) bool) {
		for slice, err := range recovery.Slices(ctx, m.host.Guardians(), list, start, e.End) {
			c := notes.Chapter{Next: slice.End}
			for _, i := range slice.Items {
				switch {
				case i.Spent:
					c.Items = append(c.Items, notes.Item{Spent: true, Nonce: i.Hash})
				case i.Denomination <= wire.MaxDenomination:
					c.Items = append(c.Items, notes.Item{Amount: i.Denomination.Amount(), Blinded: i.Hash, Tweak: i.Tweak})
				}
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// A finder recognises notes by the hash of their tweak, which one note of another
// wallet in some 65 000 passes as well, and then by their keys.
type finder struct {
	m        *Mint
	secrets  []secret.Secret // the first is the module's own
	filters  [][32]byte
	computed int
}

// Finder implements [notes.Searcher].
func (m *Mint) Finder(_ *kv.Reader, others []secret.Secret) (notes.Finder, error) {
	f := &finder{m: m, secrets: append([]secret.Secret{m.host.Secret}, others...)}
	for _, s := range f.secrets {
		f.filters = append(f.filters, filter(s))
	}
	return f, nil
}

// Prepare implements [notes.Finder]: there is nothing to prepare.
func (f *finder) Prepare(context.Context, wire.Amount) error { return nil }

// Computed implements [notes.Finder].
func (f *finder) Computed() int { return f.computed }

// Issued implements [notes.Finder].
func (f *finder) Issued(ctx context.Context, i notes.Item) (q notes.Request, ok bool, err error) {
	d, ok := denomination(i.Amount)
	if !ok {
		return q, false, nil
	}
	for n, filter := range f.filters {
		if !passes(i.Tweak, filter, f.m.tweaks.zeros) {
			continue
		}
		f.computed++
		if q, err = newRequest(f.m.scheme, f.secrets[n], d, i.Tweak); err != nil {
			return q, false, err
		}
		if wire.Hash160Of(q.Blinded[:]) == i.Blinded {
			return q, true, nil
		}
	}
	return q, false, nil
}

// Save implements [notes.Finder]: nothing was learnt.
func (f *finder) Save(*fsm.Tx) error { return nil }

// End implements [notes.Finder].
func (f *finder) End(*fsm.Tx) error { return nil }

// mostAgain is how many notes guardians are asked about at once.
const mostAgain = 200

// Again implements [notes.Searcher]. Guardians keep the share of a note by the
// output that issued it, and the last one by its blinded nonce.
func (m *Mint) Again(ctx context.Context, found []notes.Found) (ordered []notes.Found, questions []notes.ShareQuestion, err error) {
	var located, others []notes.Found
	for _, f := range found {
		if f.At != nil {
			located = append(located, f)
		} else {
			others = append(others, f)
		}
	}
	for _, run := range notes.Runs(located) {
		some, err := m.Shares(ctx, notes.Outputs(run), len(run))
		if err != nil {
			return nil, nil, err
		}
		ordered, questions = append(ordered, run...), append(questions, some...)
	}
	for some := range slices.Chunk(others, mostAgain) {
		blinded := make([]wire.G1, len(some))
		for i, f := range some {
			blinded[i] = f.Blinded
		}
		q := guardians.Question{Method: m.host.Method("recovery_signature_shares"), Params: blinded}
		ordered, questions = append(ordered, some...), append(questions, notes.ShareQuestion{Question: q, Count: len(some), Decode: decodeShares})
	}
	return ordered, questions, nil
}

// Sessions implements [notes.Searcher].
func (m *Mint) Sessions(ctx context.Context, start, end uint64) iter.Seq2[notes.Chapter, error] {
	return notes.Sessions(ctx, m.host, start, end, m.items)
}

// items are what a transaction does: first it spends, then it issues.
func (m *Mint) items(tx wire.Transaction) (items []notes.Item) {
	for _, i := range tx.Inputs {
		if v, err := wire.Decode[wire.MintV2Input](i.Body); err == nil && i.Module == m.host.ID && v.Unknown == nil {
			items = append(items, notes.Item{Spent: true, Nonce: wire.Hash160Of(v.Note.Nonce[:])})
		}
	}
	id := tx.TxID()
	for n, o := range tx.Outputs {
		v, err := wire.Decode[wire.MintV2Output](o.Body)
		if err != nil || o.Module != m.host.ID || v.Unknown != nil || v.Denomination > wire.MaxDenomination {
			continue
		}
		items = append(items, notes.Item{
			Amount: v.Denomination.Amount(), Blinded: wire.Hash160Of(v.BlindNonce[:]), Tweak: v.Tweak,
			At: &wire.OutPoint{TxID: id, Index: uint64(n)},
		})
	}
	return items
}

// Restored implements [notes.Searcher]: there are no backups of this module.
func (m *Mint) Restored([]byte) (notes.Snapshot, bool) { return notes.Snapshot{}, false }

// Waits implements [notes.Searcher]: a new note has keys that no other has.
func (m *Mint) Waits() bool { return false }
