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
		Aside  wire.Amount // of it: put aside, or of no signature, msat; the rest is claimed, or looked for
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
// whoever was handed one as text may be first. Notes of which guardians have but
// the share of a later one are looked for in the sessions, see trace: anybody can
// bring that about, and it must not hold back the others.
func (m *Purse) regain() *fsm.Machine {
	return fsm.Define(m.name("regain"),
		fsm.At("regaining", wire.Decode[regaining],
			client.Read(fsm.On("signed", m.signAgain, m.claimFound, "regained"))),
		fsm.At("regained", wire.Decode[regained]))
}

// A reunion is what becomes of notes that were found.
type reunion struct {
	rescue
	lost     []notes.Found // to be looked for in the sessions
	unsigned wire.Amount   // guardians have no signature where the note was issued, msat
}

func (m *Purse) signAgain(ctx context.Context, s regaining) (r reunion, err error) {
	signed, others, err := m.signedAgain(ctx, s.Notes)
	if err != nil {
		return r, err
	}
	for _, f := range others {
		if f.At == nil {
			r.lost = append(r.lost, f)
		} else {
			r.unsigned += f.Amount
		}
	}
	r.rescue, err = m.rescue(fsm.Self(ctx).Op, [][]note{signed}, 0)
	return r, err
}

func (m *Purse) claimFound(tx *fsm.Tx, s regaining, r reunion) (fsm.State, error) {
	if err := m.beginRescue(tx, r.rescue); err != nil {
		return nil, err
	}
	if len(r.lost) > 0 {
		m.start(tx, tx.Self.Op, "trace", tracing{Notes: r.lost})
	}
	return regained{s.amount(), totalAside(r.aside) + r.unsigned}, nil
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

// signedAgain returns notes that were found, by ascending amount, and those of
// which guardians gave no share.
func (m *Purse) signedAgain(ctx context.Context, found []owned) (all []note, others []notes.Found, err error) {
	var unsigned []notes.Found
	as := map[wire.PublicKey]notes.Found{}
	for _, o := range found {
		if o.Note != nil {
			all = append(all, *o.Note)
		} else {
			unsigned, as[o.Found.Nonce] = append(unsigned, *o.Found), *o.Found
		}
	}
	ordered, questions, err := m.searcher().Again(ctx, unsigned)
	if err != nil {
		return nil, nil, err
	}
	wanted := make([][]request, len(questions))
	for i, q := range questions {
		for _, f := range ordered[:q.Count] {
			wanted[i] = append(wanted[i], f.Request)
		}
		ordered = ordered[q.Count:]
	}
	parts := make([]harvest, len(questions))
	err = inParallel(ctx, len(questions), questionsAtOnce, func(ctx context.Context, i int) (err error) {
		parts[i], err = m.askAgain(ctx, wanted[i], questions[i])
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for i, part := range parts {
		all = append(all, part.made...)
		for _, at := range part.amiss {
			others = append(others, as[wanted[i][at].Nonce])
		}
	}
	return notes.Sorted(all), others, nil
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
