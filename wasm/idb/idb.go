//go:build js

package idb

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"syscall/js"

	"satchel/fsm/kv"
)

// A Store is a [kv.Store] on one IndexedDB database. It may be one of several
// on the same database, in one program or in many tabs: the fence decides who
// may write.
type Store struct {
	name    string
	turn    chan struct{} // holds one token while connecting
	conn    *connection
	head    header // as of the last Load or Commit
	down    error  // why Load must be called before the next commit
	durable string
}

// Open returns the store on the database of that name. It does nothing yet.
func Open(name string) *Store {
	return &Store{name: name, turn: make(chan struct{}, 1), down: errors.New("idb: not loaded")}
}

// Durability returns what the browser promised for the last commit: "strict",
// or "relaxed" or "default" if it does less than it was asked to. Before the
// first commit, and in a browser that does not tell, it is empty.
func (s *Store) Durability() string { return s.durable }

// Close ends the connection. Loading opens another one.
func (s *Store) Close() { s.drop(errors.New("idb: closed")) }

// drop ends the connection and all commits up to the next Load.
func (s *Store) drop(reason error) {
	s.down = reason
	if s.conn != nil {
		s.conn.close(reason)
	}
}

// connected returns the open connection, or opens one.
func (s *Store) connected(ctx context.Context) (*connection, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.turn }()
	if s.conn != nil && s.conn.ended == nil {
		return s.conn, nil
	}
	if s.conn != nil && s.down == nil {
		s.down = s.conn.ended // a page may be read, but nothing committed
	}
	conn, err := connect(ctx, s.name, version)
	if err != nil {
		return nil, err
	}
	if conn.created {
		turnLog()
	}
	s.conn = conn
	return conn, nil
}

// Load implements [kv.Store]. It makes the database if there is none. It fails
// with [kv.ErrUnavailable], [kv.ErrFull], [ErrUpgraded] or [ErrBlocked], or because
// the connection ended meanwhile; only in this last case is it worth repeating
// at once.
func (s *Store) Load(ctx context.Context) (uint64, map[string][]byte, error) {
	s.down = errors.New("idb: not loaded")
	conn, err := s.connected(ctx)
	if err != nil {
		s.down = err
		return 0, nil, err
	}
	var head header
	entries := make(map[string][]byte)
	err = conn.run(ctx, "readonly", func(tx *transaction) {
		tx.then(tx.store("meta").Call("get", headerKey), func(stored js.Value) {
			if !head.decode(stored) {
				tx.fail(fmt.Errorf("idb: %q is not a database of this kind", s.name))
			}
		})
		tx.all(tx.store("hot"), func(key string, value []byte) { entries[key] = value })
	})
	if err != nil {
		s.drop(err)
		return 0, nil, err
	}
	s.head, s.down = head, nil
	return head.seq, entries, nil
}

// Commit implements [kv.Store]. After any error but [kv.ErrFenced] the
// connection is given up; besides the errors of this package it may be one of
// the browser's. [kv.ErrFull] means that nothing was written.
func (s *Store) Commit(_ context.Context, seq uint64, batch []kv.Write) error {
	if s.down == nil {
		turnLog()
	}
	if s.down != nil {
		return s.down
	}
	if s.conn.ended != nil {
		s.down = s.conn.ended
		return s.down
	}
	if seq != s.head.seq+1 {
		return kv.ErrFenced
	}
	err := s.conn.run(context.Background(), "readwrite", func(tx *transaction) {
		if d := tx.Get("durability"); d.Type() == js.TypeString {
			s.durable = d.String()
		}
		tx.then(tx.store("meta").Call("get", headerKey), func(stored js.Value) {
			var head header
			if !head.decode(stored) || head != s.head {
				tx.fail(kv.ErrFenced)
				return
			}
			tx.write(header{s.head.birth, seq}, batch)
		})
	})
	switch {
	case err == nil:
		s.head.seq = seq
	case err != kv.ErrFenced:
		s.drop(err)
	}
	return err
}

// write issues all requests of a commit at once.
func (tx *transaction) write(head header, batch []kv.Write) {
	hot, cold := tx.store("hot"), tx.store("cold")
	for _, w := range batch {
		side := hot
		if w.Cold {
			side = cold
		}
		if w.Delete {
			side.Call("delete", toJS(w.Key))
		} else {
			side.Call("put", toJS(w.Value), toJS(w.Key))
		}
	}
	tx.store("meta").Call("put", toJS(head.encode()), headerKey)
	tx.Call("commit")
}

// headerKey is the key of the only record of "meta".
const headerKey = "header"

// A header says which database this is and how far it has got.
type header struct {
	birth [16]byte
	seq   uint64
}

func newHeader() (h header) {
	rand.Read(h.birth[:])
	return h
}

func (h header) encode() []byte {
	return binary.BigEndian.AppendUint64(bytes.Clone(h.birth[:]), h.seq)
}

func (h *header) decode(stored js.Value) (ok bool) {
	if !stored.InstanceOf(uint8Array) || stored.Length() != len(h.birth)+8 {
		return false
	}
	b := toGo(stored)
	copy(h.birth[:], b)
	h.seq = binary.BigEndian.Uint64(b[len(h.birth):])
	return true
}
