//go:build unix

package drive

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"satchel/build/browser"
	"satchel/build/browser/devtools"
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

// Rest implements [Wallet].
func (w *Tab) Rest(fields map[string]any, final bool, out any) error {
	return w.eval(out, "rest", fields, final)
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
	code, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	root := root(t)
	sum := sha512.Sum384(code)
	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(root, "build/drive/harness.ts"), filepath.Join(root, "web/core/worker.ts")},
		Outdir:      folder, EntryNames: "[name]", Bundle: true, Write: true, Format: api.FormatIIFE,
		Alias: map[string]string{"wasm_exec": filepath.Join(folder, "wasm_exec.js")},
		Define: map[string]string{
			"__BUILD__": text("test"), "__WORKER_URL__": text("/worker.js"),
			"__WASM_URL__":       text("/" + filepath.Base(program)),
			"__WASM_INTEGRITY__": text("sha384-" + base64.StdEncoding.EncodeToString(sum[:])),
		},
	})
	for _, e := range result.Errors {
		t.Errorf("%s (run npm ci if a package is missing)", e.Text)
	}
	index := []byte("<!doctype html><meta charset=utf-8><title>drive</title><link rel=icon href=data:,><script src=/harness.js></script>")
	if err := os.WriteFile(filepath.Join(folder, "index.html"), index, 0o644); err != nil {
		t.Fatal(err)
	}
	return http.FileServer(http.Dir(folder))
}

// root returns the root of the repository.
func root(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(strings.TrimSpace(string(out)))
}
