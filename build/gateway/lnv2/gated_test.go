package lnv2_test

import (
	"context"
	"fmt"

	"satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// gated is a node that one reaches over a network.
type gated struct {
	lnv2.Node
	world *sim.World
}

func (g gated) Payment(ctx context.Context, hash wire.Hash) (p lightning.Payment, ok bool, err error) {
	ok, err = sim.Call(ctx, g.world, fmt.Sprintf("node looks for %v", hash), func() (known bool, err error) {
		p, known, err = g.Node.Payment(ctx, hash)
		return known, err
	})
	return p, ok, err
}

func (g gated) Pay(ctx context.Context, i bolt11.Invoice, delay uint64) (lightning.Payment, error) {
	return sim.Call(ctx, g.world, fmt.Sprintf("node pays %v", i.PaymentHash), func() (lightning.Payment, error) {
		return g.Node.Pay(ctx, i, delay)
	})
}

func (g gated) Invoice(ctx context.Context, r lightning.Request) (bolt11.Invoice, error) {
	return sim.Call(ctx, g.world, fmt.Sprintf("node makes an invoice %v", r.Hash), func() (bolt11.Invoice, error) {
		return g.Node.Invoice(ctx, r)
	})
}

func (g gated) Held(ctx context.Context, isNew func(wire.Hash) bool) (lightning.HTLC, error) {
	return sim.Call(ctx, g.world, "node tells what is held", func() (lightning.HTLC, error) { return g.Node.Held(ctx, isNew) })
}

func (g gated) Settle(ctx context.Context, preimage wire.Preimage) error {
	_, err := sim.Call(ctx, g.world, fmt.Sprintf("node settles %v", preimage.Hash()), func() (struct{}, error) {
		return struct{}{}, g.Node.Settle(ctx, preimage)
	})
	return err
}

func (g gated) Cancel(ctx context.Context, hash wire.Hash) error {
	_, err := sim.Call(ctx, g.world, fmt.Sprintf("node cancels %v", hash), func() (struct{}, error) {
		return struct{}{}, g.Node.Cancel(ctx, hash)
	})
	return err
}
