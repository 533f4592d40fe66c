package ecash

import (
	"context"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// claim are notes that a transaction spends.
type claim struct {
	TxID  wire.TxID
	Notes []note
}

func (c claim) Append(b []byte) []byte { return wire.AppendVec(c.TxID.Append(b), c.Notes) }

func (c *claim) Decode(d *wire.Decoder) {
	c.TxID.Decode(d)
	c.Notes = wire.ReadVec[note](d)
}

func (c claim) settled() settled { return settled{c.TxID, notes.Total(c.Notes)} }

// The steps of an input.
type (
	spending struct {
		claim
		Foreign bool // whether e-cash that came in is among the notes
	}
	spent   struct{ settled }
	refused struct {
		settled
		Why string
	}
)

func (s spending) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendBool(s.claim.Append(b), s.Foreign), nil
}

func (s *spending) Decode(d *wire.Decoder) {
	s.claim.Decode(d)
	s.Foreign = d.Bool()
}

func (s spent) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s refused) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.settled.Append(b), s.Why), nil
}

func (s *refused) Decode(d *wire.Decoder) {
	s.settled.Decode(d)
	s.Why = d.Text()
}

// input watches over notes that a transaction spends. When it is refused, an
// inquiry finds out which of them are spent and claims the others by a
// transaction of their own: it conflicts with the refused one, should that still
// turn up.
func (m *Purse) input() *fsm.Machine {
	return fsm.Define(m.name("input"),
		fsm.At("spending", wire.Decode[spending],
			fsm.On("accepted",
				func(ctx context.Context, s spending) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s spending, _ struct{}) (fsm.State, error) {
					m.fromAside(tx, s.Notes)
					m.logClaim(tx, s, false)
					return spent{s.settled()}, nil
				}, "spent"),
			fsm.On("rejected",
				func(ctx context.Context, s spending) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(tx *fsm.Tx, s spending, why string) (fsm.State, error) {
					m.logClaim(tx, s, true)
					m.start(tx, tx.Self.Op, "inquiry", asking{Notes: s.Notes, Why: why})
					return refused{s.settled(), why}, nil
				}, "refused")),
		fsm.At("spent", wire.Decode[spent]),
		fsm.At("refused", wire.Decode[refused]))
}

// logClaim says what became of e-cash that came in.
func (m *Purse) logClaim(tx *fsm.Tx, s spending, refused bool) {
	if s.Foreign {
		m.log(tx, notes.Claimed{Op: tx.Self.Op, Refused: refused})
	}
}
