package lnv2

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	tpetoy "satchel/client/tpe/toy"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A desk is a wallet that runs, with one coin, outside of any simulation.
type desk struct {
	*testing.T
	ctx context.Context
	fed *toyfed.Federation
	c   *client.Client
	m   *Lightning

	mu    sync.Mutex
	asked []string // urls that were asked
}

// at has something done at a desk. fetch, if it is not nil, stands before the
// gateways.
func at(t *testing.T, l toyfed.Lightning, do func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l.Fee = fee
		d := &desk{T: t, fed: toyfed.New(nil, toyfed.Setup{Signer: toy.New(), Guardians: 4, Lightning: &l})}
		d.fed.GiveCoin(coinKey(0).PublicKey(), 10*coin)
		kind := Kind(func() Options {
			return Options{Scheme: tpetoy.Toy{}, Random: &source{Rand: rand.New(rand.NewPCG(1, 2))}}
		})
		var err error
		if d.c, err = d.fed.Open(t.Context(), "wallet", kv.NewMemory().Handle(), nil, dummy.Kind(), kind); err != nil {
			t.Fatal(err)
		}
		d.m = lightningOf(d.c)
		ctx, cancel := context.WithCancel(t.Context())
		d.ctx = ctx
		ran := make(chan error, 1)
		go func() { ran <- d.c.Run(ctx) }()
		defer func() {
			cancel()
			<-ran
		}()
		if err := d.c.Update(ctx, func(tx *fsm.Tx) error {
			d.c.Module(dummy.Name).(*dummy.Dummy).Put(tx, dummy.Coin{Key: coinKey(0), Amount: 10 * coin})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		do(d)
	})
}

// contracts returns how many outgoing contracts there are for an invoice.
func (d *desk) contracts(hash wire.Hash) (n int) {
	for _, c := range d.fed.Contracts() {
		if c.Outgoing != nil && c.Outgoing.Image.Hash == hash {
			n++
		}
	}
	return n
}
