//go:build js

package idb

import (
	"context"
	"crypto/rand"
	"syscall/js"
)

// scratch is the name of a database that is made only to be filled and deleted.
const scratch = "satchel-scratch"

var (
	turning = make(chan struct{}, 1) // holds one token while the log is turned
	turned  bool
)

// turnLog makes Chromium begin a new log file, once in the life of a program.
//
// Chromium keeps the databases of a site in one LevelDB, and after a start it
// goes on writing to the log of the run before. When that run was killed in the
// middle of a write, the log ends with half a record, which is ignored; but what
// is appended behind it makes the log unreadable at the start after the next,
// and then Chromium deletes all databases of the site
// (https://github.com/google/leveldb/issues/1287). Killing Chromium 156 during
// commits of a few hundred bytes lost everything once in ten to twenty kills.
//
// LevelDB begins a new log when the present one has reached its write buffer,
// 4 MiB, and forgets the old one when that buffer stands in a table. Filling it
// a second time waits for the first. This takes about a tenth of a second, and
// a kill in its first half still does harm, if the run before was killed in the
// middle of a write, too.
//
// It is done before the first commit; reading appends nothing. Whatever else
// writes to IndexedDB on the same origin should do so later. Its failure, as when
// the disk is nearly full, must not keep anyone from writing what still fits.
func turnLog() {
	ctx := context.Background() // a wait that was cut short would protect nobody
	turning <- struct{}{}
	defer func() { <-turning }()
	if turned || !isChromium() {
		return
	}
	turned = true
	conn, err := connect(ctx, scratch, version)
	if err != nil {
		return
	}
	defer remove(ctx, scratch) // the write that waits
	defer conn.close(ErrLost)
	for range 2 {
		if conn.run(ctx, "readwrite", fill) != nil {
			return
		}
	}
}

// isChromium reports whether the browser is one that says when it has lost data,
// which is Chromium's own extension of IndexedDB.
func isChromium() bool {
	event := js.Global().Get("IDBVersionChangeEvent")
	return event.Truthy() && js.Global().Get("Reflect").Call("has", event.Get("prototype"), "dataLoss").Bool()
}

// fill writes more than LevelDB's write buffer, in values that the browser can
// neither compress nor put into files of their own, as it does from 64 KiB on.
func fill(tx *transaction) {
	noise := make([]byte, 60_000)
	rand.Read(noise)
	value, store := toJS(noise), tx.store("cold")
	for i := range 4<<20/len(noise) + 5 {
		store.Call("put", value, i)
	}
	tx.Call("commit")
}
