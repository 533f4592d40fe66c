package ecash

import (
	"context"
	"errors"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// A MoveQuote is what moving notes over costs.
type MoveQuote struct {
	Amount wire.Amount // face value of the notes, msat
	Fee    wire.Amount // msat, off the amount
}

// ErrNowhere reports notes that nothing is to be moved to: no other e-cash is
// asked before this one.
var ErrNowhere = errors.New("there is no newer e-cash to move to")

// moveMeta is what the operation log has of notes that are moved over. The
// reference has none.
type moveMeta struct {
	Move *struct {
		Amount wire.Amount `json:"amount"` // msat
	} `json:"move"`
}

// QuoteMove tells what it would cost now to make all notes of this e-cash ones of
// that which the wallet asks first.
func (m *Purse) QuoteMove() (q MoveQuote, err error) {
	p := m.Plan(fsm.OpID{})
	p.Quote = true
	if q.Amount, err = m.moveAll(p); err != nil {
		return q, err
	}
	for _, d := range p.Drafts() {
		q.Fee += d.Fee
	}
	return q, nil
}

// Move does it. op is the caller's: a second call with the same one does nothing.
func (m *Purse) Move(ctx context.Context, op fsm.OpID) error {
	var meta moveMeta
	err := m.Transact(ctx, op,
		func(p *client.Plan) error {
			amount, err := m.moveAll(p)
			meta.Move = &struct {
				Amount wire.Amount `json:"amount"`
			}{amount}
			return err
		},
		func(tx *fsm.Tx, _ *client.Plan) error { return m.Begin(tx, op, m.Kind(), meta) })
	if errors.Is(err, client.ErrExists) {
		return nil
	}
	return err
}

func (m *Purse) moveAll(p *client.Plan) (amount wire.Amount, err error) {
	if m.Cash()[0] == client.Cash(m) {
		return 0, ErrNowhere
	}
	var all []note
	for n := range m.free(p) {
		all = append(all, n)
	}
	worth, _ := m.worthClaiming(all)
	if !m.worthReissuing(worth) {
		return 0, ErrDust
	}
	for _, some := range m.chunks(worth) {
		b := &bundle{}
		m.pay(p, b, some)
		d, err := p.Transaction(m.part(b))
		if err != nil {
			return 0, err
		}
		if d.Added.Start == d.Added.End {
			return 0, ErrDust
		}
	}
	return notes.Total(worth), nil
}
