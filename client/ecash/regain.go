package ecash

import (
	"context"
	"slices"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// The steps of notes that a search has found.
type (
	regaining struct{ Notes []owned }
	regained  struct {
		Amount wire.Amount // face value of the notes, msat
		Aside  wire.Amount // of it: put aside, msat; the rest is claimed
	}
)

func (s regaining) AppendBinary(b []byte) ([]byte, error) { return wire.AppendVec(b, s.Notes), nil }
func (s *regaining) Decode(d *wire.Decoder)               { s.Notes = wire.ReadVec[owned](d) }

func (s regaining) amount() (sum wire.Amount) {
	for _, o := range s.Notes {
		sum += o.amount()
	}
	return sum
}

func (s regained) AppendBinary(b []byte) ([]byte, error) {
	return s.Aside.Append(s.Amount.Append(b)), nil
}

func (s *regained) Decode(d *wire.Decoder) {
	s.Amount.Decode(d)
	s.Aside.Decode(d)
}

// regain gets the signatures of notes that were found, and claims the notes:
// whoever was handed one as text may be first.
func (m *Purse) regain() *fsm.Machine {
	return fsm.Define(m.name("regain"),
		fsm.At("regaining", wire.Decode[regaining],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s regaining) (rescue, error) {
					all, err := m.signedAgain(ctx, s.Notes)
					if err != nil {
						return rescue{}, err
					}
					return m.rescue(fsm.Self(ctx).Op, [][]note{all}, 0)
				},
				func(tx *fsm.Tx, s regaining, r rescue) (fsm.State, error) {
					if err := m.beginRescue(tx, r); err != nil {
						return nil, err
					}
					return regained{s.amount(), totalAside(r.aside)}, nil
				}, "regained"))),
		fsm.At("regained", wire.Decode[regained]))
}

// beginRegain starts machines for notes that were found, each of which claims
// them by one transaction.
func (m *Purse) beginRegain(tx *fsm.Tx, found []owned) {
	slices.SortFunc(found, func(a, b owned) int {
		x, y := a.nonce(), b.nonce()
		return slices.Compare(x[:], y[:])
	})
	for n := (len(found) + m.mostClaims - 1) / m.mostClaims; n > 0; n-- {
		k := (len(found) + n - 1) / n
		m.start(tx, tx.Self.Op, "regain", regaining{found[:k]})
		found = found[k:]
	}
}

// questionsAtOnce is how many questions about notes guardians are asked at a time.
const questionsAtOnce = 8

// signedAgain returns notes that were found, by ascending amount.
func (m *Purse) signedAgain(ctx context.Context, found []owned) ([]note, error) {
	var all []note
	var unsigned []notes.Found
	for _, o := range found {
		if o.Note != nil {
			all = append(all, *o.Note)
		} else {
			unsigned = append(unsigned, *o.Found)
		}
	}
	ordered, questions, err := m.searcher().Again(ctx, unsigned)
	if err != nil {
		return nil, err
	}
	parts := make([][]note, len(questions))
	wanted := make([][]request, len(questions))
	for i, q := range questions {
		for _, f := range ordered[:q.Count] {
			wanted[i] = append(wanted[i], f.Request)
		}
		ordered = ordered[q.Count:]
	}
	err = inParallel(ctx, len(questions), questionsAtOnce, func(ctx context.Context, i int) (err error) {
		parts[i], err = m.ask(ctx, wanted[i], questions[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	return notes.Sorted(slices.Concat(append(parts, all)...)), nil
}

// inParallel does n things, so many at a time, and returns the first error. It
// returns when nothing is being done any more.
func inParallel(ctx context.Context, n, atOnce int, do func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	turns, done := make(chan struct{}, atOnce), make(chan error)
	for i := range n {
		go func() {
			turns <- struct{}{}
			err := ctx.Err()
			if err == nil {
				err = do(ctx, i)
			}
			<-turns
			done <- err
		}()
	}
	var first error
	for range n {
		if err := <-done; err != nil && first == nil {
			first = err
			cancel(err)
		}
	}
	return first
}
