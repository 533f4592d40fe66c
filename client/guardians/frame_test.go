package guardians

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"satchel/client/wire"
)

// TestRequests compares with requests of the reference.
func TestRequests(t *testing.T) {
	for _, c := range []struct {
		id     uint64
		method string
		params any
		want   string
	}{
		{0, "client_config", nil, `{"jsonrpc":"2.0","id":0,"method":"client_config","params":[{"auth":null,"params":null}]}`},
		{1, "session_status", 7, `{"jsonrpc":"2.0","id":1,"method":"session_status","params":[{"auth":null,"params":7}]}`},
		{9, "submit_transaction", wire.Serde{1, 2}, `{"jsonrpc":"2.0","id":9,"method":"submit_transaction","params":[{"auth":null,"params":["020102"]}]}`},
		{65536, "module_1_recovery_slice", json.RawMessage(`[0, 10]`), `{"jsonrpc":"2.0","id":65536,"method":"module_1_recovery_slice","params":[{"auth":null,"params":[0,10]}]}`},
	} {
		enveloped, err := envelope(c.params)
		if err != nil {
			t.Fatal(err)
		}
		got, err := request(c.id, c.method, enveloped)
		if err != nil || string(got) != c.want {
			t.Errorf("request is %s, %v\nwant       %s", got, err, c.want)
		}
	}
}

func TestRequestsThatCannotBe(t *testing.T) {
	if _, err := envelope(make(chan int)); err == nil {
		t.Error("a channel is encoded")
	}
	if _, err := request(0, "backup", json.RawMessage(`"`+strings.Repeat("x", MaxMessage)+`"`)); err == nil {
		t.Error("a request above the limit is made")
	}
}

func TestDecodeResponse(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, c := range []struct{ message, want string }{
		{`{"jsonrpc":"2.0","id":0,"result":7}`, `0: 7`},
		{`{"jsonrpc":"2.0","id":3,"result":null}`, `3: null`},
		{"\n{\"result\" : [ \"03010100\" ] , \"id\":18446744073709551615,\"jsonrpc\":\"2.0\"} ", `18446744073709551615: [ "03010100" ]`},
		{`{"jsonrpc":"2.0","id":1,"result":{"a":1},"more":true}`, `1: {"a":1}`},
		{`{"jsonrpc":"2.0","id":1,"result":` + nested(63) + `}`, `1: ` + nested(63)},
		{`{"jsonrpc":"2.0","id":1,"result":"[[[\"[["}`, `1: "[[[\"[["`},
		{`{"jsonrpc":"2.0","id":9,"error":{"code":-32601,"message":"Method not found"}}`, `9: guardian answers with error -32601: "Method not found"`},
		{`{"jsonrpc":"2.0","id":9,"error":{"code":400,"message":"` + strings.Repeat("é", 600) + `","data":1}}`, `9: guardian answers with error 400: "` + strings.Repeat("é", 500) + `…"`},

		{`{"jsonrpc":"2.0","result":7}`, `none: 7`},
		{`{"jsonrpc":"2.0","id":null,"result":7}`, `none: 7`},
		{`{"jsonrpc":"2.0","id":"0","result":7}`, `none: 7`},
		{`{"jsonrpc":"2.0","id":-1,"result":7}`, `none: 7`},
		{`{"jsonrpc":"2.0","id":0.5,"result":7}`, `none: 7`},
		{`{"jsonrpc":"2.0","id":18446744073709551616,"result":7}`, `none: 7`},
		{`{"jsonrpc":"2.0","method":"subscription","params":{}}`, `none: misbehaved`},

		{`{"id":0,"result":7}`, `0: misbehaved`},
		{`{"jsonrpc":"1.0","id":0,"result":7}`, `0: misbehaved`},
		{`{"jsonrpc":2.0,"id":0,"result":7}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0,"RESULT":7}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0,"result":7,"error":{"code":1,"message":""}}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0,"error":null}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0,"error":"no"}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0,"error":{"code":1}}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0,"error":{"message":"x"}}`, `0: misbehaved`},
		{`{"jsonrpc":"2.0","id":0,"error":{"code":1.5,"message":"x"}}`, `0: misbehaved`},

		{``, `broken`},
		{`null`, `broken`},
		{`7`, `broken`},
		{`hello`, `broken`},
		{`[{"jsonrpc":"2.0","id":0,"result":7}]`, `broken`},
		{`{"jsonrpc":"2.0","id":0,"result":7`, `broken`},
		{`{"jsonrpc":"2.0","id":0,"result":7}{}`, `broken`},
		{`{"jsonrpc":"2.0","id":0,"result":07}`, `broken`},
		{"{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"\xff\"}", `broken`},
		{`{"jsonrpc":"2.0","id":1,"result":` + nested(64) + `}`, `broken`},
		{nested(5_000_000), `broken`},
		{strings.Repeat("[", 5_000_000), `broken`},
	} {
		if got := describe(decodeResponse([]byte(c.message))); got != c.want {
			t.Errorf("%.80s is\n%.200s, want\n%.200s", c.message, got, c.want)
		}
	}
}

