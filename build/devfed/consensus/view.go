package consensus

import (
	"encoding/binary"
	"fmt"
	"iter"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A View reads the state of one module, whose keys need not be unlike those of
// others.
type View struct {
	reader *kv.Reader
	prefix string
}

// Get returns the value of key.
func (v View) Get(key string) (value []byte, ok bool) { return v.reader.Get(v.prefix + key) }

// Has reports whether key is there.
func (v View) Has(key string) bool { return v.reader.Has(v.prefix + key) }

// Under yields the entries whose key begins with prefix, in order, with the rest
// of their keys.
func (v View) Under(prefix string) iter.Seq2[string, []byte] {
	return rests(v.reader.Under(v.prefix+prefix), v.prefix+prefix)
}

// UnderDown yields the entries whose key begins with prefix and is less than
// before, greatest first, with the rest of their keys.
func (v View) UnderDown(prefix, before string) iter.Seq2[string, []byte] {
	return rests(v.reader.UnderDown(v.prefix+prefix, v.prefix+before), v.prefix+prefix)
}

// Last returns the rest of the greatest key that begins with prefix.
func (v View) Last(prefix string) (rest string, ok bool) { return last(v.reader, v.prefix+prefix) }

func rests(entries iter.Seq2[string, []byte], prefix string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for key, value := range entries {
			if !yield(key[len(prefix):], value) {
				return
			}
		}
	}
}

func last(r *kv.Reader, prefix string) (rest string, ok bool) {
	for key := range r.UnderDown(prefix, "") {
		return key[len(prefix):], true
	}
	return "", false
}

// A Tx reads and writes the state of one module. All that is written while one
// item of the order is taken in becomes durable together, or not at all.
type Tx struct {
	View
	tx *kv.Tx
}

// Put sets key to value.
func (t Tx) Put(key string, value []byte) { t.tx.Put(t.prefix+key, value) }

// Delete removes key, if it is there.
func (t Tx) Delete(key string) { t.tx.Delete(t.prefix + key) }

func modulePrefix(id wire.ModuleID) string {
	return "module/" + string(binary.BigEndian.AppendUint16(nil, uint16(id))) + "/"
}

func view(r *kv.Reader, id wire.ModuleID) View { return View{r, modulePrefix(id)} }

func moduleTx(tx *kv.Tx, id wire.ModuleID) Tx { return Tx{view(&tx.Reader, id), tx} }

// Stored decodes a value that this program has written.
func Stored[T any, P wire.Decodable[T]](value []byte) T {
	v, err := wire.Decode[T, P](value)
	if err != nil {
		panic(fmt.Sprintf("consensus: a stored value does not decode: %v", err))
	}
	return v
}
