// Package kv is an ordered map of bytes that outlives the program.
//
// The whole map stands in memory, so reads are free and take snapshots. A
// [Store] keeps it between runs: IndexedDB in a browser, one file on a server,
// [Memory] in tests. It is the only thing a platform adds, and it is small
// enough to be tested in a page.
//
// # One writer
//
// A [DB] is the map of one store. [DB.Update] runs one function at a time; its
// writes become durable wholly or not at all, and nobody sees them before.
// Commits are numbered 1, 2, 3, …; the number fences: a second writer of the
// same store (another tab, a process that was believed dead) fails with
// [ErrFenced] at its next commit and changes nothing.
//
// # A failed commit
//
// After any error of Commit the outcome is unknown: the batch may be durable
// or not. A DB never retries; it closes itself, and the caller opens another
// one, which loads what is really there.
//
// # Cold entries
//
// What is no longer needed to go on, such as the history of finished work, is
// written cold: part of the same atomic batch, but not loaded at the next
// start; [DB.Page] reads it. Hot and cold entries are two separate maps: the
// same key may stand in both.
//
// # On disk
//
// A stored value is the value followed by four bytes, the big-endian CRC-32C
// (Castagnoli) of key and value. An entry that does not match is not loaded,
// stays where it is, and is listed by [DB.Damaged]. Later versions of this
// package keep reading what earlier ones wrote.
package kv

import (
	"context"
	"errors"
)

// A Write is one change of a batch.
type Write struct {
	Key    string
	Value  []byte // the new value; not used when Delete is set
	Delete bool
	Cold   bool // concerns the cold map
}

// An Entry is one key and its value.
type Entry struct {
	Key   string
	Value []byte
}

// A Store keeps the map between runs. It stores keys and values as they are
// given and orders keys by their bytes.
//
// A Store is used by one DB, which never calls two of its methods at once,
// except for Page.
type Store interface {
	// Load returns every hot entry and the number of the last commit, which is
	// 0 for an empty store. Calling it again makes this Store the writer anew.
	Load(ctx context.Context) (seq uint64, entries map[string][]byte, err error)

	// Commit makes the batch durable as commit seq, wholly or not at all. It
	// fails with [ErrFenced], and changes nothing, unless seq is exactly one
	// more than the stored number and the store is still the one that Load
	// read: a store carries a random birth id for that, since one that was
	// evicted and made anew could have reached the same number. After any
	// other error the outcome is unknown, and nothing may be written until Load
	// has been called again.
	//
	// Commit is given its own copy of the batch. It is not interrupted by the
	// end of a caller's context.
	Commit(ctx context.Context, seq uint64, batch []Write) error

	// Page returns up to n cold entries whose key begins with prefix and is
	// less than before (any, if before is empty), greatest key first.
	Page(ctx context.Context, prefix, before string, n int) ([]Entry, error)
}

// ErrFenced reports that the store has another writer by now. Whoever gets it
// must stop: its view of the map is out of date.
var ErrFenced = errors.New("kv: store has been taken over by another writer")

// What the error of a Store may match, so that a person can be told.
var (
	// ErrFull reports that there is no room left. Nothing was written; after
	// Load writing can be tried again.
	ErrFull = errors.New("kv: no room left")

	// ErrUnavailable reports that nothing can be kept here at all.
	ErrUnavailable = errors.New("kv: nothing can be kept here")
)

// ErrClosed reports that an earlier commit failed or that the DB was closed.
var ErrClosed = errors.New("kv: database is closed")
