//go:build unix

package page_test

import (
	"fmt"
	"testing"

	"satchel/build/browser"
)

// lightningMachine is a machine of lightning that has come to a step.
func lightningMachine(name, step string, final bool, change fields) fields {
	edges := map[string][][3]string{
		"lnv2/send": {
			{"funding", "accepted", "funded"}, {"funding", "rejected", "rejected"},
			{"funded", "gateway answered", "succeeded"}, {"funded", "gateway answered", "refundable"},
			{"funded", "guardians told", "succeeded"}, {"funded", "guardians told", "refundable"},
			{"refundable", "taken back", "refunding"}, {"refundable", "taken back", "worthless"},
			{"refunding", "accepted", "refunded"}, {"refunding", "rejected", "contested"},
			{"contested", "guardians told", "succeeded"}, {"contested", "guardians told", "funded"}, {"contested", "guardians told", "gone"},
		},
		"lnv2/receive": {
			{"pending", "guardians told", "claimable"}, {"pending", "guardians told", "expired"},
			{"claimable", "claimed", "claiming"}, {"claimable", "claimed", "uneconomical"},
			{"claiming", "accepted", "claimed"}, {"claiming", "rejected", "taken"}, {"claiming", "rejected", "claimable"},
		},
	}[name]
	steps := map[string][]string{
		"lnv2/send":    {"funding", "funded", "refundable", "refunding", "contested", "succeeded", "refunded", "rejected", "worthless", "gone"},
		"lnv2/receive": {"pending", "claimable", "claiming", "claimed", "expired", "uneconomical", "taken"},
	}[name]
	m := fields{"id": 1, "name": name, "steps": steps, "edges": edges, "current": step, "final": final, "visited": way(edges, steps[0], step)}
	for name, value := range change {
		m[name] = value
	}
	return m
}

// way is how a machine may have come from one step to another: by edges that come
// in the order of the machine's.
func way(edges [][3]string, from, to string) []fields {
	visited := []fields{{"step": to, "at_ms": 1_700_000_001_000}}
	for i := len(edges) - 1; i >= 0 && to != from; i-- {
		if edges[i][2] == to && edges[i][0] != "contested" {
			visited[0]["event"], to = edges[i][1], edges[i][0]
			visited = append([]fields{{"step": to, "at_ms": 1_700_000_000_000}}, visited...)
		}
	}
	return visited
}

// lightningOperation is an operation of 10 000 sat.
func lightningOperation(title, state string, machine fields, change fields) fields {
	op := fakeOperation(10_000, fields{
		"title": title, "state": state, "outgoing": title == "pay", "final": false, "machines": []fields{machine},
		"guardians": []fields{fakeGuardian("One")}, "details": fields{"invoice": fakeInvoice, "gateway": "https://cheap.example/"},
	})
	for name, value := range change {
		op[name] = value
	}
	return op
}

// atNow has the page believe that it is a certain time.
const atNow = "Date.now = () => 1_700_000_060_000;"

