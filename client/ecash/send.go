package ecash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// SendOptions say how e-cash is handed out.
type SendOptions struct {
	// TakeBackAfter is how long the wallet waits, from when it hands e-cash out,
	// before it takes back by itself what nobody has taken; 0 is for ever. It
	// counts in whole seconds.
	TakeBackAfter time.Duration

	// Invite puts an invite code into the text.
	Invite bool

	// Extra is kept with the operation.
	Extra json.RawMessage
}

func (o SendOptions) terms() terms {
	return terms{After: uint64((o.TakeBackAfter + time.Second - 1) / time.Second), Invite: o.Invite}
}

// Spend hands out notes worth exactly amount msat, from those that are there:
// nobody is asked. It fails with [ErrNoExactAmount] when other notes would be
// needed, see [Purse.Send].
func (m *Purse) Spend(ctx context.Context, amount wire.Amount, o SendOptions) (fsm.OpID, error) {
	return m.handOutOwn(ctx, amount, o, func(p *client.Plan) ([]note, error) { return notes.Exact(m.free(p), amount) })
}

// SpendAtLeast hands out notes worth at least amount msat, from those that are
// there.
func (m *Purse) SpendAtLeast(ctx context.Context, amount wire.Amount, o SendOptions) (fsm.OpID, error) {
	return m.handOutOwn(ctx, amount, o, func(p *client.Plan) ([]note, error) {
		return notes.AtLeast(m.free(p), amount, wire.FeeConsensus{})
	})
}

func (m *Purse) handOutOwn(ctx context.Context, amount wire.Amount, o SendOptions, choose func(*client.Plan) ([]note, error)) (op fsm.OpID, err error) {
	if amount == 0 {
		return op, ErrNoAmount
	}
	err = m.Update(ctx, func(tx *fsm.Tx) error {
		chosen, err := choose(m.PlanIn(tx))
		if err != nil {
			return m.short(tx, err)
		}
		op = m.SpendID(chosen)
		return m.give(tx, op, amount, chosen, o)
	})
	return op, err
}

// short makes the error of a selection say what the balance is.
func (m *Purse) short(tx *fsm.Tx, err error) error {
	var poor *client.InsufficientError
	if errors.As(err, &poor) {
		return &client.InsufficientError{Have: m.Balance(&tx.Reader), Need: poor.Need}
	}
	return err
}

func (m *Purse) give(tx *fsm.Tx, op fsm.OpID, amount wire.Amount, some []note, o SendOptions) error {
	if err := m.take(tx, some); err != nil {
		return err
	}
	m.handOut(tx, op, notes.Sorted(some), o.terms())
	given := notes.Total(some)
	m.log(tx, notes.HandedOwn{Requested: amount, Amount: given, TakeBackAfter: o.TakeBackAfter, Invite: o.Invite})
	return m.Begin(tx, op, m.Kind(), m.SendMeta(o.sending(amount, given, m.text(some, o.Invite))))
}

// sending is what the log has of e-cash that is handed out; text is nil if it is
// not there yet.
func (o SendOptions) sending(requested, amount wire.Amount, text notes.Text) notes.Sending {
	return notes.Sending{Requested: requested, Amount: amount, Text: text, NoTimeout: o.TakeBackAfter == 0, Extra: orNull(o.Extra)}
}

// addText writes e-cash that is there by now into the log.
func (m *Purse) addText(tx *fsm.Tx, op fsm.OpID, text notes.Text) error {
	o, ok := m.Operation(&tx.Reader, op)
	if !ok {
		return fmt.Errorf("operation %v is not in the log", op)
	}
	meta, err := m.AddText(o.Meta, text)
	if err != nil {
		return err
	}
	return m.Amend(tx, op, meta)
}

// A Quote is what sending costs.
type Quote struct {
	Amount  wire.Amount // msat that are handed out: what was asked for, rounded up to what notes can make
	Fee     wire.Amount // msat on top
	Reissue bool        // guardians are needed to make the notes
}

// Quote tells what sending amount msat costs now.
func (m *Purse) Quote(amount wire.Amount) (Quote, error) {
	if amount == 0 {
		return Quote{}, ErrNoAmount
	}
	p := m.Plan(fsm.OpID{})
	p.Quote = true
	if _, err := notes.Exact(m.free(p), amount); err == nil {
		return Quote{Amount: amount}, nil
	}
	rounded, err := m.roundUp(amount)
	if err != nil {
		return Quote{}, err
	}
	if _, err := notes.Exact(m.free(p), rounded); err == nil {
		return Quote{Amount: rounded}, nil
	}
	d, err := m.order(p, rounded, terms{})
	if err != nil {
		return Quote{}, err
	}
	return Quote{Amount: rounded, Fee: d.Fee, Reissue: true}, nil
}

