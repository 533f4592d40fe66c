package toyfed

import (
	"satchel/client/bolt11"
	"satchel/client/wire"
)

// A bill is what stands in an invoice.
type bill struct {
	node            wire.SecretKey
	network         wire.Network
	hash            wire.Hash
	amount          wire.Amount
	time, expiry    uint64
	description     string
	hashed          bool // there is a hash instead of the description
	descriptionHash wire.Hash
}

// cltv is the time that gateways of fedimint 0.13 want for the last hop.
const cltv = 144

var (
	signedBills memo[bill, bolt11.Invoice]
	invoices    memo[string, bolt11.Invoice]
)

func (b bill) sign() bolt11.Invoice {
	return must(signedBills.get(b, func() (bolt11.Invoice, error) {
		i := bolt11.Invoice{
			Network: b.network, Amount: b.amount, Time: b.time, PaymentHash: b.hash, PaymentSecret: wire.HashOf(b.hash),
			Description: b.description, Expiry: b.expiry, MinFinalCLTV: cltv, Features: bolt11.Basic(),
		}
		if b.hashed {
			i.DescriptionHash = &b.descriptionHash
		}
		return bolt11.Sign(i, b.node)
	}))
}

func decode(invoice string) (bolt11.Invoice, error) {
	return invoices.get(invoice, func() (bolt11.Invoice, error) { return bolt11.Decode(invoice) })
}
