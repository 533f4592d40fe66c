package lnv2

import (
	"context"
	"fmt"

	"satchel/build/lightning"
	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm"
)

// An order is a contract that a wallet has funded, and the invoice to be paid for
// it.
type order struct {
	At       wire.OutPoint // that funds the contract
	Contract wire.LNV2OutgoingContract
	Invoice  string
	Least    wire.Amount // that the contract must have, msat
}

func (o order) Append(b []byte) []byte {
	b = wire.AppendText(o.Contract.Append(o.At.Append(b)), o.Invoice)
	return o.Least.Append(b)
}

func (o *order) Decode(d *wire.Decoder) {
	o.At.Decode(d)
	o.Contract.Decode(d)
	o.Invoice = d.Text()
	o.Least.Decode(d)
}

// invoice returns what was read before the order was taken.
func (o order) invoice() bolt11.Invoice {
	i, err := bolt11.Decode(o.Invoice)
	if err != nil {
		panic(fmt.Sprintf("lnv2: an order has no invoice: %v", err))
	}
	return i
}

// The steps of an order.
type (
	sending  struct{ order }
	swapping struct {
		order
		Op fsm.OpID // that funds the incoming contract
	}
	cancelled struct {
		order
		Why string
	}

	// paid is an order that has been paid for.
	paid struct {
		order
		Preimage wire.Preimage
	}
	claiming struct {
		paid
		TxID wire.TxID
	}
	contested struct {
		paid
		TxID wire.TxID // of the claim
		Why  string    // it was refused, in the federation's words
	}
	claimed struct {
		paid
		TxID wire.TxID
	}

	// unclaimed is a contract whose claim would cost more than it brings.
	unclaimed struct{ paid }

	// lost is a contract that was paid for and could not be claimed in time.
	lost struct {
		paid
		Why string
	}
)

func (s sending) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }
func (s swapping) AppendBinary(b []byte) ([]byte, error) { return append(s.Append(b), s.Op[:]...), nil }

func (s *swapping) Decode(d *wire.Decoder) {
	s.order.Decode(d)
	d.Fixed(s.Op[:])
}

func (s cancelled) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.Append(b), s.Why), nil
}

func (s *cancelled) Decode(d *wire.Decoder) {
	s.order.Decode(d)
	s.Why = d.Text()
}

func (s paid) Append(b []byte) []byte { return s.Preimage.Append(s.order.Append(b)) }

func (s *paid) Decode(d *wire.Decoder) {
	s.order.Decode(d)
	s.Preimage.Decode(d)
}

func (s paid) AppendBinary(b []byte) ([]byte, error)      { return s.Append(b), nil }
func (s unclaimed) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s claiming) AppendBinary(b []byte) ([]byte, error)  { return s.TxID.Append(s.Append(b)), nil }
func (s claimed) AppendBinary(b []byte) ([]byte, error)   { return s.TxID.Append(s.Append(b)), nil }

func (s *claiming) Decode(d *wire.Decoder) {
	s.paid.Decode(d)
	s.TxID.Decode(d)
}

func (s *claimed) Decode(d *wire.Decoder) {
	s.paid.Decode(d)
	s.TxID.Decode(d)
}

func (s contested) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.TxID.Append(s.Append(b)), s.Why), nil
}

func (s *contested) Decode(d *wire.Decoder) {
	s.paid.Decode(d)
	s.TxID.Decode(d)
	s.Why = d.Text()
}

func (s lost) AppendBinary(b []byte) ([]byte, error) { return wire.AppendText(s.Append(b), s.Why), nil }

func (s *lost) Decode(d *wire.Decoder) {
	s.paid.Decode(d)
	s.Why = d.Text()
}

