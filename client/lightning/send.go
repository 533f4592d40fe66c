package lightning

import (
	"context"
	"errors"
	"time"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// The steps of a payment.
type (
	funding struct{ payment }

	// funded is a contract that a gateway can claim.
	funded struct{ payment }

	// bought is a contract that sells the preimage of somebody in the federation.
	bought struct{ payment }

	// refundable may be taken back.
	refundable struct {
		payment
		Refusals uint64 // of transactions that were to take it back
	}
	refunding struct {
		refundable
		TxID  wire.TxID
		Funds wire.Amount // that come back, msat
	}

	// spent is a contract that is empty although the wallet has not spent it.
	spent struct{ payment }

	succeeded struct {
		payment
		Preimage wire.Preimage
	}
	refunded struct {
		payment
		TxID  wire.TxID
		Funds wire.Amount // that came back, msat
	}
	rejected struct {
		payment
		Why string
	}

	// worthless is a contract whose refund would cost more than it brings.
	worthless struct{ payment }

	// gone is a contract that was spent without the preimage: another wallet with
	// the words has taken it back.
	gone struct{ payment }
)

func (s funding) AppendBinary(b []byte) ([]byte, error)   { return s.Append(b), nil }
func (s funded) AppendBinary(b []byte) ([]byte, error)    { return s.Append(b), nil }
func (s bought) AppendBinary(b []byte) ([]byte, error)    { return s.Append(b), nil }
func (s spent) AppendBinary(b []byte) ([]byte, error)     { return s.Append(b), nil }
func (s worthless) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s gone) AppendBinary(b []byte) ([]byte, error)      { return s.Append(b), nil }

func (s refundable) Append(b []byte) []byte { return wire.AppendUint(s.payment.Append(b), s.Refusals) }

func (s refundable) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

func (s *refundable) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.Refusals = d.Uint64()
}

func (s refunding) AppendBinary(b []byte) ([]byte, error) {
	return s.Funds.Append(s.TxID.Append(s.refundable.Append(b))), nil
}

func (s *refunding) Decode(d *wire.Decoder) {
	s.refundable.Decode(d)
	s.TxID.Decode(d)
	s.Funds.Decode(d)
}

func (s refunded) AppendBinary(b []byte) ([]byte, error) {
	return s.Funds.Append(s.TxID.Append(s.payment.Append(b))), nil
}

func (s *refunded) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.TxID.Decode(d)
	s.Funds.Decode(d)
}

func (s succeeded) AppendBinary(b []byte) ([]byte, error) {
	return s.Preimage.Append(s.payment.Append(b)), nil
}

func (s *succeeded) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.Preimage.Decode(d)
}

func (s rejected) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.payment.Append(b), s.Why), nil
}

func (s *rejected) Decode(d *wire.Decoder) {
	s.payment.Decode(d)
	s.Why = d.Text()
}

// How long to wait before guardians are asked again what is in a contract, of
// which something else tells as well.
const (
	lookMin = 10 * time.Second
	lookMax = 60 * time.Second
)

