package lnv2

import (
	"context"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// A sale is an incoming contract, and the invoice that somebody pays for it.
type sale struct {
	Contract wire.LNV2IncomingContract
	Gateway  string      // url, "" if it came through an LNURL
	Invoice  string      // "" if it came through an LNURL
	Amount   wire.Amount // that somebody pays, msat
}

func (s sale) Append(b []byte) []byte {
	b = wire.AppendText(wire.AppendText(s.Contract.Append(b), s.Gateway), s.Invoice)
	return s.Amount.Append(b)
}

func (s *sale) Decode(d *wire.Decoder) {
	s.Contract.Decode(d)
	s.Gateway, s.Invoice = d.Text(), d.Text()
	s.Amount.Decode(d)
}

// The steps of being paid.
type (
	pending struct{ sale }
	expired struct{ sale }

	// claimable is funded.
	claimable struct {
		sale
		At wire.OutPoint
	}
	claiming struct {
		claimable
		TxID wire.TxID
	}
	uneconomical struct{ sale }
	claimed      struct {
		sale
		TxID wire.TxID
	}

	// taken was claimed by another wallet with the words; TxID was refused.
	taken struct {
		sale
		TxID wire.TxID
	}
)

func (s pending) AppendBinary(b []byte) ([]byte, error)      { return s.Append(b), nil }
func (s expired) AppendBinary(b []byte) ([]byte, error)      { return s.Append(b), nil }
func (s uneconomical) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

func (s claimable) Append(b []byte) []byte { return s.At.Append(s.sale.Append(b)) }

func (s claimable) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

func (s *claimable) Decode(d *wire.Decoder) {
	s.sale.Decode(d)
	s.At.Decode(d)
}

func (s claiming) AppendBinary(b []byte) ([]byte, error) { return s.TxID.Append(s.Append(b)), nil }

func (s *claiming) Decode(d *wire.Decoder) {
	s.claimable.Decode(d)
	s.TxID.Decode(d)
}

func (s claimed) AppendBinary(b []byte) ([]byte, error) { return s.TxID.Append(s.Append(b)), nil }

func (s *claimed) Decode(d *wire.Decoder) {
	s.sale.Decode(d)
	s.TxID.Decode(d)
}

func (s taken) AppendBinary(b []byte) ([]byte, error) { return s.TxID.Append(s.Append(b)), nil }

func (s *taken) Decode(d *wire.Decoder) {
	s.sale.Decode(d)
	s.TxID.Decode(d)
}

// receive waits for a contract to be funded and claims it.
func (m *Lightning) receive() *fsm.Machine {
	return fsm.Define("lnv2/receive",
		fsm.At("pending", wire.Decode[pending],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s pending) (*wire.OutPoint, error) { return m.awaitFunding(ctx, s.Contract) },
				func(_ *fsm.Tx, s pending, at *wire.OutPoint) (fsm.State, error) {
					if at == nil {
						return expired(s), nil
					}
					return claimable{s.sale, *at}, nil
				},
				"claimable", "expired"))),
		fsm.At("claimable", wire.Decode[claimable],
			fsm.On("claimed",
				func(ctx context.Context, s claimable) (*client.Plan, error) { return m.planClaim(fsm.Self(ctx).Op, s) },
				func(tx *fsm.Tx, s claimable, p *client.Plan) (fsm.State, error) {
					if p == nil {
						return uneconomical{s.sale}, nil
					}
					return claiming{s, p.Drafts()[0].ID}, p.Commit(tx)
				},
				"claiming", "uneconomical")),
		fsm.At("claiming", wire.Decode[claiming],
			fsm.On("accepted",
				func(ctx context.Context, s claiming) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s claiming, _ struct{}) (fsm.State, error) {
					m.logReceived(tx, s.sale)
					return claimed{s.sale, s.TxID}, nil
				},
				"claimed"),
			fsm.On("rejected",
				func(ctx context.Context, s claiming) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(_ *fsm.Tx, s claiming, why string) (fsm.State, error) {
					if m.saysSpent(why) {
						return taken{s.sale, s.TxID}, nil
					}
					return s.claimable, nil
				},
				"taken", "claimable")),
		fsm.At("claimed", wire.Decode[claimed]),
		fsm.At("expired", wire.Decode[expired]),
		fsm.At("uneconomical", wire.Decode[uneconomical]),
		fsm.At("taken", wire.Decode[taken]))
}

// saysSpent reports whether that is how the federation refuses to spend a contract
// that is not there. A claim spends nothing else, and the contract was there.
func (m *Lightning) saysSpent(why string) bool {
	unknown := wire.LNV2InputError{Variant: wire.LNV2NoContract}
	refusal := wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(m.ID, unknown)}
	return why == refusal.Text(m.Client.Config().Kinds())
}

// planClaim works out the transaction that claims a contract, or nil if that
// brings nothing.
func (m *Lightning) planClaim(op fsm.OpID, s claimable) (*client.Plan, error) {
	found, ok := m.anyOwn(s.Contract)
	if !ok {
		panic("lnv2: a contract that is claimed is not the wallet's")
	}
	amount := s.Contract.Commitment.Amount
	if amount <= m.fee(amount) {
		return nil, nil // more would have to be added
	}
	p := m.Plan(op)
	draft, err := p.Transaction(client.Part{
		Module: m.ID,
		Inputs: []client.Input{{
			Body:   wire.LNV2Input{OutPoint: s.At, DecryptionKey: &found.Decryption},
			Amount: amount, Fee: m.fee(amount), Key: found.Key, Public: s.Contract.Commitment.ClaimKey,
		}},
		Lock: func(*fsm.Tx, client.Placed) error { return nil },
	})
	if err == nil && draft.Added.Start == draft.Added.End {
		return nil, nil
	}
	return p, err
}

// claimFee returns what the federation takes of a contract that is claimed, in
// msat. It fails with ErrTooSmall when that is all.
func (m *Lightning) claimFee(amount wire.Amount) (wire.Amount, error) {
	if amount <= m.fee(amount) {
		return 0, ErrTooSmall
	}
	p := m.Plan(fsm.OpID{})
	p.Quote = true
	draft, err := p.Transaction(client.Part{Module: m.ID, Inputs: []client.Input{{Amount: amount, Fee: m.fee(amount)}}})
	switch {
	case err != nil:
		return 0, err
	case draft.Added.Start == draft.Added.End:
		return 0, ErrTooSmall
	}
	return draft.Fee, nil
}
