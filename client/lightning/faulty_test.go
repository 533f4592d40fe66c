package lightning

import (
	"context"
	"encoding/json"

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

// payWith is the pay machine in which something else is made of what the gateway
// answers; nil is a payment that has failed.
func payWith(m *Lightning, answered func(context.Context, payment) (*wire.Preimage, error)) *fsm.Machine {
	return fsm.Define("ln/pay",
		fsm.At("funding", wire.Decode[funding],
			fsm.On("accepted",
				func(ctx context.Context, s funding) (struct{}, error) { return m.Acceptance(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s funding, _ struct{}) (fsm.State, error) { return funded(s), nil }, "funded")),
		fsm.At("funded", wire.Decode[funded],
			fsm.On("gateway answered",
				func(ctx context.Context, s funded) (*wire.Preimage, error) { return answered(ctx, s.payment) },
				func(tx *fsm.Tx, s funded, p *wire.Preimage) (fsm.State, error) {
					if p == nil {
						return refunded{payment: s.payment}, nil
					}
					return m.succeed(tx, s.payment, *p), nil
				},
				"succeeded", "refunded")),
		fsm.At("succeeded", wire.Decode[succeeded]),
		fsm.At("refunded", wire.Decode[refunded]))
}

// errorIsFailure takes whatever goes wrong for a payment that has failed.
func (f *faulty) errorIsFailure(ctx context.Context, p payment) (*wire.Preimage, error) {
	preimage, err := f.askToPay(ctx, p)
	if err != nil {
		return nil, ctx.Err()
	}
	return &preimage, nil
}

// anyPreimage believes every preimage.
func (f *faulty) anyPreimage(ctx context.Context, p payment) (*wire.Preimage, error) {
	url, err := wire.ParseURL(p.Gateway)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(wire.LNPayInvoiceRequest{
		FederationID: f.FederationID(), Contract: p.id(), PreimageAuth: f.preimageAuth(p.hash()),
		Payment: wire.LNPaymentData{Invoice: p.Invoice},
	})
	if err != nil {
		return nil, err
	}
	got, err := f.Fetch(ctx, client.Request{URL: origin(url) + "/pay_invoice", Body: body})
	if err != nil {
		return nil, err
	}
	var answer wire.Hash
	err = json.Unmarshal(got.Body, &answer)
	return (*wire.Preimage)(&answer), err
}

// lapseIsEnd takes an offer whose time is over for one that nobody can take.
func lapseIsEnd(m *Lightning) *fsm.Machine {
	return fsm.Define("ln/offer",
		fsm.At("offering", wire.Decode[offering],
			fsm.On("accepted",
				func(ctx context.Context, s offering) (struct{}, error) { return m.Acceptance(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s offering, _ struct{}) (fsm.State, error) { return offered{s.sale}, nil },
				"offered")),
		fsm.At("offered", wire.Decode[offered],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s offered) (*wire.LNAccount, error) {
					return m.awaitAccount(ctx, wire.ContractID(s.Hash))
				},
				func(tx *fsm.Tx, s offered, _ *wire.LNAccount) (fsm.State, error) {
					tx.Start(tx.Self.Op, decrypting{s.sale})
					return sold{s.sale}, nil
				},
				"sold")),
			fsm.On("time over",
				func(ctx context.Context, s offered) (struct{}, error) {
					return struct{}{}, m.AwaitClock(ctx, s.until())
				},
				func(_ *fsm.Tx, s offered, _ struct{}) (fsm.State, error) { return lapsed{s.sale}, nil },
				"lapsed")),
		fsm.At("sold", wire.Decode[sold]),
		fsm.At("lapsed", wire.Decode[lapsed]))
}

// forgetful takes what was paid for claimed when it is decrypted.
func forgetful(m *Lightning) *fsm.Machine {
	return fsm.Define("ln/claim",
		fsm.At("decrypting", wire.Decode[decrypting],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s decrypting) (decryption, error) { return m.awaitDecryption(ctx, s.Hash) },
				func(_ *fsm.Tx, s decrypting, d decryption) (fsm.State, error) {
					return claimed{sale: s.sale, Funds: d.account.Amount}, nil
				},
				"claimed"))),
		fsm.At("claimed", wire.Decode[claimed]))
}
