//go:build unix

package devtools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// A Config says how to start a browser.
type Config struct {
	// Profile is the folder that keeps what the browser keeps. It must exist.
	Profile string

	// Flags are added to those that every browser is started with: no window,
	// no sandbox, no reach beyond loopback.
	Flags []string

	// Event, if set, is called with every event of every target, one at a time
	// and in order. It must not call the browser.
	Event func(t *Target, method string, params json.RawMessage)
}

// A Browser is a running Chromium.
type Browser struct {
	config  Config
	process *process
	pipe    *pipe

	mu       sync.Mutex
	sessions map[string]*Target
	byID     map[string]*Target
	arrived  chan struct{} // closed and replaced when a target is attached
}

// Start starts the browser that [Find] finds.
func Start(ctx context.Context, config Config) (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	process, err := startProcess(path, config.Profile, config.Flags)
	if err != nil {
		return nil, err
	}
	b := &Browser{
		config:   config,
		process:  process,
		sessions: make(map[string]*Target),
		byID:     make(map[string]*Target),
		arrived:  make(chan struct{}),
	}
	b.pipe = newPipe(process.in, process.out, b.event)
	go b.pipe.read()
	if err := b.Call(ctx, "Target.setAutoAttach", autoAttach("page", "service_worker", "shared_worker"), nil); err != nil {
		b.Kill()
		if errors.Is(err, ErrGone) {
			err = fmt.Errorf("%s ended at once: %s", path, &process.stderr)
		}
		return nil, err
	}
	return b, nil
}

// autoAttach makes new targets of these types wait until they have been
// attached. The browser attaches the workers that several pages may share,
// each page those of its own, so that none is attached twice.
func autoAttach(types ...string) map[string]any {
	var filter []map[string]any
	for _, t := range types {
		filter = append(filter, map[string]any{"type": t})
	}
	return map[string]any{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true, "filter": filter}
}

// Call calls a method of the browser itself. result may be nil.
func (b *Browser) Call(ctx context.Context, method string, params, result any) error {
	return b.pipe.call(ctx, "", method, params, result)
}

// Kill ends the browser and everything it started by SIGKILL, and returns when
// none of it is left and all events have been handed out. It may be called
// again.
func (b *Browser) Kill() {
	b.process.kill()
	<-b.pipe.done
}

// group returns the id of the process group that is the browser.
func (b *Browser) group() int { return b.process.cmd.Process.Pid }

// Done is closed when the browser has ended.
func (b *Browser) Done() <-chan struct{} { return b.process.done }

// Targets returns the pages and workers that are there.
func (b *Browser) Targets() []*Target {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Collect(maps.Values(b.sessions))
}

// NewPage opens an empty page in a window of its own, so that it is visible
// and its timers run.
func (b *Browser) NewPage(ctx context.Context) (*Target, error) {
	var made struct{ TargetID string }
	err := b.Call(ctx, "Target.createTarget", map[string]any{"url": "about:blank", "newWindow": true}, &made)
	if err != nil {
		return nil, err
	}
	for {
		b.mu.Lock()
		t, arrived := b.byID[made.TargetID], b.arrived
		b.mu.Unlock()
		if t == nil {
			select {
			case <-arrived:
				continue
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			case <-b.Done():
				return nil, ErrGone
			}
		}
		return t, t.awaitReady(ctx)
	}
}

func (b *Browser) event(session, method string, params json.RawMessage) {
	switch method {
	case "Target.attachedToTarget":
		b.attached(session, params)
	case "Target.detachedFromTarget":
		b.detached(params)
	}
	b.mu.Lock()
	t := b.sessions[session]
	b.mu.Unlock()
	if t == nil {
		return
	}
	switch method {
	case "Inspector.targetCrashed":
		t.lose()
	case "Page.frameNavigated":
		t.moved(params)
	}
	t.see(method, params)
	if b.config.Event != nil {
		b.config.Event(t, method, params)
	}
}

func (b *Browser) attached(session string, params json.RawMessage) {
	var e struct {
		SessionID  string
		TargetInfo struct{ TargetID, Type, URL string }
	}
	if json.Unmarshal(params, &e) != nil {
		return
	}
	t := &Target{
		Type:    e.TargetInfo.Type,
		url:     e.TargetInfo.URL,
		browser: b,
		id:      e.TargetInfo.TargetID,
		session: e.SessionID,
		ready:   make(chan struct{}),
		lost:    make(chan struct{}),
	}
	b.mu.Lock()
	t.Parent = b.sessions[session]
	b.sessions[t.session] = t
	b.byID[t.id] = t
	close(b.arrived)
	b.arrived = make(chan struct{})
	b.mu.Unlock()
	go t.prepare()
}

func (b *Browser) detached(params json.RawMessage) {
	var e struct{ SessionID string }
	json.Unmarshal(params, &e)
	b.mu.Lock()
	t := b.sessions[e.SessionID]
	delete(b.sessions, e.SessionID)
	if t != nil && b.byID[t.id] == t {
		delete(b.byID, t.id)
	}
	b.mu.Unlock()
	if t != nil {
		t.lose()
	}
}
