package lnv2_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// careless pays whenever it is asked to, as one does who does not look first.
type careless struct {
	*lightning.Node
	stage *stage
}

func (n careless) Pay(ctx context.Context, i bolt11.Invoice, delay uint64) (lightning.Payment, error) {
	n.stage.paid++
	return n.Node.Pay(ctx, i, delay)
}

// forgetful never knows that something is being paid.
type forgetful struct{ lnv2.Node }

func (forgetful) Payment(context.Context, wire.Hash) (lightning.Payment, bool, error) {
	return lightning.Payment{}, false, nil
}

// pessimistic takes a lost answer for a payment that has failed.
type pessimistic struct{ lnv2.Node }

func (n pessimistic) Pay(ctx context.Context, i bolt11.Invoice, delay uint64) (lightning.Payment, error) {
	p, err := n.Node.Pay(ctx, i, delay)
	if errors.Is(err, sim.ErrLost) {
		return lightning.Payment{State: lightning.Failed, Why: err.Error()}, nil
	}
	return p, err
}

// hasty takes a lost answer for the end of what was held.
type hasty struct{ lnv2.Node }

func (n hasty) Settle(ctx context.Context, p wire.Preimage) error {
	err := n.Node.Settle(ctx, p)
	if errors.Is(err, sim.ErrLost) {
		return lightning.ErrEnded
	}
	return err
}

// What whoever drives a lightning node must not do. Each makes the gateway lose
// money, and the simulator finds it.
func TestMistakesAreFound(t *testing.T) {
	for name, s := range map[string]story{
		"pays without a look":             {tell: pays(), node: func(s *stage) lnv2.Node { return careless{s.gateway, s} }},
		"forgets what it has begun":       {tell: pays(), node: slowly(1440), mistake: func(_ *stage, n lnv2.Node) lnv2.Node { return forgetful{n} }},
		"error taken for a failure":       {tell: pays(), mistake: func(_ *stage, n lnv2.Node) lnv2.Node { return pessimistic{n} }},
		"error taken for a payment's end": {tell: isPaid(false), anyEnd: true, mistake: func(_ *stage, n lnv2.Node) lnv2.Node { return hasty{n} }},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sim.Search(t, sim.Plan{Seeds: 100, Faults: 4, Kill: true}, s.scenario)
			if err == nil {
				t.Fatal("not found")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			t.Log(first)
		})
	}
}
