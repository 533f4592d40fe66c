//go:build unix

package page_test

import (
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
)

// TestElsewhere shows that another wallet has the same words, brings its money here
// after saying what that means, and says that it is known.
func TestElsewhere(t *testing.T) {
	f := fakeFederation()
	f["elsewhere"] = fields{"ours": true, "at_ms": 1_700_000_000_000}
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(f), "subscribe_operations": []fields{}, "search_again": nil, "dismiss_elsewhere": nil,
	})
	v.sees("Another wallet has the same words")
	v.look("home-elsewhere")
	v.press("link", "Fake")
	v.sees("Another Satchel with your words was last seen on 14 November 2023")
	v.sees("Use only one of them")
	v.look("federation-elsewhere")
	v.press("button", "Bring its money here")
	v.sees("What the other wallet has is worth nothing there afterwards")
	v.sees("That takes the federation's fees")
	v.look("federation-bring")
	v.press("button", "Leave it")
	v.focusIs("button Bring its money here")
	if asked := v.asked("search_again", "f => f.federation"); len(asked) > 0 {
		t.Error("money was brought here without being asked")
	}
	v.press("button", "Bring its money here")
	v.press("button", "Bring it here")
	v.Wait(`core.asked.some(r => r.verb === "search_again")`)
	f["elsewhere"] = fields{"ours": false}
	v.tell("subscribe_wallet", fakeWallet(f))
	v.sees("A wallet of another make was used with your words")
	v.press("button", "I know")
	v.Wait(`core.asked.some(r => r.verb === "dismiss_elsewhere")`)
	delete(f, "elsewhere")
	v.tell("subscribe_wallet", fakeWallet(f))
	v.Wait(`!document.body.innerText.includes("same words")`)
}

// TestBackup shows how new the guardians' backup is, and has one made.
func TestBackup(t *testing.T) {
	f := fakeFederation()
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": fakeWallet(f), "subscribe_operations": []fields{}})
	v.visit("#/federation/" + fakeHash)
	v.sees("Not backed up with the guardians yet")
	v.tell("back_up", fields{"code": "FederationUnreachable", "error": "for a test"})
	v.press("button", "Back up now")
	v.sees("Too few guardians answer")
	v.look("federation-backup-unreachable")
	v.tell("back_up", nil)
	v.press("button", "Back up now")
	v.Wait(`!document.body.innerText.includes("Too few guardians")`)
	for says, ago := range map[string]int{"Backed up with the guardians just now": 0, "Backed up with the guardians, 3 min ago There have been payments since": 200_000} {
		v.Eval(fmt.Sprintf(`core.tell("subscribe_wallet", (w => (w.federations[0].backup = {at_ms: Date.now() - %d, current: %t}, w))(structuredClone(core.answers.subscribe_wallet)))`, ago, ago == 0), nil)
		v.sees(says)
	}
}

// TestStorageLost brings a federation back whose store is lost.
func TestStorageLost(t *testing.T) {
	f := fakeFederation()
	f["code"], f["error"], f["balance_msat"] = "StorageLost", "for a test", 0
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": fakeWallet(f), "subscribe_operations": []fields{}, "restore": nil})
	v.sees("Can be brought back")
	v.press("link", "Fake")
	v.sees("Your words bring the e-cash back")
	v.look("federation-lost")
	v.press("button", "Bring it back with your words")
	v.Wait(`core.asked.some(r => r.verb === "restore" && r.fields.federation === "` + fakeHash + `")`)
}

