//go:build js

// Command committer commits to a store when the page tells it to. The store's
// tests in a whole browser drive it.
//
// It sets two functions that end with calling done(error or null, number of the
// last commit):
//
//	load(done)           loads, and checks that the last commit is there whole
//	commit(size, done)   makes the next commit, of at least size bytes
package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"syscall/js"

	"satchel/fsm/kv"
	"satchel/wasm/idb"
)

var (
	ctx   = context.Background()
	store = idb.Open("committer")
	seq   uint64
)

func main() {
	export("load", func([]js.Value) error { return load() })
	export("commit", func(args []js.Value) error { return commit(args[0].Int()) })
	js.Global().Get("ready").Invoke()
	select {}
}

func export(name string, f func(args []js.Value) error) {
	js.Global().Set(name, js.FuncOf(func(_ js.Value, args []js.Value) any {
		go func() {
			var complaint any
			if err := f(args); err != nil {
				complaint = err.Error()
			}
			args[len(args)-1].Invoke(complaint, seq)
		}()
		return nil
	}))
}

// commit number n writes n to ten keys, replaces the one key that bears the
// number, and adds one cold entry.
func commit(size int) error {
	next := seq + 1
	var batch []kv.Write
	value := fmt.Appendf(nil, "%d ", next)
	value = append(value, bytes.Repeat([]byte("."), size/10)...)
	for i := range 10 {
		batch = append(batch, kv.Write{Key: fmt.Sprint("same/", i), Value: value})
	}
	batch = append(batch,
		kv.Write{Key: fmt.Sprint("last/", seq), Delete: true},
		kv.Write{Key: fmt.Sprint("last/", next), Value: value},
		kv.Write{Key: cold(next), Value: value[:1], Cold: true})
	err := store.Commit(ctx, next, batch)
	if err == nil {
		seq = next
	}
	return err
}

func cold(seq uint64) string { return fmt.Sprintf("cold/%08d", seq) }

func load() error {
	var entries map[string][]byte
	var err error
	if seq, entries, err = store.Load(ctx); err != nil {
		return err
	}
	page, err := store.Page(ctx, "cold/", "", 1000)
	if err != nil {
		return err
	}
	want := 11
	if seq == 0 {
		want = 0
	}
	if len(entries) != want || len(page) != int(min(seq, 1000)) {
		return fmt.Errorf("torn: %d hot and %d cold entries at commit %d", len(entries), len(page), seq)
	}
	for k, v := range entries {
		number := fmt.Sprint(seq)
		if strings.HasPrefix(k, "last/") && k != "last/"+number || !strings.HasPrefix(string(v), number+" ") {
			return fmt.Errorf("torn: %q has %.20q at commit %d", k, v, seq)
		}
	}
	for i, e := range page {
		if e.Key != cold(seq-uint64(i)) {
			return fmt.Errorf("torn: %q is cold entry %d before commit %d", e.Key, i, seq)
		}
	}
	return nil
}
