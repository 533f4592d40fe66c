//go:build unix

package devtools

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// ErrGone reports that the browser, or the page or worker that was asked, does
// not exist any more. It may or may not have done what it was asked.
var ErrGone = errors.New("devtools: target is gone")

// An Error is the browser's refusal of a call.
type Error struct {
	Method  string `json:"-"`
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data"`
}

func (e *Error) Error() string {
	return fmt.Sprintf("devtools: %s: %s %s", e.Method, e.Message, e.Data)
}

// A message is a request, an answer or an event. Each is followed by a zero byte.
type message struct {
	ID      int64           `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"` // "" is the browser itself
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

// A pipe carries the sessions of one browser.
type pipe struct {
	in    io.ReadCloser
	event func(session, method string, params json.RawMessage) // must not call
	done  chan struct{}                                        // closed when all has been read

	mu      sync.Mutex
	out     io.WriteCloser
	last    int64
	waiting map[int64]waiter
	closed  bool
}

type waiter struct {
	session string
	answer  chan message // closed without an answer when the target is gone
}

func newPipe(in io.ReadCloser, out io.WriteCloser, event func(session, method string, params json.RawMessage)) *pipe {
	return &pipe{in: in, out: out, event: event, done: make(chan struct{}), waiting: make(map[int64]waiter)}
}

// read hands out answers and events until the browser ends.
func (p *pipe) read() {
	defer p.close()
	r := bufio.NewReaderSize(p.in, 1<<16)
	for {
		data, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(data[:len(data)-1], &m); err != nil {
			return // not the protocol
		}
		if m.ID == 0 {
			p.event(m.Session, m.Method, m.Params)
			continue
		}
		p.mu.Lock()
		w, ok := p.waiting[m.ID]
		delete(p.waiting, m.ID)
		p.mu.Unlock()
		if ok {
			w.answer <- m
		}
	}
}

func (p *pipe) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.in.Close()
	p.out.Close()
	p.forget(func(string) bool { return true })
	close(p.done)
}

// forget gives up the calls to sessions that are gone.
func (p *pipe) forget(gone func(session string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, w := range p.waiting {
		if gone(w.session) {
			delete(p.waiting, id)
			close(w.answer)
		}
	}
}

func (p *pipe) call(ctx context.Context, session, method string, params, result any) error {
	raw, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("devtools: parameters of %s: %w", method, err)
	}
	if params == nil {
		raw = nil
	}
	w := waiter{session, make(chan message, 1)}
	id, err := p.send(w, message{Session: session, Method: method, Params: raw})
	if err != nil {
		return err
	}
	select {
	case m, ok := <-w.answer:
		switch {
		case !ok:
			return ErrGone
		case m.Error != nil:
			m.Error.Method = method
			return m.Error
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-ctx.Done():
		p.mu.Lock()
		delete(p.waiting, id)
		p.mu.Unlock()
		return fmt.Errorf("devtools: %s: %w", method, context.Cause(ctx))
	}
}

func (p *pipe) send(w waiter, m message) (id int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, ErrGone
	}
	p.last++
	m.ID = p.last
	data, err := json.Marshal(m)
	if err != nil {
		return 0, err
	}
	p.waiting[m.ID] = w
	if _, err := p.out.Write(append(data, 0)); err != nil {
		delete(p.waiting, m.ID)
		return 0, ErrGone
	}
	return m.ID, nil
}
