package ecash

import (
	"context"

	"satchel/client"
	"satchel/client/notes"
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
		Alone    bool   // the transaction that was refused last spent no other notes
		Why      string // it was refused, in the federation's words
	}
	answered struct {
		Amount wire.Amount // face value of the notes asked about, msat
		Gone   wire.Amount // of it: spent by somebody else, msat
		Aside  wire.Amount // of it: put aside, msat; the rest is claimed again
	}
)

func (s asking) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendUint(wire.AppendVec(b, s.Notes), s.Refusals)
	return wire.AppendText(wire.AppendBool(b, s.Alone), s.Why), nil
}

func (s *asking) Decode(d *wire.Decoder) {
	s.Notes = wire.ReadVec[note](d)
	s.Refusals = d.Uint64()
	s.Alone = d.Bool()
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
func (m *Purse) inquiry() *fsm.Machine {
	return fsm.Define(m.name("inquiry"),
		fsm.At("asking", wire.Decode[asking],
			client.Read(fsm.On("told", m.inquire, m.conclude, "answered"))),
		fsm.At("answered", wire.Decode[answered]))
}

// findings are what an inquiry has found.
type findings struct {
	gone []note
	rescue
}

func (m *Purse) inquire(ctx context.Context, s asking) (f findings, err error) {
	rest, oneIsGone := []note(nil), false
	if f.gone, rest, oneIsGone, err = m.findSpent(ctx, s); err != nil {
		return f, err
	}
	op, refusals := fsm.Self(ctx).Op, s.Refusals+1
	switch {
	case len(f.gone) > 0:
		f.rescue, err = m.rescue(op, [][]note{rest}, 0)
	case oneIsGone:
		f.rescue, err = m.rescue(op, halves(rest), 0)
	case refusals < patience:
		f.rescue, err = m.rescue(op, [][]note{rest}, refusals)
	case len(rest) > 1:
		f.rescue, err = m.rescue(op, halves(rest), refusals)
	default:
		f.rescue = rescue{plan: m.Plan(op), aside: shelve(rest, s.Why)}
	}
	return f, err
}

// halves splits notes, which come by ascending amount, into two parts that are
// about equally great: small ones by themselves would bring nothing.
func halves(some []note) [][]note {
	parts := make([][]note, 2)
	for i, n := range some {
		parts[i%2] = append(parts[i%2], n)
	}
	return parts
}

func (m *Purse) conclude(tx *fsm.Tx, s asking, f findings) (fsm.State, error) {
	if err := m.beginRescue(tx, f.rescue); err != nil {
		return nil, err
	}
	m.fromAside(tx, f.gone)
	return answered{notes.Total(s.Notes), notes.Total(f.gone), totalAside(f.aside)}, nil
}

// findSpent splits notes into those that are spent and the others. Where guardians
// do not tell, the refusal itself does: a transaction that spends but one note and
// is refused since that is spent. oneIsGone says that one of several is. When the
// transaction spent other notes as well, one of them may be the one.
func (m *Purse) findSpent(ctx context.Context, s asking) (gone, rest []note, oneIsGone bool, err error) {
	teller, ok := m.Generation.(notes.Teller)
	if !ok {
		switch {
		case !s.Alone || !m.SaysSpent(s.Why):
			return nil, s.Notes, false, nil
		case len(s.Notes) == 1:
			return s.Notes, nil, false, nil
		}
		return nil, s.Notes, true, nil
	}
	for _, n := range s.Notes {
		spent, err := teller.Spent(ctx, n.Nonce)
		if err != nil {
			return nil, nil, false, err
		}
		if spent {
			gone = append(gone, n)
		} else {
			rest = append(rest, n)
		}
	}
	return gone, rest, false, nil
}
