//go:build js

package idb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall/js"
	"testing"

	"satchel/fsm/kv"
)

func script(source string) js.Value { return js.Global().Call("eval", source) }

// patch lets a property of an object be what wrap makes of it each time it is
// read, until the test ends or undo is called.
func patch(t *testing.T, object, name, wrap string) (undo func()) {
	back := script(`(object, name, wrap) => {
		const own = Object.getOwnPropertyDescriptor(object, name), value = object[name];
		Object.defineProperty(object, name, {configurable: true, get: () => wrap(value)});
		return () => own ? Object.defineProperty(object, name, own) : delete object[name];
	}`).Invoke(script(object), name, script("("+wrap+")"))
	undo = sync.OnceFunc(func() { back.Invoke() })
	t.Cleanup(undo)
	return undo
}

// Fault 18: without IndexedDB nothing is kept, in particular not in memory.
func TestUnavailable(t *testing.T) {
	s := loaded(t)
	baseline := live
	for _, c := range []struct {
		name, factory string
		want          error
	}{
		{"absent", `undefined`, kv.ErrUnavailable},
		{"forbidden", `(() => { throw new DOMException("no", "SecurityError") })()`, kv.ErrUnavailable},
		{"throws", `refusing(() => { throw new DOMException("no", "SecurityError") })`, kv.ErrUnavailable},
		{"fails", `refusing(failing(new DOMException("broken", "UnknownError")))`, kv.ErrUnavailable},
		{"disk full", `refusing(failing(new DOMException("full", "QuotaExceededError")))`, kv.ErrFull},
	} {
		script(`refusing = open => ({open, deleteDatabase: open})`)
		script(`failing = error => () => {
			const request = new EventTarget();
			request.error = error;
			setTimeout(() => request.dispatchEvent(new Event("error")));
			return request;
		}`)
		undo := patch(t, `globalThis`, "indexedDB", `() => (`+c.factory+`)`)
		ctx := context.Background()
		poor := Open(fresh(t))
		_, _, err := poor.Load(ctx)
		_, pageErr := poor.Page(ctx, "", "", 1)
		for i, err := range []error{err, pageErr, put(poor, 1, "k"), Delete(ctx, "x")} {
			if !errors.Is(err, c.want) {
				t.Errorf("%s: call %d: %v", c.name, i, err)
			}
		}
		undo()
		if live != baseline {
			t.Errorf("%s: %d callbacks, %d before", c.name, live, baseline)
		}
	}
	if err := put(s, 1, "k"); err != nil {
		t.Fatalf("afterwards: %v", err)
	}
}

// A commit that fails in whatever way is not retried, nothing is written
// before Load, and nothing of it is found then.
func TestFailedCommit(t *testing.T) {
	for _, c := range []struct {
		name, object, property, wrap string
		want                         string
	}{
		{"aborted without a reason", `IDBTransaction.prototype`, "commit",
			`original => function() { this.abort() }`, "AbortError: no reason given"},
		{"request throws", `IDBObjectStore.prototype`, "put",
			`original => function() { throw new DOMException("odd", "DataError") }`, "DataError: odd"},
		{"request fails", `IDBObjectStore.prototype`, "put",
			`original => function(value, key) { return this.add(value, key) }`, "ConstraintError"},
		{"commit throws", `IDBTransaction.prototype`, "commit",
			`original => function() { throw new DOMException("late", "InvalidStateError") }`, "InvalidStateError: late"},
		{"connection gone", `IDBDatabase.prototype`, "transaction",
			`original => function() { throw new DOMException("closing", "InvalidStateError") }`, ErrLost.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := loaded(t)
			if err := put(s, 1, "old"); err != nil {
				t.Fatal(err)
			}
			baseline := live
			undo := patch(t, c.object, c.property, c.wrap)
			err := put(s, 2, "old")
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, kv.ErrFenced) {
				t.Fatalf("%v, want %s", err, c.want)
			}
			undo()
			if again := put(s, 2, "new"); again != err {
				t.Fatalf("before loading: %v", again)
			}
			if page, err := s.Page(context.Background(), "", "", 1); err != nil || len(page) != 0 {
				t.Fatalf("reading: %v", err)
			}
			if again := put(s, 2, "new"); again != err {
				t.Fatalf("before loading, after reading: %v", again)
			}
			if seq, entries := load(t, s); seq != 1 || len(entries) != 1 {
				t.Fatalf("loaded commit %d, %q", seq, entries)
			}
			if err := put(s, 2, "new"); err != nil || live != baseline {
				t.Fatalf("afterwards: %v, %d callbacks of %d", err, live, baseline)
			}
		})
	}
}

