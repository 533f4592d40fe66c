package guardians

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"satchel/client/wire"
)

// A line is a Conn in memory whose other end the test holds.
type line struct {
	toGuardian chan string
	toClient   chan string
	closed     chan struct{}
	once       sync.Once
	mute       bool // Send blocks, as if the other end never read
}

var errHungUp = errors.New("hung up")

func newLine() *line {
	return &line{toGuardian: make(chan string, 100), toClient: make(chan string, 100), closed: make(chan struct{})}
}

func (l *line) Send(ctx context.Context, message []byte) error {
	out := l.toGuardian
	if l.mute {
		out = nil
	}
	select {
	case out <- string(message):
		return nil
	case <-l.closed:
		return errHungUp
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *line) Receive(ctx context.Context, limit func() int) ([]byte, error) {
	select {
	case message := <-l.toClient:
		if n := limit(); len(message) > n {
			l.Close()
			return nil, fmt.Errorf("%w: message above %d bytes", ErrMisbehaved, n)
		}
		return []byte(message), nil
	case <-l.closed:
		return nil, errHungUp
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *line) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// asked is a request as the guardian sees it.
type asked struct {
	ID     uint64 `json:"id"`
	Method string `json:"method"`
	Params []struct {
		Params json.RawMessage `json:"params"`
	} `json:"params"`
}

// next waits for a request, and returns false when the line is closed.
func (l *line) next() (a asked, ok bool) {
	select {
	case message := <-l.toGuardian:
		if err := json.Unmarshal([]byte(message), &a); err != nil {
			panic(err)
		}
		return a, true
	case <-l.closed:
		return a, false
	}
}

// say sends a text to the client.
func (l *line) say(format string, args ...any) {
	select {
	case l.toClient <- fmt.Sprintf(format, args...):
	case <-l.closed:
	}
}

// answer answers a request with a JSON text.
func (l *line) answer(id uint64, result string) {
	l.say(`{"jsonrpc":"2.0","id":%d,"result":%s}`, id, result)
}

// echo answers every request with its parameters.
func (l *line) echo() {
	for {
		a, ok := l.next()
		if !ok {
			return
		}
		l.answer(a.ID, string(a.Params[0].Params))
	}
}

// A switchboard is where a Socket dials. It knows when it did.
type switchboard struct {
	began time.Time
	// connect decides the fate of the n-th dial, from 0: it serves the line, or
	// returns an error.
	connect func(n int, l *line) error

	mu    sync.Mutex
	dials []time.Duration // since began
}

func newSwitchboard(connect func(n int, l *line) error) *switchboard {
	return &switchboard{began: time.Now(), connect: connect}
}

// serving is a connect that runs serve for each line.
func serving(serve func(l *line)) func(int, *line) error {
	return func(_ int, l *line) error {
		go serve(l)
		return nil
	}
}

func (s *switchboard) dial(ctx context.Context, _ wire.SafeURL, _ string) (Conn, error) {
	s.mu.Lock()
	n := len(s.dials)
	s.dials = append(s.dials, time.Since(s.began))
	s.mu.Unlock()
	l := newLine()
	if err := s.connect(n, l); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		l.Close()
		return nil, ctx.Err()
	}
	return l, nil
}

func (s *switchboard) times() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]time.Duration(nil), s.dials...)
}

func mustURL(t testing.TB, s string) wire.SafeURL {
	t.Helper()
	u, err := wire.ParseURL(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// socketTo returns a socket that dials the switchboard, and is closed with the
// test.
func socketTo(t *testing.T, s *switchboard) *Socket {
	socket := NewSocket(mustURL(t, "wss://alpha.example.com/"), s.dial, SocketOptions{})
	t.Cleanup(socket.Close)
	return socket
}

// alone returns the health of a federation of one socket.
func alone(t *testing.T, socket *Socket, opts Options) *Federation {
	t.Helper()
	return New(map[wire.PeerID]Member{0: {"Alpha", socket.url, socket}}, opts)
}

// call calls and returns what came of it in one line.
func call(ctx context.Context, g Guardian, method string, params any) string {
	answer, err := g.Call(ctx, method, params)
	return outcome(string(answer), err)
}

func outcome(answer string, err error) string {
	switch {
	case errors.Is(err, ErrMisbehaved):
		return "misbehaved"
	case errors.Is(err, ErrUnreachable):
		return "unreachable"
	case err != nil:
		return err.Error()
	default:
		return answer
	}
}
