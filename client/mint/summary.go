package mint

import (
	"encoding/json"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// Machines implements [client.Module].
func (m *Mint) Machines() []*fsm.Machine {
	return []*fsm.Machine{m.issuance(), m.packing(), m.input(), m.reclaim(), m.spend()}
}

// Summarize implements [client.Module].
func (m *Mint) Summarize(op client.Operation, steps []fsm.Record) client.Summary {
	t := tally{}
	for _, rec := range steps {
		t.add(rec)
	}
	if t.isSend(op) {
		return t.send()
	}
	return t.receive()
}

// A tally is where the machines of an operation stand.
type tally struct {
	requested wire.Amount // by the operation's meta, msat
	wanted    wire.Amount // face value of notes that guardians are to sign
	made      wire.Amount // of those that they have signed
	failed    wire.Amount // of those that they will not
	packing   wire.Amount
	in        wire.Amount // face value of notes that were to be spent
	given     *given
	taken     bool
	called    *calledBack
	reclaims  int // under way
	back      wire.Amount
	gone      wire.Amount
	unpacked  bool
	accepted  bool
	refused   bool
	why       string
}

func (t *tally) add(rec fsm.Record) {
	switch s := rec.State.(type) {
	case issuing:
		t.wanted += s.amount()
	case issued:
		t.wanted, t.made = t.wanted-s.Amount, t.made+s.Amount
	case aborted:
		t.wanted, t.failed = t.wanted-s.Amount, t.failed+s.Amount
	case packing:
		t.packing += s.amount()
	case packed:
		t.packing -= s.Amount
	case unpacked:
		t.packing, t.unpacked = t.packing-s.Amount, true
	case spending:
		t.in += total(s.Notes)
	case spent:
		t.accepted = true
	case refused:
		t.refused, t.why = true, s.Why
	case given:
		t.given = &s
	case taken:
		t.taken = true
	case calledBack:
		t.called = &s
	case claiming:
		t.reclaims++
	case claimed:
		t.reclaims, t.back = t.reclaims-1, t.back+s.Amount
	case gathered:
		t.reclaims, t.back, t.gone = t.reclaims-1, t.back+s.Back, t.gone+s.Gone
	}
}

// isSend reads the operation's meta.
func (t *tally) isSend(op client.Operation) bool {
	var meta struct {
		Variant struct {
			Spend *struct{} `json:"spend_o_o_b"`
		} `json:"variant"`
		Amount wire.Amount `json:"amount"`
	}
	if json.Unmarshal(op.Meta, &meta) != nil {
		return false
	}
	t.requested = meta.Amount
	return meta.Variant.Spend != nil
}

// receive sums up e-cash that came in. What the wallet gets is new notes: made,
// or still wanted.
func (t *tally) receive() client.Summary {
	s := client.Summary{Title: "receive", Amount: t.requested, InFlight: t.wanted, Why: t.why}
	switch {
	case t.wanted > 0 || t.reclaims > 0:
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
		if t.accepted {
			s.Outcome = outcome("Issuing")
		}
	case t.refused:
		s.State, s.Final = client.Refused, true
		s.Outcome = failure(t.why)
	default:
		s.State, s.Final = client.Done, true
		s.Outcome = outcome("Done")
	}
	if s.Final {
		s.Fee = t.requested - min(t.made, t.requested)
		if t.refused {
			s.Amount, s.Fee = t.made, t.back-min(t.made, t.back)
		}
	}
	return s
}

// send sums up e-cash that was given away.
func (t *tally) send() client.Summary {
	s := client.Summary{Title: "send", Amount: t.requested, Outgoing: true, InFlight: t.wanted + t.packing, Why: t.why}
	switch {
	case t.unpacked:
		s.State, s.Final, s.Outcome = client.Refused, t.wanted == 0 && t.reclaims == 0, failure(t.why)
	case t.packing > 0:
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
	case t.taken:
		s.State, s.Final, s.Outcome = client.Done, true, outcome("Success")
	case t.called == nil:
		s.State, s.Outcome = client.Ready, outcome("Created")
		s.HandedOut = total(t.given.Notes)
		if t.given.Terms.Until == 0 {
			s.Outcome = outcome("Success")
		}
	case t.wanted > 0 || t.reclaims > 0:
		s.State, s.Outcome = client.OnItsWay, outcome("UserCanceledProcessing")
		if !t.called.ByPerson {
			s.Outcome = outcome("Created")
		}
	default:
		t.ended(&s)
	}
	if t.in > 0 && t.called == nil {
		s.Fee = t.in - min(t.in, t.made+t.requested)
	}
	return s
}

// ended says how calling e-cash back has ended.
func (t *tally) ended(s *client.Summary) {
	s.Final = true
	cameBack := t.gone == 0
	s.State = client.Done
	if t.back > 0 {
		s.State, s.Outgoing = client.Returned, false
		s.Amount, s.Fee = t.back, t.back-min(t.made, t.back)
	}
	switch {
	case t.called.ByPerson && cameBack:
		s.Outcome = outcome("UserCanceledSuccess")
	case t.called.ByPerson:
		s.Outcome = outcome("UserCanceledFailure")
	case cameBack:
		s.Outcome = outcome("Refunded")
	default:
		s.Outcome = outcome("Success")
	}
}

func outcome(name string) json.RawMessage {
	text, err := json.Marshal(name)
	if err != nil {
		panic(err)
	}
	return text
}

func failure(why string) json.RawMessage {
	text, err := json.Marshal(map[string]string{"Failed": why})
	if err != nil {
		panic(err)
	}
	return text
}
