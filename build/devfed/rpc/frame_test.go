package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func testServer() *Server {
	return &Server{Methods: map[string]Method{
		"echo": func(_ context.Context, params json.RawMessage) (any, error) { return params, nil },
		"number": func(_ context.Context, params json.RawMessage) (any, error) {
			return Params[uint64](params)
		},
		"nothing": func(_ context.Context, params json.RawMessage) (any, error) { return nil, NoParams(params) },
		"auth":    func(ctx context.Context, _ json.RawMessage) (any, error) { return Auth(ctx), nil },
		"fail":    func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("out of ink") },
		"long": func(context.Context, json.RawMessage) (any, error) {
			return strings.Repeat("x", MaxMessage), nil
		},
		"wait": Within(time.Minute, func(ctx context.Context, _ json.RawMessage) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}),
	}}
}

// TestFrames has the exact frames, most of them as jsonrpsee answers them.
func TestFrames(t *testing.T) {
	const parse = `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}`
	for name, c := range map[string]struct{ request, response string }{
		"result":           {`{"jsonrpc":"2.0","id":7,"method":"echo","params":[{"auth":null,"params":[1,"a"]}]}`, `{"jsonrpc":"2.0","id":7,"result":[1,"a"]}`},
		"null result":      {`{"jsonrpc":"2.0","id":7,"method":"nothing","params":[{"auth":null,"params":null}]}`, `{"jsonrpc":"2.0","id":7,"result":null}`},
		"string id":        {`{"jsonrpc":"2.0","id":"a\"b","method":"echo","params":[{"params":1}]}`, `{"jsonrpc":"2.0","id":"a\"b","result":1}`},
		"null id":          {`{"jsonrpc":"2.0","id":null,"method":"echo","params":[{"params":1}]}`, `{"jsonrpc":"2.0","id":null,"result":1}`},
		"largest id":       {`{"jsonrpc":"2.0","id":18446744073709551615,"method":"echo","params":[{"params":1}]}`, `{"jsonrpc":"2.0","id":18446744073709551615,"result":1}`},
		"password":         {`{"jsonrpc":"2.0","id":0,"method":"echo","params":[{"auth":"pw","params":1}]}`, `{"jsonrpc":"2.0","id":0,"result":1}`},
		"shown password":   {`{"jsonrpc":"2.0","id":0,"method":"auth","params":[{"auth":"pw","params":1}]}`, `{"jsonrpc":"2.0","id":0,"result":"pw"}`},
		"null password":    {`{"jsonrpc":"2.0","id":0,"method":"auth","params":[{"auth":null,"params":1}]}`, `{"jsonrpc":"2.0","id":0,"result":""}`},
		"unknown members":  {` {"x":1,"jsonrpc":"2.0","id":0,"method":"echo","params":[{"auth":null,"params":1,"y":2}]}`, `{"jsonrpc":"2.0","id":0,"result":1}`},
		"escaped method":   {`{"jsonrpc":"2.0","id":0,"method":"\u0065cho","params":[{"params":1}]}`, `{"jsonrpc":"2.0","id":0,"result":1}`},
		"notification":     {`{"jsonrpc":"2.0","method":"echo","params":[{"params":1}]}`, ``},
		"unknown method":   {`{"jsonrpc":"2.0","id":9,"method":"frob","params":[{"params":1}]}`, `{"jsonrpc":"2.0","id":9,"error":{"code":-32601,"message":"Method not found"}}`},
		"unknown, no list": {`{"jsonrpc":"2.0","id":9,"method":"frob"}`, `{"jsonrpc":"2.0","id":9,"error":{"code":-32601,"message":"Method not found"}}`},
		"batch":            {` [{"jsonrpc":"2.0","id":9,"method":"echo"}]`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"Batched requests are not supported by this server"}}`},
		"empty":            {``, parse},
		"not JSON":         {`{"jsonrpc":"2.0","id":9`, parse},
		"number":           {`5`, parse},
		"not UTF-8":        {"{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"\xff\"}", parse},
		"no id, no call":   {`{"jsonrpc":"2.0"}`, parse},
		"negative id":      {`{"jsonrpc":"2.0","id":-1,"method":"echo","params":[{"params":1}]}`, ``},
		"broken id":        {`{"jsonrpc":"2.0","id":1.5,"method":"echo","params":[{"params":1}]}`, ``},
		"list as id":       {`{"jsonrpc":"2.0","id":[],"method":"echo","params":[{"params":1}]}`, ``},
		"bad id and old":   {`{"jsonrpc":"1.0","id":-1,"method":"echo","params":[{"params":1}]}`, parse},
		"old version":      {`{"jsonrpc":"1.0","id":3,"method":"echo","params":[{"params":1}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"Invalid request"}}`},
		"no method":        {`{"jsonrpc":"2.0","id":3}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"Invalid request"}}`},
		"number as method": {`{"jsonrpc":"2.0","id":3,"method":4}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"Invalid request"}}`},
		"no list":          {`{"jsonrpc":"2.0","id":3,"method":"echo"}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Invalid params"}}`},
		"named params":     {`{"jsonrpc":"2.0","id":3,"method":"echo","params":{"params":1}}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Invalid params"}}`},
		"two params":       {`{"jsonrpc":"2.0","id":3,"method":"echo","params":[{"params":1},1]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Invalid params"}}`},
		"no params":        {`{"jsonrpc":"2.0","id":3,"method":"echo","params":[{"auth":null}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":400,"message":"missing field params"}}`},
		"exact names":      {`{"jsonrpc":"2.0","id":3,"method":"echo","params":[{"Params":1}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":400,"message":"missing field params"}}`},
		"null object":      {`{"jsonrpc":"2.0","id":3,"method":"echo","params":[null]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":400,"message":"the parameter is no object with auth and params"}}`},
		"number as auth":   {`{"jsonrpc":"2.0","id":3,"method":"echo","params":[{"auth":5,"params":1}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":400,"message":"auth is neither a string nor null"}}`},
		"wrong params":     {`{"jsonrpc":"2.0","id":3,"method":"nothing","params":[{"params":1}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":400,"message":"params are not null"}}`},
		"null params":      {`{"jsonrpc":"2.0","id":3,"method":"number","params":[{"params":null}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":400,"message":"params are null"}}`},
		"own error":        {`{"jsonrpc":"2.0","id":3,"method":"fail","params":[{"params":null}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":500,"message":"out of ink"}}`},
		"long answer":      {`{"jsonrpc":"2.0","id":3,"method":"long","params":[{"params":null}]}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32008,"message":"Response is too big"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			reply, _ := testServer().respond(t.Context(), []byte(c.request))
			if string(reply) != c.response {
				t.Errorf("%.200s\ngot  %.200s\nwant %s", c.request, reply, c.response)
			}
		})
	}
}

func TestParamsOfAType(t *testing.T) {
	for params, want := range map[string]bool{"0": true, "18446744073709551615": true, "-1": false, `"1"`: false, "1.5": false, " null": false, "[]": false} {
		_, err := Params[uint64](json.RawMessage(params))
		refusal, ok := errors.AsType[*Error](err)
		if want != (err == nil) || !want && (!ok || refusal.Code != codeBadRequest) {
			t.Errorf("%s: %v", params, err)
		}
	}
}

func TestPair(t *testing.T) {
	for params, want := range map[string]bool{
		`[1,"a"]`: true, ` [ 1 , "a" ] `: true, `[1]`: false, `[]`: false, `[1,"a",2]`: false, `[null,"a"]`: false, `[1,null]`: false, `null`: false, `["a",1]`: false, `{}`: false,
	} {
		pair, err := Params[Pair[uint64, string]](json.RawMessage(params))
		if want != (err == nil) || want && pair != (Pair[uint64, string]{1, "a"}) {
			t.Errorf("%s: %+v, %v", params, pair, err)
		}
	}
	if text, err := json.Marshal(Pair[uint64, []string]{1 << 63, nil}); err != nil || string(text) != `[9223372036854775808,null]` {
		t.Errorf("%s, %v", text, err)
	}
}

// FuzzDecodeRequest checks that every message gets one JSON response with the
// id of the request or null, or none, and that nothing panics.
func FuzzDecodeRequest(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":7,"method":"echo","params":[{"auth":null,"params":[1,"a"]}]}`,
		`{"jsonrpc":"2.0","method":"echo","params":[{"params":1}]}`,
		`{"jsonrpc":"2.0","id":"x","method":"number","params":[{"params":1}]}`,
		`[{"jsonrpc":"2.0","id":9}]`, `{`, ``, `null`, `{"id":{}}`, `{"jsonrpc":"2.0","id":1e3,"method":"echo"}`,
		`{"jsonrpc":"2.0","id":1,"id":2,"method":"echo","params":[{"params":1}],"params":[]}`,
		`{"jsonrpc":"2.0","id":7,"method":"echo","params":[{"params":` + strings.Repeat("[", 20000) + `}]}`,
	} {
		f.Add([]byte(seed))
	}
	server := testServer()
	delete(server.Methods, "wait") // would wait
	delete(server.Methods, "long") // would make the fuzzer slow
	f.Fuzz(func(t *testing.T, message []byte) {
		reply, raw := server.respond(t.Context(), message)
		if raw != nil {
			t.Fatal("a method that returns no Raw became one")
		}
		if reply == nil {
			return
		}
		var r struct {
			Version string          `json:"jsonrpc"`
			ID      json.RawMessage `json:"id"`
			Error   *Error          `json:"error"`
		}
		if err := json.Unmarshal(reply, &r); err != nil || r.Version != "2.0" {
			t.Fatalf("%q: %v", reply, err)
		}
		if r.ID != nil && !isNull(r.ID) && !bytes.Contains(message, r.ID) {
			t.Fatalf("id %s is not of the request %q", r.ID, message)
		}
	})
}
