//go:build !js

package socket

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// A guardian here is a real server that misbehaves. What needs time to show is
// tested with virtual time in package guardians.

// guard starts a server that serves each WebSocket, and returns its guardian.
func guard(t *testing.T, serve func(context.Context, *websocket.Conn)) guardians.Guardian {
	return guardBy(t, "", func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer ws.CloseNow()
		serve(r.Context(), ws)
	})
}

// guardBy is guard for a server of HTTP, and a client with an API secret.
func guardBy(t *testing.T, secret string, handler http.HandlerFunc) guardians.Guardian {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	at := parse(t, "ws"+strings.TrimPrefix(server.URL, "http")+"/")
	urls := map[wire.PeerID]wire.PeerURL{0: {URL: at, Name: "guardian"}}
	federation := guardians.New(guardians.Sockets(urls, Dial, guardians.SocketOptions{Secret: secret}), guardians.Options{})
	t.Cleanup(federation.Close)
	return federation.Guardian(0)
}

// idOf reads a request and returns its id.
func idOf(ctx context.Context, ws *websocket.Conn) (id uint64) {
	_, message, err := ws.Read(ctx)
	if err != nil {
		return 0
	}
	var request struct {
		ID uint64 `json:"id"`
	}
	if err := json.Unmarshal(message, &request); err != nil {
		panic(err)
	}
	return request.ID
}

// saying answers requests with texts in which %d is the id.
func saying(kind websocket.MessageType, texts ...string) func(context.Context, *websocket.Conn) {
	return func(ctx context.Context, ws *websocket.Conn) {
		for ctx.Err() == nil {
			id := idOf(ctx, ws)
			for _, text := range texts {
				if ws.Write(ctx, kind, []byte(strings.ReplaceAll(text, "%d", fmt.Sprint(id)))) != nil {
					return
				}
			}
		}
	}
}

func TestGuardiansThatMisbehave(t *testing.T) {
	const good = `{"jsonrpc":"2.0","id":%d,"result":7}`
	text := websocket.MessageText
	closing := func(ctx context.Context, ws *websocket.Conn) {
		idOf(ctx, ws)
		ws.Close(websocket.StatusGoingAway, "")
	}
	vanishing := func(ctx context.Context, ws *websocket.Conn) {
		idOf(ctx, ws)
		w, err := ws.Writer(ctx, text)
		if err == nil {
			w.Write([]byte(`{"jsonrpc":"2.0","id":0,"res`))
		}
		ws.CloseNow()
	}
	for _, c := range []struct {
		name  string
		serve func(context.Context, *websocket.Conn)
		want  error // nil: the answer arrives
	}{
		{"honest", saying(text, good), nil},
		{"wrong ids first", saying(text, `{"jsonrpc":"2.0","id":99,"result":8}`, `{"jsonrpc":"2.0","id":"%d","result":8}`, good), nil},
		{"garbage", saying(text, "hello"), guardians.ErrMisbehaved},
		{"not UTF-8", saying(text, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":\"\xff\"}"), guardians.ErrMisbehaved},
		{"binary", saying(websocket.MessageBinary, good), guardians.ErrMisbehaved},
		{"wrong shape", saying(text, `{"jsonrpc":"2.0","id":%d,"answer":7}`), guardians.ErrMisbehaved},
		{"nested", saying(text, `{"jsonrpc":"2.0","id":%d,"result":`+strings.Repeat("[", 1<<20)), guardians.ErrMisbehaved},
		{"large", saying(text, `{"jsonrpc":"2.0","id":%d,"result":"`+strings.Repeat("x", guardians.MaxMessage)+`"}`), guardians.ErrMisbehaved},
		{"endless", endless, guardians.ErrMisbehaved},
		{"closes", closing, guardians.ErrUnreachable},
		{"closes in the middle", vanishing, guardians.ErrUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, err := guard(t, c.serve).Call(t.Context(), "client_config", nil)
			if !errors.Is(err, c.want) || c.want == nil && string(answer) != "7" {
				t.Errorf("answer is %.100q, %v", answer, err)
			}
		})
	}
}

// endless sends a message that has no end.
func endless(ctx context.Context, ws *websocket.Conn) {
	w, err := ws.Writer(ctx, websocket.MessageText)
	begin, more := []byte(`{"jsonrpc":"2.0","id":0,"result":"`), []byte(strings.Repeat("x", 1<<16))
	for chunk := begin; err == nil; chunk = more {
		_, err = w.Write(chunk)
	}
}

