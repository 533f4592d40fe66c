//go:build unix

package page_test

import (
	"fmt"
	"testing"

	"satchel/build/browser"
	"satchel/build/demo"
	"satchel/build/devfed"
	"satchel/build/gateway"
	"satchel/client/wire"
)

// startLightning starts a demo federation with a gateway that is ready.
func startLightning(t *testing.T) *demo.Demo {
	t.Helper()
	d := start(t, devfed.Options{Modules: []wire.ModuleKind{wire.KindMintV2, wire.KindLNV2, wire.KindMeta}})
	if err := d.Lightning.Gateway.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// invoiceOf returns an invoice of somebody outside.
func invoiceOf(t testing.TB, d *demo.Demo, request fields) string {
	t.Helper()
	var answer struct{ Invoice string }
	post(t, d, "/faucet/invoice", request, &answer)
	return answer.Invoice
}

// invoiceShown returns the invoice that the screen shows as text.
func (v *visit) invoiceShown() (text string) {
	v.t.Helper()
	v.Wait(v.finding("field", "Invoice as text") + " !== undefined")
	v.Eval(v.finding("field", "Invoice as text")+".value", &text)
	return text
}

// ended waits until the screen says what a payment has come to, and nothing of it
// can change any more.
func (v *visit) ended(state string) {
	v.t.Helper()
	v.Wait(fmt.Sprintf(`document.querySelector(".under.good")?.innerText.split("\n")[0] === %q && !document.querySelector(".step.current")`, state))
}

// TestLightning pays an invoice and is paid, in a federation with a gateway. Each
// time the page is closed in the middle.
func TestLightning(t *testing.T) {
	d := startLightning(t)
	v := visitor(t, browser.Start(t), d, "/#"+d.Federation.Invite().String())
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()

	v.visit("#/receive")
	v.press("button", "Lightning")
	v.enter("Amount", "500")
	v.enter("Note", "Tea for two")
	v.sees("Through Demo gateway")
	v.press("button", "Create invoice")
	ours := v.invoiceShown()
	v.sees("Not yet paid")
	v.sees("Good until")
	v.sees("Tea for two")
	v.Wait(`document.querySelector(".qr path") !== null`)
	v.look("lightning-invoice")
	v.reload()
	v.sees("Not yet paid")
	v.visit("#/")
	v.press("link", "Invoice")
	v.sees("Not yet paid")
	post(t, d, "/faucet/pay", fields{"invoice": ours}, nil)
	v.ended("Received")
	v.look("lightning-received")

	theirs := invoiceOf(t, d, fields{"amount_msat": 200_000, "description": "Two coffees"})
	v.visit("#/send/lightning")
	v.paste("lightning:" + theirs)
	v.sees("Two coffees")
	v.sees("Through Demo gateway")
	v.look("lightning-pay")
	v.press("summary", "Through Demo gateway")
	v.sees("The one that costs least")
	v.press("button", "Pay 20")
	v.reload()
	v.settle("Pay 20", "Done")
	v.Wait(`location.hash.startsWith("#/operation")`)
	v.ended("Paid")
	v.press("summary", "Receipt")
	v.look("lightning-paid")
	var paid string
	v.Eval("location.hash", &paid)
	v.visit("#" + theirs)
	v.Wait(fmt.Sprintf("location.hash === %q", paid))

	v.visit("#/federation/" + d.Federation.ID().String())
	v.sees("guardians recommend it")
	v.look("lightning-federation")
	v.visit("#/history")
	v.sees("Today")
	v.Wait(`document.querySelectorAll(".operation").length === 3`)
	v.look("lightning-history")
}

// TestGatewayLies pays an invoice through a gateway that is away first, then changes
// its fee, then does not answer, and in the end gives the money back: the page says
// each, and what it cost.
func TestGatewayLies(t *testing.T) {
	d := startLightning(t)
	b := browser.Start(t)
	b.Accept("Failed to load resource") // the gateway is away
	v := visitor(t, b, d, "/#"+d.Federation.Invite().String())
	lie := func(lie gateway.Lie) {
		t.Helper()
		if err := d.Lightning.Gateway.Behave(lie); err != nil {
			t.Fatal(err)
		}
	}
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()
	lie(gateway.Gone)
	v.visit("#" + invoiceOf(t, d, fields{"amount_msat": 100_000, "unpayable": true}))
	v.sees("No gateway can pay this now")
	lie(gateway.Honest)
	v.press("button", "Try again")
	var honest string
	v.Wait(v.finding("button", "Pay 10") + " !== undefined")
	v.Eval(v.finding("button", "Pay 10")+".innerText", &honest)
	lie(gateway.FeeChanged)
	v.press("button", honest)
	v.sees("The fees have changed, and nothing was paid")
	v.Wait(fmt.Sprintf("(b => b && b.innerText !== %q)(%s)", honest, v.finding("button", "Pay 10")))
	lie(gateway.Silent) // with the fee that it had
	v.press("button", "Pay 10")
	v.Wait(fmt.Sprintf("(b => b && b.innerText === %q)(%s)", honest, v.finding("button", "Pay 10")))
	v.press("button", "Pay 10")
	v.sees("Waiting for the gateway to pay it")
	v.look("lightning-waiting")
	v.visit("#/")
	v.sees("1 payment on its way")
	v.press("link", "Paying")
	lie(gateway.Honest)
	v.ended("The money came back")
	v.sees("To try again, ask for a new invoice.")
	v.look("lightning-returned")
	v.visit("#" + invoiceOf(t, d, fields{"amount_msat": 2_000_000}))
	v.sees("You do not have enough here for this and its fees")
}
