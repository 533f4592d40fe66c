package page_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"satchel/build/page"
)

// The policies, word for word. The first one is that of a release.
const (
	releasePolicy  = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self' wss: https:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types wallet"
	loopbackPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self' wss: https: ws://127.0.0.1:* ws://localhost:* http://127.0.0.1:*; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types wallet"
)

// folder writes files as a bundle has them.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func small(t *testing.T, s page.Serving) http.Handler {
	t.Helper()
	h, err := page.Handler(folder(t, map[string]string{
		"index.html": "<!doctype html>", "site.json": "{}", "sw.js": "sw", "manifest.webmanifest": "{}", "icon.svg": "<svg/>", "icon-192.png": "png",
		"assets/a-1.js": "plain", "assets/a-1.js.br": "as br", "assets/a-1.js.gz": "as gz", "assets/b-2.wasm": "\x00asm",
	}), s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPolicy(t *testing.T) {
	for _, c := range []struct {
		loopback bool
		policy   string
	}{{false, releasePolicy}, {true, loopbackPolicy}} {
		h := small(t, page.Serving{Loopback: c.loopback})
		for _, path := range []string{"/", "/assets/a-1.js", "/sw.js", "/missing", "/site.json"} {
			header := get(h, "GET", path).Header()
			for name, want := range map[string]string{
				"Content-Security-Policy":      c.policy,
				"X-Content-Type-Options":       "nosniff",
				"Referrer-Policy":              "no-referrer",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy":           "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
			} {
				if got := header.Get(name); path == "/missing" && got == "" || got != want {
					t.Errorf("%s of %s is %q, not %q", name, path, got, want)
				}
			}
		}
	}
}

func TestServe(t *testing.T) {
	h := small(t, page.Serving{Site: func() page.Site { return page.Site{Invite: "fed1"} }})
	const forEver, askAgain = "public, max-age=31536000, immutable", "no-cache"
	for _, c := range []struct{ path, accept, kind, cache, encoding, body string }{
		{"/", "", "text/html; charset=utf-8", askAgain, "", "<!doctype html>"},
		{"/sw.js", "br", "text/javascript; charset=utf-8", askAgain, "", "sw"},
		{"/manifest.webmanifest", "", "application/manifest+json", askAgain, "", "{}"},
		{"/icon.svg", "", "image/svg+xml", askAgain, "", "<svg/>"},
		{"/icon-192.png", "", "image/png", askAgain, "", "png"},
		{"/site.json", "br", "application/json", askAgain, "", `{"invite_code":"fed1"}`},
		{"/assets/b-2.wasm", "br, gzip", "application/wasm", forEver, "", "\x00asm"},
		{"/assets/a-1.js", "", "text/javascript; charset=utf-8", forEver, "", "plain"},
		{"/assets/a-1.js", "gzip, deflate, br, zstd", "text/javascript; charset=utf-8", forEver, "br", "as br"},
		{"/assets/a-1.js", "gzip;q=1.0, br;q=0", "text/javascript; charset=utf-8", forEver, "gzip", "as gz"},
		{"/assets/a-1.js", "identity;q=1, *;q=0", "text/javascript; charset=utf-8", forEver, "", "plain"},
	} {
		w := get(h, "GET", c.path, "Accept-Encoding", c.accept)
		header := w.Header()
		if w.Code != http.StatusOK || w.Body.String() != c.body || header.Get("Content-Type") != c.kind ||
			header.Get("Cache-Control") != c.cache || header.Get("Content-Encoding") != c.encoding {
			t.Errorf("%s for %q: %d %q %v", c.path, c.accept, w.Code, w.Body, header)
		}
		tag := header.Get("ETag")
		if again := get(h, "GET", c.path, "If-None-Match", tag); tag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s with its tag %q: %d %q", c.path, tag, again.Code, again.Body)
		}
		if head := get(h, "HEAD", c.path, "Accept-Encoding", c.accept); head.Body.Len() > 0 || head.Header().Get("Content-Length") != header.Get("Content-Length") {
			t.Errorf("HEAD %s: %q %v", c.path, head.Body, head.Header())
		}
	}
	for path, want := range map[string]int{"/missing": 404, "/index.html": 404, "/assets/": 404, "/assets/a-1.js.br": 404, "/../page.go": 404} {
		if w := get(h, "GET", path); w.Code != want {
			t.Errorf("GET %s is answered with %d, not %d", path, w.Code, want)
		}
	}
	for mode, want := range map[string]string{"navigate": "text/html; charset=utf-8", "": "text/plain; charset=utf-8"} {
		w := get(h, "GET", "/missing", "Sec-Fetch-Mode", mode)
		page := strings.Contains(w.Body.String(), `href="data:,"`)
		if w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != want || page != (mode == "navigate") {
			t.Errorf("what is missing, in mode %q: %d %v %q", mode, w.Code, w.Header(), w.Body)
		}
	}
	if w := get(h, "POST", "/"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST is answered with %d %v", w.Code, w.Header())
	}
}

