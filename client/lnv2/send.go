package lnv2

import (
	"context"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// A payment is an invoice and the contract that pays for it.
type payment struct {
	At       wire.OutPoint // that funds the contract
	Contract wire.LNV2OutgoingContract
	Gateway  string // url
	Invoice  string
	Amount   wire.Amount // of the invoice, msat
}

func (p payment) Append(b []byte) []byte {
	b = p.Contract.Append(p.At.Append(b))
	return p.Amount.Append(wire.AppendText(wire.AppendText(b, p.Gateway), p.Invoice))
}

func (p *payment) Decode(d *wire.Decoder) {
	p.At.Decode(d)
	p.Contract.Decode(d)
	p.Gateway, p.Invoice = d.Text(), d.Text()
	p.Amount.Decode(d)
}

// The steps of a payment.
type (
	funding struct{ payment }
	funded  struct{ payment }

	// refundable may be taken back.
	refundable struct {
		payment
		Forfeit *wire.Signature // of the gateway; nil if the contract has expired
	}
	refunding struct {
		payment
		TxID wire.TxID
	}
	contested struct {
		payment
		TxID wire.TxID // of the refund
		Why  string    // it was refused, in the federation's words
	}

	succeeded struct {
		payment
		Preimage wire.Preimage
	}
	refunded struct {
		payment
		TxID wire.TxID
	}
	rejected struct {
		payment
		Why string
	}

	// worthless is a contract whose refund would cost more than it brings.
	worthless struct{ payment }

	// gone is a contract that is neither there nor claimed with the preimage:
	// another wallet with the words has taken it back.
	gone struct{ payment }
)

func (s funding) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s funded) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }
func (s gone) AppendBinary(b []byte) ([]byte, error)    { return s.Append(b), nil }

func (s worthless) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

func (s refundable) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendOption(s.Append(b), s.Forfeit), nil
}

func (s *refundable) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.Forfeit = wire.ReadOption[wire.Signature](d)
}

func (s refunding) AppendBinary(b []byte) ([]byte, error) { return s.TxID.Append(s.Append(b)), nil }

func (s *refunding) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.TxID.Decode(d)
}

func (s refunded) AppendBinary(b []byte) ([]byte, error) { return s.TxID.Append(s.Append(b)), nil }

func (s *refunded) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.TxID.Decode(d)
}

func (s contested) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.TxID.Append(s.Append(b)), s.Why), nil
}

func (s *contested) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.TxID.Decode(d)
	s.Why = d.Text()
}

func (s succeeded) AppendBinary(b []byte) ([]byte, error) {
	return s.Preimage.Append(s.Append(b)), nil
}

func (s *succeeded) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.Preimage.Decode(d)
}

func (s rejected) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.Append(b), s.Why), nil
}

func (s *rejected) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.Why = d.Text()
}

