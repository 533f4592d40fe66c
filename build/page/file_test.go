//go:build unix

package page_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"satchel/build/browser"
)

// catchesFile catches what is saved instead of saving it: its name and what is in it.
const catchesFile = `
	window.saved = {};
	URL.createObjectURL = blob => (blob.arrayBuffer().then(b => (saved.bytes = [...new Uint8Array(b)])), "blob:test");
	HTMLAnchorElement.prototype.click = function () { saved.name = this.download; };
`

// choose chooses a file with that content, as a person does.
func (v *visit) choose(name string, content []byte) {
	v.t.Helper()
	v.Wait(`document.querySelector("main input[type=file]") !== null`)
	v.Eval(fmt.Sprintf(`(() => {
		const input = document.querySelector("main input[type=file]"), data = new DataTransfer();
		data.items.add(new File([Uint8Array.from(atob(%q), c => c.charCodeAt(0))], %q));
		input.files = data.files;
		input.dispatchEvent(new Event("change", {bubbles: true}));
	})()`, base64.StdEncoding.EncodeToString(content), name), nil)
}

// savedFile is what the core tells of a file that was made.
func savedFile(change fields) fields {
	view := fields{"made_ms": 1_700_000_000_000, "operations": 3, "federations": []fields{
		{"id": fakeHash, "name": "One", "invite_code": invites[0], "balance_msat": 5_000_000},
	}}
	for name, value := range change {
		view[name] = value
	}
	return fields{"file": "aGVsbG8=", "name": "../satchel-2026.age", "view": view}
}

// TestSaveFileLacks says what is not in a file before it is saved.
func TestSaveFileLacks(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{},
		"export_wallet": savedFile(fields{"unread": 1, "omitted": 2, "federations": []fields{
			{"id": fakeHash, "name": "One", "invite_code": invites[0], "balance_msat": 0, "unknown": true},
			{"id": strings.Repeat("cd", 32), "name": "Two", "invite_code": invites[1], "balance_msat": 0},
		}}),
	}, catchesFile)
	v.visit("#/save")
	v.enter("Passphrase", "correct horse battery staple window")
	v.enter("The same passphrase again", "correct horse battery staple window")
	v.press("button", "Make the file")
	v.sees("What you have in these federations is not known now")
	v.sees("One federation cannot be read. It is not in the file")
	v.sees("2 older payments had no room")
	var named string
	v.Eval(`[...document.querySelectorAll("main .notice li")].map(e => e.innerText).join()`, &named)
	if named != "One" {
		t.Errorf("of unknown balance are said to be %q", named)
	}
	v.look("save-lacks")
}

// TestOpenSameFile opens the file of the wallet that is there.
func TestOpenSameFile(t *testing.T) {
	view := savedFile(nil)["view"]
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{}, "read_export": view, "import_wallet": view,
	})
	v.visit("#/file")
	v.choose("satchel.age", []byte("some bytes"))
	v.enter("Passphrase", "right")
	v.press("button", "Open it")
	v.press("button", "Bring it back")
	v.sees("All federations of this file are here already")
	v.look("file-same")
	v.press("button", "Done")
	v.Wait(`location.hash === "#/"`)
}

// TestNotBroughtBack tells of a federation of a file that was not joined, whose
// invitation the page does not know any more.
func TestNotBroughtBack(t *testing.T) {
	wallet := fakeWallet(fakeFederation())
	wallet["invited"] = []fields{{"id": strings.Repeat("cd", 32), "name": "One", "invite_code": invites[0], "balance_msat": 0, "unknown": true}}
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": wallet, "subscribe_operations": []fields{}}, hasFederations)
	v.sees("A federation of your file is not here yet")
	v.look("home-not-brought-back")
	v.press("link", "A federation of your file")
	v.press("button", "Add the 1 invitation of your file again")
	v.press("button", "Look for my money")
	v.Wait(`location.hash === "#/"`)
	if joined := v.asked("join", "f => f.invite_code"); len(joined) != 1 || joined[0] != invites[0] {
		t.Errorf("joined were %q", joined)
	}
}

// TestSaveFile makes a file with a passphrase that is long enough, and entered twice.
func TestSaveFile(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{},
		"export_wallet": savedFile(nil),
	}, catchesFile)
	v.visit("#/settings")
	v.press("button", "Save a file")
	v.sees("Whoever has it and the passphrase has your money")
	v.look("save")
	v.enter("Passphrase", "short")
	v.sees("At least 8 characters")
	v.press("button", "Make the file")
	v.sees("The two are not the same")
	v.look("save-wrong")
	v.enter("Passphrase", "password")
	v.sees("Weak: a computer guesses it soon")
	v.enter("Passphrase", "correct horse battery staple window")
	v.sees("Good.")
	v.enter("The same passphrase again", "correct horse battery staple windoW")
	v.press("button", "Make the file")
	v.sees("The two are not the same")
	if asked := v.asked("export_wallet", "f => f.passphrase"); len(asked) > 0 {
		t.Fatalf("a file was made with %q", asked)
	}
	v.enter("The same passphrase again", "correct horse battery staple window")
	v.press("button", "Make the file")
	v.sees("The file is ready")
	v.look("save-made")
	v.press("button", "Save ..satchel-2026.age")
	v.Wait(`saved.name === "..satchel-2026.age" && String.fromCharCode(...saved.bytes ?? []) === "hello"`)
}

