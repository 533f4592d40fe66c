//go:build js

package idb

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"satchel/fsm/kv"
)

// patience is how long other connections may take to close after they were
// asked to: as long as the commit that one of them is at.
const patience = 2 * time.Second

// A factoryRequest opens or deletes a database.
type factoryRequest struct {
	call    func(factory js.Value) js.Value
	upgrade func(event js.Value)
	late    func(result js.Value) // nobody waits for the result any more
}

// do makes the request and waits for its result. It gives up when ctx ends or
// another connection stays in the way. A request cannot be taken back: late is
// then called with the result if there is one after all, and an upgrade is
// undone.
func (r factoryRequest) do(ctx context.Context) (result js.Value, err error) {
	var request js.Value
	err = try(func() {
		// A browser may throw at the mere sight, which only a call survives.
		factory := js.Global().Get("Reflect").Call("get", js.Global(), "indexedDB")
		if factory.Truthy() {
			request = r.call(factory)
		}
	})
	if err != nil {
		return result, unavailable(err)
	}
	if request.IsUndefined() {
		return result, kv.ErrUnavailable
	}
	done, blocked := make(chan error, 1), make(chan struct{}, 1)
	abandoned := false
	var refused error // says more than that the upgrade was aborted
	var remove func()
	remove = listen(request, func(event js.Value) {
		switch event.Get("type").String() {
		case "upgradeneeded":
			if !abandoned {
				refused = try(func() { r.upgrade(event) })
			}
			if abandoned || refused != nil {
				request.Get("transaction").Call("abort")
			}
		case "blocked":
			blocked <- struct{}{}
		case "success":
			remove()
			if result = request.Get("result"); abandoned {
				r.late(result)
			}
			done <- nil
		case "error":
			remove()
			if refused == nil {
				refused = exception(request.Get("error"))
			}
			done <- unavailable(refused)
		}
	}, "upgradeneeded", "blocked", "success", "error")

	var tooLong <-chan time.Time
	for {
		select {
		case err = <-done:
			return result, err
		case <-blocked:
			tooLong = time.After(patience)
			continue
		case <-tooLong:
			err = ErrBlocked
		case <-ctx.Done():
			err = ctx.Err()
		}
		select {
		case err = <-done: // both at once
		default:
			abandoned = true
		}
		return result, err
	}
}

// unavailable says what it means when the factory fails.
func unavailable(err error) error {
	if errors.Is(err, kv.ErrFull) || errors.Is(err, ErrUpgraded) {
		return err
	}
	return fmt.Errorf("%w (%w)", kv.ErrUnavailable, err)
}