func TestCancelledLoad(t *testing.T) {
	s := loaded(t)
	ctx, cancel := context.WithCancel(context.Background())
	stop := js.FuncOf(func(js.Value, []js.Value) any { cancel(); return nil })
	defer stop.Release()
	js.Global().Set("stop", stop)
	undo := patch(t, `IDBObjectStore.prototype`, "getAll", `original => function(...args) {
		stop();
		return original.apply(this, args);
	}`)
	baseline := live
	if _, _, err := s.Load(ctx); err != context.Canceled || live != baseline-1 {
		t.Fatalf("%v, %d callbacks of %d", err, live, baseline)
	}
	undo()
	if err := put(s, 1, "k"); err != context.Canceled {
		t.Fatalf("commit without load: %v", err)
	}
	load(t, s)
	if err := put(s, 1, "k"); err != nil {
		t.Fatal(err)
	}
}

// Fault 11: an upgrade elsewhere is never held up, not even by a commit that is
// under way, and ends this writer.
func TestUpgradeElsewhere(t *testing.T) {
	ctx := context.Background()
	for i := range 100 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			s := loaded(t)
			done := make(chan error)
			go func() {
				for seq := uint64(1); ; seq++ {
					if err := put(s, seq, "k"); err != nil {
						done <- err
						return
					}
				}
			}()
			for range i % 5 {
				if _, err := s.Page(ctx, "", "", 1); err != nil { // lets some commits happen
					t.Fatal(err)
				}
			}
			newer, err := connect(ctx, s.name, version+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != ErrUpgraded {
				t.Fatalf("commit: %v", err)
			}
			if _, _, err := s.Load(ctx); !errors.Is(err, ErrUpgraded) {
				t.Fatalf("load: %v", err)
			}
			newer.close(ErrLost)
		})
	}
}

// A tab that does not let go gives an error, not a wait without end; and what
// was given up does not happen later.
func TestBlocked(t *testing.T) {
	name := fresh(t)
	ctx := context.Background()
	stubborn, err := connect(ctx, name, version)
	if err != nil {
		t.Fatal(err)
	}
	stubborn.remove()
	if _, err := connect(ctx, name, version+1); err != ErrBlocked {
		t.Fatalf("upgrade: %v", err)
	}
	stubborn.close(ErrLost)
	load(t, Open(name)) // which it could not after an upgrade
	if stubborn, err = connect(ctx, name, version); err != nil {
		t.Fatal(err)
	}
	stubborn.remove()
	if err := Delete(ctx, name); err != ErrBlocked {
		t.Fatalf("deletion: %v", err)
	}
	stubborn.close(ErrLost)
}

func TestDeletedElsewhere(t *testing.T) {
	s := loaded(t)
	if err := put(s, 1, "k"); err != nil {
		t.Fatal(err)
	}
	if err := Delete(context.Background(), s.name); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := put(s, 2, "k"); err != kv.ErrFenced {
			t.Fatal(err)
		}
	}
	if seq, entries := load(t, s); seq != 0 || len(entries) != 0 {
		t.Fatalf("commit %d, %q", seq, entries)
	}
}

func TestForeignDatabase(t *testing.T) {
	ctx := context.Background()
	for stores, want := range map[string]string{
		`["other"]`:               "NotFoundError",
		`["meta", "hot", "cold"]`: "is not a database of this kind",
	} {
		name := fresh(t)
		made := make(chan struct{})
		request := script(`indexedDB`).Call("open", name, version)
		remove := listen(request, func(event js.Value) {
			if event.Get("type").String() == "upgradeneeded" {
				script(`(db, stores) => stores.forEach(s => db.createObjectStore(s))`).Invoke(request.Get("result"), script(stores))
				return
			}
			request.Get("result").Call("close")
			close(made)
		}, "upgradeneeded", "success")
		<-made
		remove()
		s := Open(name)
		if _, _, err := s.Load(ctx); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", stores, err)
		}
		if err := put(s, 1, "k"); err == nil {
			t.Errorf("%s: written to", stores)
		}
		place(name).Evict(t)
	}
}
