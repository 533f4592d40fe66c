package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
)

// A pipeNet is a network of pipes, which unlike sockets work in virtual time.
type pipeNet struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (p *pipeNet) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipeNet) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipeNet) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipeNet) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// connect serves s and returns a connection to it and what ends both.
func connect(t *testing.T, s *Server) (*websocket.Conn, func()) {
	t.Helper()
	network := &pipeNet{conns: make(chan net.Conn), done: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	web := &http.Server{Handler: s, BaseContext: func(net.Listener) context.Context { return ctx }}
	go web.Serve(network)
	transport := &http.Transport{DialContext: network.dial}
	conn, _, err := websocket.Dial(ctx, "ws://guardian/", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport},
		Host:       "guardian",
		HTTPHeader: http.Header{"Origin": {"https://some.other.site"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	return conn, func() {
		conn.CloseNow()
		cancel()
		web.Close()
		transport.CloseIdleConnections()
	}
}

func send(t *testing.T, conn *websocket.Conn, id int, method, params string) {
	t.Helper()
	message := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":[{"auth":null,"params":%s}]}`, id, method, params)
	if err := conn.Write(context.Background(), websocket.MessageText, []byte(message)); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, conn *websocket.Conn) string {
	t.Helper()
	_, message, err := conn.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return string(message)
}

// TestLongPollsBlockNobody asks for what never comes, then for other things on
// the same connection, and sees the time limit.
func TestLongPollsBlockNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, end := connect(t, testServer())
		defer end()
		start := time.Now()
		for id := range 100 {
			send(t, conn, id, "wait", "null")
		}
		send(t, conn, 100, "echo", `"hello"`)
		if got, want := receive(t, conn), `{"jsonrpc":"2.0","id":100,"result":"hello"}`; got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("a long poll held up another request for %v", waited)
		}
		seen := map[string]bool{}
		for range 100 {
			seen[receive(t, conn)] = true
		}
		for id := range 100 {
			if want := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"error":{"code":-32000,"message":"Request timeout"}}`, id); !seen[want] {
				t.Errorf("no answer %s", want)
			}
		}
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("a long poll ended after %v", waited)
		}
	})
}

// TestLateResult lets a method find its answer too late, and in time.
func TestLateResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		method := Within(time.Minute, func(_ context.Context, params json.RawMessage) (any, error) {
			seconds, err := Params[int](params)
			time.Sleep(time.Duration(seconds) * time.Second)
			return "found", err
		})
		if result, err := method(t.Context(), json.RawMessage("59")); err != nil || result != "found" {
			t.Errorf("in time: %v, %v", result, err)
		}
		if result, err := method(t.Context(), json.RawMessage("61")); err == nil || result != nil {
			t.Errorf("too late: %v, %v", result, err)
		}
	})
}

// TestPings checks that a connection lives as long as the client answers pings,
// and not much longer.
func TestPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		server := &Server{Methods: map[string]Method{"wait": func(ctx context.Context, _ json.RawMessage) (any, error) {
			<-ctx.Done()
			close(ended)
			return nil, ctx.Err()
		}}}
		conn, end := connect(t, server)
		defer end()
		send(t, conn, 0, "wait", "null")

		reading, stop := context.WithCancel(context.Background())
		pings := conn.CloseRead(reading) // answers pings
		time.Sleep(time.Hour)
		select {
		case <-ended:
			t.Fatal("the connection ended although the client answered")
		case <-pings.Done():
			t.Fatal("the client's side ended")
		default:
		}
		stop()
	})
}

func TestSilentClientIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		server := &Server{Methods: map[string]Method{"wait": func(ctx context.Context, _ json.RawMessage) (any, error) {
			<-ctx.Done()
			close(ended)
			return nil, ctx.Err()
		}}}
		conn, end := connect(t, server)
		defer end()
		start := time.Now()
		send(t, conn, 0, "wait", "null")
		<-ended // nobody reads on the client's side
		if waited := time.Since(start); waited > pingEvery+pongWithin {
			t.Errorf("dropped after %v", waited)
		}
	})
}

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, end := connect(t, testServer())
		defer end()
		head, tail := `{"jsonrpc":"2.0","id":1,"method":"nothing","params":[{"params":"`, `"}]}`
		request := func(length int) []byte {
			return []byte(head + strings.Repeat("x", length-len(head)-len(tail)) + tail)
		}
		for _, c := range []struct {
			length int
			want   string
		}{
			{MaxMessage, `{"jsonrpc":"2.0","id":1,"error":{"code":400,"message":"params are not null"}}`},
			{MaxMessage + 1, `{"jsonrpc":"2.0","id":null,"error":{"code":-32007,"message":"Request is too big"}}`},
			{3 * MaxMessage, `{"jsonrpc":"2.0","id":null,"error":{"code":-32007,"message":"Request is too big"}}`},
		} {
			if err := conn.Write(t.Context(), websocket.MessageBinary, request(c.length)); err != nil {
				t.Fatal(err)
			}
			if got := receive(t, conn); got != c.want {
				t.Errorf("request of %d bytes: got %.200s, want %s", c.length, got, c.want)
			}
		}
	})
}

func TestRawResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &Server{Methods: map[string]Method{"twice": func(context.Context, json.RawMessage) (any, error) {
			return Raw(func(ctx context.Context, id json.RawMessage, conn *websocket.Conn) error {
				for _, text := range []string{"a", "b"} {
					if err := conn.Write(ctx, websocket.MessageText, Response(id, text)); err != nil {
						return err
					}
				}
				return nil
			}), nil
		}}}
		conn, end := connect(t, server)
		defer end()
		send(t, conn, 5, "twice", "null")
		got := []byte(receive(t, conn) + receive(t, conn))
		if want := []byte(`{"jsonrpc":"2.0","id":5,"result":"a"}{"jsonrpc":"2.0","id":5,"result":"b"}`); !bytes.Equal(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