// TestGenerations has e-cash of both generations: it is shown by kind, the older one
// is moved over, and sending it for older wallets is offered.
func TestGenerations(t *testing.T) {
	f := fakeFederation()
	f["modules"] = []fields{{"id": 0, "kind": "mint", "usable": true}, {"id": 1, "kind": "mintv2", "usable": true}}
	f["movable_msat"] = 300_000
	f["notes"] = []fields{{"kind": "mint", "amount_msat": 100_000, "count": 3}, {"kind": "mintv2", "amount_msat": 512_000, "count": 1}, {"kind": "mintv2", "amount_msat": 100_000, "count": 2}}
	quote := fields{"balance_msat": 1_000_000, "max_msat": 990_000, "amount_msat": 5120, "fee_msat": 0, "reissue": false, "kind": "mintv2"}
	moved := fakeOperation(9, fields{"title": "move", "requested_msat": 300_000, "amount_msat": 300_000, "fee_msat": 900, "change_msat": -900})
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(f), "subscribe_operations": []fields{}, "quote_send": quote, "subscribe_operation": moved,
		"quote_move": fields{"amount_msat": 300_000, "fee_msat": 900}, "send_ecash": fields{"code": "Interrupted", "error": "for a test"},
		"move_notes": fields{"code": "Interrupted", "error": "for a test"},
	})
	v.visit("#/federation/" + fakeHash)
	v.sees("Newer e-cash")
	v.sees("300 sat of it are older e-cash")
	v.look("federation-generations")
	v.press("button", "Move it over")
	v.sees("It costs you 0.9 sat")
	v.look("federation-move")
	v.press("button", "Leave it")
	v.press("button", "Move it over")
	v.press("button", "Move 300 sat over")
	v.sees("Satchel was interrupted")
	v.tell("move_notes", fields{"operation_id": moved["operation_id"]})
	v.press("button", "Move 300 sat over")
	v.Wait(`location.hash.startsWith("#/operation")`)
	if keys := v.asked("move_notes", "f => f.key"); len(keys) != 2 || keys[0] != keys[1] {
		t.Errorf("one move has the names %q", keys)
	}
	v.sees("Moved over")
	v.look("operation-moved")

	v.visit("#/send")
	v.enter("Amount", "5.12")
	v.press("summary", "More choices")
	v.press("field", "For older wallets")
	v.look("send-older")
	v.Wait(`core.asked.some(r => r.verb === "quote_send" && r.fields.kind === "mint" && r.fields.amount_msat === 5120)`)
	v.press("button", "Send 5.12 sat")
	v.Wait(`core.asked.some(r => r.verb === "send_ecash" && r.fields.kind === "mint")`)
	v.tell("subscribe_wallet", fakeWallet(fakeFederation()))
	v.visit("#/")
	v.visit("#/send")
	v.press("summary", "More choices")
	var offered bool
	if v.Eval(v.finding("field", "For older wallets")+" !== undefined", &offered); offered {
		t.Error("a federation with one generation alone has a choice")
	}
}

// newer has the shape of e-cash of the second generation, as a QR code has it.
var newer = "FEDIMINT" + strings.Repeat("02ABCV", 20)

// TestUntold handles e-cash of which guardians do not tell whether it was taken.
func TestUntold(t *testing.T) {
	untold := fields{"code": "NotSupported", "error": "for a test"}
	op := fakeOperation(1, fields{"title": "send", "state": "ready", "outgoing": true, "change_msat": -1000, "final": false, "notes": strings.ToLower(newer), "take_back": true})
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{op}, "subscribe_operation": op,
		"identify":      fields{"kind": "ecash", "federation_id": fakeHash, "joined": true, "amount_msat": 100_352},
		"quote_receive": fields{"amount_msat": 100_352, "fee_msat": 2176, "aside_msat": 0}, "check_spent": untold, "check_taken": untold,
	}, clock, "Date.now = () => 1_700_000_000_000 + passed;")
	v.sees("Handed out")
	v.press("link", "Sent")
	v.sees("This kind of e-cash does not say whether it was taken")
	v.look("sent-untold")
	v.Eval("passed += 60000", nil)
	v.visit("#/history")
	v.sees("Handed out")
	if n := v.asked("check_taken", "f => ''"); len(n) != 1 {
		t.Errorf("guardians were asked %d times what they do not tell", len(n))
	}
	v.visit("#" + newer)
	v.sees("does not say whether somebody has taken it already")
	if read := v.asked("identify", "f => f.text"); read[0] != newer {
		t.Errorf("the core was asked about %q", read)
	}
	if !v.offers("Receive 98.176 sat") {
		t.Error("e-cash that does not say whether it was taken cannot be received")
	}
	v.look("redeem-untold")
}

// TestKeyboardFederation moves older e-cash over and says that another wallet is
// known: the focus is never nowhere.
func TestKeyboardFederation(t *testing.T) {
	f := fakeFederation()
	f["movable_msat"], f["elsewhere"] = 300_000, fields{"ours": false}
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(f), "subscribe_operations": []fields{}, "quote_move": fields{"amount_msat": 300_000, "fee_msat": 900}, "dismiss_elsewhere": nil,
	})
	v.visit("#/federation/" + fakeHash)
	v.tabFromTop("Move it over")
	v.Press("Enter")
	v.sees("It costs you 0.9 sat")
	v.tab("Leave it")
	v.Press("Enter")
	v.focusIs("button Move it over")
	v.tab("I know")
	v.Press("Enter")
	v.focusIs("button I know")
	delete(f, "elsewhere")
	v.tell("subscribe_wallet", fakeWallet(f))
	v.focusIs("h1 Federation")
}
