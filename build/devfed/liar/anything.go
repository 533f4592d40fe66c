package liar

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"

	"github.com/coder/websocket"

	"satchel/build/devfed/rpc"
)

// Answers that are wrong whatever the question was.
const (
	ShapeNull     Lie = "shape-null"
	ShapeTrue     Lie = "shape-true"
	ShapeNumber   Lie = "shape-number"
	ShapeNegative Lie = "shape-negative"
	ShapeFraction Lie = "shape-fraction"
	ShapeText     Lie = "shape-text"
	ShapeList     Lie = "shape-list"
	ShapeObject   Lie = "shape-object"

	FailServer  Lie = "fail-server"
	FailUnknown Lie = "fail-unknown"
	FailParams  Lie = "fail-params"
	FailTimeout Lie = "fail-timeout"

	FrameNoJSON   Lie = "frame-no-json"
	FrameCut      Lie = "frame-cut"
	FrameEmpty    Lie = "frame-empty"
	FrameNoResult Lie = "frame-no-result"
	FrameOtherID  Lie = "frame-other-id"
	FrameUnasked  Lie = "frame-unasked"
	FrameTwice    Lie = "frame-twice"

	Silent  Lie = "silent"
	HangUp  Lie = "hang-up"
	Replay  Lie = "replay"
	Huge    Lie = "huge"
	Deep    Lie = "deep"
	Endless Lie = "endless"
)

var aboutAnything = []falsehood{
	{ShapeNull, "answers null", nil, anyShape("null")},
	{ShapeTrue, "answers true", nil, anyShape("true")},
	{ShapeNumber, "answers a number that is too large for 64 bits", nil, anyShape("123456789012345678901234567890")},
	{ShapeNegative, "answers minus one", nil, anyShape("-1")},
	{ShapeFraction, "answers a fraction", nil, anyShape("0.5e-3")},
	{ShapeText, "answers a text that is neither hex nor base64", nil, anyShape(`"zz\u0000 \ud83d\ude00"`)},
	{ShapeList, "answers a list of lists", nil, anyShape(`[[],[[]],[""]]`)},
	{ShapeObject, "answers an object of objects", nil, anyShape(`{"":{},"0":{"":null},"-1":{}}`)},

	{FailServer, "answers with error 500", nil, fails(500, "something broke")},
	{FailUnknown, "answers that it does not know the method", nil, fails(-32601, "Method not found")},
	{FailParams, "answers that the request is wrong", nil, fails(400, "the request is wrong")},
	{FailTimeout, "answers at once that it took too long", nil, fails(-32000, "Request timeout")},

	{FrameNoJSON, "answers what is no JSON", nil, frames(func(json.RawMessage, any) [][]byte { return [][]byte{[]byte("\x00\xff{}}")} })},
	{FrameCut, "answers with the first half of the response", nil, frames(func(id json.RawMessage, result any) [][]byte {
		honest := rpc.Response(id, result)
		return [][]byte{honest[:len(honest)/2]}
	})},
	{FrameEmpty, "answers with an empty message", nil, frames(func(json.RawMessage, any) [][]byte { return [][]byte{{}} })},
	{FrameNoResult, "answers with neither a result nor an error", nil, frames(func(id json.RawMessage, _ any) [][]byte {
		return [][]byte{[]byte(`{"jsonrpc":"2.0","id":` + string(id) + `}`)}
	})},
	{FrameOtherID, "answers under the id of another request", nil, frames(otherRequest)},
	{FrameUnasked, "answers what nobody has asked, and then the question", nil, frames(func(id json.RawMessage, result any) [][]byte {
		return [][]byte{rpc.Response(json.RawMessage("4294967295"), "unasked"), rpc.Response(id, result)}
	})},
	{FrameTwice, "answers, and then answers null", nil, frames(func(id json.RawMessage, result any) [][]byte {
		return [][]byte{rpc.Response(id, result), rpc.Response(id, nil)}
	})},

	{Silent, "does not answer", nil, silence},
	{HangUp, "ends the connection instead of answering", nil, raw(func(_ context.Context, _ json.RawMessage, conn *websocket.Conn) error { return conn.CloseNow() })},
	{Replay, "gives its first answer to a method again and again", nil, replay},
	{Huge, "answers a text of 12 MiB", nil, raw(huge)},
	{Deep, "answers a list that is a million lists deep", nil, raw(deep)},
	{Endless, "answers a text that never ends", nil, raw(endless)},
}

