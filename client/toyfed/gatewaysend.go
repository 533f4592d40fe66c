package toyfed

import (
	"errors"
	"iter"

	"satchel/client/bolt11"
	"satchel/client/wire"
)

// sendPayment pays an invoice for a contract. A contract for which it has done so
// before gets the same answer.
func (g *Gateway) sendPayment(body []byte) (any, error) {
	r, err := parseBody(&paymentRequests, body)
	if err != nil {
		return nil, err
	}
	if err := g.serves(r.FederationID); err != nil {
		return nil, err
	}
	if r.Contract.ClaimKey != g.terms.ModuleKey || !verifySignature(r.Contract.RefundKey, wire.HashOf(r.Invoice), r.Auth) {
		return nil, errRefused
	}
	id := r.Contract.ID()
	if answer, ok := g.payments[id]; ok {
		return answer, nil
	}
	funded, ok := g.l.f.books.outgoing(r.OutPoint)
	if !ok || funded.ID() != id {
		return nil, errRefused
	}
	invoice, err := decode(r.Invoice.Bolt11)
	if err != nil || invoice.Amount == 0 || r.Contract.Image != imageOf(invoice.PaymentHash) {
		return nil, errRefused
	}
	// Whoever else has a contract for this preimage can never be paid out.
	if other, ok := g.images[r.Contract.Image]; ok && other != id {
		return nil, errRefused
	}
	g.images[r.Contract.Image] = id
	g.payments[id] = g.pay(r, invoice)
	return g.payments[id], nil
}

func imageOf(hash wire.Hash) wire.PaymentImage {
	return wire.PaymentImage{Variant: wire.ImageHash, Hash: hash}
}

// pay pays an invoice and claims the contract, or forfeits the contract.
func (g *Gateway) pay(r wire.SendPaymentRequest, invoice bolt11.Invoice) wire.SendPaymentResponse {
	preimage, err := g.preimageFor(r.Contract, invoice)
	if err != nil {
		return wire.SendPaymentResponse{Forfeit: new(g.forfeit(r.Contract))}
	}
	g.claim(r.OutPoint, preimage)
	return wire.SendPaymentResponse{Preimage: preimage}
}

func (g *Gateway) forfeit(c wire.LNV2OutgoingContract) wire.Signature { return sign(g.module, c.ID()) }

// claim spends an outgoing contract with the preimage, and reports whether the
// federation lets it.
func (g *Gateway) claim(at wire.OutPoint, preimage wire.Preimage) bool {
	w := &wire.LNV2Witness{Variant: wire.LNV2Claim, Preimage: preimage}
	tx := wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(LNV2ID, wire.LNV2Input{OutPoint: at, Witness: w})}}}
	_, refused := g.transact(tx, g.module)
	return refused == nil
}

// preimageFor pays an invoice, unless that would be a loss, or has been done.
func (g *Gateway) preimageFor(c wire.LNV2OutgoingContract, invoice bolt11.Invoice) (wire.Preimage, error) {
	switch books := g.l.f.books; {
	case blocksLeft(c, books.height) <= g.terms.ExpirationDeltaMinimum:
		return wire.Preimage{}, errors.New("the contract expires too soon")
	case c.Amount < g.terms.SendFeeMinimum.AddTo(invoice.Amount):
		return wire.Preimage{}, errors.New("the contract is too small")
	case invoice.Payee == g.terms.LightningKey:
		return g.swap(invoice)
	case books.time > invoice.ExpiresAt():
		return wire.Preimage{}, errors.New("the invoice has expired")
	}
	// This is what a gateway must not forget: to look before it pays.
	if preimage, ok := g.preimage[invoice.PaymentHash]; ok {
		return preimage, nil
	}
	preimage, err := g.l.outside.route(invoice)
	if err != nil {
		return preimage, err
	}
	g.preimage[invoice.PaymentHash] = preimage
	g.channel -= int64(invoice.Amount)
	return preimage, nil
}

// regret makes the gateway pay for a contract that it has forfeited, and claim it,
// at the last moment: when the sender takes it back.
func (g *Gateway) regret(r wire.SendPaymentRequest) {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	g.regrets[r.OutPoint] = r
}

// overtake lets gateways claim what a transaction is to take back.
func (l *lightning) overtake(tx wire.Transaction) {
	for at := range takenBack(tx) {
		for _, g := range l.gateways {
			if r, ok := g.regrets[at]; ok {
				delete(g.regrets, at)
				g.payments[r.Contract.ID()] = g.pay(r, must(decode(r.Invoice.Bolt11)))
			}
		}
	}
}

// takenBack yields the outgoing contracts that their sender is to have.
func takenBack(tx wire.Transaction) iter.Seq[wire.OutPoint] {
	return func(yield func(wire.OutPoint) bool) {
		for _, i := range tx.Inputs {
			if i.Module != LNV2ID {
				continue
			}
			in, err := decodeInput(i.Body)
			if err == nil && in.Witness != nil && in.Witness.Variant != wire.LNV2Claim && !yield(in.OutPoint) {
				return
			}
		}
	}
}

// swap pays an invoice of its own.
func (g *Gateway) swap(invoice bolt11.Invoice) (wire.Preimage, error) {
	o, ok := g.offers[invoice.PaymentHash]
	if !ok || o.amount != invoice.Amount {
		return wire.Preimage{}, errors.New("this invoice was not made here")
	}
	if s, ok := g.swapped[o.contract.ID()]; ok {
		return s.preimage, s.err
	}
	if g.l.f.books.time > invoice.ExpiresAt() {
		return wire.Preimage{}, errors.New("the invoice has expired")
	}
	return g.buy(o.contract)
}