// TestLightningStates shows every state of payments by lightning.
func TestLightningStates(t *testing.T) {
	waits := func(since int, more fields) fields {
		w := fields{"event": "gateway answered", "since_ms": since}
		for name, value := range more {
			w[name] = value
		}
		return fields{"waits": []fields{w, {"event": "guardians told", "since_ms": since}}}
	}
	paying := fields{"change_msat": -10_052_000, "fee_msat": 52_000, "in_flight_msat": 0}
	with := func(all ...fields) fields {
		sum := fields{}
		for _, f := range all {
			for name, value := range f {
				sum[name] = value
			}
		}
		return sum
	}
	details := func(more fields) fields {
		return fields{"details": with(fields{"invoice": fakeInvoice, "gateway": "https://cheap.example/"}, more)}
	}
	over, nothing := fields{"final": true}, fields{"change_msat": 0, "amount_msat": 0}
	const since = 1_700_000_048_000
	ready := details(fields{"expires": 1_700_003_600})
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(lightningFederation(fakeHash, "Fake", 50_000)), "subscribe_operations": []fields{},
		"identify": fields{"kind": "invoice", "joined": false, "invoice": invoiceFields(nil)},
	}, atNow)
	var ops []fields
	for i, c := range []struct {
		name, says, row string
		op              fields
	}{
		{"pay-waiting", "Waiting for the gateway to pay it, 12 s", "Paying", lightningOperation("pay", "on its way", lightningMachine("lnv2/send", "funded", false, waits(since, nil)), paying)},
		{"pay-silent", "it gives no answer yet, and is asked again", "Paying", lightningOperation("pay", "on its way", lightningMachine("lnv2/send", "funded", false, waits(since, fields{"attempts": 7, "error": "lightning gateway does not answer", "next_ms": 1_700_000_065_000})), paying)},
		{"pay-back", "On its way back", "Taking back On its way back", lightningOperation("pay", "on its way", lightningMachine("lnv2/send", "refunding", false, fields{"waits": []fields{{"event": "accepted", "since_ms": since}}}), with(fields{"coming_back": true, "change_msat": -2200, "fee_msat": 2200}))},
		{"pay-done", "Paid", "Paid", lightningOperation("pay", "done", lightningMachine("lnv2/send", "succeeded", true, nil), with(paying, over, details(fields{"preimage": fakeHash})))},
		{"pay-returned", "The money came back The invoice was not paid. It took a fee of 2.2 sat. To try again, ask for a new invoice.", "Not paid, came back", lightningOperation("pay", "returned", lightningMachine("lnv2/send", "refunded", true, nil), with(over, fields{"outgoing": false, "change_msat": -2200, "fee_msat": 2200}))},
		{"pay-worthless", "would have cost more than it is worth", "Not paid", lightningOperation("pay", "returned", lightningMachine("lnv2/send", "worthless", true, nil), with(over, fields{"outgoing": false, "requested_msat": 1000, "amount_msat": 0, "change_msat": -1200, "fee_msat": 1200}))},
		{"pay-elsewhere", "Another wallet with your words has taken the money back", "Not paid", lightningOperation("pay", "returned", lightningMachine("lnv2/send", "gone", true, nil), with(over, fields{"outgoing": false, "amount_msat": 0, "change_msat": -10_052_000, "gone_msat": 10_050_000, "fee_msat": 2000}))},
		{"pay-refused", "The federation refused it. Nothing was paid. It took no fee.", "Not paid Refused", lightningOperation("pay", "refused", lightningMachine("lnv2/send", "rejected", true, nil), with(over, nothing, fields{"why": "for a test"}))},
		{"invoice-ready", "Not yet paid Good until ", "Invoice Not yet paid", lightningOperation("invoice", "ready", lightningMachine("lnv2/receive", "pending", false, fields{"waits": []fields{{"event": "guardians told", "since_ms": since}}}), with(nothing, ready, fields{"amount_msat": 10_000_000}))},
		{"invoice-over", "Its time is over", "Invoice", lightningOperation("invoice", "ready", lightningMachine("lnv2/receive", "pending", false, nil), with(nothing, details(fields{"expires": 1_700_000_000}), fields{"amount_msat": 10_000_000}))},
		{"invoice-arriving", "Paid, on its way Waiting for", "Receiving Paid, on its way", lightningOperation("invoice", "on its way", lightningMachine("lnv2/receive", "claiming", false, fields{"waits": []fields{{"event": "accepted", "since_ms": since}}}), with(ready, fields{"change_msat": 9_968_500, "fee_msat": 31_500}))},
		{"invoice-done", "Received", "Received", lightningOperation("invoice", "done", lightningMachine("lnv2/receive", "claimed", true, nil), with(ready, over, fields{"change_msat": 9_968_500, "fee_msat": 31_500}))},
		{"invoice-lapsed", "Nobody paid in time", "Not received", lightningOperation("invoice", "lapsed", lightningMachine("lnv2/receive", "expired", true, nil), with(ready, over, nothing))},
		{"invoice-eaten", "The fees took all of it", "Not received", lightningOperation("invoice", "lapsed", lightningMachine("lnv2/receive", "uneconomical", true, nil), with(ready, over, nothing))},
		{"invoice-taken", "Another wallet with your words has received it", "Not received", lightningOperation("invoice", "lapsed", lightningMachine("lnv2/receive", "taken", true, nil), with(ready, over, nothing))},
	} {
		c.op["operation_id"], c.op["number"], c.op["began_ms"] = fmt.Sprintf("%064x", i), 100-i, 1_700_000_000_000
		ops = append(ops, c.op)
		v.tell("subscribe_operation", c.op)
		v.visit(fmt.Sprintf("#/operation/%s/%s", fakeHash, c.op["operation_id"]))
		v.sees(c.says)
		if c.name == "pay-done" {
			v.press("summary", "Receipt")
			v.sees(fakeHash)
		}
		if c.name == "invoice-ready" {
			v.Wait(`document.querySelector(".qr path") !== null`)
		} else if c.name == "invoice-over" {
			v.Wait(`document.querySelector(".qr") === null`)
		}
		v.look("operation-" + c.name)
		v.tell("subscribe_operations", []fields{c.op})
		v.visit("#/")
		v.Wait(fmt.Sprintf(`document.querySelector(".operation")?.innerText.replace(/\s+/g, " ").startsWith(%q)`, c.row))
	}
	if asked := v.asked("check_taken", "f => ''"); len(asked) > 0 {
		t.Error("guardians were asked whether somebody has taken an invoice")
	}
	v.tell("subscribe_operations", ops)
	v.visit("#/history")
	v.Wait(fmt.Sprintf(`document.querySelectorAll(".operation").length === %d`, len(ops)))
	v.look("history-lightning")
}
