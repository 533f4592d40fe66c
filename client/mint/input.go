package mint

import (
	"context"

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

func (c claim) settled() settled { return settled{c.TxID, total(c.Notes)} }

// The steps of an input.
type (
	spending struct{ claim }
	spent    struct{ settled }
	refused  struct {
		settled
		Why string
	}
)

func (s spending) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s spent) AppendBinary(b []byte) ([]byte, error)    { return s.Append(b), nil }
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
func (m *Mint) input() *fsm.Machine {
	return fsm.Define("mint/input",
		fsm.At("spending", wire.Decode[spending],
			fsm.On("accepted",
				func(ctx context.Context, s spending) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s spending, _ struct{}) (fsm.State, error) {
					m.fromAside(tx, s.Notes)
					return spent{s.settled()}, nil
				}, "spent"),
			fsm.On("rejected",
				func(ctx context.Context, s spending) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(tx *fsm.Tx, s spending, why string) (fsm.State, error) {
					tx.Start(tx.Self.Op, asking{s.Notes, 0, why})
					return refused{s.settled(), why}, nil
				}, "refused")),
		fsm.At("spent", wire.Decode[spent]),
		fsm.At("refused", wire.Decode[refused]))
}
