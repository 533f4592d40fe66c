package mint

import (
	"context"
	"errors"
	"iter"
	"slices"

	"satchel/client/guardians"
	"satchel/client/notes"
	"satchel/client/recovery"
	"satchel/client/wire"
)

// Extent implements [notes.Searcher]. Guardians before 0.11 do not list notes:
// their sessions are read.
func (m *Mint) Extent(ctx context.Context) (e notes.Extent, err error) {
	e.End, err = recovery.Count(ctx, m.host.Guardians(), m.host.Method("recovery_count"))
	var undecided *guardians.UndecidedError
	if !errors.As(err, &undecided) || undecided.Count(guardians.MethodUnknown) == 0 {
		return e, err
	}
	e.Sessions = true
	e.End, err = recovery.Count(ctx, m.host.Guardians(), "session_count")
	e.End++ // the one that is running may have notes, too
	return e, err
}

// Past implements [notes.Searcher].
func (m *Mint) Past(ctx context.Context, e notes.Extent, start uint64) iter.Seq2[notes.Chapter, error] {
	if e.Sessions {
		return m.sessions(ctx, start, e.End)
	}
	list := recovery.List[wire.MintRecoverySlice]{
		Method: m.host.Method, Decode: guardians.ConsensusBase64[wire.MintRecoverySlice], Size: m.slice,
	}
	return func(yield func(notes.Chapter, error) bool) {
		for slice, err := range recovery.Slices(ctx, m.host.Guardians(), list, start, e.End) {
			c := notes.Chapter{Next: slice.End}
			for _, i := range slice.Items {
				if i.Spent {
					c.Items = append(c.Items, notes.Item{Spent: true, Nonce: i.Hash})
				} else {
					c.Items = append(c.Items, notes.Item{Amount: i.Amount, Blinded: i.Hash})
				}
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// sessions yields what transactions of sessions did with notes.
func (m *Mint) sessions(ctx context.Context, start, end uint64) iter.Seq2[notes.Chapter, error] {
	return func(yield func(notes.Chapter, error) bool) {
		versions, err := m.host.Versions(ctx)
		if err != nil {
			yield(notes.Chapter{}, err)
			return
		}
		log := recovery.Log{Keys: m.host.Client.Config().BroadcastKeys, API: versions.Core}
		for session, err := range recovery.Sessions(ctx, m.host.Guardians(), log, start, end-1) {
			c := notes.Chapter{Next: session.Index + 1}
			for _, accepted := range session.Items {
				if tx := accepted.Item.Transaction; tx != nil {
					c.Items = append(c.Items, m.items(*tx)...)
				}
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
		rumours, err := recovery.Running(ctx, m.host.Guardians(), log, end-1)
		yield(notes.Chapter{Items: m.rumoured(rumours), Next: end}, err)
	}
}

// rumoured are the notes that a session issued which need not be over. What it
// spent does not count: a note that is spent is found to be so when it is claimed.
func (m *Mint) rumoured(rumours []recovery.Rumour) (items []notes.Item) {
	for _, r := range rumours {
		tx := r.Item.Item.Transaction
		if tx == nil {
			continue
		}
		for _, i := range m.items(*tx) {
			if !i.Spent {
				i.Doubtful = !r.Confirmed
				items = append(items, i)
			}
		}
	}
	return items
}

// items are what a transaction does: first it spends, then it issues.
func (m *Mint) items(tx wire.Transaction) (items []notes.Item) {
	for _, i := range tx.Inputs {
		if v, err := wire.Decode[wire.MintInput](i.Body); err == nil && i.Module == m.host.ID && v.Unknown == nil {
			items = append(items, notes.Item{Spent: true, Nonce: wire.Hash160Of(v.Note.Nonce[:])})
		}
	}
	id := tx.TxID()
	for n, o := range tx.Outputs {
		if v, err := wire.Decode[wire.MintOutput](o.Body); err == nil && o.Module == m.host.ID && v.Unknown == nil {
			items = append(items, notes.Item{
				Amount: v.Amount, Blinded: wire.Hash160Of(v.BlindNonce[:]), At: &wire.OutPoint{TxID: id, Index: uint64(n)},
			})
		}
	}
	return items
}

// mostOutPoints is how many notes guardians are asked about at once.
const mostOutPoints = 200

// Again implements [notes.Searcher].
func (m *Mint) Again(ctx context.Context, found []notes.Found) (ordered []notes.Found, questions []notes.ShareQuestion, err error) {
	ordered = slices.Clone(found)
	if err := m.locate(ctx, ordered); err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(ordered, func(a, b notes.Found) int {
		if c := slices.Compare(a.At.TxID[:], b.At.TxID[:]); c != 0 {
			return c
		}
		return int(a.At.Index) - int(b.At.Index)
	})
	for rest := ordered; len(rest) > 0; {
		n := run(rest)
		at := wire.OutPointRange{TxID: rest[0].At.TxID, Indices: wire.IndexRange{Start: rest[0].At.Index, End: rest[0].At.Index + uint64(n)}}
		some, err := m.Shares(ctx, at, n)
		if err != nil {
			return nil, nil, err
		}
		questions, rest = append(questions, some...), rest[n:]
	}
	return ordered, questions, nil
}

// run returns how many notes stand one after the other in a transaction.
func run(found []notes.Found) int {
	n := 1
	for n < len(found) && found[n].At.TxID == found[0].At.TxID && found[n].At.Index == found[0].At.Index+uint64(n) {
		n++
	}
	return n
}

// locate asks where notes were issued, of which that is not known.
func (m *Mint) locate(ctx context.Context, found []notes.Found) error {
	var lost []int
	for i := range found {
		if found[i].At == nil {
			lost = append(lost, i)
		}
	}
	for some := range slices.Chunk(lost, mostOutPoints) {
		blinded := make([]wire.G1, len(some))
		for i, at := range some {
			blinded[i] = found[at].Blinded
		}
		q := guardians.Question{Method: m.host.Method("recovery_blind_nonce_outpoints"), Params: blinded, Deterministic: true}
		points, err := guardians.Ask(ctx, m.host.Guardians(), q, guardians.JSON[[]wire.OutPoint], guardians.AgreeFunc(slices.Equal[[]wire.OutPoint]))
		if err != nil {
			return err
		}
		if len(points) != len(some) {
			return errors.New("guardians do not tell of every note where it was issued")
		}
		for i, at := range some {
			found[at].At = &points[i]
		}
	}
	return nil
}

// Waits implements [notes.Searcher].
func (m *Mint) Waits() bool { return true }
