//go:build unix

package page_test

import (
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
)

// observe notes what a start is like, from before its first line.
const observe = `
	window.seen = {longest: 0, long: 0, shift: 0, shifted: []};
	new PerformanceObserver(list => { for (const e of list.getEntries()) { seen.long++; seen.longest = Math.max(seen.longest, e.duration); } }).observe({type: "longtask", buffered: true});
	new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) {
		seen.shift += e.value;
		seen.shifted.push(...e.sources.map(s => s.node?.outerHTML?.slice(0, 120)));
	} }).observe({type: "layout-shift", buffered: true});
	new MutationObserver(() => { if (!seen.painted && document.querySelector(".screen")) seen.painted = performance.now(); }).observe(document, {childList: true, subtree: true});
`

// TestStart opens a wallet that has been used, and prints how long it takes until
// something is shown, and the balance, and for how long the page was busy at
// most: figures to read, since they are those of the machine and of what else it
// does. What fails the test is the same everywhere: nothing may move.
func TestStart(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true})
	v := visitor(t, browser.Start(t), d, "/#"+d.Federation.Invite().String())
	v.Metrics(360, 740, 1, true)
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()
	v.visit("#/")
	v.waitBalance("1 000")
	v.Call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": observe}, nil)
	for _, name := range []string{"first", "second", "third"} {
		v.reload()
		v.waitBalance("1 000")
		var s struct {
			Longest, Painted, Paint, Balance, Shift float64
			Long                                    int
			Shifted                                 []string
		}
		v.sees("All 4 guardians answer")
		v.Eval(`({...seen, balance: performance.now(), paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0})`, &s)
		t.Logf("%s start: something after %.0f ms, painted after %.0f ms; guardians answer after %.0f ms; %d tasks longer than 50 ms, the longest %.0f ms",
			name, s.Painted, s.Paint, s.Balance, s.Long, s.Longest)
		if s.Shift > 0 {
			t.Errorf("%s start: things moved by %.4f: %q", name, s.Shift, s.Shifted)
		}
	}
}
