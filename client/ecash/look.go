package ecash

import (
	"context"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// How many notes guardians are asked about at a time.
const asksAtOnce = 16

// A ReceiveQuote is what receiving e-cash would bring.
type ReceiveQuote struct {
	Amount wire.Amount // face value of all notes, msat
	Fee    wire.Amount // msat, off the amount
	Aside  wire.Amount // face value of notes that are worth less than their fee, msat
}

// QuoteReceive checks e-cash without asking anybody, and tells what receiving it
// would bring now. Its errors are those of [Purse.Receive].
func (m *Purse) QuoteReceive(ctx context.Context, text notes.Text) (q ReceiveQuote, err error) {
	op := fsm.OpID(text.ReceiveID())
	if fsm.Exists(m.Executor().Snapshot(), op) {
		return q, ErrReceived
	}
	some, amount, err := m.validate(ctx, text)
	if err != nil {
		return q, err
	}
	worth, dust := m.worthClaiming(some)
	q.Amount, q.Aside = amount, notes.Total(dust)
	if len(worth) == 0 {
		return q, ErrDust
	}
	p := m.Plan(op)
	p.Quote = true
	if err := m.claimAll(p, worth); err != nil {
		return q, err
	}
	for _, d := range p.Drafts() {
		q.Fee += d.Fee
	}
	return q, nil
}

// Spent asks the guardians which notes of e-cash are spent, and returns their
// face value in msat. It tells them that whoever asks is interested in these
// notes, so it is asked when a person looks, not by itself. It fails with
// [ErrNotTold] where guardians do not tell.
func (m *Purse) Spent(ctx context.Context, text notes.Text) (spent wire.Amount, err error) {
	if !text.Of(m.FederationID()) {
		return 0, notes.ErrForeign
	}
	teller, ok := m.Generation.(notes.Teller)
	if !ok {
		return 0, ErrNotTold
	}
	type answer struct {
		amount wire.Amount
		spent  bool
		err    error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	turns, answers, n := make(chan struct{}, asksAtOnce), make(chan answer), 0
	for amount, keys := range text.All() {
		if n++; n > mostNotes {
			return 0, ErrTooManyNotes
		}
		go func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			spent, err := teller.Spent(ctx, keys.SpendKey.PublicKey())
			select {
			case answers <- answer{amount, spent, err}:
			case <-ctx.Done():
			}
		}()
	}
	for range n {
		select {
		case a := <-answers:
			if a.err != nil {
				return 0, a.err
			}
			if a.spent {
				spent += a.amount
			}
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return spent, nil
}
