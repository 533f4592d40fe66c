package toyfed

import (
	"errors"

	"satchel/client/wire"
)

// An offer is an incoming contract that the gateway funds when its invoice is
// paid.
type offer struct {
	contract wire.LNV2IncomingContract
	amount   wire.Amount // of the invoice, in msat
}

// A swap is what the gateway got for an incoming contract.
type swap struct {
	preimage wire.Preimage
	err      error
}

const maxInvoiceExpiry = 24 * 60 * 60

// createInvoice makes an invoice, once for each payment hash.
func (g *Gateway) createInvoice(body []byte) (any, error) {
	r, err := parseBody(&invoiceRequests, body)
	if err != nil {
		return nil, err
	}
	c := r.Contract.Commitment
	if !g.l.verifies(r.Contract) {
		return nil, errRefused
	}
	if err := g.serves(r.FederationID); err != nil {
		return nil, err
	}
	if !g.terms.ReceiveEnabled {
		return nil, refusal{400, "Receives are disabled"}
	}
	net := g.terms.ReceiveFee.SubtractFrom(r.Amount)
	switch {
	case c.RefundKey != g.terms.ModuleKey, net == 0, net != c.Amount,
		c.Expiration <= g.l.f.books.time, r.ExpirySecs > maxInvoiceExpiry, c.Image.Variant != wire.ImageHash:
		return nil, errRefused
	}
	if _, ok := g.offers[c.Image.Hash]; ok {
		return nil, errRefused
	}
	g.offers[c.Image.Hash] = offer{r.Contract, r.Amount}
	g.l.f.notify()
	return g.bill(r).sign().String(), nil
}

// bill is the invoice that a request asks for.
func (g *Gateway) bill(r wire.CreateInvoiceRequest) bill {
	b := bill{
		node: g.node, network: g.l.Network, hash: r.Contract.Commitment.Image.Hash, amount: r.Amount,
		time: g.l.f.books.time, expiry: uint64(r.ExpirySecs), description: r.Description.Direct,
	}
	if r.Description.Hash != nil {
		b.hashed, b.descriptionHash = true, *r.Description.Hash
	}
	return b
}

// receive takes a payment from outside, if it can have the preimage for it.
func (g *Gateway) receive(hash wire.Hash, amount wire.Amount) (wire.Preimage, error) {
	o, ok := g.offers[hash]
	switch {
	case g.off:
		return wire.Preimage{}, errUnreachable
	case !ok:
		return wire.Preimage{}, errors.New("the payment hash is not known")
	case o.amount != amount:
		return wire.Preimage{}, errors.New("the amount is not that of the invoice")
	}
	if _, ok := g.swapped[o.contract.ID()]; ok {
		return wire.Preimage{}, errors.New("somebody has paid it before, or tried to")
	}
	preimage, err := g.buy(o.contract)
	if err == nil {
		g.channel += int64(amount)
	}
	return preimage, err
}

// buy funds an incoming contract and has its preimage decrypted. If that turns
// out to be useless, it takes its money back.
func (g *Gateway) buy(c wire.LNV2IncomingContract) (wire.Preimage, error) {
	id, refused := g.transact(wire.Transaction{Outputs: []wire.DynOutput{{Dyn: wire.DynOf(LNV2ID, wire.LNV2Output{Incoming: &c})}}})
	if refused != nil {
		return wire.Preimage{}, errors.New("the federation refuses the contract: " + refused.Text(g.l.f.config.Kinds()))
	}
	key := must(g.decryptionKey(c)) // which there is for whatever the federation has funded
	s := swap{preimage: ciphertext(c).Decrypt(key)}
	if !c.Commitment.Image.Verify(s.preimage) {
		s = swap{err: errors.New("the preimage of the contract is not that of the invoice")}
		in := wire.LNV2Input{OutPoint: wire.OutPoint{TxID: id}, DecryptionKey: &key}
		g.transact(wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.DynOf(LNV2ID, in)}}}, g.module)
	}
	g.swapped[c.ID()] = s
	return s.preimage, s.err
}

// decryptionKey joins the shares of a threshold of guardians.
func (g *Gateway) decryptionKey(c wire.LNV2IncomingContract) (wire.G1, error) {
	threshold := wire.Threshold(g.l.f.Guardians)
	shares := map[uint16][48]byte{}
	for i := range threshold {
		share, err := g.l.share(wire.PeerID(i), c)
		if err != nil {
			return wire.G1{}, err
		}
		shares[uint16(i)] = share
	}
	return g.l.Encryption.Aggregate(threshold, shares)
}
