//go:build unix

package page_test

import (
	"fmt"
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
)

// focused is JavaScript for what has the focus: its kind and its name.
const focused = `(() => {
	const e = document.activeElement;
	const name = e.getAttribute("aria-label") || (e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent || "";
	return e.localName + " " + name.replace(/\s+/g, " ").trim();
})()`

// inside is JavaScript for whether something has the focus and is not the last
// thing that the tabulator leads to: from there it leads out of the page.
const inside = `(() => {
	const all = [...document.querySelectorAll("a[href], button, input, textarea, select, summary, [tabindex]")];
	const last = all.filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true})).at(-1);
	return document.activeElement !== document.body && document.activeElement !== last;
})()`

// tab goes on with the tabulator to what is called that, and checks that one can
// see where one is. What was done before must have left the focus somewhere:
// Chromium would go on from where it was lost, a screen reader would not.
func (v *visit) tab(name string) {
	v.t.Helper()
	v.Wait("document.activeElement !== document.body")
	v.tabFromTop(name)
}

// tabFromTop is tab in a page in which nothing has the focus yet.
func (v *visit) tabFromTop(name string) {
	v.t.Helper()
	v.Wait(fmt.Sprintf(`[...document.querySelectorAll("a, button, input, textarea, summary")].some(e => !e.disabled && (e.textContent + e.ariaLabel + (e.labels?.[0]?.textContent ?? "")).includes(%q))`, name))
	var at string
	for range 60 {
		var held, lost bool
		v.Eval(inside, &held)
		v.Press("Tab")
		if v.Eval("document.activeElement === document.body", &lost); held && lost {
			v.t.Fatalf("on the way to %q the focus was lost, at last it was on %q", name, at)
		}
		v.Eval(focused, &at)
		var there, visible bool
		v.Eval(fmt.Sprintf("(%s).replace(/^\\S+ /, '').startsWith(%q)", focused, name), &there)
		if !there {
			continue
		}
		v.Eval(`(() => {
			const s = getComputedStyle(document.activeElement);
			return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 || parseFloat(s.borderBottomWidth) >= 2;
		})()`, &visible)
		if !visible {
			v.t.Errorf("nobody can see that the focus is on %s", at)
		}
		return
	}
	v.t.Fatalf("the tabulator does not lead to %q, at last it was on %q", name, at)
}

// TestKeyboard joins, receives and sends without a pointer.
func TestKeyboard(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true})
	text := ecash(t, d, 1_000_000)
	v := visitor(t, browser.Start(t), d, "/")
	v.tabFromTop("Open an invitation")
	v.Type(d.Federation.Invite().String())
	v.Press("Enter")
	v.tab("Join")
	v.Press("Enter")
	v.sees("Nothing yet")
	v.focusIs("h1 Satchel")

	v.tab("Receive")
	v.Press("Enter")
	v.focusIs("h1 Receive")
	v.tab("Open an invitation")
	v.Type(text)
	v.tab("Continue")
	v.Press("Enter")
	v.tab("Receive 1")
	v.Press("Enter")
	v.received()
	v.tab("Done")
	v.Press("Enter")
	v.waitBalance("1 000")

	v.tab("Send")
	v.Press("Enter")
	v.focusIs("input Amount")
	v.Type("12")
	v.tab("Max")
	v.tab("More choices")
	v.tab("Send 12 sat")
	v.Press("Enter")
	v.sees("Not yet taken")
	v.tab("Take back")
	v.Press("Enter")
	v.tab("Take it back")
	v.Press("Enter")
	v.sees("Taken back")
	v.tab("Back")
	v.Press("Enter")
	v.waitBalance("1 000")
}

func (v *visit) focusIs(what string) {
	v.t.Helper()
	v.Wait(fmt.Sprintf("(%s) === %q", focused, what))
}

// TestKeyboardLightning pays an invoice through a gateway of one's own choice and
// asks for a payment, without a pointer: the focus is never nowhere.
func TestKeyboardLightning(t *testing.T) {
	asked := payQuote(fakeGateway("Cheap", 1000), 51_000)
	asked["amount_msat"] = 9_000_000
	v := payer(t, fields{"quote_pay": payQuote(fakeGateway("Cheap", 1000), 51_000), "quote_invoice": asked, "pay_invoice": refusal("Interrupted"), "make_invoice": asked})
	v.press("button", "Send")
	v.focusIs("input Amount")
	v.Press("Escape")
	v.visit("#/send/lightning")
	v.tab("E-cash")
	v.Press("Enter")
	v.focusIs("input Amount")
	v.visit("#/send/lightning")
	v.tab("Open an invitation")
	v.Type(fakeInvoice)
	v.Press("Enter")
	v.focusIs("h1 Pay")
	v.tab("Through Cheap")
	v.Press("Enter")
	v.sees("2.5 sat and 0.5 %")
	v.tab("Automatic")
	v.Press("ArrowDown")
	v.Wait(`core.asked.some(r => r.verb === "quote_pay" && r.fields.gateway === "https://cheap.example/")`)
	v.tab("Pay 10")
	v.Press("Enter")
	v.sees("Satchel is not sure yet")
	v.tab("Pay 10")

	v.visit("#/receive/lightning")
	v.focusIs("input Amount")
	v.Type("10000")
	v.tab("Note")
	v.Type("Tea")
	v.tab("Through Cheap")
	v.tab("Create invoice")
	v.Press("Enter")
	v.Wait(`location.hash.startsWith("#/operation")`)
}
