package mint

import (
	"context"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm"
)

// patience is how often notes of which none is found to be spent are refused
// together before they are claimed by halves. What refuses them must be in the
// new notes then, and these are others each time.
const patience = 3

// The steps of an inquiry.
type (
	asking struct {
		Notes    []note
		Refusals uint64 // before the last one, see claiming
		Why      string // they were refused last, in the federation's words
	}
	answered struct {
		Amount wire.Amount // face value of the notes asked about, msat
		Gone   wire.Amount // of it: spent by somebody else, msat
		Aside  wire.Amount // of it: put aside, msat; the rest is claimed again
	}
)

func (s asking) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(wire.AppendUint(wire.AppendVec(b, s.Notes), s.Refusals), s.Why), nil
}

func (s *asking) Decode(d *wire.Decoder) {
	s.Notes = wire.ReadVec[note](d)
	s.Refusals = d.Uint64()
	s.Why = d.Text()
}

func (s answered) AppendBinary(b []byte) ([]byte, error) {
	return s.Aside.Append(s.Gone.Append(s.Amount.Append(b))), nil
}

func (s *answered) Decode(d *wire.Decoder) {
	s.Amount.Decode(d)
	s.Gone.Decode(d)
	s.Aside.Decode(d)
}

// inquiry finds out which notes of a refused transaction are spent, and claims
// the others again. That a transaction was refused says nothing about any one of
// its notes: only what a threshold of guardians says of a note lets the wallet
// forget it.
//
// It comes to an end, whoever races: each time either a note is found to be
// spent, or the refusals are one more, and after so many there are fewer notes
// in each transaction, until one that is refused by itself is put aside.
func (m *Mint) inquiry() *fsm.Machine {
	return fsm.Define("mint/inquiry",
		fsm.At("asking", wire.Decode[asking],
			client.Read(fsm.On("told", m.inquire, m.conclude, "answered"))),
		fsm.At("answered", wire.Decode[answered]))
}

// findings are what an inquiry has found.
type findings struct {
	gone []note
	rescue
}

func (m *Mint) inquire(ctx context.Context, s asking) (f findings, err error) {
	var rest []note
	for _, n := range s.Notes {
		spent, err := m.isSpent(ctx, n.nonce)
		if err != nil {
			return f, err
		}
		if spent {
			f.gone = append(f.gone, n)
		} else {
			rest = append(rest, n)
		}
	}
	op, refusals, half := fsm.Self(ctx).Op, s.Refusals+1, len(rest)/2
	switch {
	case len(f.gone) > 0:
		f.rescue, err = m.rescue(op, [][]note{rest}, 0)
	case refusals < patience:
		f.rescue, err = m.rescue(op, [][]note{rest}, refusals)
	case half > 0:
		f.rescue, err = m.rescue(op, [][]note{rest[:half], rest[half:]}, refusals)
	default:
		f.rescue = rescue{plan: m.Plan(op), aside: shelve(rest, s.Why)}
	}
	return f, err
}

func (m *Mint) conclude(tx *fsm.Tx, s asking, f findings) (fsm.State, error) {
	if err := m.beginRescue(tx, f.rescue); err != nil {
		return nil, err
	}
	m.fromAside(tx, f.gone)
	return answered{total(s.Notes), total(f.gone), totalAside(f.aside)}, nil
}

// isSpent asks the guardians about a note. A threshold has to agree, on yes as
// on no.
func (m *Mint) isSpent(ctx context.Context, nonce wire.PublicKey) (bool, error) {
	return guardians.Ask(ctx, m.Guardians(), guardians.Question{Method: m.Method("note_spent"), Params: nonce},
		guardians.JSON[bool], guardians.Agree[bool]())
}
