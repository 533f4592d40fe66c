package lightning

import (
	"context"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
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
}

// at has something done at a desk.
func at(t *testing.T, change func(*toyfed.Setup), do func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		setup := toyfed.Setup{Signer: toy.New(), Guardians: 4, Lightning: &toyfed.Lightning{}, LN: &toyfed.LN{Fees: fees}}
		if change != nil {
			change(&setup)
		}
		d := &desk{T: t, fed: toyfed.New(nil, setup)}
		d.fed.GiveCoin(coinKey(0).PublicKey(), 10*coin)
		s := &stage{fed: d.fed, random: &source{Rand: rand.New(rand.NewPCG(1, 2))}}
		var err error
		if d.c, err = d.fed.Open(t.Context(), "wallet", kv.NewMemory().Handle(), nil, s.kinds()...); err != nil {
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

func (d *desk) teller() *teller {
	return &teller{stage: &stage{fed: d.fed, sales: map[string]sale{}}, ctx: d.ctx, c: d.c, m: d.m}
}

// contracts returns how many outgoing contracts there are for an invoice.
func (d *desk) contracts(hash wire.Hash) (n int) {
	for _, c := range d.fed.LNContracts() {
		if c.Outgoing != nil && c.Outgoing.Hash == hash {
			n++
		}
	}
	return n
}
