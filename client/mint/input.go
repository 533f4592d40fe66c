package mint

import (
	"context"

	"satchel/client"
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

// A rescue is how the notes of a refused transaction are to come back.
type rescue struct {
	why   string
	plan  *client.Plan
	notes []note // those that the plan claims; the others are not worth it
}

// input watches over notes that a transaction spends. When it is refused, they
// are claimed again by a transaction of their own: it conflicts with the refused
// one, should that still turn up.
func (m *Mint) input() *fsm.Machine {
	return fsm.Define("mint/input",
		fsm.At("spending", wire.Decode[spending],
			fsm.On("accepted",
				func(ctx context.Context, s spending) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(_ *fsm.Tx, s spending, _ struct{}) (fsm.State, error) {
					return spent{s.settled()}, nil
				}, "spent"),
			fsm.On("rejected",
				func(ctx context.Context, s spending) (rescue, error) {
					why, err := m.Rejection(ctx, s.TxID)
					if err != nil {
						return rescue{}, err
					}
					r, err := m.rescue(fsm.Self(ctx).Op, s.Notes)
					r.why = why
					return r, err
				},
				func(tx *fsm.Tx, s spending, r rescue) (fsm.State, error) {
					if err := m.beginReclaim(tx, r); err != nil {
						return nil, err
					}
					return refused{s.settled(), r.why}, nil
				}, "refused")),
		fsm.At("spent", wire.Decode[spent]),
		fsm.At("refused", wire.Decode[refused]))
}

// rescue works out one transaction that claims all notes that are worth it.
func (m *Mint) rescue(op fsm.OpID, notes []note) (rescue, error) {
	worth, _ := m.worthClaiming(notes)
	r := rescue{notes: worth, plan: m.Plan(op)}
	if len(worth) == 0 {
		return r, nil
	}
	_, err := r.plan.Transaction(m.claimPart(worth))
	return r, err
}

// claimPart spends notes without a machine to watch over them: reclaim does.
func (m *Mint) claimPart(notes []note) client.Part {
	b := &bundle{foreign: notes}
	part := m.part(b)
	part.Lock = func(*fsm.Tx, client.Placed) error { return nil }
	return part
}

func (m *Mint) beginReclaim(tx *fsm.Tx, r rescue) error {
	if len(r.notes) == 0 {
		return nil
	}
	if err := r.plan.Commit(tx); err != nil {
		return err
	}
	tx.Start(tx.Self.Op, claiming{claim{r.plan.Drafts()[0].ID, r.notes}})
	return nil
}
