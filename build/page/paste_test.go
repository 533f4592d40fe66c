//go:build unix

package page_test

import (
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
)

// walletWords have the shape of the words of a wallet.
const walletWords = "legal winner thank year wave sausage worth useful legal winner thank yellow"

// TestWordsAreNotKept pastes, types and links to the words of a wallet: they are
// neither stored nor sent, not even to the core, and the field is empty again.
func TestWordsAreNotKept(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": fakeWallet(), "subscribe_operations": []fields{}})
	const kept = `JSON.stringify([history.state, {...localStorage}, {...sessionStorage}, core.asked, location.href, [...document.querySelectorAll("textarea, input")].map(e => e.value)])`
	warned := func(how string) {
		t.Helper()
		v.sees("These look like the words of a wallet")
		var held string
		v.Eval(kept, &held)
		if strings.Contains(held, "sausage") {
			t.Errorf("%s, the words are kept: %s", how, held)
		}
		v.visit("#/settings")
		v.sees("Version")
		v.visit("#/open")
		v.Wait(v.finding("field", "Open an invitation") + " !== undefined")
	}
	v.sees("Cash for the internet")
	v.paste(walletWords)
	warned("pasted")
	for _, how := range []string{"typed", "typed again"} {
		v.Eval(v.finding("field", "Open an invitation")+".focus()", nil)
		v.Type(walletWords)
		v.press("button", "Continue")
		warned(how)
	}
	v.Eval(fmt.Sprintf("location.hash = encodeURIComponent(%q)", walletWords), nil)
	warned("in a link")
}

// TestRejectedTextStays keeps a text that cannot be opened in the field, and says
// what it is.
func TestRejectedTextStays(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(), "subscribe_operations": []fields{}, "identify": fields{"kind": "unknown", "joined": false},
	})
	for text, says := range map[string]string{
		"lnbc20m1" + strings.Repeat("q0", 60):        "This invoice is damaged or cut off",
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4": "This is a Bitcoin address",
		"cashuAeyJ0b2tlbiI6W3sicHJvb2ZzIjpbXX1dfQ":   "This is a Cashu token",
		fakeEcash[:70]: "This e-cash is damaged or cut off",
		"hello":        "This is neither an invitation nor e-cash",
	} {
		v.visit("#/open")
		v.sees("Open an invitation, e-cash or an invoice")
		v.paste(text)
		v.sees(says)
		v.Wait(fmt.Sprintf("%s.value === %q", v.finding("field", "Open an invitation"), text))
	}
}

// TestStrangerWithoutGuardians opens an invitation when too few guardians answer,
// without a wallet: nothing is said about money that there is not, and it goes on
// by itself.
func TestStrangerWithoutGuardians(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(), "subscribe_operations": []fields{},
		"identify": fields{"kind": "invite", "invite_code": "fed1fake", "joined": false},
		"preview":  fields{"code": "FederationUnreachable", "error": "for a test"},
	})
	v.visit("#fed1fake")
	v.sees("Nothing was joined, and no money was moved")
	v.sees("Satchel tries again by itself")
	p := fakeFederation()
	p["federation_id"], p["usable"], p["joined"], p["fee_base_msat"], p["fee_ppm"] = fakeHash, true, false, 0, 0
	v.tell("preview", p)
	v.sees("One guardian decides alone")
	v.Wait(`!document.querySelector(".notice.bad")`)
}

// TestJoinedAlready opens the invitation of a federation that was joined when
// nobody can be asked about it.
func TestJoinedAlready(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{},
		"identify": fields{"kind": "invite", "invite_code": "fed1fake", "federation_id": fakeHash, "joined": true},
	})
	v.visit("#fed1fake")
	v.sees("You have joined it already")
	v.press("link", "Fake")
	v.Wait(fmt.Sprintf(`location.hash === "#/federation/%s"`, fakeHash))
}

// TestEscape leads back from a screen, and only away from a question where one is
// asked.
func TestEscape(t *testing.T) {
	op := fakeOperation(1, fields{"title": "send", "state": "ready", "outgoing": true, "final": false, "notes": fakeEcash, "take_back": true})
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{op}, "subscribe_operation": op,
		"quote_send": fields{"balance_msat": 1_000_000, "max_msat": 1_000_000},
	})
	v.press("button", "Send")
	v.focusIs("input Amount")
	v.Press("Escape")
	v.press("link", "Sent")
	v.press("button", "Take back")
	v.sees("Take it back?")
	v.Press("Escape")
	v.focusIs("button Take back")
	v.Press("Escape")
	v.sees("Latest")
}

// TestSeveralFederations says in lists which federation a payment is of.
func TestSeveralFederations(t *testing.T) {
	other := fakeFederation()
	other["id"], other["name"] = strings.Repeat("cd", 32), "Other"
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet":     fakeWallet(fakeFederation(), other),
		"subscribe_operations": []fields{fakeOperation(2, fields{"federation": other["id"]}), fakeOperation(1, nil)}, "list_operation_views": []fields{},
	})
	for _, path := range []string{"#/", "#/history"} {
		v.visit(path)
		v.Wait(`[...document.querySelectorAll(".operation .sub")].map(e => e.innerText.split(", ").at(-1)).join() === "Other,Fake"`)
	}
	v.look("history-several")
}

// TestAmountsAreRead types amounts that mean one thing to some and another to
// others.
func TestAmountsAreRead(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{},
		"quote_send": fields{"balance_msat": 1_000_000, "max_msat": 990_000, "amount_msat": 1024, "fee_msat": 0, "reissue": false},
	})
	v.visit("#/send")
	v.sees("At most 990 sat in one go")
	for text, says := range map[string]string{
		"1.000": "Read as 1 sat. Write thousands like 1000", "2,048": "Read as 2.048 sat. Write thousands like 2048",
		"9" + strings.Repeat("0", 20): "That is more than you have", "1,000,000": "This is not an amount",
	} {
		v.enter("Amount", text)
		v.sees(says)
	}
	v.press("button", "Max")
	v.Wait(v.finding("field", "Amount") + `.value === "990"`)
}
