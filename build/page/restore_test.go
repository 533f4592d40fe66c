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
	v.sees("Cash for the internet")
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
	v.sees("Your money is being looked for in 1 federation. The one below could not be joined yet")
	v.look("federations-partly")
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

// TestRestorePartly joins one federation of two, of which the other's invitation is
// damaged, and goes on to the wallet.
func TestRestorePartly(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(true), "subscribe_operations": []fields{}}, hasFederations)
	v.press("button", "Add invitations")
	v.focusIs("h1 Your federations")
	v.Eval(v.finding("field", "Invitations")+".focus()", nil)
	v.paste(invites[0] + " " + invites[2])
	v.sees("This invitation is damaged")
	v.press("button", "Look for my money")
	v.sees("Your money is being looked for in 1 federation")
	v.press("button", "Go to your wallet")
	v.Wait(`location.hash === "#/"`)
}

// TestRestoreMany takes more invitations than are asked about at once.
func TestRestoreMany(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(true), "subscribe_operations": []fields{}}, hasFederations)
	v.press("button", "Add invitations")
	v.focusIs("h1 Your federations")
	var many []string
	for i := range 60 {
		many = append(many, fmt.Sprintf("%sq%02d", invites[2], i))
	}
	v.Eval(v.finding("field", "Invitations")+".focus()", nil)
	v.paste(strings.Join(many, " "))
	v.Wait(`document.querySelectorAll("main .rows .row").length === 50`)
	v.press("button", "Show 10 more")
	v.Wait(`document.querySelectorAll("main .rows .row").length === 60`)
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

	done["gone_msat"], done["change_msat"] = 1_730_560, -1_730_560
	show(fakeRestore(1000, done))
	v.sees("Another wallet with your words has spent it")
	v.sees("It costs you 1 730.56 sat")
	v.look("operation-restored-gone")
	found["gone_msat"], found["change_msat"] = 700_000, -62_200
	show(fakeRestore(1000, found))
	v.sees("What it had left was brought here")
	v.look("operation-restored-matched")
	v.visit("#/history")
	v.sees("Matched with another wallet")
	done["gone_msat"], done["change_msat"], done["kind"] = 0, 0, "mint"
	f["modules"] = []fields{{"id": 0, "kind": "mint", "usable": true}, {"id": 1, "kind": "mintv2", "usable": true}}
	v.tell("subscribe_wallet", wallet)
	show(fakeRestore(1000, done))
	v.sees("No older e-cash was found")
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
