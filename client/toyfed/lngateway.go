package toyfed

import (
	"encoding/hex"
	"errors"

	"satchel/client/bolt11"
	"satchel/client/wire"
)

// An lnDesk is a gateway's part for the first generation.
type lnDesk struct {
	m    *ln
	g    *Gateway
	paid map[wire.ContractID]lnPayment // guarded by the federation's mu
}

// An lnPayment is what came of a contract. All that were begun are over.
type lnPayment struct {
	preimage wire.Preimage
	failed   bool
	auth     wire.Hash
}

func newLNDesk(m *ln, g *Gateway) *lnDesk {
	return &lnDesk{m: m, g: g, paid: map[wire.ContractID]lnPayment{}}
}

var errRefusedLN = refusal{500, "LNv1 operation failed, please contact gateway operator"}

// serveLN answers a request of the first generation.
func (g *Gateway) serveLN(route string, body []byte) (any, error) {
	if g.l.f.ln == nil {
		return nil, refusal{404, ""}
	}
	d := g.l.f.ln.desks[g.number]
	switch route {
	case "/id":
		return PublicKey(d.identity()), nil
	case "/pay_invoice":
		return d.payInvoice(body)
	}
	return nil, refusal{404, ""}
}

var lnPaymentRequests memo[string, wire.LNPayInvoiceRequest]

// payInvoice pays an invoice for a contract, once. Whoever asks again must prove
// that it has asked before.
func (d *lnDesk) payInvoice(body []byte) (any, error) {
	r, err := parseBody(&lnPaymentRequests, body)
	if err != nil {
		return nil, err
	}
	if err := d.g.serves(r.FederationID); err != nil {
		return nil, err
	}
	p, begun := d.paid[r.Contract]
	if !begun {
		account := d.m.f.books.ln.accounts[r.Contract]
		if account.Outgoing == nil || account.Outgoing.GatewayKey != d.g.terms.ModuleKey {
			return nil, errRefusedLN
		}
		p = d.pay(r, account)
		d.paid[r.Contract] = p
	}
	if p.failed || p.auth != r.PreimageAuth {
		return nil, errRefusedLN
	}
	return hex.EncodeToString(p.preimage[:]), nil
}

// pay pays and claims, or cancels the contract.
func (d *lnDesk) pay(r wire.LNPayInvoiceRequest, account LNContract) lnPayment {
	preimage, err := d.preimageFor(r, account)
	if err == nil {
		in := wire.LNInput{Contract: r.Contract, Amount: account.Amount, Preimage: &preimage}
		tx := wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(LNID, in)}}}
		if _, refused := d.g.transact(tx, d.g.module); refused == nil {
			return lnPayment{preimage: preimage, auth: r.PreimageAuth}
		}
	}
	out := wire.LNOutput{Cancel: &wire.LNCancel{Contract: r.Contract, Signature: sign(d.g.module, account.Outgoing.CancelMessage())}}
	d.g.transact(wire.Transaction{Outputs: []wire.DynOutput{{Dyn: wire.DynOf(LNID, out)}}})
	return lnPayment{failed: true, auth: r.PreimageAuth}
}

// preimageFor pays an invoice, unless that would be a loss, or has been done.
func (d *lnDesk) preimageFor(r wire.LNPayInvoiceRequest, account LNContract) (none wire.Preimage, err error) {
	i, err := invoiceIn(r.Payment)
	if err != nil {
		return none, err
	}
	c, books, image := account.Outgoing, d.m.f.books, imageOf(i.PaymentHash)
	switch other, claimed := d.g.images[image]; {
	case c.Cancelled, c.Hash != i.PaymentHash:
		return none, errors.New("the contract is not one for the invoice")
	case account.Amount < i.Amount+d.m.Routing.Fee(i.Amount):
		return none, errors.New("the contract is too small")
	case uint64(c.Timelock)+1 <= books.height+10:
		return none, errors.New("the contract expires too soon")
	case books.time > i.ExpiresAt():
		return none, errors.New("the invoice has expired")
	case claimed && other != r.Contract:
		return none, errors.New("another contract pays for this")
	}
	d.g.images[image] = r.Contract
	preimage, err := d.m.f.lightning.outside.route(i)
	if err == nil {
		d.g.channel -= int64(i.Amount)
	}
	return preimage, err
}

// invoiceIn returns what is known of an invoice.
func invoiceIn(p wire.LNPaymentData) (bolt11.Invoice, error) {
	if p.Pruned == nil {
		return decode(p.Invoice)
	}
	return bolt11.Invoice{
		Amount: p.Pruned.Amount, Payee: p.Pruned.Destination, PaymentHash: p.Pruned.PaymentHash,
		PaymentSecret: p.Pruned.PaymentSecret, RouteHints: p.Pruned.RouteHints, Expiry: p.Pruned.Expiry,
	}, nil
}

// hinted returns the gateway to which a hint of an invoice leads, or nil.
func (m *ln) hinted(i bolt11.Invoice) *lnDesk {
	if m == nil || len(i.RouteHints) == 0 || len(i.RouteHints[0]) == 0 {
		return nil
	}
	last := i.RouteHints[0][len(i.RouteHints[0])-1]
	for _, d := range m.desks {
		if info := d.info(); last.Source == info.NodeKey && last.ChannelID == info.ChannelID {
			return d
		}
	}
	return nil
}

// receive takes a payment from outside, if it can have the preimage for it.
func (d *lnDesk) receive(hash wire.Hash, amount wire.Amount) (none wire.Preimage, err error) {
	o, ok := d.m.f.books.ln.offers[hash]
	switch {
	case d.g.off:
		return none, errUnreachable
	case !ok:
		return none, errors.New("there is no offer")
	case o.Amount > amount:
		return none, errors.New("the amount is less than that of the offer")
	}
	c := wire.LNIncomingContract{Hash: hash, Encrypted: o.Encrypted, GatewayKey: d.g.terms.ModuleKey}
	out := wire.LNOutput{Contract: &wire.LNContract{Incoming: &c}, Amount: o.Amount}
	if _, refused := d.g.transact(wire.Transaction{Outputs: []wire.DynOutput{{Dyn: wire.DynOf(LNID, out)}}}); refused != nil {
		return none, errors.New("the federation refuses the contract: " + refused.Text(d.m.f.config.Kinds()))
	}
	account := d.m.f.books.ln.accounts[c.ID()]
	if found := account.Incoming.Decrypted; found.Variant == wire.PreimageFound {
		d.g.channel += int64(amount)
		return found.Key.Preimage(), nil
	}
	in := wire.LNInput{Contract: c.ID(), Amount: account.Amount}
	d.g.transact(wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(LNID, in)}}}, d.g.module)
	return none, errors.New("the preimage of the contract is not that of the invoice")
}
