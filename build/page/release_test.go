//go:build unix

package page_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"satchel/build/browser"
	"satchel/build/page"
)

// released is the page as people get it, beside the one of the other tests.
var released = sync.OnceValues(func() (*page.Bundle, error) {
	folder, err := built()
	if err != nil {
		return nil, err
	}
	return page.Build(context.Background(), page.Options{
		Out: filepath.Join(folder, "release"), Program: filepath.Join(folder, "satchel.wasm"), Release: true,
	})
})

func release(t *testing.T) (folder string, b *page.Bundle) {
	t.Helper()
	b, err := released()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(bundle(t), "release"), b
}

// hostHeaders reads a file of headers as hosts do: those of every path that
// matches.
func hostHeaders(text, path string) http.Header {
	headers, matches := http.Header{}, false
	for line := range strings.Lines(text) {
		name, value, isHeader := strings.Cut(strings.TrimSpace(line), ": ")
		if !strings.HasPrefix(line, " ") {
			start, star := strings.CutSuffix(name, "*")
			matches = path == name || star && strings.HasPrefix(path, start)
		} else if isHeader && matches {
			headers.Add(name, value)
		}
	}
	return headers
}

var ownPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`)

// TestHeadersFile compares what hosts are told to send with what our own handler
// sends, and with what the page says itself.
func TestHeadersFile(t *testing.T) {
	folder, b := release(t)
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	h, err := page.Handler(folder, page.Serving{})
	if err != nil {
		t.Fatal(err)
	}
	headers := read("_headers")
	for _, name := range append([]string{"build.json"}, names(b)...) {
		path := "/" + strings.TrimSuffix(name, "index.html")
		told, sent := hostHeaders(headers, path), get(h, "GET", path)
		if name == "_headers" {
			if sent.Code != http.StatusNotFound {
				t.Errorf("%s is served", name)
			}
			continue
		}
		for _, header := range []string{"Content-Length", "Content-Type", "Etag", "Vary"} {
			sent.Header().Del(header) // every host knows by itself
		}
		if got, want := len(sent.Header()), 7; got != want {
			t.Errorf("%s is sent with %d headers, not %d: %v", path, got, want, sent.Header())
		}
		for header, values := range sent.Header() {
			if strings.Join(told.Values(header), ", ") != strings.Join(values, ", ") {
				t.Errorf("%s: hosts are told to send %s %q, we send %q", path, header, told.Values(header), values)
			}
		}
	}
	if strings.Contains(read("sw.js"), "_headers") {
		t.Error("the service worker wants the file of headers, which hosts do not serve")
	}
	index := read("index.html")
	own := ownPolicy.FindStringSubmatch(index)
	if own == nil {
		t.Fatalf("index.html carries no policy:\n%s", index)
	}
	if got, want := strings.ReplaceAll(own[1], "&#39;", "'"), strings.Replace(releasePolicy, "frame-ancestors 'none'; ", "", 1); got != want {
		t.Errorf("index.html carries the policy %q, not %q", got, want)
	}
	if _, after, _ := strings.Cut(index, "<head>"); !strings.HasPrefix(strings.TrimSpace(after), own[0]) {
		t.Error("something comes before the policy, which does not count for it")
	}
}

func names(b *page.Bundle) (all []string) {
	for _, f := range b.Files {
		all = append(all, f.Name)
	}
	return all
}

// injected is what an attacker may bring into the page.
const injected = `<script>window.injected = true</script><img src="data:," onerror="window.injected = true">`

// TestReleaseOnAnyHost opens a release that a host sends without any header of
// its own. The page defends itself; without its own policy it would not.
func TestReleaseOnAnyHost(t *testing.T) {
	folder, _ := release(t)
	text, err := os.ReadFile(filepath.Join(folder, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	index := strings.Replace(string(text), "</body>", injected+"</body>", 1)
	bare := ownPolicy.ReplaceAllString(index, "")
	if index == string(text) || bare == index {
		t.Fatalf("nothing to change in\n%s", text)
	}
	var asked sync.Map
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.Path, true)
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	defer elsewhere.Close()
	files := http.FileServer(http.Dir(folder))
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		changed := map[string]string{"/protected": index, "/bare": bare}[r.URL.Path]
		if changed == "" {
			files.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(changed))
	}))
	defer host.Close()

	for path, open := range map[string]bool{"/protected": false, "/bare": true} {
		b := browser.Start(t)
		b.Accept("Content Security Policy|TrustedHTML")
		v := &visit{b.Open(host.URL + path), t}
		v.sees("Cash for the internet")
		v.kept()
		if got := v.can("window.injected === true"); got != open {
			t.Errorf("%s: an injected script ran: %v", path, got)
		}
		if got := v.can(`(() => { try { document.createElement("p").innerHTML = "<b>"; return true } catch { return false } })()`); got != open {
			t.Errorf("%s: text was taken for markup: %v", path, got)
		}
		told := v.can(`fetch("` + elsewhere.URL + path + `").then(() => true, () => false)`)
		if _, heard := asked.Load(path); told != open || heard != open {
			t.Errorf("%s: another site was asked: %v, and heard it: %v", path, told, heard)
		}
	}
	b := browser.Start(t)
	v := &visit{b.Open(host.URL), t}
	v.sees("Cash for the internet")
	v.kept()
	v.reload()
	v.sees("Cash for the internet")
}

// can evaluates a condition.
func (v *visit) can(expression string) (yes bool) {
	v.t.Helper()
	v.Eval(expression, &yes)
	return yes
}
