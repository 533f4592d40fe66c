//go:build unix

package page_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"satchel/build/browser"
	"satchel/build/demo"
	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/wire"
)

// TestScreens visits every screen in every state and looks at it.
func TestScreens(t *testing.T) {
	if *shots != "" {
		if err := os.MkdirAll(*shots, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	d := start(t, devfed.Options{})
	b := browser.Start(t, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
	b.Accept("WebSocket connection to .* failed") // guardians are switched off
	v := visitor(t, b, d, "/")
	v.sees("Cash for the internet")
	v.Eval(`document.querySelector(".round").removeAttribute("aria-label")`, nil)
	if len(v.axe()) == 0 {
		t.Fatal("the checker does not find a button without a name")
	}
	v.Go(home(d))
	v.sees("Cash for the internet")
	v.look("welcome")
	v.visit("#/open")
	v.look("open-empty")
	v.visit("#not-an-invitation")
	v.sees("This is neither")
	v.look("open-unknown")
	v.visit("#fed1damaged")
	v.sees("This invitation is damaged")
	v.look("open-damaged")
	v.visit("#/open")
	v.paste("legal winner thank year wave sausage worth useful legal winner thank yellow")
	v.sees("These look like the words of a wallet")
	v.look("open-words")
	v.visit("#/scan")
	v.Wait(`document.querySelector("video").readyState > 2`)
	v.look("scan")
	v.visit("#/settings")
	v.sees("Version")
	v.look("settings-new")
	v.visit("#/words")
	v.sees("There are no words yet")
	v.look("words-none")
	v.lookAtPreviews(d)
	v.lookAtAnEmptyWallet()
	v.lookAtReceiving(d)
	v.lookAtSending(d)
	v.lookAtAFederation(d)
	v.lookAtTheRest()
	gallery(t, "home", "sent", "operation")
}

func (v *visit) lookAtPreviews(d *demo.Demo) {
	v.t.Helper()
	invite := "#" + d.Federation.Invite().String()
	v.behave(d.Federation, guardian.Behaviour{State: guardian.Slow, Delay: time.Hour}, 0, 1, 2, 3)
	v.visit(invite)
	v.sees("Asking the guardians")
	v.look("preview-asking")
	v.off(d.Federation, 0, 1, 2, 3)
	v.Go(home(d) + "/" + invite)
	v.sees("Nothing was joined, and no money was moved")
	v.look("preview-unreachable")
	v.off(d.Federation, 3)
	v.sees("3 of 4 answer now")
	v.look("preview")
}

func (v *visit) lookAtAnEmptyWallet() {
	v.t.Helper()
	v.press("button", "Join")
	v.sees("This is a demo")
	v.sees("3 of 4 guardians answer")
	v.look("home-empty")
	v.press("button", "Send")
	v.sees("You have nothing to send yet")
	v.look("send-nothing")
	v.press("button", "Back")
	v.press("button", "Receive")
	v.look("receive")
	v.visit("#/history")
	v.sees("Nothing here")
	v.look("history-none")
}

func (v *visit) lookAtReceiving(d *demo.Demo) {
	v.t.Helper()
	text := ecash(v.t, d, 10_000_000)
	v.off(d.Federation, 2, 3)
	v.visit("#" + text)
	v.sees("You get 9 9")
	v.sees("Asking whether somebody has taken it")
	v.look("redeem")
	v.press("button", "Receive 9 9")
	v.sees("2 of 4 answer, 3 are needed")
	v.look("operation-waiting")
	v.portrait("operation", ".card:has(.diagrams)")
	v.press("button", "Done")
	v.sees("1 payment on its way")
	v.look("home-waiting")
	v.press("link", "Receiving")
	v.off(d.Federation)
	v.Wait(`document.querySelector(".under.good")?.innerText === "Received"`)
	v.Wait(`!document.querySelector(".step.current")`)
	v.look("operation-received")
	v.visit("#" + text)
	v.sees("You have received this e-cash already")
	v.look("redeem-again")
	v.visit("#" + d.Federation.Invite().String())
	v.sees("You have joined it already")
	v.look("open-joined")
	v.visit("#" + ecash(v.t, d, 10))
	v.sees("worth less than the fee")
	v.look("redeem-too-small")
	text = ecash(v.t, d, 2_000_000)
	v.visit("#" + text)
	v.sees("Nobody has taken it yet")
	v.look("redeem-good")
	post(v.t, d, "/faucet/redeem", map[string]string{"notes": text}, nil)
	v.press("button", "Receive 1 9")
	v.sees("Somebody had taken it already")
	v.Wait(`!document.querySelector(".step.current")`)
	v.look("operation-refused")
	text = ecash(v.t, d, 2_000_000)
	post(v.t, d, "/faucet/redeem", map[string]string{"notes": text}, nil)
	v.visit("#" + text)
	v.sees("Somebody has taken this e-cash already")
	v.look("redeem-gone")

	other := start(v.t, devfed.Options{Name: "Another federation", Guardians: 1})
	text = ecash(v.t, other, 5_000_000)
	v.visit("#" + text)
	v.sees("there is no invitation with it")
	v.look("redeem-unknown")
	notes, err := wire.ParseOOBNotes(text)
	if err != nil {
		v.t.Fatal(err)
	}
	v.visit("#" + wire.NewOOBNotesWithInvite(notes.Notes(), other.Federation.Invite()).Base64())
	v.sees("Another federation")
	v.look("redeem-and-join")
}

func (v *visit) lookAtSending(d *demo.Demo) {
	v.t.Helper()
	v.visit("#/")
	v.press("button", "Send")
	v.enter("Amount", "100.3")
	v.sees("Send 100.352 sat")
	v.look("send")
	v.press("summary", "More choices")
	v.look("send-choices")
	v.enter("Amount", "99999")
	v.sees("That is more than you have")
	v.look("send-too-much")
	v.enter("Amount", "x")
	v.sees("This is not an amount")
	v.look("send-not-an-amount")
	v.enter("Amount", "1.000")
	v.sees("Write thousands like 1000")
	v.look("send-doubtful")
	v.enter("Amount", "1234.5")
	v.press("button", "Send 1")
	v.Wait(`document.querySelector(".qr path") !== null`)
	v.sees("Not yet taken")
	v.look("sent")
	v.portrait("sent", "body")
	v.press("button", "Take back")
	v.look("sent-confirm")
	v.press("button", "Take it back")
	v.Wait(`document.querySelector(".under.good")?.innerText === "Taken back"`)
	v.Wait(`!document.querySelector(".step.current")`)
	v.look("operation-returned")
	v.visit("#/send")
	v.enter("Amount", "2")
	v.press("button", "Send 2")
	v.sees("Not yet taken")
	var text string
	v.Eval(v.finding("field", "E-cash as text")+".value", &text)
	post(v.t, d, "/faucet/redeem", map[string]string{"notes": text}, nil)
	v.Wait(`document.querySelector(".under.good")?.innerText === "Taken"`)
	v.look("operation-taken")
}

func (v *visit) lookAtAFederation(d *demo.Demo) {
	v.t.Helper()
	// While one guardian is away, the lie of another one has to be met.
	v.behave(d.Federation, guardian.Behaviour{State: guardian.On, Lie: "share-random"}, 1)
	v.set(d.Federation, 3, guardian.Behaviour{State: guardian.Off})
	v.visit("#" + ecash(v.t, d, 3_000_000))
	v.press("button", "Receive 2 9")
	v.press("link", "Satchel demo")
	v.sees("gave wrong answers")
	v.set(d.Federation, 3, guardian.Behaviour{State: guardian.On})
	v.sees("This is a demo. Its e-cash is free")
	v.Wait(`document.querySelector(".qr path") !== null`)
	v.look("federation")
	v.press("button", "Back")
	v.Wait(`document.querySelector(".under.good")?.innerText === "Received"`)
	v.visit("#/history")
	v.sees("Today")
	v.look("history")
	v.press("button", "Open")
	v.sees("Nothing here")
	v.look("history-filtered")
	v.visit("#/")
	v.sees("Latest")
	v.look("home")
	v.portrait("home", "body")
}

func (v *visit) lookAtTheRest() {
	v.t.Helper()
	v.visit("#/words")
	v.sees("Never type them")
	v.look("words")
	v.press("button", "Show the words")
	v.Wait(`!document.querySelector(".words.covered")`)
	v.look("words-shown")
	v.confirmWords()
	v.visit("#/settings")
	v.sees("You have written them down")
	v.look("settings")
	v.visit("#/")
	v.Call("Network.emulateNetworkConditions", map[string]any{"offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}, nil)
	v.sees("Offline")
	v.look("home-offline")
	v.Call("Network.emulateNetworkConditions", map[string]any{"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}, nil)
}

// confirmWords types the words that are shown, after an attempt without them.
func (v *visit) confirmWords() {
	v.t.Helper()
	v.Wait(`document.querySelector(".words") && !document.querySelector(".words.covered")`)
	var words []string
	v.Eval(`[...document.querySelectorAll(".words li")].map(e => e.innerText)`, &words)
	v.press("button", "I have written them down")
	v.sees("type three of them")
	v.press("button", "Confirm")
	v.sees("are other ones")
	v.look("words-check")
	var asked []int
	v.Eval(`[...document.querySelectorAll("#check label")].map(e => parseInt(e.innerText.match(/\d+/)[0]))`, &asked)
	for _, n := range asked {
		v.enter(fmt.Sprintf("Word %d", n), words[n-1])
	}
	v.press("button", "Confirm")
}

// off switches these guardians off, and all others on.
func (v *visit) off(f *devfed.Federation, guardians ...int) {
	v.t.Helper()
	v.behave(f, guardian.Behaviour{State: guardian.Off}, guardians...)
}

// behave makes these guardians behave in some way, and all others well.
func (v *visit) behave(f *devfed.Federation, b guardian.Behaviour, guardians ...int) {
	v.t.Helper()
	for i := range f.Guardians() {
		how := guardian.Behaviour{State: guardian.On}
		if slices.Contains(guardians, i) {
			how = b
		}
		v.set(f, i, how)
	}
}

// set makes one guardian behave in some way.
func (v *visit) set(f *devfed.Federation, n int, how guardian.Behaviour) {
	v.t.Helper()
	if err := f.Behave(n, how); err != nil {
		v.t.Fatal(err)
	}
}

// TestNoStorage opens the wallet where the browser stores nothing, and then does.
func TestNoStorage(t *testing.T) {
	d := start(t, devfed.Options{Guardians: 1})
	b := browser.Start(t)
	b.Accept("Quota|Failed to load resource|Failed to fetch") // the service worker cannot keep files either
	v := &visit{b.Open("about:blank"), t}
	v.Call("Storage.overrideQuotaForOrigin", map[string]any{"origin": home(d), "quotaSize": 1}, nil)
	v.Go(home(d) + "/#" + d.Federation.Invite().String())
	v.sees("The browser does not let Satchel store anything")
	v.look("open-no-storage")
	v.visit("#/")
	v.sees("The browser does not let Satchel store anything")
	v.look("welcome-no-storage")
	v.Call("Storage.overrideQuotaForOrigin", map[string]any{"origin": home(d)}, nil)
	v.visit("#" + d.Federation.Invite().String())
	v.press("button", "Join")
	v.sees("Nothing yet")
}
