//go:build js

package idb

import (
	"context"
	"syscall/js"

	"satchel/fsm/kv"
)

// chunk is how many entries are asked for at once: JavaScript holds that many
// besides what Go has of them.
const chunk = 256

// all calls each with every entry of an object store, in order.
func (tx *transaction) all(store js.Value, each func(key string, value []byte)) {
	var next func(above js.Value)
	next = func(above js.Value) {
		var keys js.Value
		tx.then(store.Call("getAllKeys", above, chunk), func(result js.Value) { keys = result })
		tx.then(store.Call("getAll", above, chunk), func(values js.Value) {
			n := values.Length()
			for i := range n {
				each(string(toGo(keys.Index(i))), toGo(values.Index(i)))
			}
			if n == chunk {
				next(keyRange("lowerBound", keys.Index(n-1), true))
			}
		})
	}
	next(js.Undefined())
}

func keyRange(kind string, args ...any) js.Value {
	return js.Global().Get("IDBKeyRange").Call(kind, args...)
}

// Page implements [kv.Store]. It needs no Load, and goes on after a commit
// failed.
func (s *Store) Page(ctx context.Context, prefix, before string, n int) ([]kv.Entry, error) {
	if n <= 0 || before != "" && before <= prefix {
		return nil, nil
	}
	conn, err := s.connected(ctx)
	if err != nil {
		return nil, err
	}
	var page []kv.Entry
	err = conn.run(ctx, "readonly", func(tx *transaction) {
		// Only a cursor goes backwards in every browser.
		request := tx.store("cold").Call("openCursor", under(prefix, before), "prev")
		tx.then(request, func(cursor js.Value) {
			if cursor.IsNull() {
				return
			}
			page = append(page, kv.Entry{Key: string(toGo(cursor.Get("key"))), Value: toGo(cursor.Get("value"))})
			if len(page) < n {
				cursor.Call("continue")
			}
		})
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// under returns the range of the keys that begin with prefix and are less than
// before, if that is not empty.
func under(prefix, before string) js.Value {
	end, bounded := prefixEnd(prefix)
	if before != "" && (!bounded || before < end) {
		end, bounded = before, true
	}
	if !bounded {
		return keyRange("lowerBound", toJS(prefix))
	}
	return keyRange("bound", toJS(prefix), toJS(end), false, true)
}

// prefixEnd returns the least string that is greater than everything that
// begins with prefix, if there is one.
func prefixEnd(prefix string) (end string, ok bool) {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			return prefix[:i] + string([]byte{prefix[i] + 1}), true
		}
	}
	return "", false
}
