//go:build unix

package page_test

import (
	"fmt"
	"slices"
	"testing"

	"satchel/build/browser"
)

// orders are the names of the payments that the page has asked for since it was
// loaded.
const orders = `core.asked.filter(r => r.verb === "send_ecash").map(r => r.fields.key)`

// TestSendUnsure has the core not know whether a payment was made: the page keeps
// its name until the core knows, and asks for another payment only then.
func TestSendUnsure(t *testing.T) {
	quote := fields{"balance_msat": 1_000_000, "max_msat": 1_000_000, "amount_msat": 5000, "fee_msat": 0, "reissue": false}
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{}, "quote_send": quote,
	})
	v.visit("#/send")
	v.enter("Amount", "5")
	button := "Send 5 sat"
	for _, code := range []string{"Interrupted", "OutcomeUnknown", "Internal", "Surprise"} {
		v.tell("send_ecash", fields{"code": code, "error": "for a test"})
		v.press("button", button)
		v.Wait(fmt.Sprintf(`document.querySelector(".technical code")?.textContent === %q`, code))
		v.sees("Satchel is not sure yet")
		button = "Try again"
	}
	v.look("send-unsure")
	var first, later []string
	v.Eval(orders, &first)
	v.reload()
	v.sees("Satchel is not sure yet")
	v.Eval(orders, &later)
	if len(later) > 0 {
		t.Errorf("coming back to a payment that is not sure asks for %q, which nobody wanted", later)
	}
	v.tell("send_ecash", fields{"code": "QuoteExpired", "error": "for a test"})
	v.press("button", "Try again")
	v.sees("It would cost more by now")
	v.tell("send_ecash", fields{"operation_id": fakeHash})
	v.press("button", "Send 5 sat")
	v.Wait("location.hash.startsWith('#/operation')")
	v.Eval(orders, &later)
	if one := slices.Compact(append(first, later[0])); len(one) != 1 {
		t.Errorf("one payment was asked for as %q", one)
	}
	if len(later) != 2 || later[0] == later[1] {
		t.Errorf("after a refusal the page asks for %q, and not for another payment", later)
	}
}