// TestOpenFile opens a file that is none, with a wrong passphrase, and with the right
// one, where there are other words, and where there are none.
func TestOpenFile(t *testing.T) {
	view := fields{"made_ms": 1_700_000_000_000, "operations": 1234, "omitted": 3, "unread": 1, "federations": []fields{
		{"id": fakeHash, "name": "One", "invite_code": invites[0], "balance_msat": 5_000_000},
		{"id": strings.Repeat("cd", 32), "name": "", "invite_code": invites[1], "balance_msat": 0},
	}}
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(false), "subscribe_operations": []fields{}}, hasFederations)
	v.press("button", "Open a file")
	v.sees("Choose the file of your wallet")
	v.look("file-empty")
	v.choose("satchel.age", []byte("some bytes"))
	v.sees("satchel.age (10")
	for code, says := range map[string]string{"WrongPassphrase": "This is not the passphrase", "DamagedFile": "not the file of a wallet"} {
		v.tell("read_export", fields{"code": code, "error": "for a test"})
		v.enter("Passphrase", "wrong")
		v.press("button", "Open it")
		v.sees(says)
		v.look("file-" + code)
	}
	v.choose("other.age", []byte("some bytes"))
	v.Wait(`!document.querySelector("main [role=alert]")`) // what was said is about the other one
	v.tell("read_export", view)
	v.enter("Passphrase", "right")
	v.press("button", "Open it")
	v.sees("Nothing was changed yet")
	v.sees("1 234")
	v.look("file-opened")
	v.tell("import_wallet", fields{"code": "HasWords", "error": "for a test"})
	v.press("button", "Bring it back")
	v.sees("There is a wallet with other words in this browser")
	v.look("file-words")
	v.Eval(fmt.Sprintf(`core.answers.import_wallet = () => (core.tell("subscribe_wallet", %s), %s)`, inJSON(t, emptyWallet(true)), inJSON(t, view)), nil)
	v.press("button", "Bring it back")
	v.sees("Open the invitation of each federation")
	v.Wait(`document.querySelectorAll("main .rows .row").length === 2`)
	for _, verb := range []string{"read_export", "import_wallet"} {
		if sent := v.asked(verb, "f => atob(f.file)"); sent[0] != "some bytes" {
			t.Errorf("%s is given %q", verb, sent[0])
		}
	}
}

// TestDropFile drops a file on another screen.
func TestDropFile(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"subscribe_wallet": emptyWallet(false), "subscribe_operations": []fields{}})
	v.sees("Cash for the internet")
	v.Eval(`(() => {
		const data = new DataTransfer();
		data.items.add(new File(["some bytes"], "dropped.age"));
		document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
	})()`, nil)
	v.sees("dropped.age")
	v.reload()
	v.sees("Choose a file")
}

// TestArchived shows what happened before at the end of the history.
func TestArchived(t *testing.T) {
	old := func(n int, change fields) fields {
		e := fields{
			"operation_id": fmt.Sprintf("%064x", n), "title": "receive", "state": "done", "amount_msat": 1000 * n, "fee_msat": 0, "change_msat": 1000 * n,
			"outgoing": false, "began_ms": 1_600_000_000_000 + 1000*(n/20), // 20 at a time
		}
		for name, value := range change {
			e[name] = value
		}
		return e
	}
	all := []fields{old(61, fields{"state": "refused", "change_msat": 0})}
	for n := 60; n > 1; n-- {
		all = append(all, old(n, nil))
	}
	all = append(all, old(1, fields{"title": "send", "outgoing": true, "change_msat": -1000}))
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{fakeOperation(1, nil)},
	}, "const old = "+inJSON(t, all)+`;
	core.answers.list_archived = ({before, before_id, limit}) => old.filter(
		e => before === undefined || e.began_ms < before || e.began_ms === before && e.operation_id < before_id).slice(0, limit);`)
	rows := func(n int) {
		t.Helper()
		v.Wait(fmt.Sprintf(`document.querySelectorAll(".archived .row").length === %d`, n))
	}
	v.visit("#/history")
	v.sees("From your file")
	rows(50)
	v.look("history-archived")
	v.press("button", "Sent") // the only one is the oldest of all
	rows(0)
	v.press("button", "Show more")
	rows(1)
	v.press("button", "All")
	rows(61)
	v.press("button", "Open")
	v.Wait(`!document.querySelector(".archived")`)
}
