//go:build unix

package page_test

import (
	"testing"

	"satchel/build/browser"
)

// fakeEcash has the shape of e-cash.
const fakeEcash = "AgEEkz9aAgEEkz9aAgEEkz9aAgEEkz9aAgEEkz9aAgEEkz9aAgEEkz9aAgEEkz9aAgEEkz9aAgEEkz9aQQ=="

// redeemer opens e-cash worth 100.352 sat, of which receiving takes 2.176 sat.
func redeemer(t *testing.T, b *browser.Browser, answers fields) *visit {
	t.Helper()
	all := fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{}, "list_operation_views": []fields{},
		"identify":      fields{"kind": "ecash", "federation_id": fakeHash, "joined": true, "amount_msat": 100_352},
		"quote_receive": fields{"amount_msat": 100_352, "fee_msat": 2176, "aside_msat": 0},
	}
	for name, answer := range answers {
		all[name] = answer
	}
	v := withFakeCore(t, b, all)
	v.visit("#" + fakeEcash)
	return v
}

func (v *visit) offers(button string) (offered bool) {
	v.t.Helper()
	v.Eval(v.finding("button", button)+" !== undefined", &offered)
	return offered
}

// TestRedeemSaysWhatItBrings has guardians never say whether e-cash is spent: what
// it brings is said, and it can be received.
func TestRedeemSaysWhatItBrings(t *testing.T) {
	op := fakeOperation(1, fields{"requested_msat": 100_352, "amount_msat": 100_352, "fee_msat": 2176, "change_msat": 98_176})
	v := redeemer(t, browser.Start(t), fields{
		"receive_ecash": fields{"federation": fakeHash, "operation_id": op["operation_id"]}, "subscribe_operation": op,
	})
	v.sees("E-cash worth 100.352 sat")
	v.sees("You get 98.176 sat")
	v.sees("Asking whether somebody has taken it")
	v.press("button", "Receive 98.176 sat")
	v.received()
	v.sees("+98.176 sat")
	v.sees("You get 98.176 sat")
	v.sees("Fee \u22122.176 sat")
}

// TestRedeemUnsure has the question fail whether e-cash is spent.
func TestRedeemUnsure(t *testing.T) {
	v := redeemer(t, browser.Start(t), fields{"check_spent": fields{"code": "FederationUnreachable", "error": "for a test"}})
	v.sees("The guardians do not say")
	if !v.offers("Receive 98.176 sat") {
		t.Error("what is perhaps good cannot be received")
	}
}

// again opens the e-cash again, of which the core answers something else now.
func (v *visit) again(answers fields) {
	v.t.Helper()
	v.visit("#/settings")
	v.sees("Version")
	for name, answer := range answers {
		v.tell(name, answer)
	}
	v.visit("#" + fakeEcash)
}

// TestRedeemSpent opens e-cash that is spent, wholly or in part, by somebody or by
// this wallet.
func TestRedeemSpent(t *testing.T) {
	v := redeemer(t, browser.Start(t), fields{"check_spent": fields{"spent_msat": 64_000}})
	v.sees("Somebody has taken 64 sat of it already. 36.352 sat are left.")
	if !v.offers("Receive what is left") {
		t.Error("what is left cannot be received")
	}
	v.look("redeem-part")

	v.again(fields{"check_spent": fields{"spent_msat": 100_352}})
	v.sees("Somebody has taken this e-cash already")
	if v.offers("Receive") {
		t.Error("what is spent can be received")
	}

	sent := fields{"title": "send", "requested_msat": 100_352, "notes": fakeEcash, "outgoing": true}
	for state, says := range map[string]string{"returned": "You have taken this e-cash back yourself", "done": "You sent this e-cash, and somebody has taken it"} {
		sent["state"] = state
		op := fakeOperation(7, sent)
		v.again(fields{"list_operation_views": []fields{op}, "subscribe_operation": op})
		v.sees(says)
		v.press("link", "See the payment")
		v.Wait(`location.hash.startsWith("#/operation")`)
	}
}

// TestRedeemRefused opens e-cash that cannot be received, and of which that is
// known at once.
func TestRedeemRefused(t *testing.T) {
	v := redeemer(t, browser.Start(t), nil)
	v.sees("You get 98.176 sat")
	for code, says := range map[string]string{"ForgedEcash": "not genuine", "TooSmall": "worth less than the fee", "WrongFederation": "of another federation"} {
		v.again(fields{"quote_receive": fields{"code": code, "error": "for a test"}})
		v.sees(says)
		if v.offers("Receive") {
			t.Errorf("what is refused with %s can be received", code)
		}
	}
	v.again(fields{"quote_receive": fields{"code": "AlreadyReceived", "error": "for a test"}})
	v.sees("You have received this e-cash already")
	v.sees("See the payment")
}

// TestNotReceived shows a receipt that somebody else was faster with.
func TestNotReceived(t *testing.T) {
	op := fakeOperation(1, fields{
		"state": "refused", "requested_msat": 2_000_000, "amount_msat": 0, "change_msat": 0, "gone_msat": 2_000_000, "why": "the federation's words",
	})
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{op}, "subscribe_operation": op,
	})
	v.sees("Not received")
	var row string
	v.Eval(`document.querySelector(".operation .amount.tried").innerText.replace(/\s/g, " ")`, &row)
	if row != "2 000" {
		t.Errorf("the list shows %q, not what was tried", row)
	}
	v.press("link", "Not received")
	v.sees("Somebody had taken it already")
	v.Wait(`document.querySelector(".hero .amount.tried")?.innerText.replace(/\s/g, " ") === "2 000 sat"`)
	var open bool
	if v.Eval(`document.body.innerText.includes("the federation's words")`, &open); open {
		t.Error("the federation's words are not under details")
	}
}
