//go:build unix

package page_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
	"satchel/build/page"
)

// kept waits until the service worker has everything and is in charge.
func (v *visit) kept() {
	v.t.Helper()
	v.Wait("navigator.serviceWorker.controller?.state === 'activated'")
}

// TestWithoutNetwork opens the wallet when nothing can be reached any more.
func TestWithoutNetwork(t *testing.T) {
	d := start(t, devfed.Options{NoFees: true})
	b := browser.Start(t)
	v := visitor(t, b, d, "/#"+d.Federation.Invite().String())
	v.press("button", "Join")
	v.press("button", "Get e-cash")
	v.received()
	v.visit("#/")
	v.waitBalance("1 000")
	v.kept()
	if err := d.Federation.Close(); err != nil {
		t.Fatal(err)
	}
	b.Accept("ERR_CONNECTION_REFUSED|ERR_FAILED|WebSocket connection to|Failed to fetch")
	v.reload()
	v.waitBalance("1 000")
	v.press("button", "Send")
	v.enter("Amount", "512")
	v.press("button", "Send 512 sat")
	v.sees("Not yet taken")
	v.visit("#/settings")
	v.sees("for the page")
}

// A stand serves one bundle, and then another one.
type stand struct {
	*httptest.Server
	handler atomic.Pointer[http.Handler]
}

func (s *stand) serve(t *testing.T, folder string) {
	t.Helper()
	h, err := page.Handler(folder, page.Serving{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	s.handler.Store(&h)
}

// nextVersion bundles the page with a program that differs by a section that
// means nothing.
func nextVersion(t *testing.T) string {
	t.Helper()
	program, err := os.ReadFile(filepath.Join(bundle(t), "satchel.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	glue, err := os.ReadFile(filepath.Join(bundle(t), "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	from := folder(t, map[string]string{"satchel.wasm": string(program) + "\x00\x02\x01x", "wasm_exec.js": string(glue)})
	out := filepath.Join(t.TempDir(), "next")
	if _, err := page.Build(t.Context(), page.Options{Out: out, Program: filepath.Join(from, "satchel.wasm")}); err != nil {
		t.Fatal(err)
	}
	return out
}

// version returns the build that the page says it is.
func (v *visit) version() (build string) {
	v.t.Helper()
	v.visit("#/settings")
	v.sees("Version")
	v.Eval(`[...document.querySelectorAll("dl div")].find(e => e.innerText.startsWith("Version")).querySelector("code").innerText`, &build)
	return build
}

// TestUpdate puts another version on the server. Pages stay whole: all of the old
// one, until somebody wants the new one, and then all of that.
func TestUpdate(t *testing.T) {
	s := &stand{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load()).ServeHTTP(w, r) }))
	defer s.Close()
	s.serve(t, filepath.Join(bundle(t), "page"))
	b := browser.Start(t)
	b.Accept("process of the service_worker crashed") // it is replaced
	v := &visit{b.Open(s.URL), t}
	v.kept()
	old := v.version()

	s.serve(t, nextVersion(t))
	v.reload()
	if build := v.version(); build != old {
		t.Fatalf("after a reload the page is of build %s, not still of %s", build, old)
	}
	v.Eval("navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => true)", nil)
	v.Wait(v.finding("button", "Update") + " !== undefined")
	other := &visit{b.Open(s.URL), t}
	if build := other.version(); build != old {
		t.Fatalf("another tab is of build %s, not still of %s", build, old)
	}
	v.press("button", "Update")
	v.Wait(`document.querySelector("dl code") && !document.querySelector("dl code").innerText.includes("` + old + `")`)
	other.Wait(`document.querySelector("dl code") && !document.querySelector("dl code").innerText.includes("` + old + `")`)
	if one, two := v.version(), other.version(); one != two {
		t.Errorf("one tab is of build %s, the other one of %s", one, two)
	}
	var caches []string
	v.Eval("caches.keys()", &caches)
	if len(caches) != 1 {
		t.Errorf("there are caches %q", caches)
	}
	v.Eval("window.stays = true", nil)
	v.Eval("navigator.serviceWorker.controller.postMessage('build?')", nil)
	v.visit("#/")
	v.sees("Cash for the internet")
	v.Wait("window.stays")
}

// TestDamagedFile changes a file on the server: the service worker takes nothing
// of that version.
func TestDamagedFile(t *testing.T) {
	s := &stand{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load()).ServeHTTP(w, r) }))
	defer s.Close()
	s.serve(t, filepath.Join(bundle(t), "page"))
	b := browser.Start(t)
	b.Accept("integrity|Failed to load resource|TypeError: Failed to fetch")
	v := &visit{b.Open(s.URL), t}
	v.kept()
	old := v.version()

	next := nextVersion(t)
	for _, packed := range []string{".br", ".gz"} {
		if err := os.Remove(filepath.Join(next, "licenses.txt"+packed)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(next, "licenses.txt"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.serve(t, next)
	v.Eval(`navigator.serviceWorker.getRegistration().then(r => new Promise(done => {
		r.addEventListener("updatefound", () => r.installing.addEventListener("statechange", e => e.target.state === "redundant" && done(true)));
		r.update();
	}))`, nil)
	v.reload()
	if build := v.version(); build != old {
		t.Errorf("the page is of build %s, not still of %s", build, old)
	}
}
