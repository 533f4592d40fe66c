//go:build js

package idb

import (
	"context"
	"fmt"
	"syscall/js"
)

// A transaction is one that is under way. Its requests are issued in the
// function that began it and in the callbacks of its requests, never later.
type transaction struct {
	js.Value
	done    chan error
	removes []func()
}

var stores = []any{"meta", "hot", "cold"}

// run runs a transaction to its end. begin issues the first requests. An error
// other than the one that was given to fail leaves open whether a readwrite
// transaction is durable.
func (c *connection) run(ctx context.Context, mode string, begin func(*transaction)) error {
	tx := &transaction{done: make(chan error, 1)}
	err := try(func() {
		tx.Value = c.db.Call("transaction", stores, mode, map[string]any{"durability": "strict"})
	})
	if f, ok := err.(failure); ok && f.name == "InvalidStateError" {
		return fmt.Errorf("%w (%w)", ErrLost, err) // it has not told us yet
	} else if err != nil {
		return err
	}
	tx.removes = append(tx.removes, listen(tx.Value, tx.event, "complete", "abort", "error"))
	defer func() {
		for _, remove := range tx.removes {
			remove()
		}
	}()
	tx.attempt(func() { begin(tx) })
	select {
	case err := <-tx.done:
		return err
	case <-c.cut:
		return ErrLost
	case <-ctx.Done():
		try(func() { tx.Call("abort") })
		return ctx.Err()
	}
}

// event settles the transaction. The error of a request arrives here before
// the abort that it causes. An abort that no request caused, as when the disk is
// full, has its reason in the transaction; the requests that were still open
// then fail first, with an AbortError that tells nothing.
func (tx *transaction) event(event js.Value) {
	switch event.Get("type").String() {
	case "complete":
		tx.settle(nil)
	case "error":
		if reason := event.Get("target").Get("error"); reason.Get("name").String() != "AbortError" {
			tx.settle(exception(reason))
		}
	case "abort":
		tx.settle(exception(tx.Get("error")))
	}
}

func (tx *transaction) settle(err error) {
	select {
	case tx.done <- err:
	default: // the first reason counts
	}
}

// fail aborts the transaction for the given reason.
func (tx *transaction) fail(err error) {
	tx.settle(err)
	try(func() { tx.Call("abort") })
}

// attempt runs code that issues requests; what it throws fails the transaction.
func (tx *transaction) attempt(f func()) {
	if err := try(f); err != nil {
		tx.fail(err)
	}
}

func (tx *transaction) store(name string) js.Value { return tx.Call("objectStore", name) }

// then calls f with the result of a request as soon as it is there, while the
// transaction is still active.
func (tx *transaction) then(request js.Value, f func(result js.Value)) {
	tx.removes = append(tx.removes, listen(request, func(js.Value) {
		tx.attempt(func() { f(request.Get("result")) })
	}, "success"))
}
