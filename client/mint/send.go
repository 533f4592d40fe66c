package mint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"satchel/client"
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
// needed, see [Mint.Send].
func (m *Mint) Spend(ctx context.Context, amount wire.Amount, o SendOptions) (fsm.OpID, error) {
	return m.handOutOwn(ctx, amount, o, func(p *client.Plan) ([]note, error) { return exact(m.free(p), amount) })
}

// SpendAtLeast hands out notes worth at least amount msat, from those that are
// there.
func (m *Mint) SpendAtLeast(ctx context.Context, amount wire.Amount, o SendOptions) (fsm.OpID, error) {
	return m.handOutOwn(ctx, amount, o, func(p *client.Plan) ([]note, error) {
		return atLeast(m.free(p), amount, wire.FeeConsensus{})
	})
}

func (m *Mint) handOutOwn(ctx context.Context, amount wire.Amount, o SendOptions, choose func(*client.Plan) ([]note, error)) (op fsm.OpID, err error) {
	if amount == 0 {
		return op, ErrNoAmount
	}
	err = m.Update(ctx, func(tx *fsm.Tx) error {
		chosen, err := choose(m.PlanIn(tx))
		if err != nil {
			return m.short(tx, err)
		}
		op = fsm.OpID(m.text(grouped(chosen), false).SpendID())
		return m.give(tx, op, amount, chosen, o)
	})
	return op, err
}

// short makes the error of a selection say what the balance is.
func (m *Mint) short(tx *fsm.Tx, err error) error {
	var poor *client.InsufficientError
	if errors.As(err, &poor) {
		return &client.InsufficientError{Have: m.Balance(&tx.Reader), Need: poor.Need}
	}
	return err
}

func (m *Mint) give(tx *fsm.Tx, op fsm.OpID, amount wire.Amount, notes []note, o SendOptions) error {
	if err := m.take(tx, notes); err != nil {
		return err
	}
	m.handOut(tx, op, sorted(notes), o.terms())
	var timeout any
	if o.TakeBackAfter > 0 {
		timeout = map[string]any{"secs": int64(o.TakeBackAfter / time.Second), "nanos": int64(o.TakeBackAfter % time.Second)}
	}
	m.Log(tx, m.event("oob-notes-spent", map[string]any{
		"requested_amount": amount, "spent_amount": total(notes), "timeout": timeout, "include_invite": o.Invite,
	}))
	text := m.text(grouped(notes), o.Invite)
	return m.begin(tx, op, o.meta(amount, total(notes), &text))
}

// meta is what the log has of e-cash that is handed out; text is nil if it is not
// there yet.
func (o SendOptions) meta(requested, amount wire.Amount, text *wire.OOBNotes) meta {
	return meta{
		Variant: variant{Spend: &spendMeta{requested, text, o.TakeBackAfter == 0}},
		Amount:  amount, Extra: o.Extra,
	}
}

// A Quote is what sending costs.
type Quote struct {
	Amount  wire.Amount // msat that are handed out: what was asked for, rounded up to what notes can make
	Fee     wire.Amount // msat on top
	Reissue bool        // guardians are needed to make the notes
}

// Quote tells what sending amount msat costs now.
func (m *Mint) Quote(amount wire.Amount) (Quote, error) {
	if amount == 0 {
		return Quote{}, ErrNoAmount
	}
	p := m.Plan(fsm.OpID{})
	p.Quote = true
	if _, err := exact(m.free(p), amount); err == nil {
		return Quote{Amount: amount}, nil
	}
	rounded, err := m.keys.Fee.RoundUp(amount)
	if err != nil {
		return Quote{}, err
	}
	if _, err := exact(m.free(p), rounded); err == nil {
		return Quote{Amount: rounded}, nil
	}
	d, err := m.order(p, rounded, terms{})
	if err != nil {
		return Quote{}, err
	}
	return Quote{Amount: rounded, Fee: d.Fee, Reissue: true}, nil
}

// order plans a transaction for new notes worth amount msat that are handed out
// when they are there.
func (m *Mint) order(p *client.Plan, amount wire.Amount, t terms) (*client.Draft, error) {
	wanted := represent(amount, nil, m.worth, 0, wire.FeeConsensus{})
	cost, err := wanted.cost(m.keys.Fee)
	if err != nil {
		return nil, err
	}
	// Before there is a request for every one of them: they may be countless.
	if have := m.Balance(p.Reader); have < cost {
		return nil, &client.InsufficientError{Have: have, Need: cost}
	}
	b := &bundle{}
	err = m.want(p, b, wanted.ascending(m.worth), func(tx *fsm.Tx, at client.Placed, q []request) {
		tx.Start(at.Op, packing{pending{At: wire.OutPointRange{TxID: at.TxID, Indices: at.Outputs}, Wanted: q}, t})
	})
	if err != nil {
		return nil, err
	}
	return p.Transaction(m.part(b))
}

// Send hands out e-cash worth what [Mint.Quote] says: at once when the notes are
// there, otherwise as soon as guardians have made them; [Mint.Text] has it then.
// op is the caller's: a second call with the same one does nothing. With a quote,
// it is refused with [ErrQuote] if it would cost more by now.
func (m *Mint) Send(ctx context.Context, op fsm.OpID, amount wire.Amount, quote *Quote, o SendOptions) error {
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
var errChanged = errors.New("mint: wallet has changed")

func (m *Mint) sendOwn(ctx context.Context, op fsm.OpID, amount wire.Amount, o SendOptions) error {
	return m.Update(ctx, func(tx *fsm.Tx) error {
		if fsm.Exists(&tx.Reader, op) {
			return nil
		}
		chosen, err := exact(m.free(m.PlanIn(tx)), amount)
		if err != nil {
			return errChanged
		}
		return m.give(tx, op, amount, chosen, o)
	})
}

func (m *Mint) sendNew(ctx context.Context, op fsm.OpID, q Quote, o SendOptions) error {
	err := m.Transact(ctx, op,
		func(p *client.Plan) error {
			d, err := m.order(p, q.Amount, o.terms())
			if err == nil && d.Fee > q.Fee {
				err = errChanged
			}
			return err
		},
		func(tx *fsm.Tx, p *client.Plan) error {
			return m.begin(tx, op, o.meta(q.Amount, q.Amount, nil))
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

// Most returns the greatest amount in msat that [Mint.Send] could hand out now.
// Since notes are worth powers of two, that is all of them, as they are, but for
// what is less than the amounts to which sending rounds up.
func (m *Mint) Most() (wire.Amount, error) {
	balance := m.Balance(m.Executor().Snapshot())
	most := balance - balance%m.keys.Fee.MinEconomical()
	if most == 0 {
		return 0, nil
	}
	_, err := m.Quote(most)
	return most, err
}
