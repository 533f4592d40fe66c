//go:build unix

// Package official runs the official web client in Chromium, in a profile of its
// own: the Rust client of fedimint, compiled to WebAssembly. Tests let it and our
// wallet pay each other; benchmarks compare what a payment costs.
//
//	c := official.Start(t)
//	c.SetWords("abandon", …)
//	c.Join(federation.Invite())
//	c.Redeem(notes)
//
// It knows the client's packages and how to serve them. It knows nothing of how
// the client works, and nothing of our own wallet.
//
// # What runs
//
// The packages of fedimint-sdk as npm has them, in the version of package.json:
// @fedimint/core, which applications call; @fedimint/transport-web, which runs
// the client in a dedicated worker, with a file of the origin private file
// system as its database; @fedimint/fedimint-client-wasm-bundler, the client.
// They want to be bundled. Here nothing is: an import map stands in for the
// bundler in the page, and bundler.js in the worker. Every other line that runs
// is theirs.
//
// On the console the client complains of guardians that do not answer, which
// fails no test.
package official

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"satchel/build/browser"
	"satchel/client/wire"
)

// A Client is the official client in a browser of its own. Its methods belong to
// the test's goroutine and fail the test when the client refuses, or when it
// takes more than a minute.
type Client struct {
	t       testing.TB
	browser *browser.Browser
	page    *browser.Page
}

// Start starts the client with nothing in its database. It ends with the test.
func Start(t testing.TB) *Client {
	t.Helper()
	url := serve(t)
	b := browser.Start(t)
	b.Accept(`^error: WebSocket (connection to \S+ failed|is already in CLOSING or CLOSED state)`)
	c := &Client{t: t, browser: b, page: b.Open(url)}
	c.page.Wait("client")
	c.call("start", nil)
	return c
}

// call calls a function of page.js and stores what it answers in out, unless
// that is nil.
func (c *Client) call(function string, out any, args ...any) {
	c.t.Helper()
	texts := make([]string, len(args))
	for i, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			c.t.Fatal(err)
		}
		texts[i] = string(text)
	}
	c.page.Eval("client."+function+"("+strings.Join(texts, ", ")+")", out)
}

// SetWords gives the client its BIP 39 words, which it has none of yet.
func (c *Client) SetWords(words ...string) {
	c.t.Helper()
	var ok bool
	if c.call("setWords", &ok, words); !ok {
		c.t.Fatal("the official client did not take the words")
	}
}

// MakeWords lets the client make its BIP 39 words, which it has none of yet.
func (c *Client) MakeWords() (words []string) {
	c.t.Helper()
	c.call("makeWords", &words)
	return words
}

// Join joins a federation, for good. All that follows happens there.
func (c *Client) Join(invite wire.InviteCode) {
	c.t.Helper()
	var ok bool
	if c.call("join", &ok, invite); !ok {
		c.t.Fatal("the official client did not join; its console says why")
	}
}

// Kill ends the client with its browser by SIGKILL, for good.
func (c *Client) Kill() { c.browser.Kill() }

// Balance returns what the client says that it has.
func (c *Client) Balance() (balance wire.Amount) {
	c.t.Helper()
	c.call("balance", &balance)
	return balance
}

// Worth returns what notes are worth, in text, as the client reads them.
func (c *Client) Worth(notes string) (total wire.Amount) {
	c.t.Helper()
	c.call("worth", &total, notes)
	return total
}

// Spend hands out notes of exactly this amount as text. The client refuses when
// it has no such notes.
func (c *Client) Spend(amount wire.Amount) (notes string) {
	c.t.Helper()
	c.call("spend", &notes, amount)
	return notes
}

// Redeem reissues notes, in text, to the client and returns when it has the new
// ones.
func (c *Client) Redeem(notes string) {
	c.t.Helper()
	if err := c.TryRedeem(notes); err != nil {
		c.t.Fatal(err)
	}
}

// TryRedeem is Redeem for notes that may be refused; the error has the client's
// words.
func (c *Client) TryRedeem(notes string) error {
	return c.page.TryEval("client.reissue("+strconv.Quote(notes)+")", nil)
}
