//go:build js && announce

package main

import (
	"context"
	"fmt"
	"syscall/js"

	"satchel/fsm/kv"
	"satchel/wasm/idb"
)

// store keeps a map in a database of its own, and asks the page's server before
// and after every commit whether to go on: that is when tests kill the browser.
// It is not part of a release.
func store(name string) kv.Store { return &announced{idb.Open("satchel/" + name), name} }

type announced struct {
	kv.Store
	name string
}

func (s *announced) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	s.announce("before", seq, batch)
	err := s.Store.Commit(ctx, seq, batch)
	if err == nil {
		s.announce("after", seq, batch)
	}
	return err
}

// crash is the status with which the server has the program end by a panic that
// nobody can recover from.
const crash = 418

// announce tells what is about to be durable, or is, and waits for the answer.
func (s *announced) announce(when string, seq uint64, batch []kv.Write) {
	keys := ""
	for _, w := range batch {
		keys += w.String() + "\n"
	}
	done := make(chan int, 1)
	settle := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- args[0].Get("status").Int()
		return nil
	})
	defer settle.Release()
	url := fmt.Sprintf("/announce?when=%s&store=%s&seq=%d", when, s.name, seq)
	js.Global().Call("fetch", url, map[string]any{"method": "POST", "body": keys}).Call("then", settle)
	if <-done == crash {
		go func() { panic("as the test wants") }()
		select {}
	}
}
