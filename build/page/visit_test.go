//go:build unix

package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"satchel/build/browser"
	"satchel/build/demo"
	"satchel/build/devfed"
	"satchel/build/page"
	"satchel/client/wire"
)

// built is the folder with the wallet and its page, built once for all tests
// that want it.
var built = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "satchel-page-")
	if err != nil {
		return "", err
	}
	made = folder
	root, err := page.Root(context.Background())
	if err != nil {
		return folder, err
	}
	return folder, demo.Build(context.Background(), root, folder, os.Stderr)
})

// made is the folder of [built], as soon as there is one.
var made string

func TestMain(m *testing.M) {
	code := m.Run()
	if made != "" {
		os.RemoveAll(made)
	}
	os.Exit(code)
}

// bundle returns the folder that [built] names.
func bundle(t testing.TB) string {
	t.Helper()
	folder, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// start starts a demo federation with the page. Unless o says otherwise its e-cash
// is of the first generation, which tells whether it was taken.
func start(t testing.TB, o devfed.Options) *demo.Demo {
	t.Helper()
	if o.Modules == nil {
		o.Modules = []wire.ModuleKind{wire.KindMint, wire.KindMeta}
	}
	d, err := demo.Serve(context.Background(), bundle(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// A visit is a person in front of the page: what is done is done by what can be
// seen or is said by a screen reader.
type visit struct {
	*browser.Page
	t testing.TB
}

// visitor opens the page, at a path such as "/#/settings".
func visitor(t testing.TB, b *browser.Browser, d *demo.Demo, path string) *visit {
	t.Helper()
	return &visit{b.Open(home(d) + path), t}
}

func home(d *demo.Demo) string { return "http://" + d.Federation.Address() }

// find is JavaScript for the visible element of a kind with a name.
const find = `((kind, name) => {
	const selectors = {button: "button", link: "a[href]", field: "input, textarea, select", heading: "h1, h2", summary: "summary"};
	const nameOf = e => (e.getAttribute("aria-label") || (e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent || "").replace(/\s+/g, " ").trim();
	const all = [...document.querySelectorAll(selectors[kind])].filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled);
	return all.find(e => nameOf(e) === name) ?? all.find(e => nameOf(e).startsWith(name));
})`

func (v *visit) finding(kind, name string) string {
	return fmt.Sprintf("%s(%q, %q)", find, kind, name)
}

// press clicks on the button, or what else of that kind, with that name.
func (v *visit) press(kind, name string) {
	v.t.Helper()
	v.Wait(v.finding(kind, name) + " !== undefined")
	v.Eval(`(() => {
		document.querySelectorAll("[data-pressed]").forEach(e => e.removeAttribute("data-pressed"));
		`+v.finding(kind, name)+`.setAttribute("data-pressed", "");
	})()`, nil)
	v.Click("[data-pressed]")
}

// enter replaces what is in the field with that name.
func (v *visit) enter(name, text string) {
	v.t.Helper()
	v.Wait(v.finding("field", name) + " !== undefined")
	v.Eval(v.finding("field", name)+".select()", nil)
	v.Type(text)
}

// paste pastes a text into what has the focus, as a person does.
func (v *visit) paste(text string) {
	v.t.Helper()
	v.Eval(fmt.Sprintf(`(() => {
		const data = new DataTransfer();
		data.setData("text/plain", %q);
		(document.activeElement ?? document.body).dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	})()`, text), nil)
}

// sees waits until a text can be seen.
func (v *visit) sees(text string) {
	v.t.Helper()
	v.Wait(fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").includes(%q)`, text))
}

// waitBalance waits until the home screen shows a balance in sat.
func (v *visit) waitBalance(sat string) {
	v.t.Helper()
	v.Wait(fmt.Sprintf(`document.querySelector(".home .hero .amount")?.innerText.replace(/\s+/g, " ") === %q`, sat+" sat"))
}

// visit goes to a place of the page.
func (v *visit) visit(path string) {
	v.t.Helper()
	v.Eval(fmt.Sprintf("location.hash = %q", path), nil)
}

// post posts JSON to the demo federation and reads what it answers.
func post(t testing.TB, d *demo.Demo, path string, request, answer any) {
	t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.Post(home(d)+path, "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", r.Status, text)
	}
	if err == nil && answer != nil {
		err = json.Unmarshal(text, answer)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ecash returns e-cash of the faucet as text.
func ecash(t testing.TB, d *demo.Demo, msat int) string {
	t.Helper()
	var answer struct{ Notes string }
	post(t, d, "/faucet/ecash", map[string]int{"amount_msat": msat}, &answer)
	return answer.Notes
}
