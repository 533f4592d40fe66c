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
	e.End, err = notes.SessionsNow(ctx, m.host)
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

// sessions yields what transactions of sessions did with notes, the last of which
// need not be over.
func (m *Mint) sessions(ctx context.Context, start, end uint64) iter.Seq2[notes.Chapter, error] {
	return func(yield func(notes.Chapter, error) bool) {
		for c, err := range m.Sessions(ctx, start, end-1) {
			if !yield(c, err) || err != nil {
				return
			}
		}
		rumours, err := m.running(ctx, end-1)
		yield(notes.Chapter{Items: m.rumoured(rumours), Next: end}, err)
	}
}

// Sessions implements [notes.Searcher].
func (m *Mint) Sessions(ctx context.Context, start, end uint64) iter.Seq2[notes.Chapter, error] {
	return notes.Sessions(ctx, m.host, start, end, m.items)
}

func (m *Mint) running(ctx context.Context, index uint64) ([]recovery.Rumour, error) {
	log, err := notes.LogOf(ctx, m.host)
	if err != nil {
		return nil, err
	}
	return recovery.Running(ctx, m.host.Guardians(), log, index)
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
	located := slices.Clone(found)
	if err := m.locate(ctx, located); err != nil {
		return nil, nil, err
	}
	for _, run := range notes.Runs(located) {
		some, err := m.Shares(ctx, notes.Outputs(run), len(run))
		if err != nil {
			return nil, nil, err
		}
		ordered, questions = append(ordered, run...), append(questions, some...)
	}
	return ordered, questions, nil
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
