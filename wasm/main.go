//go:build js

// Command wasm is the wallet's core for the browser. It runs in a dedicated
// worker.
package main

import (
	"context"
	"crypto/rand"
	"time"

	"satchel/client"
	"satchel/wasm/bridge"
	"satchel/wasm/facade"
	"satchel/wasm/fetch"
	"satchel/wasm/socket"
)

func main() {
	bridge.Serve(context.Background(), facade.New(client.Platform{
		Store:  store,
		Dial:   socket.Dial,
		Fetch:  fetch.Do,
		Random: rand.Reader,
		Now:    time.Now,
		Kinds:  facade.Kinds(),
	}))
}
