package kv

import (
	"fmt"
	"iter"
)

// A Reader is a snapshot of the map. It never changes, costs nothing to keep,
// and may be used from several goroutines. Values must not be modified.
type Reader struct {
	root *tree
	seq  uint64
}

// Seq returns the number of the commit that the snapshot shows.
func (r *Reader) Seq() uint64 { return r.seq }

// Get returns the value of key.
func (r *Reader) Get(key string) (value []byte, ok bool) { return r.root.get(key) }

// Has reports whether key is there.
func (r *Reader) Has(key string) bool {
	_, ok := r.root.get(key)
	return ok
}

// Under yields the entries whose key begins with prefix, in order. Writing to
// a [Tx] meanwhile does not disturb it.
func (r *Reader) Under(prefix string) iter.Seq2[string, []byte] { return r.root.under(prefix) }

// UnderDown yields the entries whose key begins with prefix and is less than
// before (any, if before is empty), greatest first.
func (r *Reader) UnderDown(prefix, before string) iter.Seq2[string, []byte] {
	return r.root.underDown(prefix, before)
}

// A Tx is the exclusive transaction: it reads what is committed plus its own
// writes. Its methods must not be used after the function that got it.
type Tx struct {
	Reader
	batch []Write
	at    map[batchKey]int // position in batch: the last write of a key counts
}

type batchKey struct {
	key  string
	cold bool
}

// Seq returns the number that this transaction gets when it is committed.
func (tx *Tx) Seq() uint64 { return tx.seq + 1 }

// Put sets key to value, of which it keeps a copy.
func (tx *Tx) Put(key string, value []byte) {
	value = append([]byte{}, value...)
	tx.root = tx.root.put(key, value)
	tx.write(Write{Key: key, Value: value})
}

// Delete removes key, if it is there.
func (tx *Tx) Delete(key string) {
	if !tx.Has(key) {
		return
	}
	tx.root = tx.root.remove(key)
	tx.write(Write{Key: key, Delete: true})
}

// PutCold sets key in the cold map, which this transaction cannot read.
func (tx *Tx) PutCold(key string, value []byte) {
	tx.write(Write{Key: key, Value: append([]byte{}, value...), Cold: true})
}

// DeleteCold removes key from the cold map, if it is there.
func (tx *Tx) DeleteCold(key string) { tx.write(Write{Key: key, Delete: true, Cold: true}) }

func (tx *Tx) write(w Write) {
	if tx.at == nil {
		panic("kv: transaction used after its end")
	}
	k := batchKey{w.Key, w.Cold}
	if i, ok := tx.at[k]; ok {
		tx.batch[i] = w
		return
	}
	tx.at[k] = len(tx.batch)
	tx.batch = append(tx.batch, w)
}

func (w Write) String() string {
	verb := "put"
	if w.Delete {
		verb = "delete"
	}
	if w.Cold {
		verb += " cold"
	}
	return fmt.Sprintf("%s %q (%d bytes)", verb, w.Key, len(w.Value))
}
