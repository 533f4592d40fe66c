//go:build unix

package page_test

import (
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
)

// TestWalletGone has the browser delete what the wallet has stored, and leave the
// notes of the page: it says so before there are new words, and asks to write
// those down, too.
func TestWalletGone(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true, Guardians: 1})
	v := visitor(t, browser.Start(t), d, "/#"+d.Federation.Invite().String())
	v.Metrics(360, 740, 1, true)
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()
	v.keepWords()
	v.visit("#/")
	v.waitBalance("1 000")
	if v.asksToKeep() {
		t.Error("the page asks to write words down that have been written down")
	}

	v.Go("about:blank")
	v.Call("Storage.clearDataForOrigin", map[string]any{"origin": home(d), "storageTypes": "indexeddb"}, nil)
	for range 2 { // it is not forgotten by being said once
		v.Go(home(d))
		v.sees("The wallet that was stored here is gone")
		v.sees("Cash for the internet")
		v.reload()
	}
	v.look("welcome-gone")
	v.visit("#" + d.Federation.Invite().String())
	v.sees("One guardian decides alone")
	v.sees("The wallet that was stored here is gone")
	v.look("preview-gone")
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()
	v.visit("#/")
	v.waitBalance("1 000")
	if !v.asksToKeep() {
		t.Error("the page does not ask to write the new words down")
	}
}

// keepWords shows that the words have been written down.
func (v *visit) keepWords() {
	v.t.Helper()
	v.visit("#/words")
	v.press("button", "Show the words")
	v.confirmWords()
}

func (v *visit) asksToKeep() (asks bool) {
	v.t.Helper()
	v.Eval(`document.querySelector(".keep") !== null`, &asks)
	return asks
}
