package ecash

import (
	"encoding/json"
	"strings"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// Machines implements [client.Module].
func (m *Purse) Machines() []*fsm.Machine {
	return []*fsm.Machine{m.issuance(), m.packing(), m.input(), m.reclaim(), m.inquiry(), m.spend(), m.search(), m.regain(), m.trace()}
}

// Summarize implements [client.Module].
func (m *Purse) Summarize(op client.Operation, steps []fsm.Record) client.Summary {
	t := tallyOf(steps)
	meta, ok := m.ReadMeta(op.Meta)
	if !ok {
		return t.own(op)
	}
	t.requested, t.Aside = meta.Requested, t.Aside+meta.Aside
	if meta.Send {
		return t.send()
	}
	return t.receive()
}

// A tally is where the machines of an operation stand.
type tally struct {
	*client.Moves
	requested wire.Amount // by the operation's meta, msat
	ordered   bool        // notes to be handed out are or were on their way
	given     *given
	taken     bool
	called    *calledBack
	accepted  bool
	search    *scanning // where a search stands
	scanned   *scanned
}

func newTally() *tally { return &tally{Moves: client.NewMoves()} }

func tallyOf(steps []fsm.Record) *tally {
	t := newTally()
	for _, rec := range steps {
		t.add(rec)
	}
	return t
}

// Tally implements [client.Cash].
func (m *Purse) Tally(moves *client.Moves, rec fsm.Record) {
	if strings.HasPrefix(rec.Machine, m.name("")) {
		(&tally{Moves: moves}).add(rec)
	}
}

func (t *tally) add(rec fsm.Record) {
	switch s := rec.State.(type) {
	case issuing:
		t.Makes(s.At.TxID, s.amount())
	case issued:
		t.Made(s.TxID, s.Amount, false)
	case aborted:
		t.Made(s.TxID, s.Amount, true)
	case packing:
		t.ordered = true
		t.Makes(s.At.TxID, s.amount())
	case packed:
		t.Made(s.TxID, s.Amount, false)
	case unpacked:
		t.Made(s.TxID, s.Amount, true)
	case spending:
		t.Spends(s.TxID, notes.Total(s.Notes))
	case spent:
		t.accepted = true
		t.Decided(s.TxID, s.Amount, false)
	case refused:
		t.Why = s.Why
		t.Decided(s.TxID, s.Amount, true)
	case given:
		t.given = &s
	case taken:
		t.taken = true
	case calledBack:
		t.called = &s
		t.Aside += s.Aside
	default:
		t.addReclaim(rec)
	}
}

func (t *tally) addReclaim(rec fsm.Record) {
	switch s := rec.State.(type) {
	case claiming:
		t.Settling++
		t.Spends(s.TxID, notes.Total(s.Notes))
	case claimed:
		t.Settling, t.Back = t.Settling-1, t.Back+s.Amount
		t.Decided(s.TxID, s.Amount, false)
	case denied:
		t.Settling--
		t.Decided(s.TxID, s.Amount, true)
	case asking:
		t.Why = s.Why
		t.Asks(rec.ID, notes.Total(s.Notes))
	case scanning:
		t.search = &s
	case scanned:
		t.scanned = &s
	case regaining:
		t.Asks(rec.ID, s.amount())
	case regained:
		t.Aside += s.Aside
		t.Told(rec.ID)
	case tracing:
		if s.End == 0 { // the first of them
			t.Asks(rec.ID, s.amount())
		}
	case traced:
		t.Aside += s.Aside
		t.Told(rec.ID)
	case answered:
		t.Gone, t.Aside = t.Gone+s.Gone, t.Aside+s.Aside
		t.Told(rec.ID)
	}
}

// receive sums up e-cash that came in. What counts is what has arrived: refused is
// only e-cash of which nothing has.
func (t *tally) receive() client.Summary {
	lost := min(t.requested, t.Gone+t.Aside)
	s := client.Summary{
		Title: "receive", Requested: t.requested, Amount: t.requested - lost, Fee: t.Fee(), Gone: t.Gone, Aside: t.Aside,
		InFlight: t.InFlight(), Why: t.Why, Final: !t.Busy(),
	}
	switch {
	case t.Busy() && t.accepted:
		s.State, s.Outcome = client.OnItsWay, outcome("Issuing")
	case t.Busy():
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
	case s.Amount == 0:
		s.State, s.Outcome = client.Refused, failure(t.Why)
	default:
		s.State, s.Outcome = client.Done, outcome("Done")
		if t.Gone+t.Aside == 0 {
			s.Why = "" // all came in the end
		}
	}
	s.Change = int64(s.Amount) - int64(s.Fee)
	return s
}

// send sums up e-cash that was given away.
func (t *tally) send() client.Summary {
	s := client.Summary{
		Title: "send", Requested: t.requested, Amount: t.requested, Fee: t.Fee(), Gone: t.Gone, Aside: t.Aside, Outgoing: true,
		InFlight: t.InFlight(), Why: t.Why,
	}
	switch {
	case t.given == nil && t.ordered && t.Refused() && !t.Busy():
		s.State, s.Final, s.Outcome = client.Refused, true, failure(t.Why)
	case t.given == nil:
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
	case t.taken:
		s.State, s.Final, s.Outcome = client.Done, !t.Busy(), outcome("Success")
	case t.called == nil:
		s.State, s.Outcome = client.Ready, outcome("Created")
		s.HandedOut = notes.Total(t.given.Notes)
		if t.given.Until == 0 {
			s.Outcome = outcome("Success")
		}
	case t.Busy() && t.called.ByPerson:
		s.State, s.Outcome = client.OnItsWay, outcome("UserCanceledProcessing")
	case t.Busy():
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
	default:
		t.ended(&s)
	}
	s.ComingBack = t.called != nil && s.State == client.OnItsWay
	s.Change = -int64(s.Fee)
	switch {
	case s.State == client.Refused:
		s.Change -= int64(t.Aside)
	case s.State == client.Returned, s.ComingBack:
		s.Change -= int64(t.Gone + t.Aside)
	default:
		s.Change -= int64(s.Amount)
	}
	return s
}

// ended says how calling e-cash back has ended.
func (t *tally) ended(s *client.Summary) {
	s.Final, s.State = true, client.Done
	if t.Back+t.Aside > 0 {
		s.State, s.Outgoing, s.Amount = client.Returned, false, t.Back
	}
	switch {
	case t.called.ByPerson && t.Gone+t.Aside == 0:
		s.Outcome = outcome("UserCanceledSuccess")
	case t.called.ByPerson:
		s.Outcome = outcome("UserCanceledFailure")
	case t.Gone == 0:
		s.Outcome = outcome("Refunded")
	default:
		s.Outcome = outcome("Success")
	}
}

// own sums up an operation of which the reference has none.
func (t *tally) own(op client.Operation) client.Summary {
	var v moveMeta
	if json.Unmarshal(op.Meta, &v) != nil || v.Move == nil {
		return t.restore()
	}
	s := client.Summary{
		Title: "move", State: client.Done, Requested: v.Move.Amount, Fee: t.Fee(), Gone: t.Gone, Aside: t.Aside,
		InFlight: t.InFlight(), Why: t.Why, Final: !t.Busy(), Outcome: outcome("Done"),
	}
	s.Amount = s.Requested - min(s.Requested, t.Gone+t.Aside)
	if t.Busy() {
		s.State, s.Outcome = client.OnItsWay, nil
	}
	s.Change = -int64(s.Fee) - int64(t.Gone+t.Aside)
	return s
}

// restore sums up a search. Notes that it found and somebody else had spent were
// never counted.
func (t *tally) restore() client.Summary {
	s := client.Summary{
		Title: "restore", State: client.OnItsWay, Amount: t.Back, Fee: t.Fee(), Aside: t.Aside, InFlight: t.InFlight(),
	}
	if t.search != nil {
		s.Details = map[string]any{"from": t.search.From, "read": t.search.Next, "end": t.search.All.End, "sessions": t.search.All.Sessions}
	}
	if t.scanned != nil {
		s.Gone = t.scanned.Gone
	}
	if t.scanned != nil && !t.Busy() {
		s.State, s.Final, s.Outcome = client.Done, true, outcome("Done")
	}
	s.Change = int64(s.Amount) - int64(s.Fee) - int64(s.Gone)
	return s
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