// TestEndlessAnswersTakeLittleMemory counts all that the program allocates, the
// server included, which is more than it ever holds. It is 24 MB, and twice that
// with the race detector, under which growing slices count double.
func TestEndlessAnswersTakeLittleMemory(t *testing.T) {
	g := guard(t, endless)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := g.Call(t.Context(), "client_config", nil); !errors.Is(err, guardians.ErrMisbehaved) {
		t.Errorf("call gives %v", err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
		t.Errorf("%d bytes are allocated", n)
	}
}

// TestNextCallConnectsAgain loses a connection and goes on with another.
func TestNextCallConnectsAgain(t *testing.T) {
	var connections atomic.Int32
	g := guard(t, func(ctx context.Context, ws *websocket.Conn) {
		if connections.Add(1) == 1 {
			idOf(ctx, ws)
			return
		}
		saying(websocket.MessageText, `{"jsonrpc":"2.0","id":%d,"result":%d}`)(ctx, ws)
	})
	if _, err := g.Call(t.Context(), "version", nil); !errors.Is(err, guardians.ErrUnreachable) {
		t.Errorf("first call gives %v", err)
	}
	for i := range 3 {
		if answer, err := g.Call(t.Context(), "version", nil); err != nil || string(answer) != fmt.Sprint(i) {
			t.Errorf("call %d gives %s, %v", i, answer, err)
		}
	}
}

func TestSilentGuardianIsLeft(t *testing.T) {
	asked := make(chan struct{})
	g := guard(t, func(ctx context.Context, ws *websocket.Conn) {
		idOf(ctx, ws)
		close(asked)
		idOf(ctx, ws)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := g.Call(ctx, "version", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("call gives %v", err)
	}
}

// TestServersThatAreNoGuardians do not speak WebSocket.
func TestServersThatAreNoGuardians(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	for name, handler := range map[string]http.HandlerFunc{
		"page":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) },
		"nonsense": func(w http.ResponseWriter, _ *http.Request) {
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				bufio.NewWriter(conn).WriteString("hello\r\n\r\n")
				conn.Close()
			}
		},
	} {
		_, err := guardBy(t, "", handler).Call(t.Context(), "version", nil)
		if !errors.Is(err, guardians.ErrUnreachable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if elsewhere.Load() != 0 {
		t.Error("a redirect is followed")
	}
}

func TestAPISecret(t *testing.T) {
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Basic ZmVkaW1pbnQ6b3BlbiBzZXNhbWUvOkA=" {
			w.Header().Set("WWW-Authenticate", `Basic realm="Authentication needed"`)
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
			return
		}
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer ws.CloseNow()
		saying(websocket.MessageText, `{"jsonrpc":"2.0","id":%d,"result":7}`)(r.Context(), ws)
	}
	if answer, err := guardBy(t, "open sesame/:@", handler).Call(t.Context(), "version", nil); err != nil || string(answer) != "7" {
		t.Errorf("with the secret: %s, %v", answer, err)
	}
	for _, secret := range []string{"", "close sesame"} {
		_, err := guardBy(t, secret, handler).Call(t.Context(), "version", nil)
		if !errors.Is(err, guardians.ErrUnreachable) || !strings.Contains(err.Error(), "401") {
			t.Errorf("with the secret %q: %v", secret, err)
		}
		if strings.Contains(err.Error(), "close sesame") {
			t.Errorf("error tells the secret: %v", err)
		}
	}
}

func TestCredentialsOfTheURL(t *testing.T) {
	for _, c := range [][4]string{
		{"wss://a.example/x?y#z", "", "wss://a.example/x?y", ""},
		{"wss://user:pass@a.example/", "", "wss://a.example/", "Basic dXNlcjpwYXNz"},
		{"wss://user:pass@a.example/", "secret", "wss://a.example/", "Basic ZmVkaW1pbnQ6c2VjcmV0"},
	} {
		target, header, err := handshake(parse(t, c[0]), c[1])
		if err != nil || target != c[2] || header.Get("Authorization") != c[3] {
			t.Errorf("%s with secret %q: %s, %v, %v", c[0], c[1], target, header, err)
		}
	}
}
