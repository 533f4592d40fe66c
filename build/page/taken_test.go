//go:build unix

package page_test

import (
	"fmt"
	"testing"

	"satchel/build/browser"
)

// checks are the payments about which guardians were asked.
const checks = `core.asked.filter(r => r.verb === "check_taken").map(r => Number.parseInt(r.fields.operation_id, 16))`

// TestTakenIsLookedFor has e-cash wait in lists: guardians are asked at first
// sight and every half minute, about a few at a time, and nobody asks about
// anything else.
func TestTakenIsLookedFor(t *testing.T) {
	given := fields{"title": "send", "state": "ready", "outgoing": true, "final": false}
	list := []fields{fakeOperation(9, nil)}
	for n := range 5 {
		list = append(list, fakeOperation(5-n, given))
	}
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": list, "list_operation_views": []fields{},
	}, clock, "Date.now = () => 1_700_000_000_000 + passed;")
	asked := func(n int) { v.t.Helper(); v.Wait(fmt.Sprintf("%s.length === %d", checks, n)) }
	asked(3)
	v.tell("check_taken", false)
	v.Eval(`core.asked.filter(r => r.verb === "check_taken").forEach(core.answer)`, nil)
	asked(4) // home shows four of them
	v.visit("#/history")
	asked(5)
	v.Eval("passed += 29000", nil)
	v.visit("#/")
	v.visit("#/history")
	v.sees("Not yet taken")
	asked(5)
	v.Eval("passed += 2000", nil)
	asked(10)
	var about []int
	v.Eval("[...new Set("+checks+")].sort()", &about)
	if fmt.Sprint(about) != "[1 2 3 4 5]" {
		t.Errorf("guardians were asked about %v", about)
	}
}

// TestReturns shows when e-cash comes back by itself, and that it does not.
func TestReturns(t *testing.T) {
	waits := []fields{{"event": "taken", "since_ms": 1}, {"event": "cancelled", "since_ms": 1}, {"event": "expired", "since_ms": 1}}
	machine := fields{
		"id": 1, "name": "mint/spend", "steps": []string{"given", "taken", "called back"}, "final": false, "current": "given", "waits": waits,
		"edges":   [][]string{{"given", "taken", "taken"}, {"given", "cancelled", "called back"}, {"given", "expired", "called back"}},
		"visited": []fields{{"step": "given", "at_ms": 1}},
	}
	op := fakeOperation(1, fields{
		"title": "send", "state": "ready", "change_msat": -1000, "outgoing": true, "final": false, "notes": fakeEcash, "take_back": true, "machines": []fields{machine},
	})
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operation": op})
	v.visit(fmt.Sprintf("#/operation/%s/%s", fakeHash, op["operation_id"]))
	v.sees("Until somebody takes it")
	for _, never := range []string{"expired: waiting", "by itself"} {
		v.Eval(fmt.Sprintf(`if (document.body.innerText.includes(%q)) throw new Error(%q)`, never, never), nil)
	}
	v.Eval(`core.tell("subscribe_operation", {...core.answers.subscribe_operation, returns_ms: new Date(2031, 4, 6, 18, 20).getTime()})`, nil)
	v.sees("Comes back by itself at 6 May 2031, 18:20 if nobody takes it")
	v.sees("Until 6 May 2031, 18:20, when it comes back by itself")
	v.look("sent-returns")
}