// pay is a payment. What ends it is a preimage, from whomever, or a refund that
// the federation has accepted.
func (m *Lightning) pay() *fsm.Machine {
	return fsm.Define("ln/pay",
		fsm.At("funding", wire.Decode[funding],
			fsm.On("accepted",
				func(ctx context.Context, s funding) (struct{}, error) { return m.Acceptance(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s funding, _ struct{}) (fsm.State, error) {
					if s.internal() {
						return bought(s), nil
					}
					return funded(s), nil
				},
				"funded", "bought"),
			fsm.On("rejected",
				func(ctx context.Context, s funding) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s funding, why string) (fsm.State, error) { return rejected{s.payment, why}, nil },
				"rejected")),
		fsm.At("funded", wire.Decode[funded],
			fsm.On("gateway answered",
				func(ctx context.Context, s funded) (wire.Preimage, error) { return m.askToPay(ctx, s.payment) },
				func(tx *fsm.Tx, s funded, p wire.Preimage) (fsm.State, error) {
					return m.succeed(tx, s.payment, p), nil
				},
				"succeeded").Backoff(payMin, payMax),
			client.Read(fsm.On("cancelled",
				func(ctx context.Context, s funded) (*wire.LNAccount, error) { return m.awaitCancelled(ctx, s.id()) },
				func(_ *fsm.Tx, s funded, _ *wire.LNAccount) (fsm.State, error) {
					return refundable{payment: s.payment}, nil
				},
				"refundable")),
			client.Read(fsm.On("timelock over",
				func(ctx context.Context, s funded) (struct{}, error) {
					return m.awaitHeight(ctx, s.Contract.Outgoing.Timelock)
				},
				func(_ *fsm.Tx, s funded, _ struct{}) (fsm.State, error) { return refundable{payment: s.payment}, nil },
				"refundable")),
			fsm.On("emptied",
				func(ctx context.Context, s funded) (struct{}, error) { return m.awaitEmpty(ctx, s.payment) },
				func(_ *fsm.Tx, s funded, _ struct{}) (fsm.State, error) { return spent(s), nil },
				"spent").Backoff(lookMin, lookMax)),
		fsm.At("bought", wire.Decode[bought],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s bought) (decryption, error) { return m.awaitDecryption(ctx, s.hash()) },
				func(tx *fsm.Tx, s bought, d decryption) (fsm.State, error) {
					if d.preimage == nil {
						return refundable{payment: s.payment}, nil
					}
					return m.succeed(tx, s.payment, *d.preimage), nil
				},
				"succeeded", "refundable"))),
		fsm.At("refundable", wire.Decode[refundable],
			client.Read(fsm.On("taken back", m.takeBack, m.takenBack, "refunding", "worthless", "spent", "gone"))),
		fsm.At("refunding", wire.Decode[refunding],
			fsm.On("accepted",
				func(ctx context.Context, s refunding) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s refunding, _ struct{}) (fsm.State, error) {
					m.logSent(tx, "Refunded")
					return refunded{s.payment, s.TxID, s.Funds}, nil
				},
				"refunded"),
			fsm.On("rejected",
				func(ctx context.Context, s refunding) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(_ *fsm.Tx, s refunding, _ string) (fsm.State, error) {
					return refundable{s.payment, s.Refusals + 1}, nil
				},
				"refundable")),
		fsm.At("spent", wire.Decode[spent],
			fsm.On("gateway answered",
				func(ctx context.Context, s spent) (wire.Preimage, error) { return m.askToPay(ctx, s.payment) },
				func(tx *fsm.Tx, s spent, p wire.Preimage) (fsm.State, error) { return m.succeed(tx, s.payment, p), nil },
				"succeeded").Backoff(payMin, payMax),
			fsm.On("log told",
				func(ctx context.Context, s spent) (*wire.Preimage, error) { return m.awaitSpending(ctx, s.payment) },
				func(tx *fsm.Tx, s spent, p *wire.Preimage) (fsm.State, error) {
					if p == nil {
						m.logSent(tx, "Refunded")
						return gone(s), nil
					}
					return m.succeed(tx, s.payment, *p), nil
				},
				"succeeded", "gone").Backoff(lookMin, lookMax)),
		fsm.At("succeeded", wire.Decode[succeeded]),
		fsm.At("refunded", wire.Decode[refunded]),
		fsm.At("rejected", wire.Decode[rejected]),
		fsm.At("worthless", wire.Decode[worthless]),
		fsm.At("gone", wire.Decode[gone]))
}

func (m *Lightning) succeed(tx *fsm.Tx, p payment, preimage wire.Preimage) fsm.State {
	m.logSent(tx, map[string]wire.Preimage{"Success": preimage})
	return succeeded{p, preimage}
}

var errNotSpent = errors.New("the contract is not spent")

// awaitEmpty looks whether somebody has spent a contract that was funded.
func (m *Lightning) awaitEmpty(ctx context.Context, p payment) (none struct{}, err error) {
	a, err := m.funded(ctx, p.id())
	if err == nil && a.Amount > 0 {
		err = errNotSpent
	}
	return none, err
}

// A spending is the transaction that spends what is in a contract.
type spending struct {
	funds wire.Amount  // in the contract, msat: 0 if somebody else has spent it
	plan  *client.Plan // nil if it would bring nothing
}

// takeBack works out the transaction that takes a contract back.
func (m *Lightning) takeBack(ctx context.Context, s refundable) (spending, error) {
	key := m.redeem
	if c := s.Contract.Outgoing; c != nil {
		key = m.userKey(c.Hash, s.Attempt)
	}
	return m.planSpending(ctx, s.id(), key, s.Refusals)
}

func (m *Lightning) takenBack(tx *fsm.Tx, s refundable, v spending) (fsm.State, error) {
	switch {
	case v.plan != nil:
		return refunding{s, v.plan.Drafts()[0].ID, v.funds}, v.plan.Commit(tx)
	case v.funds == 0 && !s.internal():
		return spent{s.payment}, nil
	}
	m.logSent(tx, "Refunded")
	if v.funds == 0 {
		return gone{s.payment}, nil
	}
	return worthless{s.payment}, nil
}

// planSpending works out the transaction that spends what is in a contract, the
// longer after the federation has refused such a one the more often it has.
func (m *Lightning) planSpending(ctx context.Context, id wire.ContractID, key wire.SecretKey, refusals uint64) (v spending, err error) {
	if refusals > 0 {
		select {
		case <-time.After(lookMin << min(refusals-1, 6)):
		case <-ctx.Done():
			return v, ctx.Err()
		}
	}
	a, err := m.funded(ctx, id)
	if err != nil {
		return v, err
	}
	v.funds = a.Amount
	if v.funds <= m.config.Fees.Input {
		return v, nil // more would have to be added
	}
	p := m.Plan(fsm.Self(ctx).Op)
	draft, err := p.Transaction(client.Part{
		Module: m.ID,
		Inputs: []client.Input{{
			Body:   wire.LNInput{Contract: id, Amount: v.funds},
			Amount: v.funds, Fee: m.config.Fees.Input, Key: key, Public: key.PublicKey(),
		}},
		Lock: func(*fsm.Tx, client.Placed) error { return nil },
	})
	if err == nil && draft.Added.Start != draft.Added.End {
		v.plan = p
	}
	return v, err
}
