package lnv2

import (
	"encoding/json"
	"strings"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// Summarize implements [client.Module].
func (m *Lightning) Summarize(op client.Operation, steps []fsm.Record) client.Summary {
	t := tally{Moves: m.Moves(steps)}
	for _, rec := range steps {
		if strings.HasPrefix(rec.Machine, "lnv2/") {
			t.add(rec)
		}
	}
	s := client.Summary{Details: map[string]any{}, InFlight: t.InFlight(), Fee: t.Fee(), Gone: t.Gone, Aside: t.Aside, Final: !t.Busy()}
	switch v := t.last.(type) {
	case interface{ paying() payment }:
		t.send(&s, v.paying())
	case interface{ selling() sale }:
		t.receive(&s, v.selling())
	}
	s.Change -= int64(s.Gone + s.Aside)
	if v, err := parseMeta(op.Meta); err == nil && v.Send != nil {
		s.Details["extra"] = v.Send.Extra
	}
	return s
}

func (p payment) paying() payment { return p }
func (s sale) selling() sale      { return s }

// A tally is where the machines of an operation stand.
type tally struct {
	*client.Moves
	last   fsm.State // of the module's machine
	refund wire.TxID // or claim, that is not decided
}

// add adds what a step says of the contract: it is money that moves, or that a
// machine looks after.
func (t *tally) add(rec fsm.Record) {
	t.last = rec.State
	switch s := rec.State.(type) {
	case funding:
		t.Makes(s.At.TxID, s.Contract.Amount)
	case rejected:
		t.Made(s.At.TxID, s.Contract.Amount, true)
	case funded:
		if rec.Event == "accepted" { // and not that the contract is still there
			t.Made(s.At.TxID, s.Contract.Amount, false)
			t.Asks(rec.ID, s.Contract.Amount)
		}
	case refunding:
		t.Told(rec.ID)
		t.Spends(s.TxID, s.Contract.Amount)
	case refunded:
		t.Decided(s.TxID, s.Contract.Amount, false)
	case contested:
		t.Decided(s.TxID, s.Contract.Amount, true)
		t.Asks(rec.ID, s.Contract.Amount)
	case succeeded, worthless, gone:
		t.Told(rec.ID)
	default:
		t.addReceive(rec)
	}
}

func (t *tally) addReceive(rec fsm.Record) {
	switch s := rec.State.(type) {
	case claimable:
		if rec.Event == "rejected" {
			t.Decided(t.refund, s.Contract.Commitment.Amount, true)
		}
		t.Asks(rec.ID, s.Contract.Commitment.Amount)
	case claiming:
		t.Told(rec.ID)
		t.refund = s.TxID
		t.Spends(s.TxID, s.Contract.Commitment.Amount)
	case claimed:
		t.Decided(s.TxID, s.Contract.Commitment.Amount, false)
	case taken:
		t.Decided(s.TxID, s.Contract.Commitment.Amount, true)
	case uneconomical:
		t.Told(rec.ID)
	}
}

// send sums up a payment. What the gateway takes is a fee, once it is sure to get
// it.
func (t *tally) send(s *client.Summary, p payment) {
	s.Title, s.Outgoing, s.Requested, s.Amount = "pay", true, p.Amount, p.Amount
	s.State = client.OnItsWay
	s.Details = map[string]any{"invoice": p.Invoice, "gateway": p.Gateway, "expiration": p.Contract.Expiration}
	fee := p.Contract.Amount - p.Amount
	switch v := t.last.(type) {
	case funding:
		s.Outcome = outcome("Funding")
	case funded, contested:
		s.Outcome = outcome("Funded")
	case succeeded:
		s.State, s.Outcome = client.Done, outcome(map[string]string{"Success": v.Preimage.String()})
		s.Details["preimage"] = v.Preimage.String()
	case refundable, refunding:
		s.ComingBack, s.Outcome = true, outcome("Refunding")
		fee = 0
	case rejected:
		s.Why, s.Outcome = v.Why, outcome("Failure")
		t.ended(s, client.Refused)
	case refunded:
		s.Outcome = outcome("Refunded")
		t.ended(s, client.Returned)
	case worthless:
		s.Amount, s.Outcome = 0, outcome("Failure")
		s.Fee += p.Contract.Amount
		t.ended(s, client.Returned)
	case gone:
		s.Amount, s.Outcome = 0, outcome("Failure")
		s.Gone += p.Contract.Amount
		t.ended(s, client.Returned)
	}
	switch {
	case s.State == client.Returned || s.State == client.Refused || s.ComingBack:
		s.Change = -int64(s.Fee)
	default:
		s.Fee += fee
		s.Change = -int64(s.Amount) - int64(s.Fee)
	}
	s.Final = s.Final && s.State != client.OnItsWay
}

// ended says how a payment has ended that was not made, once its money is back.
func (t *tally) ended(s *client.Summary, state client.State) {
	if t.Busy() {
		s.ComingBack = true
		return
	}
	s.State = state
	s.Outgoing = state == client.Refused
}

// receive sums up a payment to the wallet.
func (t *tally) receive(s *client.Summary, v sale) {
	s.Title, s.Requested, s.Amount = "invoice", v.Amount, v.Amount
	s.State = client.OnItsWay
	s.Details = map[string]any{"invoice": v.Invoice, "gateway": v.Gateway, "expires": v.Contract.Commitment.Expiration}
	switch t.last.(type) {
	case pending:
		s.State, s.Final, s.Outcome = client.Ready, false, outcome("Pending")
		return
	case claimable, claiming:
		s.Final, s.Outcome = false, outcome("Claiming")
	case claimed:
		s.Outcome = outcome("Claimed")
		if !t.Busy() {
			s.State = client.Done
		}
	case expired:
		s.State, s.Amount, s.Outcome = client.Lapsed, 0, outcome("Expired")
		return
	case uneconomical:
		s.State, s.Amount, s.Outcome = client.Lapsed, 0, outcome("Uneconomical")
		return
	case taken:
		s.State, s.Amount, s.Outcome = client.Lapsed, 0, outcome("Failure")
		return
	}
	s.Fee += v.Amount - v.Contract.Commitment.Amount
	s.Change = int64(s.Amount) - int64(s.Fee)
}

func outcome(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("lnv2: an outcome is not JSON: " + err.Error())
	}
	return text
}
