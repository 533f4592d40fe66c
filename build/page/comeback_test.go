//go:build unix

package page_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"satchel/build/browser"
	"satchel/build/demo"
	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
)

// msat returns an amount that the page shows, without its sign.
func (v *visit) msat(expression string) int64 {
	v.t.Helper()
	var text string
	v.Eval(fmt.Sprintf(`(%s).innerText.replace(/[^\d.]/g, "")`, expression), &text)
	sat, err := strconv.ParseFloat(text, 64)
	if err != nil {
		v.t.Fatalf("%s is no amount: %v", expression, err)
	}
	return int64(math.Round(1000 * sat))
}

// balance returns the balance that the home screen shows, in msat.
func (v *visit) balance() int64 {
	v.t.Helper()
	v.visit("#/")
	v.Wait(`document.querySelector(".home .hero .amount") !== null`)
	return v.msat(`document.querySelector(".home .hero .amount")`)
}

// words returns the words of the wallet, as a person writes them down.
func (v *visit) words() string {
	v.t.Helper()
	v.visit("#/words")
	v.press("button", "Show the words")
	v.Wait(`document.querySelector(".words") && !document.querySelector(".words.covered")`)
	var words []string
	v.Eval(`[...document.querySelectorAll(".words li")].map(e => e.innerText)`, &words)
	return strings.Join(words, " ")
}

// rich opens a wallet in a federation with both generations of e-cash that has
// received some.
func rich(t *testing.T) (*demo.Demo, *visit) {
	t.Helper()
	d := start(t, devfed.Options{Modules: devfed.Kinds()})
	v := visitor(t, browser.Start(t), d, "/#"+d.Federation.Invite().String())
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()
	return d, v
}

// restored waits until nothing is looked for any more, and returns what that has
// cost, in msat.
func (v *visit) restored() (fees int64) {
	v.t.Helper()
	v.visit("#/history")
	v.Wait(`document.body.innerText.includes("Found again") && !document.querySelector(".operation.on-its-way")`)
	var searches []string
	v.Eval(`[...document.querySelectorAll(".operation")].filter(e => /Found again|Nothing was found|e-cash was found/.test(e.innerText)).map(e => e.hash)`, &searches)
	if len(searches) != 2 {
		v.t.Errorf("there are %d searches, not one of each generation", len(searches))
	}
	for _, hash := range searches {
		v.visit(hash)
		v.Wait(`location.hash === ` + strconv.Quote(hash) + ` && document.querySelector(".under.good") !== null`)
		v.Wait(`!document.querySelector(".step.current")`)
		var found bool
		if v.Eval(`document.querySelector(".sum") !== null`, &found); found {
			fees += v.msat(`[...document.querySelectorAll(".sum div")].find(e => e.innerText.startsWith("Fee")).querySelector("dd")`)
		}
	}
	return fees
}

// TestComeBack writes the words of a wallet down and brings it back in another
// browser, closing the page while its money is looked for: everything is there, also
// what was handed out, less the fee. Both wallets know of each other.
func TestComeBack(t *testing.T) {
	d, v := rich(t)
	v.visit("#/send")
	v.enter("Amount", "102.4")
	v.press("button", "Send 102")
	v.handedOut()
	given := v.msat(`[...document.querySelectorAll(".sum div")].find(e => e.innerText.startsWith("Amount")).querySelector("dd")`)
	words, before := v.words(), v.balance()
	v.press("link", "Satchel demo")
	v.press("button", "Back up now")
	v.sees("Backed up with the guardians just now")
	v.Close()

	// All that guardians say about the past is doubtful for as long as two of four lie.
	v.behave(d.Federation, guardian.Behaviour{State: guardian.On, Lie: liar.RecoveryHash}, 2, 3)
	again := visitor(t, browser.Start(t), d, "/")
	again.press("button", "I have twelve words")
	again.enter("Your words", words)
	again.press("button", "Use these words")
	again.sees("Open the invitation of each federation")
	again.reload()
	again.Wait(again.finding("field", "Invitations") + " !== undefined")
	again.Eval(again.finding("field", "Invitations")+".focus()", nil)
	again.paste(d.Federation.Invite().String())
	again.press("button", "Look for my money")
	again.Wait(`location.hash === "#/"`)
	again.sees("Looking for your money, 0 %")
	again.look("comeback-looking")
	again.reload()
	again.sees("Looking for your money")
	again.off(d.Federation)
	fees := again.restored()
	if after := again.balance(); after+fees != before+given || fees == 0 {
		t.Errorf("%d msat were there and %d handed out, %d are there and cost %d", before, given, after, fees)
	}
	again.look("comeback-home")

	again.press("link", "Satchel demo")
	again.sees("Another Satchel with your words was last seen on")
	again.press("button", "Bring its money here")
	again.press("button", "Bring it here")
	again.press("button", "I know")
	again.Wait(`!document.body.innerText.includes("Another wallet has the same words")`)
	again.look("comeback-federation")
}

// TestComeBackFromFile saves a wallet in a file and opens it in another browser, whose
// keyboard writes letters and their marks apart: the money is there, less the fee, and
// so is the history.
func TestComeBackFromFile(t *testing.T) {
	d, v := rich(t)
	before := v.balance()
	v.Eval(catchesFile, nil)
	const passphrase, apart = "correct horse br\u00fcllt K\u00e4se", "correct horse bru\u0308llt Ka\u0308se"
	v.visit("#/save")
	v.enter("Passphrase", passphrase)
	v.enter("The same passphrase again", passphrase)
	v.press("button", "Make the file")
	v.press("button", "Save satchel-")
	v.Wait(`saved.bytes?.length > 0`)
	var numbers []int
	v.Eval(`saved.bytes`, &numbers)
	file := make([]byte, len(numbers))
	for i, n := range numbers {
		file[i] = byte(n)
	}
	v.Close()

	again := visitor(t, browser.Start(t), d, "/")
	again.press("button", "Open a file")
	again.choose("satchel.age", file)
	again.enter("Passphrase", "wrong")
	again.press("button", "Open it")
	again.sees("This is not the passphrase of the file")
	again.enter("Passphrase", apart)
	again.press("button", "Open it")
	again.sees("Nothing was changed yet")
	again.sees("Satchel demo")
	again.look("comeback-file")
	again.press("button", "Bring it back")
	again.press("button", "Look for my money")
	fees := again.restored()
	if after := again.balance(); after+fees != before || fees == 0 {
		t.Errorf("%d msat were there, %d are there and cost %d", before, after, fees)
	}
	again.visit("#/history")
	again.Wait(`document.querySelector(".archived .row")?.innerText.startsWith("Received")`)
	again.look("comeback-history")
}
