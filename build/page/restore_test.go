//go:build unix

package page_test

import (
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
)

// knowsWords has the fake core know the words of [walletWords], which belong together
// in that order.
const knowsWords = `
	const right = "` + walletWords + `", list = right.split(" ");
	core.answers.check_words = ({words}) => ({
		valid: words.join(" ") === right, unknown: words.flatMap((word, i) => list.includes(word) ? [] : [i]), reason: "for a test",
	});
	core.answers.set_mnemonic = () => {
		core.tell("subscribe_wallet", {words: true, balance_msat: 0, federations: []});
		return {success: true};
	};
`

// invites have the shape of invitations.
var invites = []string{"fed11" + strings.Repeat("q", 60), "fed11" + strings.Repeat("p", 60), "fed11" + strings.Repeat("z", 60)}

// hasFederations has the fake core know the federations of the first two
// invitations, of which the guardians of the second do not answer at first.
var hasFederations = `
	const known = {"` + invites[0] + `": "One", "` + invites[1] + `": "Two"};
	core.answering = ["` + invites[0] + `"];
	core.joined = [];
	core.answers.preview = ({invite_code}) => {
		if (!(invite_code in known)) return {code: "InvalidInput", error: "for a test"};
		if (!core.answering.includes(invite_code)) return {code: "FederationUnreachable", error: "for a test"};
		return {
			federation_id: invite_code, name: known[invite_code], meta: {}, threshold: 1, modules: [], usable: true, fee_base_msat: 0, fee_ppm: 0,
			guardians: [{peer: 0, name: "g", url: "wss://guardian.example/", state: "up", since_ms: 1}], joined: core.joined.includes(invite_code),
		};
	};
	core.answers.has_mnemonic_set = true;
	core.answers.join = ({invite_code}) => (core.joined.push(invite_code), {federation: invite_code});
`

func emptyWallet(words bool) fields {
	return fields{"words": words, "balance_msat": 0, "federations": []fields{}}
}

// asked are the requests for a verb, by JavaScript that is given what they said.
func (v *visit) asked(verb, what string) (list []string) {
	v.t.Helper()
	v.Eval(fmt.Sprintf(`core.asked.filter(r => r.verb === %q).map(r => String((%s)(r.fields)))`, verb, what), &list)
	return list
}

// TestRestoreWords types words one of which is none, words that do not belong
// together, and the right ones: nothing is touched before.
func TestRestoreWords(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(false), "subscribe_operations": []fields{}}, knowsWords, hasFederations)
	v.press("button", "I have twelve words")
	v.sees("Enter your words")
	v.look("restore-empty")
	field := v.finding("field", "Your words")
	v.Eval(field+".focus()", nil)
	v.Type("legal winer tha")
	v.sees("Word 2, \u201cwiner\u201d, is not one that wallets use")
	v.sees("3 of 12 words")
	v.look("restore-unknown")
	v.enter("Your words", strings.Replace(walletWords, "sausage", "worth", 1))
	v.press("button", "Use these words")
	v.sees("These words do not belong together")
	v.look("restore-together")
	v.enter("Your words", walletWords+" legal")
	v.press("button", "Use these words")
	v.sees("These are 13 words")
	if set := v.asked("set_mnemonic", "f => f.words"); len(set) > 0 {
		t.Fatalf("wrong words were set: %q", set)
	}
	v.reload()
	v.sees("Enter your words")
	var kept bool
	if v.Eval(`JSON.stringify([history.state, {...localStorage}, {...sessionStorage}, location.href]).includes("sausage")`, &kept); kept {
		t.Error("words are kept")
	}
	v.enter("Your words", "1. "+strings.ReplaceAll(strings.ToUpper(walletWords), " ", "\n2. "))
	v.press("button", "Use these words")
	v.sees("Open the invitation of each federation")
	if set := v.asked("set_mnemonic", "f => f.words.join(' ')"); len(set) != 1 || set[0] != walletWords {
		t.Errorf("set were %q", set)
	}
	v.look("federations-empty")
	v.press("button", "Back")
	v.sees("Your words are in place")
	v.look("welcome-words")
	v.visit("#/restore")
	v.sees("Open the invitation of each federation")
}

