//go:build unix

package browser

import (
	"context"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"satchel/build/browser/devtools"
)

// site serves files by their path.
func site(t *testing.T, files map[string]string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := files[r.URL.Path]
		switch {
		case !ok:
			w.WriteHeader(http.StatusNotFound)
			return
		case strings.HasSuffix(r.URL.Path, ".js"):
			w.Header().Set("Content-Type", "text/javascript")
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

const empty = `<!doctype html><link rel=icon href="data:,"><title>empty</title>`

func TestEval(t *testing.T) {
	p := Start(t).Open(site(t, map[string]string{"/": empty}))
	var got struct {
		Title string
		List  []int
	}
	p.Eval(`Promise.resolve({title: document.title, list: [1, 2]})`, &got)
	if got.Title != "empty" || !slices.Equal(got.List, []int{1, 2}) {
		t.Fatalf("%+v", got)
	}
	p.Eval(`globalThis.kept = 1`, nil)
	for expression, want := range map[string]string{
		`nothing.there`:               "ReferenceError: nothing is not defined",
		`Promise.reject(Error("no"))`: "Error: no",
		`(`:                           "SyntaxError",
		`undefined`:                   "undefined, which is no JSON",
		`0/0`:                         "NaN, which is no JSON",
	} {
		var v any
		if err := p.TryEval(expression, &v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", expression, err, want)
		}
	}
	var v any = 1
	if p.Eval(`null`, &v); v != nil {
		t.Errorf("null is %v", v)
	}
}

func TestWait(t *testing.T) {
	p := Start(t).Open(site(t, map[string]string{"/": empty, "/next": empty}))
	p.Eval(`setTimeout(() => { document.body.innerHTML = "<p>42</p>" }, 30)`, nil)
	p.Wait(`document.querySelector("p").textContent == "42"`) // throws until then
	p.Wait(`Promise.resolve(document.querySelector("p"))`)
	p.Eval(`setTimeout(() => { location = "/next" }, 30)`, nil)
	p.Wait(`location.pathname == "/next" && document.readyState == "complete"`)
}

var talkative = map[string]string{
	"/": empty + `<script>
		console.log("page %s", 1, {});
		new Worker("/worker.js");
		navigator.serviceWorker.register("/service.js");
	</script>`,
	"/worker.js":  `console.info("worker"); new Worker("/inner.js"); setTimeout(() => { throw new Error("thrown") })`,
	"/inner.js":   `console.error("inner"); Promise.reject(new TypeError("rejected"));`,
	"/service.js": `console.warn("service");`,
}

func TestConsoleOfPageAndWorkers(t *testing.T) {
	b := Start(t)
	b.Accept("^error: inner$")
	b.Accept("^exception: Uncaught.*(Error: thrown|TypeError: rejected)")
	url := site(t, talkative)
	p := b.Open(url)
	p.Wait(`navigator.serviceWorker.ready`)
	want := []string{
		"page " + url + "/ log: page %s 1 Object",
		"worker " + url + "/worker.js info: worker",
		"worker " + url + "/worker.js exception: Uncaught Error: thrown",
		"worker " + url + "/inner.js error: inner",
		"worker " + url + "/inner.js exception: Uncaught (in promise) TypeError: rejected",
		"service_worker " + url + "/service.js warning: service",
	}
	slices.Sort(want)
	var got []string
	until(p, func() bool {
		got = nil
		for _, m := range b.Console() {
			first, _, _ := strings.Cut(m.Text, "\n")
			got = append(got, m.Where+" "+m.Level+": "+first)
		}
		slices.Sort(got)
		return len(got) >= len(want)
	})
	if b.settle(); !slices.Equal(got, want) {
		t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if own := len(p.Console()); own != len(want)-1 {
		t.Errorf("%d messages of the page and its own workers", own)
	}
}

// until waits for what the browser does by itself.
func until(p *Page, done func() bool) {
	ctx, cancel := limited()
	defer cancel()
	for !done() {
		if p.Eval("0", nil); ctx.Err() != nil {
			p.b.t.Fatal(context.Cause(ctx))
		}
	}
}

// A judge is a test that is watched.
type judge struct {
	testing.TB
	verdicts []string
	cleanups []func()
}

func (j *judge) Helper()          {}
func (j *judge) Cleanup(f func()) { j.cleanups = append(j.cleanups, f) }
func (j *judge) Error(a ...any)   { j.verdicts = append(j.verdicts, fmt.Sprint(a...)) }
func (j *judge) Fatal(a ...any)   { j.Error(a...); runtime.Goexit() }
func (j *judge) Errorf(format string, a ...any) {
	j.Error(fmt.Sprintf(format, a...))
}
func (j *judge) Fatalf(format string, a ...any) {
	j.Errorf(format, a...)
	runtime.Goexit()
}

// verdict runs a test to its end and returns what it complained about.
func verdict(test func(t testing.TB)) string {
	j, done := &judge{}, make(chan bool)
	go func() {
		defer close(done)
		test(j)
	}()
	<-done
	for _, f := range slices.Backward(j.cleanups) {
		f()
	}
	return strings.Join(j.verdicts, "\n")
}

// What must fail a test does.
func TestFailures(t *testing.T) {
	url := site(t, map[string]string{
		"/":          empty,
		"/error":     empty + `<script>console.error("oh", 1)</script>`,
		"/throw":     empty + `<script>throw new RangeError("far")</script>`,
		"/worker":    empty + `<script>new Worker("/worker.js").onmessage = () => { globalThis.done = true }</script>`,
		"/worker.js": `console.error("from below"); postMessage(1); close()`,
		"/missing":   empty + `<img src="/none.png">`,
		"/alert":     empty + `<script>alert("hello")</script>`,
		"/covered":   empty + `<button>pay</button><div style="position:fixed;inset:0">cover</div>`,
	})
	for _, c := range []struct {
		path string
		test func(*Browser, *Page)
		want string
	}{
		{"/", nil, ""},
		{"/error", nil, "error: oh 1"},
		{"/error", func(b *Browser, _ *Page) { b.Accept("oh") }, ""},
		{"/throw", nil, "exception: Uncaught RangeError: far"},
		{"/worker", func(_ *Browser, p *Page) { p.Wait("globalThis.done") }, "error: from below"},
		{"/missing", nil, "404 (Not Found) " + url + "/none.png"},
		{"/alert", nil, `dialog: alert "hello"`},
		{"/covered", func(_ *Browser, p *Page) { p.Click("button") }, "covered by <div"},
		{"/", func(_ *Browser, p *Page) { p.Click("button") }, "no such element"},
		{"/", func(_ *Browser, p *Page) { p.Press("Any") }, `no key "Any"`},
		{"/", func(_ *Browser, p *Page) { p.Eval("x.y", nil) }, "x is not defined"},
		{"/", func(_ *Browser, p *Page) { p.Go(strings.Replace(url, "http:", "https:", 1)) }, "ERR_SSL"},
		{"/", func(b *Browser, p *Page) { b.Kill(); p.Wait("true") }, "target is gone"},
	} {
		got := verdict(func(t testing.TB) {
			b := Start(t)
			p := b.Open(url + c.path)
			if c.test != nil {
				c.test(b, p)
			}
		})
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
	}
}

func TestWithoutChromium(t *testing.T) {
	t.Setenv(devtools.Variable, "")
	t.Setenv("PATH", t.TempDir())
	got := verdict(func(t testing.TB) { Start(t) })
	if !strings.Contains(got, "apt-get install chromium") {
		t.Fatal(got)
	}
}

func TestInput(t *testing.T) {
	p := Start(t).Open(site(t, map[string]string{"/": empty + `
		<div style="height:5000px"></div>
		<form onsubmit="said.push(this.a.value); return false"><input name=a><button>go</button></form>
		<script>said = []; onkeydown = e => said.push(e.key); onclick = e => said.push(e.target.localName)</script>`}))
	p.Click("input")
	p.Type("grüße")
	p.Press("Backspace", "x", "Enter")
	p.Click("button")
	var said []string
	p.Eval(`said`, &said)
	want := []string{"input", "Backspace", "x", "Enter", "button", "grüßx", "button", "grüßx"}
	if !slices.Equal(said, want) {
		t.Fatalf("%q, want %q", said, want)
	}
}

func TestScreenshot(t *testing.T) {
	p := Start(t).Open(site(t, map[string]string{"/": empty}))
	p.Metrics(390, 844, 3, true)
	path := filepath.Join(t.TempDir(), "page.png")
	p.Screenshot(path)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.DecodeConfig(f)
	if err != nil || picture.Width != 390*3 || picture.Height != 844*3 {
		t.Fatalf("%+v %v", picture, err)
	}
}

func TestSeveralPages(t *testing.T) {
	b := Start(t)
	url := site(t, map[string]string{"/": empty + `<script>
		heard = []; channel = new BroadcastChannel("x"); channel.onmessage = e => heard.push(e.data)</script>`})
	one, two, three := b.Open(url), b.Open(url), b.Open(url)
	three.Close()
	one.Eval(`channel.postMessage("hello")`, nil)
	two.Wait(`heard.length == 1 && document.visibilityState == "visible"`)
	one.Crash()
	if err := one.TryEval("1", nil); err != devtools.ErrGone {
		t.Fatalf("a crashed page says %v", err)
	}
	b.Open(url).Eval(`channel.postMessage("again")`, nil)
	two.Wait(`heard.length == 2`)
}

func TestKillAndRestart(t *testing.T) {
	b := Start(t)
	url := site(t, map[string]string{"/": empty + `<script>
		open = f => new Promise((done, fail) => {
			const r = indexedDB.open("d");
			r.onerror = fail;
			r.onupgradeneeded = () => r.result.createObjectStore("s");
			r.onsuccess = () => f(r.result, done);
		});
		write = v => open((db, done) => {
			const tx = db.transaction("s", "readwrite", {durability: "strict"});
			tx.objectStore("s").put(v, 0);
			tx.oncomplete = done;
		});
		read = () => open((db, done) => {
			const r = db.transaction("s").objectStore("s").get(0);
			r.onsuccess = () => done(r.result);
		});
	</script>`})
	p := b.Open(url)
	p.Eval(`write("kept")`, nil)
	asked := make(chan error)
	go func() { asked <- p.TryEval(`new Promise(() => {})`, nil) }()
	b.Kill()
	if err := <-asked; err != devtools.ErrGone {
		t.Fatalf("call to a killed browser: %v", err)
	}
	b.Restart()
	var kept string
	if b.Open(url).Eval(`read()`, &kept); kept != "kept" {
		t.Fatalf("%q", kept)
	}
}
