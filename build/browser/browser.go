//go:build unix

// Package browser drives a real Chromium from Go tests.
//
//	b := browser.Start(t)
//	p := b.Open(server.URL)
//	p.Click("#pay")
//	p.Wait(`document.querySelector("#balance").textContent == "42"`)
//	b.Kill()    // SIGKILL, in the middle of whatever it does
//	b.Restart() // on the same profile
//
// Every helper fails the test when it cannot do what it says. Nothing sleeps:
// waiting is for a condition. A minute is for ever: what takes longer fails.
//
// An error on the console of any page or worker fails the test as well, unless
// the test said with [Browser.Accept] that it expects it. So does a dialog.
//
// The browser and its profile end with the test. When the test is killed the
// browser ends as well, and the next test that starts one deletes the profile.
// Without a Chromium the test fails and says how to get one; the environment
// variable SATCHEL_CHROMIUM names another browser.
package browser

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"satchel/build/browser/devtools"
)

const patience = time.Minute

var errPatience = errors.New("not within a minute")

func limited() (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(context.Background(), patience, errPatience)
}

// A Browser is a Chromium with a profile of its own. Its methods and those of
// its pages belong to the test's goroutine, except Kill and [Page.TryEval].
type Browser struct {
	t       testing.TB
	profile string
	remove  func() error // the profile
	flags   []string
	running *devtools.Browser

	mu       sync.Mutex
	messages []Message
	accepted []*regexp.Regexp
	crashing map[*devtools.Target]bool
}

// Start starts Chromium with a fresh profile. The flags are added to the usual
// ones.
func Start(t testing.TB, flags ...string) *Browser {
	t.Helper()
	profile, remove, err := devtools.NewProfile()
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{t: t, profile: profile, remove: remove, flags: flags, crashing: make(map[*devtools.Target]bool)}
	t.Cleanup(b.end)
	b.start()
	return b
}

func (b *Browser) start() {
	b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	running, err := devtools.Start(ctx, devtools.Config{Profile: b.profile, Flags: b.flags, Event: b.event})
	if err != nil {
		b.t.Fatal(err)
	}
	b.running = running
}

// end ends the browser together with its test, and judges the console.
func (b *Browser) end() {
	if b.running != nil {
		b.settle()
		b.running.Kill()
	}
	if err := b.remove(); err != nil {
		b.t.Error(err)
	}
	for _, m := range b.Console() {
		if m.Bad() && !b.isAccepted(m) {
			b.t.Errorf("on the console of %s %s", m.Where, m)
		}
	}
}

// settle waits until what pages and workers have said so far has arrived.
func (b *Browser) settle() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, t := range b.running.Targets() {
		t.Eval(ctx, "0", nil) // what is busy or gone has nothing to add
	}
}

// Open opens a new page in a window of its own and returns when it has loaded.
func (b *Browser) Open(url string) *Page {
	b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	target, err := b.running.NewPage(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	p := &Page{b: b, target: target}
	p.Go(url)
	return p
}

// Kill ends the browser with everything it started by SIGKILL. Its pages are
// gone, and calls to them that are under way fail.
func (b *Browser) Kill() { b.running.Kill() }

// Restart starts the browser again on the same profile, after killing it if it
// still runs.
func (b *Browser) Restart() {
	b.t.Helper()
	b.Kill()
	b.start()
}

// Profile returns the folder in which the browser keeps what it keeps.
func (b *Browser) Profile() string { return b.profile }

// Call calls a method of the DevTools protocol on the browser itself. result
// may be nil.
func (b *Browser) Call(method string, params, result any) {
	b.t.Helper()
	ctx, cancel := limited()
	defer cancel()
	if err := b.running.Call(ctx, method, params, result); err != nil {
		b.t.Fatal(err)
	}
}

// Accept says that the test expects console errors that match the regular
// expression, before or after this call.
func (b *Browser) Accept(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.accepted = append(b.accepted, regexp.MustCompile(pattern))
}

func (b *Browser) isAccepted(m Message) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.accepted, func(r *regexp.Regexp) bool { return r.MatchString(m.String()) })
}
