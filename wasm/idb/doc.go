// Package idb keeps a [satchel/fsm/kv] map in IndexedDB.
//
// It knows one database per map and nothing of what the map holds. It exists
// for js/wasm only and runs in pages and in workers.
//
// # On disk
//
// The database, version 1, has three object stores without key paths or
// indexes: "hot" and "cold" hold the two sides of the map, "meta" holds one
// record.
//
//	hot, cold   key: binary (the key's bytes)   value: Uint8Array (the value's bytes)
//	meta        key: "header"                   value: Uint8Array, birth[16] seq[8]
//
// birth is random and made together with the database; seq is the number of
// the last commit, big endian. Binary keys are ordered by their bytes. Later
// versions of this package keep reading what earlier ones wrote.
//
// # A commit
//
// A commit is one readwrite transaction with durability "strict", which asks
// the browser to flush to the disk before it reports success. It reads the
// header first and, in the callback of that read, compares it, issues all writes
// and commits. Nothing is awaited in between: a transaction commits by itself
// as soon as control goes back to the event loop with no request under way. So
// whoever writes at the same time, in whatever tab, is either wholly before
// or wholly after, and the fence sees it.
//
// # Connections that end
//
// Browsers end connections: WebKit does so to tabs in the background, all do
// when data is deleted, and another tab with a newer version of the program
// asks for it. The Store then drops its connection at once, so that nobody is
// held up, and the next commit fails; [Store.Load] opens a new one. A failed
// commit ends the connection, too, because a browser that ran out of room may
// refuse every write on the old one.
//
// # What a browser does with it
//
// Chromium can lose all databases of a site some time after it was killed in the
// middle of a write. The first commit of a program prevents that, at the price
// of some 10 MB written to a scratch database; what is left of the danger is
// said at turnLog. Apart from that, databases end when a browser needs the room
// or a person deletes them. A database that is gone is made anew, empty.
package idb
