package ecash

import (
	"encoding/json"
	"satchel/client/notes"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// Machines implements [client.Module].
func (m *Purse) Machines() []*fsm.Machine {
	return []*fsm.Machine{m.issuance(), m.packing(), m.input(), m.reclaim(), m.inquiry(), m.spend(), m.search(), m.regain()}
}

// Summarize implements [client.Module].
func (m *Purse) Summarize(op client.Operation, steps []fsm.Record) client.Summary {
	t := tallyOf(steps)
	meta, ok := m.ReadMeta(op.Meta)
	if !ok {
		return t.own(op)
	}
	t.requested, t.aside = meta.Requested, t.aside+meta.Aside
	if meta.Send {
		return t.send()
	}
	return t.receive()
}

// A tally is where the machines of an operation stand.
type tally struct {
	requested wire.Amount // by the operation's meta, msat
	flows     map[wire.TxID]*flow
	asked     map[uint64]wire.Amount // face value of the notes of an inquiry, by its id
	reclaims  int                    // and inquiries, under way
	back      wire.Amount            // face value of notes that were reclaimed
	gone      wire.Amount            // of those that somebody else had spent
	aside     wire.Amount            // and of those that were put aside
	ordered   bool                   // notes to be handed out are or were on their way
	given     *given
	taken     bool
	called    *calledBack
	accepted  bool
	why       string
	search    *scanning // where a search stands
	scanned   *scanned
}

// A flow is what one transaction of the operation moves. Its machines learn what
// has become of it one after the other.
type flow struct {
	in      wire.Amount // face value of the notes that it spends
	out     wire.Amount // and of those that it makes
	held    wire.Amount // of in: what a machine watches over that does not know the end
	pending wire.Amount // of out: what guardians have not signed yet
	refused bool
}

func newTally() *tally {
	return &tally{flows: map[wire.TxID]*flow{}, asked: map[uint64]wire.Amount{}}
}

func tallyOf(steps []fsm.Record) *tally {
	t := newTally()
	for _, rec := range steps {
		t.add(rec)
	}
	return t
}

func (t *tally) flow(id wire.TxID) *flow {
	f := t.flows[id]
	if f == nil {
		f = &flow{}
		t.flows[id] = f
	}
	return f
}

// spends notes that a machine watches over.
func (t *tally) spends(c claim) {
	f, amount := t.flow(c.TxID), notes.Total(c.Notes)
	f.in, f.held = f.in+amount, f.held+amount
}

// decided says what became of notes that were to be spent.
func (t *tally) decided(id wire.TxID, amount wire.Amount, refused bool) {
	f := t.flow(id)
	f.held, f.refused = f.held-amount, refused
}

// makes notes.
func (t *tally) makes(p *pending) {
	f, amount := t.flow(p.At.TxID), p.amount()
	f.out, f.pending = f.out+amount, f.pending+amount
}

// made says what became of notes that were to be made.
func (t *tally) made(s settled, refused bool) {
	f := t.flow(s.TxID)
	f.pending, f.refused = f.pending-s.Amount, refused
}

func (t *tally) add(rec fsm.Record) {
	switch s := rec.State.(type) {
	case issuing:
		t.makes(&s.pending)
	case issued:
		t.made(s.settled, false)
	case aborted:
		t.made(s.settled, true)
	case packing:
		t.ordered = true
		t.makes(&s.pending)
	case packed:
		t.made(s.settled, false)
	case unpacked:
		t.made(s.settled, true)
	case spending:
		t.spends(s.claim)
	case spent:
		t.accepted = true
		t.decided(s.TxID, s.Amount, false)
	case refused:
		t.why = s.Why
		t.decided(s.TxID, s.Amount, true)
	case given:
		t.given = &s
	case taken:
		t.taken = true
	case calledBack:
		t.called = &s
		t.aside += s.Aside
	default:
		t.addReclaim(rec)
	}
}

func (t *tally) addReclaim(rec fsm.Record) {
	switch s := rec.State.(type) {
	case claiming:
		t.reclaims++
		t.spends(s.claim)
	case claimed:
		t.reclaims, t.back = t.reclaims-1, t.back+s.Amount
		t.decided(s.TxID, s.Amount, false)
	case denied:
		t.reclaims--
		t.decided(s.TxID, s.Amount, true)
	case asking:
		t.reclaims++
		t.asked[rec.ID], t.why = notes.Total(s.Notes), s.Why
	case scanning:
		t.search = &s
	case scanned:
		t.scanned = &s
	case regaining:
		t.reclaims++
		t.asked[rec.ID] = s.amount()
	case regained:
		t.reclaims, t.aside = t.reclaims-1, t.aside+s.Aside
		delete(t.asked, rec.ID)
	case answered:
		t.reclaims, t.gone, t.aside = t.reclaims-1, t.gone+s.Gone, t.aside+s.Aside
		delete(t.asked, rec.ID)
	}
}

// inFlight returns what is neither spendable nor given away, in msat: new notes
// that are not signed, the old ones instead where they are refused, and those of
// which guardians are asked whether they are spent.
func (t *tally) inFlight() (sum wire.Amount) {
	for _, f := range t.flows {
		if f.refused {
			sum += f.held
		} else {
			sum += f.pending
		}
	}
	for _, amount := range t.asked {
		sum += amount
	}
	return sum
}

// fee returns what the federation takes, in msat.
func (t *tally) fee() wire.Amount {
	var in, out wire.Amount
	for _, f := range t.flows {
		if !f.refused {
			in, out = in+f.in, out+f.out
		}
	}
	return in - min(in, out)
}

func (t *tally) busy() bool { return t.inFlight() > 0 || t.reclaims > 0 }

func (t *tally) refused() bool {
	for _, f := range t.flows {
		if f.refused {
			return true
		}
	}
	return false
}

// receive sums up e-cash that came in. What notes.Counts is what has arrived: refused
// is only e-cash of which nothing has.
func (t *tally) receive() client.Summary {
	lost := min(t.requested, t.gone+t.aside)
	s := client.Summary{
		Title: "receive", Requested: t.requested, Amount: t.requested - lost, Fee: t.fee(), Gone: t.gone, Aside: t.aside,
		InFlight: t.inFlight(), Why: t.why, Final: !t.busy(),
	}
	switch {
	case t.busy() && t.accepted:
		s.State, s.Outcome = client.OnItsWay, outcome("Issuing")
	case t.busy():
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
	case s.Amount == 0:
		s.State, s.Outcome = client.Refused, failure(t.why)
	default:
		s.State, s.Outcome = client.Done, outcome("Done")
		if t.gone+t.aside == 0 {
			s.Why = "" // all came in the end
		}
	}
	s.Change = int64(s.Amount) - int64(s.Fee)
	return s
}

// send sums up e-cash that was given away.
func (t *tally) send() client.Summary {
	s := client.Summary{
		Title: "send", Requested: t.requested, Amount: t.requested, Fee: t.fee(), Gone: t.gone, Aside: t.aside, Outgoing: true,
		InFlight: t.inFlight(), Why: t.why,
	}
	switch {
	case t.given == nil && t.ordered && t.refused() && !t.busy():
		s.State, s.Final, s.Outcome = client.Refused, true, failure(t.why)
	case t.given == nil:
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
	case t.taken:
		s.State, s.Final, s.Outcome = client.Done, !t.busy(), outcome("Success")
	case t.called == nil:
		s.State, s.Outcome = client.Ready, outcome("Created")
		s.HandedOut = notes.Total(t.given.Notes)
		if t.given.Until == 0 {
			s.Outcome = outcome("Success")
		}
	case t.busy() && t.called.ByPerson:
		s.State, s.Outcome = client.OnItsWay, outcome("UserCanceledProcessing")
	case t.busy():
		s.State, s.Outcome = client.OnItsWay, outcome("Created")
	default:
		t.ended(&s)
	}
	s.ComingBack = t.called != nil && s.State == client.OnItsWay
	s.Change = -int64(s.Fee)
	switch {
	case s.State == client.Refused:
		s.Change -= int64(t.aside)
	case s.State == client.Returned, s.ComingBack:
		s.Change -= int64(t.gone + t.aside)
	default:
		s.Change -= int64(s.Amount)
	}
	return s
}

// ended says how calling e-cash back has ended.
func (t *tally) ended(s *client.Summary) {
	s.Final, s.State = true, client.Done
	if t.back+t.aside > 0 {
		s.State, s.Outgoing, s.Amount = client.Returned, false, t.back
	}
	switch {
	case t.called.ByPerson && t.gone+t.aside == 0:
		s.Outcome = outcome("UserCanceledSuccess")
	case t.called.ByPerson:
		s.Outcome = outcome("UserCanceledFailure")
	case t.gone == 0:
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
		Title: "move", State: client.Done, Requested: v.Move.Amount, Fee: t.fee(), Gone: t.gone, Aside: t.aside,
		InFlight: t.inFlight(), Why: t.why, Final: !t.busy(), Outcome: outcome("Done"),
	}
	s.Amount = s.Requested - min(s.Requested, t.gone+t.aside)
	if t.busy() {
		s.State, s.Outcome = client.OnItsWay, nil
	}
	s.Change = -int64(s.Fee) - int64(t.gone+t.aside)
	return s
}

// restore sums up a search. Notes that it found and somebody else had spent were
// never counted.
func (t *tally) restore() client.Summary {
	s := client.Summary{
		Title: "restore", State: client.OnItsWay, Amount: t.back, Fee: t.fee(), Aside: t.aside, InFlight: t.inFlight(),
	}
	if t.search != nil {
		s.Details = map[string]any{"from": t.search.From, "read": t.search.Next, "end": t.search.All.End, "sessions": t.search.All.Sessions}
	}
	if t.scanned != nil {
		s.Gone = t.scanned.Gone
	}
	if t.scanned != nil && !t.busy() {
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
