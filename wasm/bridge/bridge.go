//go:build js

// Package bridge lets the JavaScript of a worker talk to the facade.
//
// It is as thin as can be: a request is a string, a response is a string, and
// what they mean is package facade's. Before it calls begin, the worker has set
//
//	globalThis.satchelCore = {
//		ready(handle)   the facade takes requests: handle(request, respond)
//		stopped(why)    the facade has stopped for good, such as "taken over"
//	}
package bridge

import (
	"context"
	"errors"
	"syscall/js"

	"satchel/fsm/kv"
	"satchel/wasm/facade"
)

// Serve connects the facade with the worker and runs it until it stops.
func Serve(ctx context.Context, f *facade.Facade) {
	core := js.Global().Get("satchelCore")
	handle := js.FuncOf(func(_ js.Value, args []js.Value) any {
		request, respond := args[0].String(), args[1]
		// A callback must not wait, or the event loop stands still. What begins a
		// call runs before it returns, so that calls begin in their order.
		go f.Begin(ctx, []byte(request), func(response []byte) { respond.Invoke(string(response)) })()
		return nil
	})
	defer handle.Release()
	core.Call("ready", handle)
	err := f.Run(ctx)
	why := "ended"
	if errors.Is(err, kv.ErrFenced) {
		why = "taken over"
	}
	core.Call("stopped", why)
}
