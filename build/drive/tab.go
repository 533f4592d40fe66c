//go:build unix

package drive

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"satchel/build/browser"
	"satchel/build/browser/devtools"
	"satchel/build/npm"
	"satchel/build/page"
	"satchel/build/wasm"
)

// A Tab is the wallet in a real browser.
type Tab struct {
	Browser *browser.Browser
	Page    *browser.Page
	url     string
}

// OpenTab opens the wallet at url, where a [Site] is, in a new tab.
func OpenTab(b *browser.Browser, url string) *Tab { return &Tab{b, b.Open(url), url} }

// URL returns where the wallet is.
func (w *Tab) URL() string { return w.url }

// Kill implements [Wallet]: it kills the whole browser.
func (w *Tab) Kill() { w.Browser.Kill() }

// Start implements [Wallet].
func (w *Tab) Start() {
	w.Browser.Restart()
	w.Page = w.Browser.Open(w.url)
}

// Call implements [Wallet].
func (w *Tab) Call(verb string, fields map[string]any, out any) error {
	if fields == nil {
		fields = map[string]any{}
	}
	return w.eval(out, "first", verb, fields)
}

// restAtOnce is how long the page is asked to wait for at a time, less than the
// minute that a page has for an answer.
const restAtOnce = 20 * time.Second

// Rest implements [Wallet].
func (w *Tab) Rest(fields map[string]any, final bool, out any) error {
	for {
		var answer json.RawMessage
		if err := w.eval(&answer, "rest", fields, final, restAtOnce.Milliseconds()); err != nil {
			return err
		}
		if answer != nil && string(answer) != "null" {
			return json.Unmarshal(answer, out)
		}
	}
}

// eval calls a function of the harness.
func (w *Tab) eval(out any, function string, args ...any) error {
	var list []string
	for _, a := range args {
		text, err := json.Marshal(a)
		if err != nil {
			return err
		}
		list = append(list, string(text))
	}
	err := w.Page.TryEval(function+"("+strings.Join(list, ", ")+")", out)
	if errors.Is(err, devtools.ErrGone) {
		return ErrDied
	}
	return err
}

// Site builds the wallet for the browser, with the given build tags, and returns
// what serves it and the page that lets a test drive it.
func Site(t testing.TB, tags ...string) http.Handler {
	t.Helper()
	folder := t.TempDir()
	program, err := wasm.Build(t.Context(), "satchel/wasm", folder, tags...)
	if err != nil {
		t.Fatal(err)
	}
	root, err := page.Root(t.Context())
	if err == nil {
		err = npm.Ready(t.Context(), root, os.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	site := filepath.Join(folder, "site")
	script, err := page.BuildCore(t.Context(), page.Options{Root: root, Out: site, Program: program}, "build/drive/harness.ts")
	if err != nil {
		t.Fatal(err)
	}
	index := "<!doctype html><meta charset=utf-8><title>drive</title><link rel=icon href=data:,><script src=/" + script + "></script>"
	if err := os.WriteFile(filepath.Join(site, "index.html"), []byte(index), 0o644); err != nil {
		t.Fatal(err)
	}
	return http.FileServer(http.Dir(site))
}
