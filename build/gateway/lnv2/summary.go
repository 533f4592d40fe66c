package lnv2

import (
	"satchel/client"
	"satchel/fsm"
)

// Summarize implements [client.Module]. Of an order, what comes in counts, and of a
// purchase what goes out: that the lightning node has paid, or is paid, is not the
// federation's money.
func (m *Gateway) Summarize(_ client.Operation, steps []fsm.Record) client.Summary {
	t := tally{Moves: m.Moves(steps)}
	for _, rec := range steps {
		if own(rec) {
			t.add(rec)
		}
	}
	s := client.Summary{State: client.OnItsWay, InFlight: t.InFlight(), Fee: t.Fee(), Aside: t.Aside}
	switch v := t.last.(type) {
	case interface{ ordered() order }:
		t.send(&s, v.ordered())
	case interface{ bought() purchase }:
		t.receive(&s, v.bought())
	}
	if t.Busy() {
		s.State = client.OnItsWay
	}
	s.Final = s.State != client.OnItsWay
	s.Change -= int64(s.Gone + s.Aside)
	return s
}

func (o order) ordered() order      { return o }
func (p purchase) bought() purchase { return p }

// A tally is where the machines of an operation stand.
type tally struct {
	*client.Moves
	last fsm.State // of the contract's machine
}

// add adds what a step says of the contract: it is money that moves, or that a
// machine looks after.
func (t *tally) add(rec fsm.Record) {
	switch s := rec.State.(type) {
	case paid:
		if rec.Event != "guardians told" { // and not that the contract is still there
			t.Asks(rec.ID, s.Contract.Amount)
		}
	case claiming:
		t.Told(rec.ID)
		t.Spends(s.TxID, s.Contract.Amount)
	case claimed:
		t.Decided(s.TxID, s.Contract.Amount, false)
	case contested:
		t.Decided(s.TxID, s.Contract.Amount, true)
		t.Asks(rec.ID, s.Contract.Amount)
	case unclaimed, lost:
		t.Told(rec.ID)
	case sending, swapping, cancelled:
	default:
		t.addReceive(rec)
		return
	}
	t.last = rec.State
}

func (t *tally) addReceive(rec fsm.Record) {
	switch s := rec.State.(type) {
	case funding:
		t.Makes(s.At.TxID, s.amount())
	case rejected:
		t.Made(s.At.TxID, s.amount(), true)
	case succeeded:
		t.Made(s.At.TxID, s.amount(), false)
	case refundable:
		t.Made(s.At.TxID, s.amount(), false)
		t.Asks(rec.ID, s.amount())
	case refunding:
		t.Told(rec.ID)
		t.Spends(s.TxID, s.amount())
	case refunded:
		t.Decided(s.TxID, s.amount(), false)
	case worthless:
		t.Told(rec.ID)
	case failed:
		if s.Refund != nil {
			t.Decided(*s.Refund, s.amount(), true)
		} else {
			t.Made(s.At.TxID, s.amount(), false)
		}
	default:
		return // of the circuit
	}
	t.last = rec.State
}

// send sums up an order.
func (t *tally) send(s *client.Summary, o order) {
	s.Title, s.Requested = "pay for a wallet", o.Contract.Amount
	s.Details = map[string]any{"invoice": o.Invoice}
	switch v := t.last.(type) {
	case claiming, claimed, paid, contested:
		s.Amount = o.Contract.Amount
		if _, ok := v.(claimed); ok {
			s.State = client.Done
		}
		s.Change = int64(s.Amount) - int64(s.Fee)
	case unclaimed:
		s.State = client.Done
	case cancelled:
		s.State, s.Why = client.Returned, v.Why
	case lost:
		s.State, s.Why = client.Refused, v.Why
	}
}

// receive sums up a purchase.
func (t *tally) receive(s *client.Summary, p purchase) {
	s.Title, s.Requested, s.Amount, s.Outgoing = "fund for a wallet", p.amount(), p.amount(), true
	switch v := t.last.(type) {
	case succeeded:
		s.State = client.Done
	case rejected:
		s.State, s.Why = client.Refused, v.Why
	case refundable, refunding, refunded:
		s.ComingBack = true
		if _, ok := v.(refunded); ok {
			s.State = client.Returned
		}
	case worthless:
		s.State = client.Returned
		s.Gone = p.amount()
	case failed:
		s.State, s.Why = client.Returned, v.Why
		s.Gone = p.amount()
	}
	s.Change = -int64(s.Fee)
	if s.State == client.OnItsWay && !s.ComingBack || s.State == client.Done {
		s.Change -= int64(s.Amount)
	}
}
