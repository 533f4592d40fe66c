//go:build js

package idb

import (
	"errors"
	"fmt"
	"syscall/js"

	"satchel/fsm/kv"
)

// What makes a store fail besides [kv.ErrFenced], [kv.ErrFull] and
// [kv.ErrUnavailable].
var (
	// ErrBlocked reports that another tab holds on to an older database, so that
	// it can be neither upgraded nor deleted. Closing that tab helps.
	// It matches [kv.ErrUnavailable].
	ErrBlocked = fmt.Errorf("%w: another tab holds the database", kv.ErrUnavailable)

	// ErrUpgraded reports that the database belongs to a newer version of this
	// program, which runs in another tab. Loading the page anew helps.
	// It matches [kv.ErrUnavailable].
	ErrUpgraded = fmt.Errorf("%w: the database is of a newer version", kv.ErrUnavailable)

	// ErrLost reports that the browser ended the connection. Whether a commit
	// that was under way is durable is unknown; [Store.Load] connects again.
	ErrLost = errors.New("idb: connection lost")
)

// A failure is a DOMException.
type failure struct{ name, message string }

func (f failure) Error() string { return "idb: " + f.name + ": " + f.message }

// exception makes an error of what a request failed with or a call threw. A
// transaction that was aborted for no given reason has null.
func exception(v js.Value) error {
	if v.Type() != js.TypeObject {
		return failure{"AbortError", "no reason given"}
	}
	f := failure{v.Get("name").String(), v.Get("message").String()}
	switch f.name {
	case "QuotaExceededError":
		return fmt.Errorf("%w (%w)", kv.ErrFull, f)
	case "VersionError":
		return fmt.Errorf("%w (%w)", ErrUpgraded, f)
	}
	return f
}

// try calls f and returns what JavaScript threw in it.
func try(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case js.Error:
			err = exception(r.Value)
		default:
			panic(r)
		}
	}()
	f()
	return nil
}