// send pays the invoice of an order, and then claims the contract. That the
// gateway gives a contract up is proved by the step in which it does, and only
// from there is that ever signed: the payment has failed for good, or was never
// begun.
func (m *Gateway) send() *fsm.Machine {
	return fsm.Define("gateway/send",
		fsm.At("sending", wire.Decode[sending],
			client.Read(fsm.On("node answered", m.pay,
				func(_ *fsm.Tx, s sending, e ending) (fsm.State, error) { return s.order.end(e), nil },
				"paid", "cancelled")),
			client.Read(fsm.On("swap planned", m.planSwap, m.beginSwap, "swapping", "cancelled"))),
		fsm.At("swapping", wire.Decode[swapping],
			client.Read(fsm.On("swap ended", m.awaitSwap,
				func(_ *fsm.Tx, s swapping, e ending) (fsm.State, error) { return s.order.end(e), nil },
				"paid", "cancelled"))),
		fsm.At("paid", wire.Decode[paid],
			fsm.On("claim planned",
				func(ctx context.Context, s paid) (*client.Plan, error) { return m.planClaim(fsm.Self(ctx).Op, s) },
				func(tx *fsm.Tx, s paid, p *client.Plan) (fsm.State, error) {
					if p == nil {
						return unclaimed{s}, nil
					}
					return claiming{s, p.Drafts()[0].ID}, p.Commit(tx)
				},
				"claiming", "unclaimed")),
		fsm.At("claiming", wire.Decode[claiming],
			fsm.On("accepted",
				func(ctx context.Context, s claiming) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(_ *fsm.Tx, s claiming, _ struct{}) (fsm.State, error) { return claimed(s), nil },
				"claimed"),
			fsm.On("rejected",
				func(ctx context.Context, s claiming) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(_ *fsm.Tx, s claiming, why string) (fsm.State, error) {
					return contested{s.paid, s.TxID, why}, nil
				},
				"contested")),
		fsm.At("contested", wire.Decode[contested],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s contested) (*standing, error) { return m.standing(ctx, s.At) },
				func(_ *fsm.Tx, s contested, at *standing) (fsm.State, error) {
					if at == nil || at.left == 0 {
						return lost{s.paid, s.Why}, nil
					}
					return s.paid, nil
				},
				"paid", "lost"))),
		fsm.At("claimed", wire.Decode[claimed]),
		fsm.At("cancelled", wire.Decode[cancelled]),
		fsm.At("unclaimed", wire.Decode[unclaimed]),
		fsm.At("lost", wire.Decode[lost]))
}

// An ending is how paying an invoice has ended: with the preimage, or why not.
type ending struct {
	preimage *wire.Preimage
	why      string
}

func (o order) end(e ending) fsm.State {
	if e.preimage == nil {
		return cancelled{o, e.why}
	}
	return paid{o, *e.preimage}
}

// pay has the node pay. What the node has begun to pay is waited for, whatever has
// become of the contract meanwhile; only what it has not begun can be refused.
func (m *Gateway) pay(ctx context.Context, s sending) (e ending, err error) {
	i := s.invoice()
	if i.Payee == m.node.Key() {
		<-ctx.Done() // a swap is planned
		return e, ctx.Err()
	}
	_, begun, err := m.node.Payment(ctx, i.PaymentHash)
	if err != nil {
		return e, err
	}
	delay := uint64(0)
	if !begun {
		if delay, e.why, err = m.mayBegin(ctx, s.order, i); err != nil || e.why != "" {
			return e, err
		}
	}
	p, err := m.node.Pay(ctx, i, delay)
	switch {
	case err != nil:
		return e, err
	case p.State == lightning.Succeeded && s.Contract.Image.Verify(p.Preimage):
		return ending{preimage: &p.Preimage}, nil
	case p.State == lightning.Failed:
		return ending{why: p.Why}, nil
	}
	return e, fmt.Errorf("node says that a payment is %s, with preimage %v", p.State, p.Preimage)
}

// mayBegin returns how many blocks a payment may take that begins now, or why none
// may begin.
func (m *Gateway) mayBegin(ctx context.Context, o order, i bolt11.Invoice) (delay uint64, why string, err error) {
	if o.Contract.Amount < o.Least {
		return 0, fmt.Sprintf("the contract is over %v and must be over %v", o.Contract.Amount, o.Least), nil
	}
	if delay, err = m.delay(ctx, o.At); err != nil {
		return 0, "", err
	}
	switch {
	case delay == 0:
		return 0, "the contract expires too soon", nil
	case uint64(m.Now().Unix()) > i.ExpiresAt():
		return 0, "the invoice has expired", nil
	}
	return delay, "", nil
}

// planClaim works out the transaction that claims a contract, or nil if that brings
// nothing.
func (m *Gateway) planClaim(op fsm.OpID, s paid) (*client.Plan, error) {
	witness := wire.LNV2Witness{Variant: wire.LNV2Claim, Preimage: s.Preimage}
	return m.worthwhile(op, s.Contract.Amount, wire.LNV2Input{OutPoint: s.At, Witness: &witness})
}
