package kill

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"satchel/build/browser"
	"satchel/build/browser/devtools"
	"satchel/build/devfed"
	"satchel/build/wasm"
)

// A tab is the wallet in a real browser.
type tab struct {
	t   *testing.T
	b   *browser.Browser
	p   *browser.Page
	url string
}

func (w *tab) kill()  { w.b.Kill() }
func (w *tab) start() { w.b.Restart(); w.p = w.b.Open(w.url) }

func (w *tab) call(verb string, fields map[string]any, out any) error {
	if fields == nil {
		fields = map[string]any{}
	}
	return w.eval(out, "first", verb, fields)
}

func (w *tab) rest(fields map[string]any, final bool, out any) error {
	return w.eval(out, "rest", fields, final)
}

// eval calls a function of the harness.
func (w *tab) eval(out any, function string, args ...any) error {
	var list []string
	for _, a := range args {
		text, err := json.Marshal(a)
		if err != nil {
			return err
		}
		list = append(list, string(text))
	}
	err := w.p.TryEval(function+"("+strings.Join(list, ", ")+")", out)
	if errors.Is(err, devtools.ErrGone) {
		return errDied
	}
	return err
}

// site builds the wallet with its announcements and a page that lets the test
// drive it.
func site(t *testing.T) http.Handler {
	t.Helper()
	folder := t.TempDir()
	program, err := wasm.Build(t.Context(), "satchel/wasm", folder, "announce")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum384(code)
	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"testdata/harness.ts", "../../web/core/worker.ts"},
		Outdir:      folder, EntryNames: "[name]", Bundle: true, Write: true, Format: api.FormatIIFE,
		Alias: map[string]string{"wasm_exec": filepath.Join(folder, "wasm_exec.js")},
		Define: map[string]string{
			"__BUILD__": text("kill"), "__WORKER_URL__": text("/worker.js"),
			"__WASM_URL__":       text("/" + filepath.Base(program)),
			"__WASM_INTEGRITY__": text("sha384-" + base64.StdEncoding.EncodeToString(sum[:])),
		},
	})
	for _, e := range result.Errors {
		t.Errorf("%s (run npm ci if a package is missing)", e.Text)
	}
	index := []byte("<!doctype html><meta charset=utf-8><title>kill</title><link rel=icon href=data:,><script src=/harness.js></script>")
	if err := os.WriteFile(filepath.Join(folder, "index.html"), index, 0o644); err != nil {
		t.Fatal(err)
	}
	return http.FileServer(http.Dir(folder))
}

// TestBrowser kills Chromium, by SIGKILL.
func TestBrowser(t *testing.T) {
	files := site(t)
	everyCommit(t, func(t *testing.T, ann *announcer) (wallet, *devfed.Federation) {
		mux := http.NewServeMux()
		mux.Handle("/announce", ann)
		mux.Handle("/", files)
		fed := federation(t, mux)
		w := &tab{t: t, b: browser.Start(t), url: "http://" + fed.Address() + "/"}
		// The browser itself complains about the guardian that is off.
		w.b.Accept(`WebSocket connection to .* failed`)
		w.p = w.b.Open(w.url)
		return w, fed
	})
}
