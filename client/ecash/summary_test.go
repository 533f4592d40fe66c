package ecash

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

// What stands in the log of each generation.
var (
	receiveMeta = map[*generation]string{
		first:  `{"variant":{"reissuance":{}},"amount":2000,"extra_meta":null}`,
		second: `{"Receive":{"amount":2000,"custom_meta":null}}`,
	}
	dustMeta = map[*generation]string{
		first:  `{"variant":{"reissuance":{}},"amount":2000,"extra_meta":null,"aside":64}`,
		second: `{"Receive":{"amount":2000,"custom_meta":null,"aside":64}}`,
	}
	sendMeta1 = map[*generation]string{
		first:  `{"variant":{"spend_o_o_b":{}},"amount":600,"extra_meta":null}`,
		second: `{"Send":{"amount":600,"custom_meta":null}}`,
	}
)

func at(tx byte) wire.TxID { return wire.TxID{tx} }

func notesOf(amounts ...wire.Amount) (some []note) {
	for _, a := range amounts {
		some = append(some, note{Amount: a})
	}
	return some
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
	meta  map[*generation]string
	steps []moment
}{
	"receive": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}, false}, ""},
		{2, issuing{asked(1, 1000, 600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{1, spent{over(1, 2000)}, `on its way 2000 fee 400 flight 1600 "Issuing"`},
		{2, issued{over(1, 1600)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive, notes first": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}, false}, ""},
		{2, issuing{asked(1, 1000, 600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{2, issued{over(1, 1600)}, `done 2000 fee 400 "Done" final`},
		{1, spent{over(1, 2000)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive, with own notes taken along": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}, false}, ""},
		{2, spending{claim{at(1), notesOf(500, 500)}, false}, ""},
		{3, issuing{asked(1, 2000, 600)}, `on its way 2000 fee 400 flight 2600 "Created"`},
		{3, issued{over(1, 2600)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive in two transactions": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000)}, false}, ""},
		{2, issuing{asked(1, 800)}, ""},
		{3, spending{claim{at(2), notesOf(1000)}, false}, ""},
		{4, issuing{asked(2, 800)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{2, issued{over(1, 800)}, `on its way 2000 fee 400 flight 800 "Created"`},
		{4, issued{over(2, 800)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive, one of two transactions refused for good": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000)}, false}, ""},
		{2, issuing{asked(1, 800)}, ""},
		{3, spending{claim{at(2), notesOf(1000)}, false}, ""},
		{4, issuing{asked(2, 800)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{2, issued{over(1, 800)}, `on its way 2000 fee 400 flight 800 "Created"`},
		{1, spent{over(1, 1000)}, `on its way 2000 fee 400 flight 800 "Issuing"`},
		{3, refused{over(2, 1000), "spent"}, ""},
		{5, asking{notesOf(1000), 0, false, "spent"}, `on its way 2000 fee 200 flight 1000 why spent "Issuing"`},
		{4, aborted{over(2, 800)}, `on its way 2000 fee 200 flight 1000 why spent "Issuing"`},
		{5, answered{1000, 1000, 0}, `done 1000 fee 200 why spent "Done" final`},
	}},
	"receive, all spent": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}, false}, ""},
		{2, issuing{asked(1, 1600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{2, aborted{over(1, 1600)}, `on its way 2000 flight 2000 "Created"`},
		{1, refused{over(1, 2000), "spent"}, ""},
		{3, asking{notesOf(1000, 1000), 0, false, "spent"}, `on its way 2000 flight 2000 why spent "Created"`},
		{3, answered{2000, 2000, 0}, `refused 0 why spent {"Failed":"spent"} final`},
	}},
	"receive, refused once": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}, false}, ""},
		{2, issuing{asked(1, 1600)}, ""},
		{2, aborted{over(1, 1600)}, ""},
		{1, refused{over(1, 2000), "no"}, ""},
		{3, asking{notesOf(1000, 1000), 0, false, "no"}, `on its way 2000 flight 2000 why no "Created"`},
		{3, answered{2000, 0, 0}, ""},
		{4, claiming{claim{at(2), notesOf(1000, 1000)}, 1}, ""},
		{5, issuing{asked(2, 1600)}, `on its way 2000 fee 400 flight 1600 why no "Created"`},
		{5, issued{over(2, 1600)}, `on its way 2000 fee 400 why no "Created"`},
		{4, claimed{over(2, 2000)}, `done 2000 fee 400 "Done" final`},
	}},
	"receive, half spent, told in the other order": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}, false}, ""},
		{2, issuing{asked(1, 1600)}, `on its way 2000 fee 400 flight 1600 "Created"`},
		{1, refused{over(1, 2000), "spent"}, ""},
		{3, asking{notesOf(1000, 1000), 0, false, "spent"}, `on its way 2000 flight 2000 why spent "Created"`},
		{3, answered{2000, 1000, 0}, ""},
		{4, claiming{claim{at(2), notesOf(1000)}, 0}, ""},
		{5, issuing{asked(2, 700)}, `on its way 1000 fee 300 flight 700 why spent "Created"`},
		{2, aborted{over(1, 1600)}, `on its way 1000 fee 300 flight 700 why spent "Created"`},
		{4, claimed{over(2, 1000)}, `on its way 1000 fee 300 flight 700 why spent "Created"`},
		{5, issued{over(2, 700)}, `done 1000 fee 300 why spent "Done" final`},
	}},
	"receive, spent one after the other": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 1000)}, false}, ""},
		{2, issuing{asked(1, 1600)}, ""},
		{1, refused{over(1, 2000), "spent"}, ""},
		{2, aborted{over(1, 1600)}, ""},
		{3, asking{notesOf(1000, 1000), 0, false, "spent"}, ""},
		{3, answered{2000, 1000, 0}, ""},
		{4, claiming{claim{at(2), notesOf(1000)}, 0}, ""},
		{5, issuing{asked(2, 700)}, ""},
		{5, aborted{over(2, 700)}, `on its way 1000 flight 1000 why spent "Created"`},
		{4, denied{over(2, 1000)}, ""},
		{6, asking{notesOf(1000), 0, false, "spent"}, `on its way 1000 flight 1000 why spent "Created"`},
		{6, answered{1000, 1000, 0}, `refused 0 why spent {"Failed":"spent"} final`},
	}},
	"receive, what is left brings nothing": {receiveMeta, []moment{
		{1, spending{claim{at(1), notesOf(1872, 128)}, false}, ""},
		{2, issuing{asked(1, 1600)}, ""},
		{1, refused{over(1, 2000), "spent"}, ""},
		{2, aborted{over(1, 1600)}, ""},
		{3, asking{notesOf(1872, 128), 0, false, "spent"}, ""},
		{3, answered{2000, 1872, 128}, `refused 0 aside 128 why spent {"Failed":"spent"} final`},
	}},
	"receive, dust": {dustMeta, []moment{
		{1, spending{claim{at(1), notesOf(1000, 936)}, false}, ""},
		{2, issuing{asked(1, 1536)}, `on its way 1936 fee 400 aside 64 flight 1536 "Created"`},
		{2, issued{over(1, 1536)}, ""},
		{1, spent{over(1, 1936)}, `done 1936 fee 400 aside 64 "Done" final`},
	}},
	"hand out what is there": {sendMeta1, []moment{
		{1, given{notesOf(500, 100), 0, false}, `ready 600 out handed 600 "Success"`},
		{1, taken{600}, `done 600 out "Success" final`},
	}},
	"hand out for a time": {sendMeta1, []moment{
		{1, given{notesOf(500, 100), 7, false}, `ready 600 out handed 600 "Created"`},
		{1, calledBack{600, 0, false}, ""},
		{2, claiming{claim{at(1), notesOf(500, 100)}, 0}, ""},
		{3, issuing{asked(1, 400)}, `on its way 600 fee 200 out flight 400 "Created"`},
		{3, issued{over(1, 400)}, `on its way 600 fee 200 out "Created"`},
		{2, claimed{over(1, 600)}, `returned 600 fee 200 "Refunded" final`},
	}},
	"too late for the clock": {sendMeta1, []moment{
		{1, given{notesOf(600), 7, false}, ""},
		{1, calledBack{600, 0, false}, ""},
		{2, claiming{claim{at(1), notesOf(600)}, 0}, ""},
		{3, issuing{asked(1, 400)}, ""},
		{3, aborted{over(1, 400)}, `on its way 600 out flight 600 "Created"`},
		{2, denied{over(1, 600)}, ""},
		{4, asking{notesOf(600), 0, false, "spent"}, `on its way 600 out flight 600 why spent "Created"`},
		{4, answered{600, 600, 0}, `done 600 out why spent "Success" final`},
	}},
	"order, then take back": {sendMeta1, []moment{
		{1, spending{claim{at(1), notesOf(1000)}, false}, ""},
		{2, packing{asked(1, 600), terms{}}, ""},
		{3, issuing{asked(1, 100)}, `on its way 600 fee 300 out flight 700 "Created"`},
		{3, issued{over(1, 100)}, `on its way 600 fee 300 out flight 600 "Created"`},
		{2, packed{over(1, 600)}, ""},
		{4, given{notesOf(600), 0, false}, `ready 600 fee 300 out handed 600 "Success"`},
		{1, spent{over(1, 1000)}, `ready 600 fee 300 out handed 600 "Success"`},
		{4, calledBack{600, 0, true}, ""},
		{5, claiming{claim{at(2), notesOf(600)}, 0}, ""},
		{6, issuing{asked(2, 400)}, `on its way 600 fee 500 out flight 400 "UserCanceledProcessing"`},
		{5, claimed{over(2, 600)}, `on its way 600 fee 500 out flight 400 "UserCanceledProcessing"`},
		{6, issued{over(2, 400)}, `returned 600 fee 500 "UserCanceledSuccess" final`},
	}},
	"partly taken": {sendMeta1, []moment{
		{1, given{notesOf(300, 300), 0, false}, ""},
		{1, calledBack{600, 0, true}, ""},
		{2, claiming{claim{at(1), notesOf(300, 300)}, 0}, ""},
		{3, issuing{asked(1, 400)}, ""},
		{2, denied{over(1, 600)}, ""},
		{4, asking{notesOf(300, 300), 0, false, "spent"}, `on its way 600 out flight 600 why spent "UserCanceledProcessing"`},
		{4, answered{600, 300, 0}, ""},
		{5, claiming{claim{at(2), notesOf(300)}, 0}, ""},
		{6, issuing{asked(2, 100)}, ""},
		{3, aborted{over(1, 400)}, `on its way 600 fee 200 out flight 100 why spent "UserCanceledProcessing"`},
		{6, issued{over(2, 100)}, `on its way 600 fee 200 out why spent "UserCanceledProcessing"`},
		{5, claimed{over(2, 300)}, `returned 300 fee 200 why spent "UserCanceledFailure" final`},
	}},
	"partly taken, and the rest put aside": {sendMeta1, []moment{
		{1, given{notesOf(472, 128), 0, false}, ""},
		{1, calledBack{600, 0, true}, ""},
		{2, claiming{claim{at(1), notesOf(472, 128)}, 0}, ""},
		{3, issuing{asked(1, 400)}, ""},
		{3, aborted{over(1, 400)}, ""},
		{2, denied{over(1, 600)}, ""},
		{4, asking{notesOf(472, 128), 0, false, "spent"}, ""},
		{4, answered{600, 472, 128}, `returned 0 aside 128 why spent "UserCanceledFailure" final`},
	}},
	"taken back but for dust": {sendMeta1, []moment{
		{1, given{notesOf(536, 64), 0, false}, ""},
		{1, calledBack{600, 64, true}, ""},
		{2, claiming{claim{at(1), notesOf(536)}, 0}, ""},
		{3, issuing{asked(1, 336)}, `on its way 600 fee 200 aside 64 out flight 336 "UserCanceledProcessing"`},
		{3, issued{over(1, 336)}, ""},
		{2, claimed{over(1, 536)}, `returned 536 fee 200 aside 64 "UserCanceledFailure" final`},
	}},
	"order that is refused": {sendMeta1, []moment{
		{1, spending{claim{at(1), notesOf(1000)}, false}, ""},
		{2, packing{asked(1, 600), terms{}}, ""},
		{3, issuing{asked(1, 100)}, `on its way 600 fee 300 out flight 700 "Created"`},
		{2, unpacked{over(1, 600)}, `on its way 600 out flight 1000 "Created"`},
		{3, aborted{over(1, 100)}, `on its way 600 out flight 1000 "Created"`},
		{1, refused{over(1, 1000), "no"}, ""},
		{6, asking{notesOf(1000), 0, false, "no"}, `on its way 600 out flight 1000 why no "Created"`},
		{6, answered{1000, 0, 0}, ""},
		{4, claiming{claim{at(2), notesOf(1000)}, 1}, ""},
		{5, issuing{asked(2, 800)}, `on its way 600 fee 200 out flight 800 why no "Created"`},
		{5, issued{over(2, 800)}, `on its way 600 fee 200 out why no "Created"`},
		{4, claimed{over(2, 1000)}, `refused 600 fee 200 out why no {"Failed":"no"} final`},
	}},
	"steps of a later version": {sendMeta1, []moment{
		{1, nil, `on its way 600 out "Created"`},
	}},
}

func TestSummaries(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		purse := anyPurse(t, g)
		for name, history := range moments {
			t.Run(name, func(t *testing.T) {
				var steps []fsm.Record
				for i, m := range history.steps {
					steps = append(steps, fsm.Record{ID: m.machine, State: m.enters})
					got := shown(purse.Summarize(client.Operation{Meta: json.RawMessage(history.meta[g])}, steps))
					if m.shows != "" && got != m.shows {
						t.Errorf("step %d, %T: shows %s\nwant %s", i, m.enters, got, m.shows)
					}
				}
			})
		}
	})
}

// shown is a summary in one line.
func shown(s client.Summary) string {
	text := fmt.Sprintf("%s %d", s.State, s.Amount)
	if s.Fee > 0 {
		text += fmt.Sprintf(" fee %d", s.Fee)
	}
	if s.Aside > 0 {
		text += fmt.Sprintf(" aside %d", s.Aside)
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