// TestRestorePasted pastes words into the field for anything, and goes on with them
// without typing them again.
func TestRestorePasted(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(false), "subscribe_operations": []fields{}}, knowsWords)
	v.paste(walletWords)
	v.press("button", "Bring the wallet back")
	v.Wait(v.finding("field", "Your words") + fmt.Sprintf(`?.value === %q`, walletWords))
	v.press("button", "Use these words")
	v.sees("Open the invitation of each federation")

	v = withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{}})
	v.visit("#/restore")
	v.sees("There is a wallet in this browser already")
	v.look("restore-has")
}

// TestRestoreInterrupted loses the answer of setting words that were set.
func TestRestoreInterrupted(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(false), "subscribe_operations": []fields{}}, knowsWords)
	v.tell("set_mnemonic", fields{"code": "Interrupted", "error": "for a test"})
	v.tell("get_mnemonic", fields{"code": "NoWords", "error": "for a test"})
	v.visit("#/restore")
	v.enter("Your words", walletWords)
	v.press("button", "Use these words")
	v.sees("Satchel was interrupted")
	v.tell("get_mnemonic", fields{"mnemonic": strings.Fields(walletWords)})
	v.press("button", "Use these words")
	v.sees("Open the invitation of each federation")
}

// TestRestoreFederations adds several invitations at once. Those that can be
// restored are, the others stay, also when the page is closed.
func TestRestoreFederations(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(true), "subscribe_operations": []fields{}}, hasFederations)
	v.press("button", "Add invitations")
	v.focusIs("h1 Your federations")
	v.Eval(v.finding("field", "Invitations")+".focus()", nil)
	v.paste("nothing of use")
	v.sees("There is no invitation in this")
	v.paste(strings.Join(invites, "\n"))
	v.sees("Too few guardians answer. Satchel tries again by itself")
	v.sees("This invitation is damaged")
	v.sees("1 of 1 guardians answer")
	v.look("federations")
	v.reload()
	v.press("button", "Remove fed11zz")
	v.Wait(`document.querySelectorAll("main .rows .row").length === 2`)
	v.press("button", "Look for my money")
	v.Wait(`document.querySelectorAll("main .rows .row").length === 1`)
	v.enter("Invitations", "https://wallet.example/#"+invites[0])
	v.press("button", "Add")
	v.Wait(fmt.Sprintf(`core.asked.filter(r => r.verb === "preview" && r.fields.invite_code === %q).length >= 2`, invites[0]))
	v.Wait(`document.querySelectorAll("main .rows .row").length === 1`) // it is joined
	v.Eval(fmt.Sprintf("core.answering.push(%q)", invites[1]), nil)
	v.press("button", "Look for my money")
	v.Wait(`location.hash === "#/"`)
	joined := v.asked("join", "f => f.invite_code + f.restore")
	if fmt.Sprint(joined) != fmt.Sprint([]string{invites[0] + "true", invites[1] + "true"}) {
		t.Errorf("joined were %q", joined)
	}
}

// fakeRestore is a restore that has read so much of 1000.
func fakeRestore(read int, change fields) fields {
	all := fields{
		"title": "restore", "state": "on its way", "final": false, "requested_msat": 0, "amount_msat": 0, "change_msat": 0,
		"progress": fields{"from": 0, "read": read, "end": 1000, "sessions": true},
	}
	for name, value := range change {
		all[name] = value
	}
	return fakeOperation(7, all)
}