func TestHandlerRefuses(t *testing.T) {
	if _, err := page.Handler(folder(t, map[string]string{"sw.js": ""}), page.Serving{}); err == nil || !strings.Contains(err.Error(), "index.html") {
		t.Errorf("a folder without a page: %v", err)
	}
	if _, err := page.Handler(folder(t, map[string]string{"index.html": "", "strange.exe": ""}), page.Serving{}); err == nil || !strings.Contains(err.Error(), "strange.exe") {
		t.Errorf("a file without a type: %v", err)
	}
}

// TestBundle looks at a bundle as Build has made it.
func TestBundle(t *testing.T) {
	dir := filepath.Join(bundle(t), "page")
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var about page.Bundle
	if err := json.Unmarshal([]byte(read("build.json")), &about); err != nil {
		t.Fatal(err)
	}
	t.Logf("build %s: first paint after %d bytes", about.Build, about.FirstPaint)
	if len(about.Build) != 16 || about.FirstPaint == 0 || about.FirstPaint > page.Budget {
		t.Errorf("build %q with a first paint of %d bytes", about.Build, about.FirstPaint)
	}
	index, service := read("index.html"), read("sw.js")
	for _, f := range about.Files {
		content := read(f.Name)
		if len(content) != f.Raw {
			t.Errorf("%s has %d bytes, not %d", f.Name, len(content), f.Raw)
		}
		if strings.Contains(content, "sourceMappingURL") {
			t.Errorf("%s names a source map", f.Name)
		}
		if strings.HasPrefix(f.Name, "assets/") && !strings.Contains(service, "/"+f.Name) {
			t.Errorf("the service worker does not keep %s", f.Name)
		}
		checkPacked(t, filepath.Join(dir, f.Name), content, f.Sent)
	}
	if inline := regexp.MustCompile(`<style|\bstyle=|\son\w+=|javascript:|<script>`).FindString(index); inline != "" {
		t.Errorf("index.html has %q", inline)
	}
	if n := strings.Count(index, `integrity="sha384-`); n != 2 {
		t.Errorf("index.html has the hashes of %d files, not of its script and its style", n)
	}
	for _, name := range []string{"preact ", "@preact/signals ", "qr ", "github.com/cloudflare/circl ", "Go 1."} {
		if !strings.Contains(read("licenses.txt"), "\n"+name) {
			t.Errorf("licenses.txt has nothing of %q", name)
		}
	}
}

// checkPacked compares a file with its packed forms.
func checkPacked(t *testing.T, path, content string, sent int) {
	t.Helper()
	br, err := os.ReadFile(path + ".br")
	if err != nil {
		if sent != len(content) {
			t.Errorf("%s is sent in %d bytes and not packed", path, sent)
		}
		return
	}
	gz, err := os.ReadFile(path + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(brotli.NewReader(bytes.NewReader(br)))
	if err != nil || string(unpacked) != content || len(br) != sent {
		t.Errorf("%s.br is not %s: %v", path, path, err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, err = io.ReadAll(zr); err != nil || string(unpacked) != content {
		t.Errorf("%s.gz is not %s: %v", path, path, err)
	}
}

// TestSameSourcesSameBuild bundles twice, from and to different folders.
func TestSameSourcesSameBuild(t *testing.T) {
	glue, err := os.ReadFile(filepath.Join(bundle(t), "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	build := func(program string) *page.Bundle {
		t.Helper()
		from := folder(t, map[string]string{"satchel.wasm": program, "wasm_exec.js": string(glue)})
		b, err := page.Build(t.Context(), page.Options{Out: filepath.Join(t.TempDir(), "out"), Program: filepath.Join(from, "satchel.wasm"), Release: true})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first, second, other := build("program"), build("program"), build("another program")
	if !reflect.DeepEqual(first, second) {
		t.Errorf("the same sources make %+v and %+v", first, second)
	}
	if first.Build == other.Build {
		t.Errorf("different programs make the same build %s", first.Build)
	}
}
