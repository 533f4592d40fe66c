//go:build unix

package page_test

import (
	"fmt"
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
)

// reload loads the page again, whatever it does.
func (v *visit) reload() {
	v.t.Helper()
	v.Eval("window.before = true, location.reload()", nil)
	v.Wait("!window.before && document.readyState === 'complete'")
}

// TestFirstMinute joins, gets e-cash, sends some, has it redeemed by another
// wallet, and takes some back. Each time the page is closed in the middle.
func TestFirstMinute(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true})
	invite := "/#" + d.Federation.Invite().String()
	giver := visitor(t, browser.Start(t), d, invite)
	giver.press("button", "Join")
	giver.reload()
	giver.settle("Join", "Open")
	giver.sees("This is a demo")

	giver.press("button", "Get e-cash")
	giver.Wait(`history.state.text !== undefined || location.hash.startsWith("#/operation")`)
	giver.reload()
	giver.received()
	giver.press("button", "Done")
	giver.waitBalance("1 000")

	giver.press("button", "Send")
	giver.enter("Amount", "300")
	giver.press("button", "Send 300 sat")
	giver.reload()
	giver.visit("#/")
	giver.waitBalance("700")
	giver.press("link", "Sent")
	giver.sees("Not yet taken")
	gift := giver.handedOut()
	giver.visit("#/")
	giver.waitBalance("700")

	taker := visitor(t, browser.Start(t), d, invite)
	taker.press("button", "Join")
	taker.sees("Nothing yet")
	taker.press("button", "Receive")
	taker.Eval(taker.finding("field", "Open an invitation")+".focus()", nil)
	taker.paste(gift)
	taker.press("button", "Receive 300 sat")
	taker.reload()
	taker.settle("Receive 300 sat", "See the payment")
	taker.received()
	taker.visit("#/")
	taker.waitBalance("300")

	giver.press("link", "Sent")
	giver.sees("Taken")
	giver.visit("#/send")
	giver.enter("Amount", "50")
	giver.press("button", "Send 50 sat")
	giver.press("button", "Take back")
	giver.press("button", "Take it back")
	giver.reload()
	giver.sees("Taken back")
	giver.visit("#/")
	giver.waitBalance("700")
	if audit := d.Federation.Audit(); audit.Outstanding != 1_000_000 {
		t.Errorf("e-cash worth %v msat is outstanding, not 1 000 000", audit.Outstanding)
	}
}

// settle presses a button that may have done its work before the page was
// closed. Then there is another one instead, or neither any more.
func (v *visit) settle(again, done string) {
	v.t.Helper()
	v.Wait(v.finding("button", again) + " || " + v.finding("button", done) + ` || !location.hash.startsWith("#/open")`)
	for _, name := range []string{again, done} {
		var there bool
		v.Eval(v.finding("button", name)+" !== undefined", &there)
		if there {
			v.press("button", name)
			return
		}
	}
}

// received waits until the screen says that a payment has come in.
func (v *visit) received() {
	v.t.Helper()
	v.Wait(`document.querySelector(".under.good")?.innerText === "Received"`)
}

// handedOut returns the e-cash that the screen shows as text.
func (v *visit) handedOut() (text string) {
	v.t.Helper()
	v.Wait(v.finding("field", "E-cash as text") + " !== undefined")
	v.Eval(v.finding("field", "E-cash as text")+".value", &text)
	return text
}

// TestTwoTabs has two tabs show one wallet, also after the first one is closed.
func TestTwoTabs(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true})
	b := browser.Start(t)
	first := visitor(t, b, d, "/#"+d.Federation.Invite().String())
	first.press("button", "Join")
	first.sees("Nothing yet")
	second := visitor(t, b, d, "/")
	second.sees("Nothing yet")
	first.press("button", "Get e-cash")
	second.waitBalance("1 000")
	first.Close()
	second.press("button", "Send")
	second.enter("Amount", "1")
	second.press("button", "Send 1 sat")
	second.sees("Not yet taken")
}

// TestSendOnce closes the page after a payment was asked for and before there
// was an answer: it is made, and only once, however often.
func TestSendOnce(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true})
	v := visitor(t, browser.Start(t), d, "/#"+d.Federation.Invite().String())
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()
	for range 2 {
		v.visit("#/send")
		v.sees("At most")
		v.Eval(fmt.Sprintf(`history.replaceState({sending: {
			federation: %q, key: "the same", amount_msat: 5000, max_fee_msat: 0, take_back_after_secs: 0, include_invite: true,
		}}, "")`, d.Federation.ID()), nil)
		v.reload()
		v.sees("Not yet taken")
		v.visit("#/")
		v.waitBalance("995")
	}
}