// TestRestoreProgress shows how far a search is, what is done with what it finds,
// and what came of it.
func TestRestoreProgress(t *testing.T) {
	f := fakeFederation()
	f["restoring"], f["balance_msat"], f["pending"] = true, 0, 1
	wallet := fakeWallet(f)
	wallet["balance_msat"] = 0
	op := fakeRestore(420, fields{"machines": []fields{{
		"id": 1, "name": "mintv2/search", "steps": []string{"counting", "scanning", "scanned"}, "final": false, "current": "scanning",
		"edges":   [][]string{{"counting", "counted", "scanning"}, {"scanning", "read on", "scanning"}, {"scanning", "read on", "scanned"}},
		"visited": []fields{{"step": "counting", "at_ms": 1}, {"step": "scanning", "event": "counted", "at_ms": 2}},
		"waits":   []fields{{"event": "read on", "since_ms": 1}},
	}}, "guardians": []fields{fakeGuardian("One")}})
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": wallet, "subscribe_operations": []fields{op}, "subscribe_operation": op})
	show := func(op fields) {
		v.tell("subscribe_operation", op)
		v.tell("subscribe_operations", []fields{op})
	}
	v.sees("Looking for your money, 42 %")
	v.Wait(`document.querySelector("progress").value === 42`)
	v.look("home-restoring")
	v.press("link", "Fake")
	v.sees("What is found is claimed anew")
	v.sees("You can close this page meanwhile")
	v.look("federation-restoring")
	v.press("button", "Back")
	v.press("link", "Looking for your money")
	v.sees("Looking through the federation's past")
	v.Wait(`document.querySelector(".hero .amount").innerText.replace(/\s/g, " ") === "42 %"`)
	v.look("operation-restoring")

	show(fakeRestore(1000, fields{"in_flight_msat": 640_000}))
	v.sees("640 sat Claiming what was found")
	v.look("operation-claiming")

	done := fields{"state": "done", "final": true}
	found := fields{"amount_msat": 640_000, "fee_msat": 2_200, "change_msat": 637_800, "aside_msat": 50}
	for name, value := range done {
		found[name] = value
	}
	show(fakeRestore(1000, found))
	v.sees("Found again")
	v.sees("It was claimed anew")
	v.sees("You get 637.8 sat")
	v.sees("0.05 sat were found that are worth no more")
	v.look("operation-restored")

	show(fakeRestore(1000, done))
	v.sees("Nothing was found")
	v.look("operation-restored-nothing")

	done["gone_msat"], done["change_msat"] = 64_000, -64_000
	show(fakeRestore(1000, done))
	v.sees("Another wallet with your words has spent it")
	v.sees("It costs you 64 sat")
	v.look("operation-restored-gone")
	v.visit("#/history")
	v.sees("Taken by another wallet")
}

// TestRecovering asks for a payment while money is being looked for in a federation
// that can do neither before.
func TestRecovering(t *testing.T) {
	f := fakeFederation()
	f["restoring"] = true
	recovering := fields{"code": "Recovering", "error": "for a test"}
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(f), "subscribe_operations": []fields{}, "quote_send": recovering, "quote_receive": recovering,
		"identify": fields{"kind": "ecash", "federation_id": fakeHash, "joined": true, "amount_msat": 100_352}, "check_spent": fields{"spent_msat": 0},
	})
	v.visit("#/send")
	v.sees("Your money in this federation is still being looked for")
	v.visit("#" + fakeEcash)
	v.sees("Your money in this federation is still being looked for")
	v.look("redeem-recovering")
}

// TestElsewhere shows that another wallet has the same words, looks what it did, and
// says that it is known.
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
	v.press("button", "Look what it did")
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

// TestKeyboardRestore brings a wallet back without a pointer.
func TestKeyboardRestore(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(false), "subscribe_operations": []fields{}}, knowsWords, hasFederations)
	v.tabFromTop("I have twelve words")
	v.Press("Enter")
	v.focusIs("h1 Bring a wallet back")
	v.tab("Your words")
	v.Type(walletWords)
	v.tab("Use these words")
	v.Press("Enter")
	v.focusIs("h1 Your federations")
	v.tab("Invitations")
	v.Type(invites[0] + " " + invites[2])
	v.tab("Add")
	v.Press("Enter")
	v.focusIs("textarea Invitations")
	v.sees("1 of 1 guardians answer")
	v.tab("Remove fed11zz")
	v.Press("Enter")
	v.focusIs("h1 Your federations")
	v.tab("Look for my money")
	v.Press("Enter")
	v.focusIs("h1 Satchel")
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
