package kv

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sort"
	"sync"
)

// A DB is the map of one store, in memory. All its methods may be used from
// several goroutines.
type DB struct {
	store      Store
	writer     chan struct{} // holds one token; a channel, so that waiting ends with a context
	committing chan struct{} // holds a token while the store commits
	damaged    []Entry

	mu       sync.Mutex
	current  *Reader
	closed   error
	watchers map[*watcher]struct{}
}

type watcher struct {
	prefix string
	ring   chan struct{}
}

// Open loads the store.
func Open(ctx context.Context, store Store) (*DB, error) {
	seq, entries, err := store.Load(ctx)
	if err != nil {
		return nil, err
	}
	db := &DB{
		store:      store,
		writer:     make(chan struct{}, 1),
		committing: make(chan struct{}, 1),
		watchers:   make(map[*watcher]struct{}),
	}
	var root *tree
	for key, sealed := range entries {
		value, ok := unseal(key, sealed)
		if !ok {
			db.damaged = append(db.damaged, Entry{key, sealed})
			continue
		}
		root = root.put(key, value)
	}
	sort.Slice(db.damaged, func(i, j int) bool { return db.damaged[i].Key < db.damaged[j].Key })
	db.current = &Reader{root: root, seq: seq}
	return db, nil
}

// Damaged lists the entries that did not match their checksum when they were
// loaded, with the bytes as stored. They are not part of the map and stay in
// the store untouched.
func (db *DB) Damaged() []Entry { return db.damaged }

// Snapshot returns the map as of the last commit.
func (db *DB) Snapshot() *Reader {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.current
}

// Update runs fn in the exclusive transaction and makes its writes durable.
// When fn returns an error or panics, nothing is written. When the commit
// fails, the outcome is unknown, the error matches [ErrClosed] and its cause,
// and so does that of every later Update. A transaction without writes is not
// committed and takes no number.
//
// WRONG: a network call or a long computation inside fn; it holds up everyone.
// RIGHT: compute first, and in fn check that what it was computed from still
// holds.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	select {
	case db.writer <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-db.writer }()

	db.mu.Lock()
	before, closed := db.current, db.closed
	db.mu.Unlock()
	if closed != nil {
		return closed
	}
	tx := &Tx{Reader: *before, at: make(map[batchKey]int)}
	defer func() { tx.at = nil }()
	if err := fn(tx); err != nil {
		return err
	}
	if len(tx.batch) == 0 {
		return nil
	}
	return db.commit(ctx, tx)
}

// commit makes the writes of a transaction durable. It does not begin to after
// Close, however long the function of the transaction took.
func (db *DB) commit(ctx context.Context, tx *Tx) error {
	db.committing <- struct{}{}
	defer func() { <-db.committing }()
	if closed := db.Err(); closed != nil {
		return closed
	}
	// The end of ctx must not leave a commit whose outcome nobody knows.
	err := db.store.Commit(context.WithoutCancel(ctx), tx.Seq(), sealed(tx.batch))
	if err != nil {
		db.Close(err)
		return db.Err()
	}
	db.publish(&Reader{root: tx.root, seq: tx.Seq()}, tx.batch)
	return nil
}

func (db *DB) publish(r *Reader, batch []Write) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.current = r
	for w := range db.watchers {
		for _, b := range batch {
			if !b.Cold && hasPrefix(b.Key, w.prefix) {
				w.wake()
				break
			}
		}
	}
}

func (w *watcher) wake() {
	select {
	case w.ring <- struct{}{}:
	default: // it has not looked since the last time
	}
}

// Page returns up to n cold entries under prefix, less than before, greatest
// key first, as the Store's Page does. Entries that do not match their checksum
// are left out. next is where the following page begins, or "" if this was the
// last.
func (db *DB) Page(ctx context.Context, prefix, before string, n int) (entries []Entry, next string, err error) {
	stored, err := db.store.Page(ctx, prefix, before, n)
	if err != nil {
		return nil, "", err
	}
	for _, e := range stored {
		if value, ok := unseal(e.Key, e.Value); ok {
			entries = append(entries, Entry{e.Key, value})
		}
	}
	if len(stored) == n && n > 0 {
		next = stored[n-1].Key
	}
	return entries, next, nil
}

// Close ends all further updates with cause. Reading goes on. An update that is
// under way is not committed any more, unless the store is committing it
// already: see Drain.
func (db *DB) Close(cause error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed != nil {
		return
	}
	db.closed = ErrClosed
	if cause != nil && !errors.Is(cause, ErrClosed) {
		db.closed = fmt.Errorf("%w: %w", ErrClosed, cause)
	}
	for w := range db.watchers {
		w.wake()
	}
}

// Drain waits for a commit that is under way. When it has returned nil after
// Close, nothing will be written by this DB any more.
func (db *DB) Drain(ctx context.Context) error {
	select {
	case db.committing <- struct{}{}:
		<-db.committing
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Err returns why the DB is closed, or nil.
func (db *DB) Err() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.closed
}

// Await returns the first value that cond finds in a snapshot: in the present
// one, or in one that follows a commit which touched a key under prefix. It
// ends early when ctx does or the DB is closed.
func Await[T any](ctx context.Context, db *DB, prefix string, cond func(*Reader) (T, bool)) (T, error) {
	w := &watcher{prefix: prefix, ring: make(chan struct{}, 1)}
	db.mu.Lock()
	db.watchers[w] = struct{}{}
	db.mu.Unlock()
	defer func() {
		db.mu.Lock()
		delete(db.watchers, w)
		db.mu.Unlock()
	}()
	for {
		if v, ok := cond(db.Snapshot()); ok {
			return v, nil
		}
		if err := db.Err(); err != nil {
			var zero T
			return zero, err
		}
		select {
		case <-w.ring:
		case <-ctx.Done():
			var zero T
			return zero, ctx.Err()
		}
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const checksumSize = 4

func checksum(key string, value []byte) uint32 {
	sum := crc32.Update(0, castagnoli, []byte(key))
	return crc32.Update(sum, castagnoli, value)
}

func sealed(batch []Write) []Write {
	out := make([]Write, len(batch))
	for i, w := range batch {
		if !w.Delete {
			value := make([]byte, 0, len(w.Value)+checksumSize)
			value = append(value, w.Value...)
			w.Value = binary.BigEndian.AppendUint32(value, checksum(w.Key, w.Value))
		}
		out[i] = w
	}
	return out
}

func unseal(key string, stored []byte) (value []byte, ok bool) {
	n := len(stored) - checksumSize
	if n < 0 {
		return nil, false
	}
	value = stored[:n:n]
	return value, checksum(key, value) == binary.BigEndian.Uint32(stored[n:])
}
