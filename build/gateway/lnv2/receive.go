package lnv2

import (
	"context"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// A sale is an incoming contract, and the amount of the invoice that was made for
// it.
type sale struct {
	Contract wire.LNV2IncomingContract
	Amount   wire.Amount // that the gateway gets, msat
}

func (s sale) Append(b []byte) []byte { return s.Amount.Append(s.Contract.Append(b)) }

func (s *sale) Decode(d *wire.Decoder) {
	s.Contract.Decode(d)
	s.Amount.Decode(d)
}

// A purchase is a sale for which the gateway funds the contract.
type purchase struct {
	sale
	At wire.OutPoint // that funds the contract
}

func (p purchase) Append(b []byte) []byte { return p.At.Append(p.sale.Append(b)) }

func (p *purchase) Decode(d *wire.Decoder) {
	p.sale.Decode(d)
	p.At.Decode(d)
}

// amount is what the gateway puts into the contract, in msat.
func (p purchase) amount() wire.Amount { return p.Contract.Commitment.Amount }

// The steps of a purchase.
type (
	funding  struct{ purchase }
	rejected struct {
		purchase
		Why string
	}
	succeeded struct {
		purchase
		Preimage wire.Preimage
	}

	// refundable is a contract without a preimage.
	refundable struct {
		purchase
		Key wire.G1 // that decrypts what is there instead
	}
	refunding struct {
		refundable
		TxID wire.TxID
	}
	refunded struct {
		purchase
		TxID wire.TxID
	}

	// worthless is a contract whose refund would cost more than it brings.
	worthless struct{ purchase }

	// failed is a contract that nobody can spend, or whose refund was refused.
	failed struct {
		purchase
		Refund *wire.TxID // that was refused, if any
		Why    string
	}
)

func (s funding) AppendBinary(b []byte) ([]byte, error)   { return s.Append(b), nil }
func (s worthless) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

func (s rejected) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.Append(b), s.Why), nil
}

func (s *rejected) Decode(d *wire.Decoder) {
	s.purchase.Decode(d)
	s.Why = d.Text()
}

func (s succeeded) AppendBinary(b []byte) ([]byte, error) {
	return s.Preimage.Append(s.Append(b)), nil
}

func (s *succeeded) Decode(d *wire.Decoder) {
	s.purchase.Decode(d)
	s.Preimage.Decode(d)
}

func (s refundable) Append(b []byte) []byte { return s.Key.Append(s.purchase.Append(b)) }

func (s *refundable) Decode(d *wire.Decoder) {
	s.purchase.Decode(d)
	s.Key.Decode(d)
}

func (s refundable) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s refunding) AppendBinary(b []byte) ([]byte, error)  { return s.TxID.Append(s.Append(b)), nil }
func (s refunded) AppendBinary(b []byte) ([]byte, error)   { return s.TxID.Append(s.Append(b)), nil }

func (s *refunding) Decode(d *wire.Decoder) {
	s.refundable.Decode(d)
	s.TxID.Decode(d)
}

func (s *refunded) Decode(d *wire.Decoder) {
	s.purchase.Decode(d)
	s.TxID.Decode(d)
}

func (s failed) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(wire.AppendOption(s.Append(b), s.Refund), s.Why), nil
}

func (s *failed) Decode(d *wire.Decoder) {
	s.purchase.Decode(d)
	s.Refund = wire.ReadOption[wire.TxID](d)
	s.Why = d.Text()
}

// receive buys the preimage of an incoming contract.
func (m *Gateway) receive() *fsm.Machine {
	return fsm.Define("gateway/receive",
		fsm.At("funding", wire.Decode[funding],
			client.Read(fsm.On("decrypted",
				func(ctx context.Context, s funding) (decryption, error) { return m.decrypt(ctx, s.At, s.Contract) },
				m.decrypted, "succeeded", "refundable", "failed")),
			fsm.On("rejected",
				func(ctx context.Context, s funding) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s funding, why string) (fsm.State, error) { return rejected{s.purchase, why}, nil },
				"rejected")),
		fsm.At("refundable", wire.Decode[refundable],
			fsm.On("refund planned",
				func(ctx context.Context, s refundable) (*client.Plan, error) {
					return m.worthwhile(fsm.Self(ctx).Op, s.amount(), wire.LNV2Input{OutPoint: s.At, DecryptionKey: &s.Key})
				},
				func(tx *fsm.Tx, s refundable, p *client.Plan) (fsm.State, error) {
					if p == nil {
						return worthless{s.purchase}, nil
					}
					return refunding{s, p.Drafts()[0].ID}, p.Commit(tx)
				},
				"refunding", "worthless")),
		fsm.At("refunding", wire.Decode[refunding],
			fsm.On("accepted",
				func(ctx context.Context, s refunding) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(_ *fsm.Tx, s refunding, _ struct{}) (fsm.State, error) { return refunded{s.purchase, s.TxID}, nil },
				"refunded"),
			fsm.On("rejected",
				func(ctx context.Context, s refunding) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(_ *fsm.Tx, s refunding, why string) (fsm.State, error) {
					return failed{s.purchase, &s.TxID, why}, nil
				},
				"failed")),
		fsm.At("succeeded", wire.Decode[succeeded]),
		fsm.At("rejected", wire.Decode[rejected]),
		fsm.At("refunded", wire.Decode[refunded]),
		fsm.At("worthless", wire.Decode[worthless]),
		fsm.At("failed", wire.Decode[failed]))
}

func (m *Gateway) decrypted(_ *fsm.Tx, s funding, d decryption) (fsm.State, error) {
	switch {
	case !d.Valid:
		return failed{s.purchase, nil, "the federation's keys do not belong together"}, nil
	case !s.Contract.Commitment.Image.Verify(d.Preimage):
		return refundable{s.purchase, d.Key}, nil
	}
	return succeeded{s.purchase, d.Preimage}, nil
}

// fund adds the transaction to a plan that funds a contract.
func (m *Gateway) fund(p *client.Plan, s sale) error {
	amount := s.Contract.Commitment.Amount
	_, err := p.Transaction(client.Part{
		Module:  m.ID,
		Outputs: []client.Output{{Body: wire.LNV2Output{Incoming: &s.Contract}, Amount: amount, Fee: m.fee(amount)}},
		Lock: func(tx *fsm.Tx, at client.Placed) error {
			tx.Start(at.Op, funding{purchase{s, wire.OutPoint{TxID: at.TxID, Index: at.Outputs.Start}}})
			return nil
		},
	})
	return err
}

// log writes an operation into the client's log.
func (m *Gateway) log(tx *fsm.Tx, op fsm.OpID, role string) error {
	return m.Begin(tx, op, m.Kind(), map[string]string{"role": role})
}