// roundUp returns the least amount that is no less and that the wallet's notes can
// make.
func (m *Purse) roundUp(amount wire.Amount) (wire.Amount, error) {
	unit := m.Unit()
	return amount.Add((unit - amount%unit) % unit)
}

// order plans a transaction for new notes worth amount msat that are handed out
// when they are there.
func (m *Purse) order(p *client.Plan, amount wire.Amount, t terms) (*client.Draft, error) {
	wanted := notes.Represent(amount, nil, m.worth, 0, wire.FeeConsensus{})
	cost, err := wanted.Cost(m.Fee())
	if err != nil {
		return nil, err
	}
	// Before there is a request for every one of them: they may be countless.
	if have := m.Client.Balance(p.Reader); have < cost {
		return nil, &client.InsufficientError{Have: have, Need: cost}
	}
	b := &bundle{}
	err = m.want(p, b, wanted.Ascending(m.worth), func(tx *fsm.Tx, at client.Placed, q []request) {
		m.start(tx, at.Op, "packing", packing{pending{At: wire.OutPointRange{TxID: at.TxID, Indices: at.Outputs}, Wanted: q}, t})
	})
	if err != nil {
		return nil, err
	}
	return p.Transaction(m.part(b))
}

// Send hands out e-cash worth what [Purse.Quote] says: at once when the notes are
// there, otherwise as soon as guardians have made them; [Purse.Text] has it then.
// op is the caller's: a second call with the same one does nothing. With a quote,
// it is refused with [ErrQuote] if it would cost more by now.
func (m *Purse) Send(ctx context.Context, op fsm.OpID, amount wire.Amount, quote *Quote, o SendOptions) error {
	for {
		if fsm.Exists(m.Executor().Snapshot(), op) {
			return nil
		}
		now, err := m.Quote(amount)
		if err != nil {
			return err
		}
		if quote != nil && (now.Amount > quote.Amount || now.Fee > quote.Fee) {
			return fmt.Errorf("%w: %v and a fee of %v", ErrQuote, now.Amount, now.Fee)
		}
		if now.Reissue {
			err = m.sendNew(ctx, op, now, o)
		} else {
			err = m.sendOwn(ctx, op, now.Amount, o)
		}
		if !errors.Is(err, errChanged) {
			return err
		}
	}
}

// errChanged says that the wallet is not any more what the quote was made from.
var errChanged = errors.New("ecash: wallet has changed")

func (m *Purse) sendOwn(ctx context.Context, op fsm.OpID, amount wire.Amount, o SendOptions) error {
	return m.Update(ctx, func(tx *fsm.Tx) error {
		if fsm.Exists(&tx.Reader, op) {
			return nil
		}
		chosen, err := notes.Exact(m.free(m.PlanIn(tx)), amount)
		if err != nil {
			return errChanged
		}
		return m.give(tx, op, amount, chosen, o)
	})
}

func (m *Purse) sendNew(ctx context.Context, op fsm.OpID, q Quote, o SendOptions) error {
	err := m.Transact(ctx, op,
		func(p *client.Plan) error {
			d, err := m.order(p, q.Amount, o.terms())
			if err == nil && d.Fee > q.Fee {
				err = errChanged
			}
			return err
		},
		func(tx *fsm.Tx, p *client.Plan) error {
			return m.Begin(tx, op, m.Kind(), m.SendMeta(o.sending(q.Amount, q.Amount, nil)))
		})
	if errors.Is(err, client.ErrExists) {
		return nil
	}
	return err
}

// Sentinels of this package.
var (
	// ErrNoAmount reports an amount of zero.
	ErrNoAmount = errors.New("amount is zero")

	// ErrQuote reports that sending would cost more than was quoted.
	ErrQuote = errors.New("sending costs more by now")

	// ErrUnknownOperation reports an operation that is not e-cash handed out.
	ErrUnknownOperation = errors.New("no such e-cash was handed out")

	// ErrTaken reports that e-cash is known to be taken.
	ErrTaken = errors.New("this e-cash was taken")
)

// Most returns the greatest amount in msat that [Purse.Send] could hand out now.
// Since notes are worth powers of two, that is all of them, as they are, but for
// what is less than the amounts to which sending rounds up.
func (m *Purse) Most() (wire.Amount, error) {
	balance := m.Balance(m.Executor().Snapshot())
	most := balance - balance%m.Unit()
	if most == 0 {
		return 0, nil
	}
	_, err := m.Quote(most)
	return most, err
}
