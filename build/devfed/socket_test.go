package devfed_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"satchel/client/wire"
)

// A socket is a raw connection to a guardian.
type socket struct {
	t    testing.TB
	conn *websocket.Conn
	last int
	auth *string // the password that requests come with
}

func dial(t testing.TB, url string) *socket {
	t.Helper()
	conn, response, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"https://satchel.example"}}})
	if err != nil {
		t.Fatalf("%s: %v (%v)", url, err, response)
	}
	conn.SetReadLimit(64 << 20)
	t.Cleanup(func() { conn.CloseNow() })
	return &socket{t: t, conn: conn, last: -1}
}

type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.Code, r.Message) }

type response struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *refusal        `json:"error"`
}

// send writes a request and returns its id.
func (s *socket) send(method string, params any) int {
	s.t.Helper()
	s.last++
	encoded, err := json.Marshal(params)
	if err != nil {
		s.t.Fatal(err)
	}
	auth, err := json.Marshal(s.auth)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":[{"auth":%s,"params":%s}]}`, s.last, method, auth, encoded))
	return s.last
}

func (s *socket) write(frame string) {
	s.t.Helper()
	if err := s.conn.Write(s.t.Context(), websocket.MessageText, []byte(frame)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *socket) read() string {
	s.t.Helper()
	_, frame, err := s.conn.Read(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return string(frame)
}

func (s *socket) receive() response {
	s.t.Helper()
	return decodeJSON[response](s.t, []byte(s.read()))
}

// call is one request and its response, which must be the next.
func (s *socket) call(method string, params any) (json.RawMessage, error) {
	s.t.Helper()
	id := s.send(method, params)
	r := s.receive()
	if r.ID != id {
		s.t.Fatalf("%s: response %d to request %d", method, r.ID, id)
	}
	if r.Error != nil {
		return nil, r.Error
	}
	return r.Result, nil
}

func (s *socket) must(method string, params any) json.RawMessage {
	s.t.Helper()
	result, err := s.call(method, params)
	if err != nil {
		s.t.Fatalf("%s: %v", method, err)
	}
	return result
}

// ask is must with the result as a T.
func ask[T any](s *socket, method string, params any) T {
	s.t.Helper()
	return decodeJSON[T](s.t, s.must(method, params))
}

func decodeJSON[T any](t testing.TB, raw []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%.300s: %v", raw, err)
	}
	return v
}

func decode[T any, P wire.Decodable[T]](t testing.TB, b []byte) T {
	t.Helper()
	v, err := wire.Decode[T, P](b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
