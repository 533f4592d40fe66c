package lnv2

import (
	"context"

	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm"
)

func (m *Gateway) imageKey(hash wire.Hash) string { return m.Host.Key("i", string(hash[:])) }

// SendPayment pays an invoice for an outgoing contract and returns how that has
// ended. It may be asked again, with the same contract, as often as one likes: it
// waits for the same end.
func (m *Gateway) SendPayment(ctx context.Context, r wire.SendPaymentRequest) (wire.SendPaymentResponse, error) {
	op, err := m.TakeOrder(ctx, r)
	if err != nil {
		return wire.SendPaymentResponse{}, err
	}
	return await(ctx, m, op, m.answer)
}

// TakeOrder is SendPayment for whoever does not wait.
func (m *Gateway) TakeOrder(ctx context.Context, r wire.SendPaymentRequest) (fsm.OpID, error) {
	op := fsm.OpID(r.Contract.ID())
	switch {
	case r.FederationID != m.FederationID():
		return op, ErrFederation
	case r.Contract.ClaimKey != m.public:
		return op, refuse("the claim key of the contract is %v and not the gateway's", r.Contract.ClaimKey)
	case r.Contract.VerifyAuth(r.Invoice, r.Auth) != nil:
		return op, refuse("the invoice is not signed with the contract's refund key")
	case fsm.Exists(m.Executor().Snapshot(), op):
		return op, nil
	}
	o, err := m.newOrder(ctx, r)
	switch {
	case err != nil && fsm.Exists(m.Executor().Snapshot(), op):
		return op, nil // another request was faster, and the contract may be spent by now
	case err != nil:
		return op, err
	}
	return op, m.Update(ctx, func(tx *fsm.Tx) error { return m.begin(tx, op, o) })
}

// newOrder checks what a wallet wants.
func (m *Gateway) newOrder(ctx context.Context, r wire.SendPaymentRequest) (order, error) {
	at, err := m.standing(ctx, r.OutPoint)
	switch {
	case err != nil:
		return order{}, refuse("guardians do not tell of the contract: %v", err)
	case at == nil:
		return order{}, refuse("guardians know no contract at %v", r.OutPoint)
	case at.id != r.Contract.ID():
		return order{}, refuse("at %v is contract %v and not %v", r.OutPoint, at.id, r.Contract.ID())
	}
	i, err := bolt11.Decode(r.Invoice.Bolt11)
	switch {
	case err != nil:
		return order{}, refuse("%v", err)
	case i.Amount == 0:
		return order{}, refuse("the invoice has no amount")
	case r.Contract.Image != wire.PaymentImage{Hash: i.PaymentHash}:
		return order{}, refuse("the contract is not for the payment hash %v", i.PaymentHash)
	}
	return order{r.OutPoint, r.Contract, i.String(), m.terms().Transaction.AddTo(i.Amount)}, nil
}

// begin makes an order durable, if it is the first one for its payment hash.
func (m *Gateway) begin(tx *fsm.Tx, op fsm.OpID, o order) error {
	if fsm.Exists(&tx.Reader, op) {
		return nil
	}
	key := m.imageKey(o.Contract.Image.Hash)
	if first, ok := tx.Get(key); ok {
		return refuse("payment hash %v is that of contract %x", o.Contract.Image.Hash, first)
	}
	tx.Put(key, op[:])
	tx.Start(op, sending{o})
	return m.log(tx, op, "send")
}

// answer tells the wallet how an order has ended, once it has.
func (m *Gateway) answer(s fsm.State) (r wire.SendPaymentResponse, ok bool) {
	switch s := s.(type) {
	case paid:
		return wire.SendPaymentResponse{Preimage: s.Preimage}, true
	case cancelled:
		sig, err := m.key.SignAs(m.public, s.Contract.ID())
		if err != nil {
			panic("lnv2: the gateway's key cannot sign: " + err.Error())
		}
		return wire.SendPaymentResponse{Forfeit: &sig}, true
	}
	return r, false
}
