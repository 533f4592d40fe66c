//go:build js

package fetch

import (
	"context"
	"errors"
	"syscall/js"

	"satchel/client"
)

// What a browser throws says no more than these, and may show the url.
var (
	errFailed  = errors.New("request failed; the browser does not say why")
	errBrokeUp = errors.New("answer broke off")
)

// send makes a request: a POST if there is a body.
func send(ctx context.Context, at string, body []byte) (answer client.Response, err error) {
	global := js.Global()
	if global.Get("fetch").Type() != js.TypeFunction {
		return answer, client.ErrNoFetch
	}
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case js.Error, *js.ValueError, string: // JavaScript threw, or gave what is not what it should be
			answer, err = client.Response{}, errFailed
		default:
			panic(thrown)
		}
	}()
	abort := global.Get("AbortController").New()
	defer abort.Call("abort") // which does nothing to an answer that has been read
	options := map[string]any{
		"mode": "cors", "redirect": "error", "credentials": "omit", "referrerPolicy": "no-referrer",
		"cache": "no-store", "signal": abort.Get("signal"),
	}
	if len(body) > 0 {
		array := global.Get("Uint8Array").New(len(body))
		js.CopyBytesToJS(array, body)
		options["method"], options["body"] = "POST", array
		options["headers"] = map[string]any{"Content-Type": "application/json"}
	}
	response, ok := await(ctx, global.Call("fetch", at, options))
	if !ok {
		return answer, errFailed
	}
	answer.Status = response.Get("status").Int()
	answer.Body, err = read(ctx, response.Get("body"))
	return answer, err
}

// read reads a stream, chunk by chunk. A browser that sees that nobody wants
// the next one soon stops the server.
func read(ctx context.Context, stream js.Value) (body []byte, err error) {
	if stream.IsNull() { // as with status 204
		return nil, nil
	}
	reader := stream.Call("getReader")
	array := js.Global().Get("Uint8Array")
	for {
		next, ok := await(ctx, reader.Call("read"))
		if !ok {
			return nil, errBrokeUp
		}
		if next.Get("done").Bool() {
			return body, nil
		}
		chunk := next.Get("value")
		if !chunk.InstanceOf(array) {
			return nil, errBrokeUp
		}
		have, n := len(body), chunk.Length()
		if n > client.MaxFetch-have {
			return nil, errTooLarge
		}
		body = append(body, make([]byte, n)...)
		js.CopyBytesToGo(body[have:], chunk)
	}
}

// unreleased is how many functions JavaScript can call in here at the moment.
var unreleased int

// await waits until a promise is kept, and reports whether it is: not if it is
// broken, or if ctx ends before. The functions that JavaScript calls are released
// by its call, which comes in any case, since after ctx the request is aborted.
func await(ctx context.Context, promise js.Value) (value js.Value, kept bool) {
	type outcome struct {
		value js.Value
		kept  bool
	}
	settled := make(chan outcome, 1)
	var keep, breach js.Func
	on := func(kept bool) js.Func {
		unreleased++
		return js.FuncOf(func(_ js.Value, args []js.Value) any {
			keep.Release()
			breach.Release()
			unreleased -= 2
			settled <- outcome{args[0], kept}
			return nil
		})
	}
	keep, breach = on(true), on(false)
	// What resolve returns is a promise even where fetch is not what it should be.
	js.Global().Get("Promise").Call("resolve", promise).Call("then", keep, breach)
	select {
	case o := <-settled:
		return o.value, o.kept
	case <-ctx.Done():
		return js.Undefined(), false
	}
}
