package mint

import (
	"encoding/json"
	"fmt"
	"testing"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// A moment is a step that the summary knows of, and what is shown from then on.
type moment struct {
	machine uint64
	enters  fsm.State
	shows   string // "" if it is not looked at, because the next step is in the same commit
}

const (
	receiveMeta = `{"variant":{"reissuance":{}},"amount":2000,"extra_meta":null}`
	sendMeta1   = `{"variant":{"spend_o_o_b":{}},"amount":600,"extra_meta":null}`
)

func at(tx byte) wire.TxID { return wire.TxID{tx} }

func notesOf(amounts ...wire.Amount) (notes []note) {
	for _, a := range amounts {
		notes = append(notes, note{amount: a})
	}
	return notes
}

func asked(tx byte, amounts ...wire.Amount) pending {
	p := pending{At: wire.OutPointRange{TxID: at(tx)}}
	for _, a := range amounts {
		p.Wanted = append(p.Wanted, request{Amount: a})
	}
	return p
}

func over(tx byte, amount wire.Amount) settled { return settled{at(tx), amount} }

// The machines of a transaction hear of its end one after the other, in any
// order: what is shown in between must be true too.
var moments = map[string]struct {
	meta  string
	steps []moment
}{
	"receive": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}}, ""},
		{2, issuing{asked(1, 1000, 600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{1, spent{over(1, 2000)}, `on its way 2000 fee 400 flight 1600 "Issuing"`},
		{2, issued{over(1, 1600)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive, notes first": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}}, ""},
		{2, issuing{asked(1, 1000, 600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{2, issued{over(1, 1600)}, `done 2000 fee 400 "Done" final`},
		{1, spent{over(1, 2000)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive, with own notes taken along": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}}, ""},
		{2, spending{claim{at(1), notesOf(500, 500)}}, ""},
		{3, issuing{asked(1, 2000, 600)}, `on its way 2000 fee 400 flight 2600 "Created"`},
		{3, issued{over(1, 2600)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive in two transactions": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000)}}, ""},
		{2, issuing{asked(1, 800)}, ""},
		{3, spending{claim{at(2), notesOf(1000)}}, ""},
		{4, issuing{asked(2, 800)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{2, issued{over(1, 800)}, `on its way 2000 fee 400 flight 800 "Created"`},
		{4, issued{over(2, 800)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive, all spent": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}}, ""},
		{2, issuing{asked(1, 1600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{2, aborted{over(1, 1600)}, `on its way 2000 flight 2000 "Created"`},
		{1, refused{over(1, 2000), "spent"}, ""},
		{3, claiming{claim{at(2), notesOf(1000, 1000)}}, ""},
		{4, issuing{asked(2, 1600)}, `on its way 2000 fee 400 flight 1600 why spent "Created"`},
		{4, aborted{over(2, 1600)}, `on its way 2000 flight 2000 why spent "Created"`},
		{3, scattered{[]settled{over(3, 1000), over(4, 1000)}}, ""},
		{5, issuing{asked(3, 700)}, ""},
		{6, issuing{asked(4, 700)}, `on its way 2000 fee 600 flight 1400 why spent "Created"`},
		{5, aborted{over(3, 700)}, ""},
		{6, aborted{over(4, 700)}, `on its way 2000 why spent "Created"`},
		{3, gathered{0, 2000}, `refused 0 why spent {"Failed":"spent"} final`},
	}},
	"receive, half spent, told in the other order": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}}, ""},
		{2, issuing{asked(1, 1600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{1, refused{over(1, 2000), "spent"}, ""},
		{3, claiming{claim{at(2), notesOf(1000, 1000)}}, ""},
		{4, issuing{asked(2, 1600)}, `on its way 2000 fee 400 flight 1600 why spent "Created"`},
		{2, aborted{over(1, 1600)}, `on its way 2000 fee 400 flight 1600 why spent "Created"`},
		{3, scattered{[]settled{over(3, 1000), over(4, 1000)}}, ""},
		{5, issuing{asked(3, 700)}, ""},
		{6, issuing{asked(4, 700)}, `on its way 2000 fee 600 flight 1400 why spent "Created"`},
		{5, issued{over(3, 700)}, `on its way 2000 fee 600 flight 700 why spent "Created"`},
		{4, aborted{over(2, 1600)}, `on its way 2000 fee 600 flight 700 why spent "Created"`},
		{6, aborted{over(4, 700)}, `on its way 2000 fee 300 why spent "Created"`},
		{3, gathered{1000, 1000}, `refused 1000 fee 300 why spent {"Failed":"spent"} final`},
	}},
	"receive, one note brings nothing": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1872, 128)}}, ""},
		{2, issuing{asked(1, 1600)}, ""},
		{1, refused{over(1, 2000), "spent"}, ""},
		{2, aborted{over(1, 1600)}, ""},
		{3, claiming{claim{at(2), notesOf(1872, 128)}}, ""},
		{4, issuing{asked(2, 1600)}, ""},
		{4, aborted{over(2, 1600)}, ""},
		{3, scattered{[]settled{over(3, 1872), over(4, 128)}}, ""},
		{5, issuing{asked(3, 1700)}, ""},
		{5, aborted{over(3, 1700)}, ""},
		{3, gathered{128, 1872}, `refused 128 fee 128 why spent {"Failed":"spent"} final`},
	}},
	"hand out what is there": {sendMeta1, []moment{
		{1, given{notesOf(500, 100), terms{}}, `ready 600 out handed 600 "Success"`},
		{1, taken{600}, `done 600 out "Success" final`},
	}},
	"hand out for a time": {sendMeta1, []moment{
		{1, given{notesOf(500, 100), terms{Until: 7}}, `ready 600 out handed 600 "Created"`},
		{1, calledBack{600, false}, ""},
		{2, claiming{claim{at(1), notesOf(500, 100)}}, ""},
		{3, issuing{asked(1, 400)}, `on its way 600 fee 200 out flight 400 "Created"`},
		{3, issued{over(1, 400)}, `on its way 600 fee 200 out "Created"`},
		{2, claimed{over(1, 600)}, `returned 600 fee 200 "Refunded" final`},
	}},
	"too late for the clock": {sendMeta1, []moment{
		{1, given{notesOf(600), terms{Until: 7}}, ""},
		{1, calledBack{600, false}, ""},
		{2, claiming{claim{at(1), notesOf(600)}}, ""},
		{3, issuing{asked(1, 400)}, ""},
		{3, aborted{over(1, 400)}, `on its way 600 out flight 600 "Created"`},
		{2, scattered{[]settled{over(2, 600)}}, ""},
		{4, issuing{asked(2, 400)}, `on its way 600 fee 200 out flight 400 "Created"`},
		{4, aborted{over(2, 400)}, `on its way 600 out "Created"`},
		{2, gathered{0, 600}, `done 600 out "Success" final`},
	}},
	"order, then take back": {sendMeta1, []moment{
		{1, spending{claim{at(1), notesOf(1000)}}, ""},
		{2, packing{asked(1, 600), terms{}}, ""},
		{3, issuing{asked(1, 100)}, `on its way 600 fee 300 out flight 700 "Created"`},
		{3, issued{over(1, 100)}, `on its way 600 fee 300 out flight 600 "Created"`},
		{2, packed{over(1, 600)}, ""},
		{4, given{notesOf(600), terms{}}, `ready 600 fee 300 out handed 600 "Success"`},
		{1, spent{over(1, 1000)}, `ready 600 fee 300 out handed 600 "Success"`},
		{4, calledBack{600, true}, ""},
		{5, claiming{claim{at(2), notesOf(600)}}, ""},
		{6, issuing{asked(2, 400)}, `on its way 600 fee 500 out flight 400 "UserCanceledProcessing"`},
		{5, claimed{over(2, 600)}, `on its way 600 fee 500 out flight 400 "UserCanceledProcessing"`},
		{6, issued{over(2, 400)}, `returned 600 fee 500 "UserCanceledSuccess" final`},
	}},
	"partly taken": {sendMeta1, []moment{
		{1, given{notesOf(300, 300), terms{}}, ""},
		{1, calledBack{600, true}, ""},
		{2, claiming{claim{at(1), notesOf(300, 300)}}, ""},
		{3, issuing{asked(1, 400)}, ""},
		{2, scattered{[]settled{over(2, 300), over(3, 300)}}, ""},
		{4, issuing{asked(2, 100)}, ""},
		{5, issuing{asked(3, 100)}, ""},
		{3, aborted{over(1, 400)}, `on its way 600 fee 400 out flight 200 "UserCanceledProcessing"`},
		{4, issued{over(2, 100)}, ""},
		{5, aborted{over(3, 100)}, `on its way 600 fee 200 out "UserCanceledProcessing"`},
		{2, gathered{300, 300}, `returned 300 fee 200 "UserCanceledFailure" final`},
	}},
	"order that is refused": {sendMeta1, []moment{
		{1, spending{claim{at(1), notesOf(1000)}}, ""},
		{2, packing{asked(1, 600), terms{}}, ""},
		{3, issuing{asked(1, 100)}, `on its way 600 fee 300 out flight 700 "Created"`},
		{2, unpacked{over(1, 600)}, `on its way 600 out flight 1000 "Created"`},
		{3, aborted{over(1, 100)}, `on its way 600 out flight 1000 "Created"`},
		{1, refused{over(1, 1000), "no"}, ""},
		{4, claiming{claim{at(2), notesOf(1000)}}, ""},
		{5, issuing{asked(2, 800)}, `on its way 600 fee 200 out flight 800 why no "Created"`},
		{5, issued{over(2, 800)}, `on its way 600 fee 200 out why no "Created"`},
		{4, claimed{over(2, 1000)}, `refused 600 fee 200 out why no {"Failed":"no"} final`},
	}},
	"steps of a later version": {sendMeta1, []moment{
		{1, nil, `on its way 600 out "Created"`},
	}},
}

func TestSummaries(t *testing.T) {
	for name, history := range moments {
		t.Run(name, func(t *testing.T) {
			var steps []fsm.Record
			for i, m := range history.steps {
				steps = append(steps, fsm.Record{ID: m.machine, State: m.enters})
				got := shown((&Mint{}).Summarize(client.Operation{Meta: json.RawMessage(history.meta)}, steps))
				if m.shows != "" && got != m.shows {
					t.Errorf("step %d, %T: shows %s\nwant %s", i, m.enters, got, m.shows)
				}
			}
		})
	}
}

// shown is a summary in one line.
func shown(s client.Summary) string {
	text := fmt.Sprintf("%s %d", s.State, s.Amount)
	if s.Fee > 0 {
		text += fmt.Sprintf(" fee %d", s.Fee)
	}
	if s.Outgoing {
		text += " out"
	}
	if s.InFlight > 0 {
		text += fmt.Sprintf(" flight %d", s.InFlight)
	}
	if s.HandedOut > 0 {
		text += fmt.Sprintf(" handed %d", s.HandedOut)
	}
	if s.Why != "" {
		text += " why " + s.Why
	}
	text += " " + string(s.Outcome)
	if s.Final {
		text += " final"
	}
	return text
}
