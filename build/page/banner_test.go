//go:build unix

package page_test

import (
	"testing"

	"satchel/build/browser"
)

// clock is a clock that a test moves, and noted is what stood above the page at
// any time.
const clock = `
	window.passed = 0;
	const real = Date.now;
	Date.now = () => real() + passed;
	window.said = [];
	new MutationObserver(() => {
		const text = document.querySelector(".strip")?.innerText;
		if (text && said.at(-1) !== text) said.push(text);
	}).observe(document, {childList: true, subtree: true});
`

// TestBannerHangs never starts the core: after a while the page says so, though
// nobody has told it why.
func TestBannerHangs(t *testing.T) {
	v := withFakeCore(t, browser.Start(t), nil, clock, "core.silent = true;")
	v.sees("Cash for the internet")
	var early []string
	v.Eval("said", &early)
	if len(early) > 0 {
		t.Errorf("at once the page says %q", early)
	}
	v.Eval("passed = 6000", nil)
	v.sees("Satchel takes long to start")
	v.look("banner-starting")
	v.Eval(`core.state("starting", "TypeError: <b>boom</b>")`, nil)
	v.press("summary", "Details")
	v.sees("TypeError: <b>boom</b>")
	v.look("banner-reason")
	v.Eval(`core.state("here")`, nil)
	v.Wait(`!document.querySelector(".strip")`)
	v.Eval(`core.state("dead", "this browser is too old")`, nil)
	v.sees("Satchel cannot run in this browser")
	v.look("banner-dead")
}

// TestBannerTakeover has the core start anew long after the page: nothing is said
// before it takes long.
func TestBannerTakeover(t *testing.T) {
	op := fakeOperation(1, fields{"state": "on its way", "final": false})
	v := withFakeCore(t, browser.Start(t), fields{
		"subscribe_wallet": fakeWallet(fakeFederation()), "subscribe_operations": []fields{op},
	}, clock)
	v.sees("Latest")
	var before string
	v.Eval(`document.querySelector(".operation .sub").innerText`, &before)
	v.Eval("passed = 100 * 24 * 3600_000", nil)
	v.Eval(`core.state("starting", "AbortError: the lock was stolen")`, nil)
	v.Wait(`document.querySelector(".operation .sub").innerText !== ` + inJSON(t, before)) // the page has seen the time
	var said []string
	v.Eval("said", &said)
	if len(said) > 0 {
		t.Errorf("as soon as the core starts anew the page says %q", said)
	}
	v.Eval("passed += 6000", nil)
	v.sees("Satchel takes long to start")
}