func anyShape(text string) func(context.Context, *call) (any, error) {
	return always(json.RawMessage(text))
}

func fails(code int, message string) func(context.Context, *call) (any, error) {
	return func(context.Context, *call) (any, error) { return nil, &rpc.Error{Code: code, Message: message} }
}

func raw(write rpc.Raw) func(context.Context, *call) (any, error) { return always(write) }

// frames makes a lie of a function that returns other messages than the response
// with the honest result.
func frames(change func(id json.RawMessage, result any) [][]byte) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		result, err := c.honest(ctx)
		if err != nil {
			return nil, err
		}
		return rpc.Raw(func(ctx context.Context, id json.RawMessage, conn *websocket.Conn) error {
			for _, message := range change(id, result) {
				if err := conn.Write(ctx, websocket.MessageText, message); err != nil {
					return err
				}
			}
			return nil
		}), nil
	}
}

// otherRequest gives the response to the request after this one.
func otherRequest(id json.RawMessage, result any) [][]byte {
	var number uint64
	if json.Unmarshal(id, &number) != nil {
		number = 0 // the id is a text
	}
	next := strconv.AppendUint(nil, number+1, 10)
	return [][]byte{rpc.Response(next, result)}
}

func silence(ctx context.Context, _ *call) (any, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func replay(ctx context.Context, c *call) (any, error) {
	c.liar.mu.Lock()
	first, ok := c.liar.first[c.method]
	c.liar.mu.Unlock()
	if ok {
		return first, nil
	}
	answer, err := c.honest(ctx)
	if err != nil {
		return nil, err
	}
	c.liar.mu.Lock()
	defer c.liar.mu.Unlock()
	c.liar.first[c.method] = answer
	return answer, nil
}

// parts writes one message that begins like a response, goes on with as many
// chunks as more returns, and ends.
func parts(ctx context.Context, id json.RawMessage, conn *websocket.Conn, more func() (chunk string, ok bool)) error {
	w, err := conn.Writer(ctx, websocket.MessageText)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `{"jsonrpc":"2.0","id":`+string(id)+`,"result":`); err != nil {
		return err
	}
	for {
		chunk, ok := more()
		if !ok {
			break
		}
		if _, err := io.WriteString(w, chunk); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(w, `}`); err != nil {
		return err
	}
	return w.Close()
}

const chunkSize = 64 << 10

// repeated yields open, then n times the chunk, then closing. A negative n is
// for ever.
func repeated(open, chunk string, n int, closing string) func() (string, bool) {
	step := 0
	return func() (string, bool) {
		step++
		switch {
		case step == 1:
			return open, true
		case n < 0 || step <= n+1:
			return chunk, true
		}
		return closing, step == n+2
	}
}

func huge(ctx context.Context, id json.RawMessage, conn *websocket.Conn) error {
	chunk := string(bytes.Repeat([]byte("ab"), chunkSize/2))
	return parts(ctx, id, conn, repeated(`"`, chunk, (12<<20)/chunkSize, `"`))
}

func deep(ctx context.Context, id json.RawMessage, conn *websocket.Conn) error {
	const depth, chunk = 1_000_000, 10_000
	open := string(bytes.Repeat([]byte("["), chunk))
	closing := string(bytes.Repeat([]byte("]"), depth))
	return parts(ctx, id, conn, repeated("", open, depth/chunk, closing))
}

func endless(ctx context.Context, id json.RawMessage, conn *websocket.Conn) error {
	chunk := string(bytes.Repeat([]byte("ab"), chunkSize/2))
	return parts(ctx, id, conn, repeated(`"`, chunk, -1, ""))
}
