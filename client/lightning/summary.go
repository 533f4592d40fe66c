package lightning

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
		if strings.HasPrefix(rec.Machine, "ln/") {
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
	if v, err := parseMeta(op.Meta); err == nil && v.Variant.Pay != nil {
		s.Details["extra"] = v.Extra
	}
	return s
}

func (p payment) paying() payment { return p }
func (s sale) selling() sale      { return s }

// A tally is where the machines of an operation stand.
type tally struct {
	*client.Moves
	last fsm.State // of the module's machine that was last begun

	// The transaction that spends the contract and is not decided, and what it
	// spends.
	tx    wire.TxID
	funds wire.Amount
}

// add adds what a step says of the contract: it is money that moves, or that a
// machine looks after.
func (t *tally) add(rec fsm.Record) {
	t.last = rec.State
	switch s := rec.State.(type) {
	case funding:
		t.Makes(s.At.TxID, s.Funds)
	case rejected:
		t.Made(s.At.TxID, s.Funds, true)
	case funded:
		t.Made(s.At.TxID, s.Funds, false)
		t.Asks(rec.ID, s.Funds)
	case bought:
		t.Made(s.At.TxID, s.Funds, false)
		t.Asks(rec.ID, s.Funds)
	case refundable:
		if rec.Event == "rejected" {
			t.Decided(t.tx, t.funds, true)
			t.Asks(rec.ID, s.Funds)
		}
	case refunding:
		t.spends(rec, s.TxID, s.Funds)
	case refunded:
		t.Decided(s.TxID, s.Funds, false)
	case succeeded, worthless, gone:
		t.Told(rec.ID)
	default:
		t.addClaim(rec)
	}
}

func (t *tally) spends(rec fsm.Record, id wire.TxID, funds wire.Amount) {
	t.Told(rec.ID)
	t.Spends(id, funds)
	t.tx, t.funds = id, funds
}

func (t *tally) addClaim(rec fsm.Record) {
	switch s := rec.State.(type) {
	case claimable:
		if rec.Event == "rejected" {
			t.Decided(t.tx, t.funds, true)
		}
		t.Asks(rec.ID, s.Funds)
	case claiming:
		t.spends(rec, s.TxID, s.Funds)
	case claimed:
		t.Decided(s.TxID, s.Funds, false)
	case uneconomical, taken:
		t.Told(rec.ID)
	}
}

// send sums up a payment. What the gateway takes is a fee, once it is sure to get
// it.
func (t *tally) send(s *client.Summary, p payment) {
	s.Title, s.Outgoing, s.Requested, s.Amount = "pay", true, p.Amount, p.Amount
	s.State = client.OnItsWay
	s.Details = map[string]any{"invoice": p.Invoice, "internal": p.internal()}
	if !p.internal() {
		s.Details["gateway"], s.Details["expiration"] = p.Gateway, p.Contract.Outgoing.Timelock
	}
	fee := p.Funds - p.Amount
	switch v := t.last.(type) {
	case succeeded:
		s.State = client.Done
		s.Details["preimage"] = v.Preimage.String()
	case refundable, refunding:
		s.ComingBack, fee = true, 0
	case rejected:
		s.Why = v.Why
		t.ended(s, client.Refused)
	case refunded:
		t.ended(s, client.Returned)
	case worthless:
		s.Amount = 0
		s.Fee += p.Funds
		t.ended(s, client.Returned)
	case gone:
		s.Amount = 0
		s.Gone += p.Funds
		t.ended(s, client.Returned)
	}
	s.Outcome = outcome(payOutcome(t.last, p.internal(), t.Busy()))
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
	s.State, s.Outcome = client.OnItsWay, outcome(receiveOutcome(t.last, v, t.Busy()))
	s.Details = map[string]any{"invoice": v.Invoice, "gateway": v.Gateway}
	if v.Invoice != "" {
		s.Details["expires"] = v.until().Unix()
	}
	switch step := t.last.(type) {
	case offering, decrypting, sold:
		s.Final = false
	case offered:
		s.State, s.Final = client.Ready, false
		return
	case unoffered:
		s.State, s.Amount, s.Why = client.Refused, 0, step.Why
		return
	case lapsed, uneconomical, spoilt, taken:
		s.State, s.Amount = client.Lapsed, 0
		return
	case claimable:
		s.Amount, s.Final = step.Funds, false
	case claiming:
		s.Amount, s.Final = step.Funds, false
	case claimed:
		s.Amount = step.Funds
		if !t.Busy() {
			s.State = client.Done
		}
	}
	s.Change = int64(s.Amount) - int64(s.Fee)
}

func outcome(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("lightning: an outcome is not JSON: " + err.Error())
	}
	return text
}
