package lnv2

import (
	"context"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// A faulty module has one machine, or what it does by itself, replaced by one that
// is wrong.
type faulty struct {
	*Lightning
	machine *fsm.Machine
	run     func(context.Context)
}

func (f *faulty) Machines() []*fsm.Machine {
	machines := f.Lightning.Machines()
	for i, m := range machines {
		if f.machine != nil && m.Name() == f.machine.Name() {
			machines[i] = f.machine
		}
	}
	return machines
}

func (f *faulty) Run(ctx context.Context) {
	if f.run != nil {
		f.run(ctx)
		return
	}
	f.Lightning.Run(ctx)
}

// with makes a kind of module with a mistake.
func with(plant func(*faulty), k client.Kind) client.Kind {
	sound := k.New
	k.New = func(h client.Host) (client.Module, error) {
		m, err := sound(h)
		if err != nil {
			return nil, err
		}
		f := &faulty{Lightning: m.(*Lightning)}
		plant(f)
		return f, nil
	}
	return k
}

// sendWith is the send machine in which something else is made of what the gateway
// answers.
func sendWith(m *Lightning, answered func(context.Context, funded) (wire.SendPaymentResponse, error)) *fsm.Machine {
	return fsm.Define("lnv2/send",
		fsm.At("funding", wire.Decode[funding],
			fsm.On("accepted",
				func(ctx context.Context, s funding) (struct{}, error) { return m.Acceptance(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s funding, _ struct{}) (fsm.State, error) { return funded(s), nil }, "funded")),
		fsm.At("funded", wire.Decode[funded],
			fsm.On("gateway answered", answered,
				func(tx *fsm.Tx, s funded, a wire.SendPaymentResponse) (fsm.State, error) {
					if a.Forfeit != nil {
						return refunded{payment: s.payment}, nil
					}
					return m.succeed(tx, s.payment, a.Preimage), nil
				},
				"succeeded", "refunded")),
		fsm.At("succeeded", wire.Decode[succeeded]),
		fsm.At("refunded", wire.Decode[refunded]))
}

// errorIsFailure takes whatever goes wrong for a payment that has failed.
func (f *faulty) errorIsFailure(ctx context.Context, s funded) (wire.SendPaymentResponse, error) {
	a, err := f.askToPay(ctx, s)
	if err != nil && ctx.Err() == nil {
		return wire.SendPaymentResponse{Forfeit: new(wire.Signature)}, nil
	}
	return a, err
}

// anyPreimage believes every preimage.
func (f *faulty) anyPreimage(ctx context.Context, s funded) (wire.SendPaymentResponse, error) {
	url, err := wire.ParseURL(s.Gateway)
	if err != nil {
		return wire.SendPaymentResponse{}, err
	}
	key, err := f.refundKey(s.Contract)
	if err != nil {
		return wire.SendPaymentResponse{}, err
	}
	invoice := wire.LightningInvoice{Bolt11: s.Invoice}
	auth, err := key.Sign(wire.HashOf(invoice))
	if err != nil {
		return wire.SendPaymentResponse{}, err
	}
	return ask[wire.SendPaymentResponse](ctx, f.Lightning, url, "/send_payment", wire.SendPaymentRequest{
		FederationID: f.FederationID(), OutPoint: s.At, Contract: s.Contract, Invoice: invoice, Auth: auth,
	})
}

// forgetful claims a contract before it is written down that it is to be claimed:
// its machine has the first step skipped, and ends when the claim is handed in.
func forgetful(m *Lightning) *fsm.Machine {
	return fsm.Define("lnv2/receive",
		fsm.At("pending", wire.Decode[pending],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s pending) (*wire.OutPoint, error) { return m.awaitFunding(ctx, s.Contract) },
				func(_ *fsm.Tx, s pending, at *wire.OutPoint) (fsm.State, error) {
					if at == nil {
						return expired(s), nil
					}
					return claimed{sale: s.sale}, nil
				},
				"claimed", "expired"))),
		fsm.At("claimed", wire.Decode[claimed]),
		fsm.At("expired", wire.Decode[expired]))
}
