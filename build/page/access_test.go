//go:build unix

package page_test

import (
	"fmt"
	"testing"

	"satchel/build/browser"
)

// TestTakeBackFocus takes e-cash back: the focus is on what is asked, and never
// nowhere.
func TestTakeBackFocus(t *testing.T) {
	op := fakeOperation(1, fields{"title": "send", "state": "ready", "outgoing": true, "final": false, "notes": "notes", "take_back": true})
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operation": op, "check_taken": false,
	})
	v.visit(fmt.Sprintf("#/operation/%s/%s", fakeHash, op["operation_id"]))
	v.tabFromTop("Take back")
	v.Press("Enter")
	const question = "p Take it back? That may cost a small fee. If nobody was faster, the text is worth nothing afterwards."
	v.focusIs(question)
	v.tab("Leave it")
	v.Press("Enter")
	v.focusIs("button Take back")
	v.Press("Enter")
	v.focusIs(question)
	v.tab("Take it back")
	v.Press("Enter")
	v.focusIs(question)
	op["state"], op["notes"], op["take_back"] = "returned", "", false
	v.tell("subscribe_operation", op)
	v.focusIs("h1 Payment")
}

// TestCopyRefused has the browser refuse to copy.
func TestCopyRefused(t *testing.T) {
	op := fakeOperation(1, nil)
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operation": op,
	}, `Object.defineProperty(navigator.clipboard, "writeText", {value: () => Promise.reject(new DOMException("no", "NotAllowedError"))});`)
	v.visit(fmt.Sprintf("#/operation/%s/%s", fakeHash, op["operation_id"]))
	v.press("button", "Copy")
	v.sees("The browser does not let Satchel copy")
	v.Wait(fmt.Sprintf(`(e => e.localName === "textarea" && e.value.slice(e.selectionStart, e.selectionEnd) === %q)(document.activeElement)`, op["operation_id"]))
	v.look("copy-refused")
}

// TestCovered has nothing read out of words that are covered.
func TestCovered(t *testing.T) {
	words := []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "get_mnemonic": fields{"mnemonic": words},
	})
	v.visit("#/words")
	v.Wait(`document.querySelector(".words.covered")?.ariaHidden === "true"`)
	v.press("button", "Show the words")
	v.Wait(`document.activeElement.ariaLabel === "Your words" && document.activeElement.innerText.includes("twelve")`)
}

// TestComposition presses Enter for an input method: it opens nothing.
func TestComposition(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"identify": fields{"kind": "unknown", "joined": false}})
	v.Wait(v.finding("field", "Open an invitation") + " !== undefined")
	v.Eval(v.finding("field", "Open an invitation")+".focus()", nil)
	v.Type("something")
	enter := func(composing bool) {
		v.Eval(fmt.Sprintf(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: %t, bubbles: true, cancelable: true}))`, composing), nil)
	}
	var hash string
	enter(true)
	v.Eval("location.hash", &hash)
	if hash != "" {
		t.Errorf("in a composition Enter leads to %s", hash)
	}
	enter(false)
	v.sees("This is neither")
}

// TestDrop drops a text on the page, and on the field: what says that it can be
// dropped is gone each time.
func TestDrop(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), fields{"identify": fields{"kind": "unknown", "joined": false}})
	for _, target := range []string{"body", ".anything textarea"} {
		v.visit("#/settings")
		v.sees("Version")
		v.visit("#/open")
		v.Wait(`document.querySelector(".anything textarea") !== null`)
		v.drop(target, "some text")
		v.sees("This is neither")
		v.Wait(`!document.querySelector(".drop")`)
	}
}

// drop drags a text over the page to an element, and drops it there.
func (v *visit) drop(selector, text string) {
	v.t.Helper()
	var at struct{ X, Y float64 }
	v.Eval(fmt.Sprintf(`(r => ({x: r.x + 20, y: r.y + 20}))(document.querySelector(%q).getBoundingClientRect())`, selector), &at)
	data := map[string]any{"items": []map[string]any{{"mimeType": "text/plain", "data": text}}, "dragOperationsMask": 1}
	for _, event := range []string{"dragEnter", "dragOver", "drop"} {
		if event == "drop" {
			v.sees("Drop it here")
		}
		v.Call("Input.dispatchDragEvent", map[string]any{"type": event, "x": at.X, "y": at.Y, "data": data}, nil)
	}
}

// TestHistoryOfAKind asks for operations of a kind that only old ones are of, and
// of one that none is of.
func TestHistoryOfAKind(t *testing.T) {
	const all, sent = 230, 7
	var log []fields
	for n := all; n > 0; n-- {
		change := fields{}
		if n == sent {
			change = fields{"title": "send", "outgoing": true}
		}
		log = append(log, fakeOperation(n, change))
	}
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": log[:50],
	}, "const log = "+inJSON(t, log)+`;
	window.nothing = [];
	new MutationObserver(() => {
		if (document.body?.innerText.includes("Nothing here")) nothing.push(location.hash + " after " + core.asked.length);
	}).observe(document, {childList: true, subtree: true});
	core.answers.list_operation_views = ({before, limit}) => log.filter(op => !before || op.number < before).slice(0, limit);`)
	rows := func(n int) {
		v.t.Helper()
		v.Wait(fmt.Sprintf(`document.querySelectorAll(".operation").length === %d`, n))
	}
	v.visit("#/history")
	rows(50)
	v.press("button", "Sent")
	rows(1)
	var nothing []string
	v.Eval("nothing", &nothing)
	if len(nothing) > 0 {
		t.Errorf("before everything was looked at, the page says that there is nothing: %q", nothing)
	}
	v.press("button", "Open")
	v.sees("Nothing here")
	v.press("button", "All")
	rows(all)

	v.reload()
	rows(50)
	v.press("button", "Show more")
	rows(100)
}
