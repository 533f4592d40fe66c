//go:build unix

package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"satchel/build/browser/devtools"
)

// A Message is what a page or worker wrote to its console, or what the browser
// had to say about it.
type Message struct {
	Level string // "log", "debug", "info", "warning", "error", "exception", "dialog", …
	Text  string
	Where string // type and URL of the page or worker

	from *devtools.Target
}

func (m Message) String() string { return m.Level + ": " + m.Text }

// Bad reports whether the message fails a test that does not expect it.
func (m Message) Bad() bool {
	return slices.Contains([]string{"error", "assert", "exception", "dialog", "crash"}, m.Level)
}

// Console returns what all pages and workers have said so far, also before a
// restart.
func (b *Browser) Console() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages)
}

// Console returns what the page and the workers that belong to it alone have
// said so far.
func (p *Page) Console() []Message {
	return slices.DeleteFunc(p.b.Console(), func(m Message) bool {
		for t := m.from; t != nil; t = t.Parent {
			if t == p.target {
				return false
			}
		}
		return true
	})
}

func (b *Browser) event(t *devtools.Target, method string, params json.RawMessage) {
	m := Message{Where: t.Type + " " + t.URL(), from: t}
	switch method {
	case "Runtime.consoleAPICalled":
		var e struct {
			Type string
			Args []devtools.Object
		}
		json.Unmarshal(params, &e)
		m.Level, m.Text = e.Type, texts(e.Args)
	case "Runtime.exceptionThrown":
		var e struct {
			ExceptionDetails devtools.ExceptionDetails
		}
		json.Unmarshal(params, &e)
		m.Level, m.Text = "exception", e.ExceptionDetails.String()
	case "Log.entryAdded":
		var e struct {
			Entry struct{ Source, Level, Text, URL string }
		}
		json.Unmarshal(params, &e)
		if e.Entry.Source == "worker" {
			return // the worker has said it itself
		}
		m.Level, m.Text = e.Entry.Level, strings.TrimSpace(e.Entry.Text+" "+e.Entry.URL)
	case "Page.javascriptDialogOpening":
		var e struct{ Type, Message string }
		json.Unmarshal(params, &e)
		go t.Call(context.Background(), "Page.handleJavaScriptDialog", map[string]any{"accept": e.Type == "beforeunload"}, nil)
		if e.Type == "beforeunload" {
			return
		}
		m.Level, m.Text = "dialog", fmt.Sprintf("%s %q", e.Type, e.Message)
	case "Inspector.targetCrashed":
		if b.expectsCrash(t) {
			return
		}
		m.Level, m.Text = "crash", "the process of the "+t.Type+" crashed"
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, m)
}

// expectsCrash reports whether the test crashed t, or the page that it shares a
// process with.
func (b *Browser) expectsCrash(t *devtools.Target) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for page := range b.crashing {
		if t == page || t.Parent == page || t.Parent == nil && t.Type != "page" {
			return true
		}
	}
	return false
}

func texts(args []devtools.Object) string {
	var parts []string
	for _, a := range args {
		parts = append(parts, a.String())
	}
	return strings.Join(parts, " ")
}