// send is a payment. What ends it is a preimage, from whomever, or a refund that
// the federation has accepted.
func (m *Lightning) send() *fsm.Machine {
	return fsm.Define("lnv2/send",
		fsm.At("funding", wire.Decode[funding],
			fsm.On("accepted",
				func(ctx context.Context, s funding) (struct{}, error) { return m.Acceptance(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s funding, _ struct{}) (fsm.State, error) { return funded(s), nil },
				"funded"),
			fsm.On("rejected",
				func(ctx context.Context, s funding) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s funding, why string) (fsm.State, error) { return rejected{s.payment, why}, nil },
				"rejected")),
		fsm.At("funded", wire.Decode[funded],
			fsm.On("gateway answered", m.askToPay,
				func(tx *fsm.Tx, s funded, a wire.SendPaymentResponse) (fsm.State, error) {
					if a.Forfeit != nil {
						return refundable{s.payment, a.Forfeit}, nil
					}
					return m.succeed(tx, s.payment, a.Preimage), nil
				},
				"succeeded", "refundable").Backoff(payMin, payMax),
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s funded) (*wire.Preimage, error) {
					return m.awaitPreimage(ctx, s.At, s.Contract, s.Contract.Expiration)
				},
				func(tx *fsm.Tx, s funded, p *wire.Preimage) (fsm.State, error) {
					if p == nil {
						return refundable{s.payment, nil}, nil
					}
					return m.succeed(tx, s.payment, *p), nil
				},
				"succeeded", "refundable"))),
		fsm.At("refundable", wire.Decode[refundable],
			fsm.On("taken back",
				func(ctx context.Context, s refundable) (*client.Plan, error) {
					return m.planRefund(fsm.Self(ctx).Op, s)
				},
				func(tx *fsm.Tx, s refundable, p *client.Plan) (fsm.State, error) {
					if p == nil {
						m.logSent(tx, "Refunded")
						return worthless{s.payment}, nil
					}
					return refunding{s.payment, p.Drafts()[0].ID}, p.Commit(tx)
				},
				"refunding", "worthless")),
		fsm.At("refunding", wire.Decode[refunding],
			fsm.On("accepted",
				func(ctx context.Context, s refunding) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s refunding, _ struct{}) (fsm.State, error) {
					m.logSent(tx, "Refunded")
					return refunded(s), nil
				},
				"refunded"),
			fsm.On("rejected",
				func(ctx context.Context, s refunding) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(_ *fsm.Tx, s refunding, why string) (fsm.State, error) {
					return contested{s.payment, s.TxID, why}, nil
				},
				"contested")),
		fsm.At("contested", wire.Decode[contested],
			client.Read(fsm.On("guardians told", m.inquire,
				func(tx *fsm.Tx, s contested, f finding) (fsm.State, error) {
					switch {
					case f.preimage != nil:
						return m.succeed(tx, s.payment, *f.preimage), nil
					case f.there:
						return funded{s.payment}, nil
					}
					m.logSent(tx, "Refunded")
					return gone{s.payment}, nil
				},
				"succeeded", "funded", "gone"))),
		fsm.At("succeeded", wire.Decode[succeeded]),
		fsm.At("refunded", wire.Decode[refunded]),
		fsm.At("rejected", wire.Decode[rejected]),
		fsm.At("worthless", wire.Decode[worthless]),
		fsm.At("gone", wire.Decode[gone]))
}

func (m *Lightning) succeed(tx *fsm.Tx, s payment, p wire.Preimage) fsm.State {
	m.logSent(tx, map[string]wire.Preimage{"Success": p})
	return succeeded{s, p}
}

// planRefund works out the transaction that takes a contract back, or nil if that
// brings nothing.
func (m *Lightning) planRefund(op fsm.OpID, s refundable) (*client.Plan, error) {
	key, err := m.refundKey(s.Contract)
	if err != nil {
		return nil, err
	}
	witness := wire.LNV2Witness{Variant: wire.LNV2Refund}
	if s.Forfeit != nil {
		witness = wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: *s.Forfeit}
	}
	amount := s.Contract.Amount
	if amount <= m.fee(amount) {
		return nil, nil
	}
	p := m.Plan(op)
	draft, err := p.Transaction(client.Part{
		Module: m.ID,
		Inputs: []client.Input{{
			Body:   wire.LNV2Input{OutPoint: s.At, Witness: &witness},
			Amount: amount, Fee: m.fee(amount), Key: key, Public: s.Contract.RefundKey,
		}},
		Lock: func(*fsm.Tx, client.Placed) error { return nil },
	})
	if err == nil && draft.Added.Start == draft.Added.End {
		return nil, nil
	}
	return p, err
}

// A finding is what became of a contract whose refund was refused.
type finding struct {
	preimage *wire.Preimage
	there    bool
}

// inquire finds out why a refund was refused: the gateway has claimed the
// contract, or something else than the contract was in the way.
func (m *Lightning) inquire(ctx context.Context, s contested) (f finding, err error) {
	if _, f.there, err = m.blocksLeft(ctx, s.At, s.Contract); err != nil || f.there {
		return f, err
	}
	f.preimage, err = m.awaitPreimage(ctx, s.At, s.Contract, 0)
	return f, err
}
