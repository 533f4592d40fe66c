//go:build unix

package devtools

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// A Target is a page, or a worker that a page started.
type Target struct {
	Type   string  // "page", "iframe", "worker", "shared_worker", "service_worker"
	Parent *Target // what started it; nil for pages

	browser *Browser
	id      string
	session string
	ready   chan struct{} // closed when its console is listened to and it runs

	once sync.Once
	lost chan struct{} // closed when it crashed or ended

	mu       sync.Mutex
	url      string
	watchers map[*func(string, json.RawMessage)]struct{}
}

// prepare asks for the events of a target and lets it run. The target waits, so
// some answers come only after the last request: all are sent before any answer
// is awaited. Workers refuse what only pages know.
func (t *Target) prepare() {
	defer close(t.ready)
	var last waiter
	for _, call := range []struct {
		method string
		params any
	}{
		{"Runtime.enable", nil},
		{"Log.enable", nil},
		{"Inspector.enable", nil},
		{"Page.enable", nil},
		{"Page.setLifecycleEventsEnabled", map[string]any{"enabled": true}},
		{"Target.setAutoAttach", autoAttach("iframe", "worker")},
		{"Runtime.runIfWaitingForDebugger", nil},
	} {
		raw, _ := json.Marshal(call.params)
		if call.params == nil {
			raw = nil
		}
		last = waiter{t.session, make(chan message, 1)}
		if _, err := t.browser.pipe.send(last, message{Session: t.session, Method: call.method, Params: raw}); err != nil {
			return
		}
	}
	<-last.answer
}

func (t *Target) awaitReady(ctx context.Context) error {
	select {
	case <-t.ready:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// lose ends all calls to the target.
func (t *Target) lose() {
	t.once.Do(func() { close(t.lost) })
	t.browser.pipe.forget(func(session string) bool { return session == t.session })
}

// Lost is closed when the target crashed or ended.
func (t *Target) Lost() <-chan struct{} { return t.lost }

// URL returns where the target is, as far as the events handed out so far tell.
func (t *Target) URL() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.url
}

// moved keeps the URL up to date.
func (t *Target) moved(params json.RawMessage) {
	var e struct {
		Frame struct{ ParentID, URL string }
	}
	if json.Unmarshal(params, &e) == nil && e.Frame.ParentID == "" {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.url = e.Frame.URL
	}
}

// Call calls a method of the target. result may be nil. It fails with [ErrGone]
// when the target ends before it answers.
func (t *Target) Call(ctx context.Context, method string, params, result any) error {
	select {
	case <-t.lost:
		return ErrGone
	default:
		return t.browser.pipe.call(ctx, t.session, method, params, result)
	}
}

// Eval evaluates an expression as if a person had just touched the page,
// awaits the promise if it is one, and stores the value in out, as
// [json.Unmarshal] does, unless out is nil. It fails with an [*Exception] when
// the expression throws.
func (t *Target) Eval(ctx context.Context, expression string, out any) error {
	var answer struct {
		Result           Object
		ExceptionDetails *ExceptionDetails
	}
	err := t.Call(ctx, "Runtime.evaluate", map[string]any{
		"expression":    expression,
		"awaitPromise":  true,
		"returnByValue": out != nil,
		"userGesture":   true,
	}, &answer)
	if err != nil {
		return err
	}
	if e := answer.ExceptionDetails; e != nil {
		return &Exception{expression, e.String()}
	}
	if out == nil {
		return nil
	}
	if answer.Result.Value == nil {
		return fmt.Errorf("devtools: %s is %s, which is no JSON", short(expression), answer.Result)
	}
	return json.Unmarshal(answer.Result.Value, out)
}

// Navigate goes to url and returns when the page has loaded with all it refers
// to.
func (t *Target) Navigate(ctx context.Context, url string) error {
	loaded := make(chan string, 64)
	stop := t.watch(func(method string, params json.RawMessage) {
		var e struct{ Name, LoaderID string }
		if method == "Page.lifecycleEvent" && json.Unmarshal(params, &e) == nil && e.Name == "load" {
			select {
			case loaded <- e.LoaderID:
			default: // a page with this many frames is not one of ours
			}
		}
	})
	defer stop()
	var answer struct{ LoaderID, ErrorText string }
	if err := t.Call(ctx, "Page.navigate", map[string]any{"url": url}, &answer); err != nil {
		return err
	}
	if answer.ErrorText != "" {
		return fmt.Errorf("devtools: %s: %s", url, answer.ErrorText)
	}
	for answer.LoaderID != "" { // empty if only the fragment changed
		select {
		case id := <-loaded:
			if id == answer.LoaderID {
				return nil
			}
		case <-t.lost:
			return ErrGone
		case <-ctx.Done():
			return fmt.Errorf("devtools: loading %s: %w", url, context.Cause(ctx))
		}
	}
	return nil
}

// watch calls see with every event from now on.
func (t *Target) watch(see func(method string, params json.RawMessage)) (stop func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watchers == nil {
		t.watchers = make(map[*func(string, json.RawMessage)]struct{})
	}
	t.watchers[&see] = struct{}{}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.watchers, &see)
	}
}

func (t *Target) see(method string, params json.RawMessage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for w := range t.watchers {
		(*w)(method, params)
	}
}
