//go:build unix

package browser

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"time"

	"satchel/build/browser/devtools"
)

// A Page is one window with one tab.
type Page struct {
	b      *Browser
	target *devtools.Target
}

// Go navigates to url and returns when everything the page refers to has been
// loaded.
func (p *Page) Go(url string) {
	p.b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	if err := p.target.Navigate(ctx, url); err != nil {
		p.b.t.Fatal(err)
	}
}

// Eval evaluates a JavaScript expression, awaits it if it is a promise, and
// stores its value in out, as [encoding/json.Unmarshal] does. out may be nil.
func (p *Page) Eval(expression string, out any) {
	p.b.t.Helper()
	if err := p.TryEval(expression, out); err != nil {
		p.b.t.Fatal(err)
	}
}

// TryEval is Eval for expressions that may fail: with a
// [*devtools.Exception], or with [devtools.ErrGone] when the page dies.
func (p *Page) TryEval(expression string, out any) error {
	ctx, cancel := limited()
	defer cancel()
	return p.target.Eval(ctx, expression, out)
}

// Wait waits until a JavaScript expression, or the promise that it is, becomes
// true. While it throws it is not true.
func (p *Page) Wait(condition string) {
	p.b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	var last error
	for {
		var ok bool
		err := p.target.Eval(ctx, "(async () => !!(await (\n"+condition+"\n)))()", &ok)
		switch {
		case ok:
			return
		case errors.Is(err, devtools.ErrGone):
			p.b.t.Fatalf("waiting for %s: %v", condition, err)
		case ctx.Err() == nil:
			last = err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			p.b.t.Fatalf("waiting for %s: %v (%v)\n%s", condition, context.Cause(ctx), last, p.state())
		}
	}
}

// state describes the page for those who wonder why it does not do something.
func (p *Page) state() string {
	var s string
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	p.target.Eval(ctx, `document.URL + "\n" + document.body.innerText.slice(0, 1000)`, &s)
	for _, m := range p.Console() {
		s += "\n" + m.String()
	}
	return s
}

// Call calls a method of the DevTools protocol on the page. result may be nil.
func (p *Page) Call(method string, params, result any) {
	p.b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	if err := p.target.Call(ctx, method, params, result); err != nil {
		p.b.t.Fatal(err)
	}
}

// Metrics makes the page this many CSS pixels large, with scale device pixels
// to a CSS pixel, on a phone or on a desk.
func (p *Page) Metrics(width, height int, scale float64, phone bool) {
	p.b.t.Helper()
	p.Call("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone,
	}, nil)
}

// Screenshot writes what is visible of the page to a PNG file.
func (p *Page) Screenshot(path string) {
	p.b.t.Helper()
	var shot struct{ Data string }
	p.Call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		p.b.t.Fatal(err)
	}
}

// Crash makes the page's process crash, and with it what shares the process:
// its workers, and pages of the same origin that it opened.
func (p *Page) Crash() {
	p.b.t.Helper()
	p.b.mu.Lock()
	p.b.crashing[p.target] = true
	p.b.mu.Unlock()
	ctx, cancel := limited()
	defer cancel()
	// The page cannot answer any more.
	if err := p.target.Call(ctx, "Page.crash", nil, nil); err != nil && !errors.Is(err, devtools.ErrGone) {
		p.b.t.Fatal(err)
	}
	p.awaitEnd(ctx)
}

// Close closes the page, as a person does, without asking it.
func (p *Page) Close() {
	p.b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	if err := p.target.Call(ctx, "Page.close", nil, nil); err != nil && !errors.Is(err, devtools.ErrGone) {
		p.b.t.Fatal(err)
	}
	p.awaitEnd(ctx)
}

func (p *Page) awaitEnd(ctx context.Context) {
	p.b.t.Helper()
	select {
	case <-p.target.Lost():
	case <-ctx.Done():
		p.b.t.Fatalf("page still there: %v", context.Cause(ctx))
	}
}
