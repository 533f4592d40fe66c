//go:build js

package idb

import "syscall/js"

// live counts the JavaScript functions that have not been released.
var live int

// listen calls handle with every event of these types until remove is called,
// which may be done more than once. handle must not wait.
func listen(target js.Value, handle func(event js.Value), types ...string) (remove func()) {
	f := js.FuncOf(func(_ js.Value, args []js.Value) any {
		handle(args[0])
		return nil
	})
	live++
	for _, t := range types {
		target.Call("addEventListener", t, f)
	}
	return func() {
		if f.Value.IsUndefined() {
			return
		}
		for _, t := range types {
			target.Call("removeEventListener", t, f)
		}
		f.Release()
		f.Value = js.Undefined()
		live--
	}
}

var uint8Array = js.Global().Get("Uint8Array")

// toJS copies bytes into a new Uint8Array.
func toJS[T string | []byte](b T) js.Value {
	array := uint8Array.New(len(b))
	js.CopyBytesToJS(array, []byte(b))
	return array
}

// toGo copies the bytes of an ArrayBuffer or a Uint8Array.
func toGo(v js.Value) []byte {
	if !v.InstanceOf(uint8Array) {
		v = uint8Array.New(v)
	}
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b
}
