package lightning

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// Options say what a network is like.
type Options struct {
	// Bitcoin is the network whose satoshis are paid, by default regtest.
	Bitcoin wire.Network
	// Now is the clock by which invoices expire, time.Now by default.
	Now func() time.Time
	// Random is where keys and secrets are from, by default crypto/rand.
	Random io.Reader
}

// A Network is a set of nodes. Its methods, and those of its nodes, may be used
// from several goroutines.
type Network struct {
	options Options
	db      *kv.DB
}

// Open opens the network that is kept in a store, which no other network may use.
func Open(ctx context.Context, store kv.Store, o Options) (*Network, error) {
	if o.Bitcoin == "" {
		o.Bitcoin = "regtest"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	db, err := kv.Open(ctx, store)
	if err != nil {
		return nil, err
	}
	if damaged := db.Damaged(); len(damaged) > 0 {
		return nil, fmt.Errorf("lightning network: %d entries do not match their checksums, the first is %q", len(damaged), damaged[0].Key)
	}
	return &Network{o, db}, nil
}

// Close ends the network. Whoever waits for a payment gets an error.
func (n *Network) Close() error {
	n.db.Close(nil)
	return n.db.Drain(context.Background())
}

// A Node is one of the network.
type Node struct {
	network *Network
	alias   string
	key     wire.SecretKey
	public  wire.PublicKey
}

// Node returns the node of that name, which it makes if there is none.
func (n *Network) Node(ctx context.Context, alias string) (*Node, error) {
	var key wire.SecretKey
	err := n.db.Update(ctx, func(tx *kv.Tx) error {
		v, ok := tx.Get("node/" + alias)
		if ok {
			return read(v, &key)
		}
		for !key.Valid() {
			if _, err := io.ReadFull(n.options.Random, key[:]); err != nil {
				return err
			}
		}
		tx.Put("node/"+alias, wire.Encode(key))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("lightning node %q: %w", alias, err)
	}
	return &Node{n, alias, key, key.PublicKey()}, nil
}

// Alias returns the node's name.
func (n *Node) Alias() string { return n.alias }

// Key returns the key with which the node signs its invoices.
func (n *Node) Key() wire.PublicKey { return n.public }

// Earned returns what the node has been paid less what it has paid, in msat. What
// is held counts for neither.
func (n *Node) Earned() (msat int64) {
	r := n.network.db.Snapshot()
	for _, v := range r.Under("invoice/" + string(n.public[:])) {
		if i := stored[invoice](v); i.State == Settled {
			msat += int64(i.Amount)
		}
	}
	for _, v := range r.Under("payment/" + string(n.public[:])) {
		if p := stored[payment](v); p.State == Succeeded {
			msat -= int64(p.Amount)
		}
	}
	return msat
}

// read decodes a stored value.
func read[T any, P wire.Decodable[T]](v []byte, to *T) (err error) {
	*to, err = wire.Decode[T, P](v)
	return err
}

// stored decodes what this package has written, whose checksum is right.
func stored[T any, P wire.Decodable[T]](v []byte) T {
	t, err := wire.Decode[T, P](v)
	if err != nil {
		panic(fmt.Sprintf("lightning: stored entry cannot be read: %v", err))
	}
	return t
}

// find returns what is stored under a key.
func find[T any, P wire.Decodable[T]](r *kv.Reader, key string) (t T, ok bool) {
	v, ok := r.Get(key)
	if ok {
		t = stored[T, P](v)
	}
	return t, ok
}
