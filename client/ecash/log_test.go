package ecash

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"satchel/client"
)

// logged returns the events of the purse since event number from, by kind.
func (t *teller) logged(from uint64) (map[string][]map[string]any, error) {
	events, err := t.c.Events(t.ctx, from, 10_000)
	all := map[string][]map[string]any{}
	for _, e := range events {
		if e.Module == t.of.kind {
			all[e.Kind] = append(all[e.Kind], e.Payload)
		}
	}
	return all, err
}

func counted(events map[string][]map[string]any) string {
	text := ""
	for _, kind := range slices.Sorted(maps.Keys(events)) {
		text += fmt.Sprintf("%s %d; ", kind, len(events[kind]))
	}
	return text
}

// What is logged, how often, of everything that is done. The status of updates
// is in any order: each machine hears of its end by itself.
func TestEvents(t *testing.T) {
	type logged struct {
		events string
		status []string
	}
	for name, test := range map[string]struct {
		before, does act
		change       bool // the first transaction is refused, and replaced
		want         map[*generation]logged
	}{
		"receive": {has(), receives("gift", 600), false, map[*generation]logged{
			first:  {"note-created 1; oob-notes-reissued 1; payment-receive 1; payment-receive-update 1; ", []string{"Success"}},
			second: {"payment-receive 1; payment-receive-update 1; ", []string{"Success"}},
		}},
		"receive, refused once": {has(), receives("gift", 600), true, map[*generation]logged{
			first:  {"note-created 1; oob-notes-reissued 1; payment-receive 1; payment-receive-update 2; ", []string{"Rejected", "Success"}},
			second: {"payment-receive 1; payment-receive-update 2; ", []string{"Rejected", "Success"}},
		}},
		"hand out what is there": {has(1024, 512, 512), sends(1, 1024+512, SendOptions{}), false, map[*generation]logged{
			first:  {"note-spent 2; oob-notes-spent 1; payment-send 1; ", nil},
			second: {"payment-send 1; ", nil},
		}},
		"order": {has(1024, 128), orders(1, 512, SendOptions{}), false, map[*generation]logged{ // pays with 1024, change is 256
			first:  {"note-created 1; note-spent 1; payment-receive-update 2; payment-send 1; ", []string{"Success", "Success"}},
			second: {"payment-send 1; ", nil},
		}},
		"take back": {do(has(1024, 512), sends(1, 512, SendOptions{})), takesBack(1), false, map[*generation]logged{
			first:  {"note-created 1; payment-receive-update 1; ", []string{"Success"}},
			second: {"", nil},
		}},
	} {
		inEach(t, func(t *testing.T, g *generation) {
			want := test.want[g]
			t.Log(name)
			s := story{of: g, twice: test.change, change: allOn, tell: func(tl *teller) error {
				if err := test.before(tl); err != nil {
					return err
				}
				first, err := tl.c.Events(tl.ctx, 0, 10_000)
				if err != nil {
					return err
				}
				if err := test.does(tl); err != nil {
					return err
				}
				events, err := tl.logged(uint64(len(first)))
				if err != nil || counted(events) != want.events {
					return fmt.Errorf("%s, want %s (%v)", counted(events), want.events, err)
				}
				var status []string
				for _, e := range events["payment-receive-update"] {
					status = append(status, fmt.Sprint(e["status"]))
					if id, ok := e["operation_id"].(string); !ok || len(id) != 64 {
						return fmt.Errorf("of operation %v", e["operation_id"])
					}
				}
				if slices.Sort(status); !slices.Equal(status, want.status) {
					return fmt.Errorf("status %v", status)
				}
				return nil
			}}
			if test.change {
				s.change = holdTransaction(1)
			}
			s.perform(t)
		})
	}
}

// Notes that are paid with, and those that are taken along, are said to be spent,
// each once; those that come in are not.
func TestSpentNotesAreLogged(t *testing.T) {
	story{change: stories["crowded"].change, tell: func(tl *teller) error {
		if err := has(2, 2, 2, 2, 2, 2, 2, 2, 2, 1)(tl); err != nil {
			return err
		}
		before := map[string]bool{}
		for n := range tl.purse.notes(tl.c.Executor().Snapshot()) {
			before[n.Nonce.String()] = true
		}
		if err := receives("gift", 2)(tl); err != nil {
			return err
		}
		for n := range tl.purse.notes(tl.c.Executor().Snapshot()) {
			delete(before, n.Nonce.String())
		}
		events, err := tl.logged(0)
		if err != nil || len(before) == 0 || len(events["note-spent"]) != len(before) {
			return fmt.Errorf("%d notes have left, %s %v", len(before), counted(events), err)
		}
		for _, e := range events["note-spent"] {
			nonce, _ := e["nonce"].(string)
			if !before[nonce] {
				return fmt.Errorf("note %v has not left, or is said to twice", e["nonce"])
			}
			delete(before, nonce)
		}
		return nil
	}}.perform(t)
}

// The log has e-cash that had to be made as soon as it is there, and keeps what
// it had from the beginning.
func TestOrdersAreLogged(t *testing.T) {
	o := SendOptions{TakeBackAfter: time.Hour, Invite: true, Extra: json.RawMessage(`{"memo":"x"}`)}
	inEach(t, func(t *testing.T, g *generation) { testOrderInLog(t, g, o) })
}

func testOrderInLog(t *testing.T, g *generation, o SendOptions) {
	metas := map[*generation]string{
		first:  `{"variant":{"spend_o_o_b":{"requested_amount":512,"oob_notes":%q,"no_timeout":false}},"amount":512,"extra_meta":{"memo":"x"}}`,
		second: `{"Send":{"amount":2048,"custom_meta":{"memo":"x"},"ecash":%q,"requested_amount":2048}}`,
	}
	plain(t, g, has(1024, 128), orders(1, 512, o), func(tl *teller) error {
		op, ok := tl.c.Operation(tl.c.Executor().Snapshot(), opID(1))
		text, err := tl.handedOut(1)
		if err != nil || !ok {
			return fmt.Errorf("in the log %v, %v", ok, err)
		}
		want := fmt.Sprintf(metas[g], text.String())
		if string(op.Meta) != want || op.Number != 1 || op.Kind != g.kind {
			return fmt.Errorf("%+v\nmeta %s\nwant %s", op, op.Meta, want)
		}
		n := 0
		for range tl.c.Operations(tl.c.Executor().Snapshot(), 0) {
			n++
		}
		if s, err := tl.summary(opID(1)); n != 1 || err != nil || s.State != client.Ready {
			return fmt.Errorf("%d operations, %+v %v", n, s, err)
		}
		return nil
	})
}