// describe puts what decodeResponse returns into one line.
func describe(r response, err error) string {
	if err != nil {
		if !errors.Is(err, ErrMisbehaved) {
			return err.Error()
		}
		return "broken"
	}
	line := "none: "
	if r.hasID {
		id, _ := json.Marshal(r.id)
		line = string(id) + ": "
	}
	switch {
	case errors.Is(r.err, ErrMisbehaved):
		return line + "misbehaved"
	case r.err != nil:
		return line + r.err.Error()
	default:
		return line + string(r.result)
	}
}

func FuzzDecodeResponse(f *testing.F) {
	f.Add([]byte(`{"jsonrpc":"2.0","id":0,"result":["03010100"]}`))
	f.Add([]byte(`{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"Request timeout"}}`))
	f.Add([]byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}`))
	f.Add([]byte(`[{"a":"\\"},{"b":"\""}]`))
	f.Fuzz(func(t *testing.T, message []byte) {
		r, err := decodeResponse(message)
		if err != nil {
			if !errors.Is(err, ErrMisbehaved) {
				t.Errorf("error is of no kind: %v", err)
			}
			return
		}
		if (r.err == nil) != json.Valid(r.result) {
			t.Errorf("result %q and error %v", r.result, r.err)
		}
		if depth(r.result) > maxDepth {
			t.Errorf("result is %d deep", depth(r.result))
		}
		var answer *AnswerError
		if r.err != nil && !errors.Is(r.err, ErrMisbehaved) && !errors.As(r.err, &answer) {
			t.Errorf("error is of no kind: %v", r.err)
		}
	})
}

func TestErrorPredicates(t *testing.T) {
	unknown, timeout := &AnswerError{-32601, "Method not found"}, &AnswerError{-32000, "Request timeout"}
	if !MethodUnknown(unknown) || MethodUnknown(timeout) || MethodUnknown(ErrUnreachable) || MethodUnknown(nil) {
		t.Error("MethodUnknown")
	}
	undecided := &UndecidedError{"chain_id", map[wire.PeerID]error{10: unknown, 2: unknown, 1: ErrUnreachable}}
	if n := undecided.Count(MethodUnknown); n != 2 {
		t.Errorf("method unknown to %d, want 2", n)
	}
	want := `chain_id is undecided: guardian 1: guardian unreachable; guardian 2: guardian answers with error -32601: "Method not found"; guardian 10: guardian answers with error -32601: "Method not found"`
	if undecided.Error() != want {
		t.Errorf("got  %v\nwant %v", undecided, want)
	}
}

func TestMethodNames(t *testing.T) {
	for _, c := range []struct {
		method string
		limit  int
		waits  bool
	}{
		{"session_count", smallAnswer, false},
		{"client_config", MaxMessage, false},
		{"await_transaction", smallAnswer, true},
		{"submit_transaction", middleAnswer, true},
		{"module_0_note_spent", smallAnswer, false},
		{"module_65535_await_outgoing_contract_cancelled", smallAnswer, true},
		{"module_3_signature_shares", middleAnswer, true},
		{"module_3_recovery_slice", sliceAnswer, false},
		{"module_3_recovery_slice_hash", smallAnswer, false},
		{"module_x_note_spent", MaxMessage, false},
		{"module_consensus_version", smallAnswer, false},
		{"module_4_module_consensus_version", smallAnswer, false},
		{"module_", MaxMessage, false},
		{"", MaxMessage, false},
	} {
		if limit, waits := answerLimit(c.method), waits(c.method); limit != c.limit || waits != c.waits {
			t.Errorf("%q: limit %d, waits %v", c.method, limit, waits)
		}
	}
}
