package lnv2

import (
	"context"
	"errors"
	"fmt"

	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/tpe"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Errors of requests. Nothing has changed when one is returned.
var (
	// ErrFederation reports a request about another federation.
	ErrFederation = errors.New("gateway does not serve this federation")

	// ErrNotReceiving reports that nobody is paid through the gateway.
	ErrNotReceiving = errors.New("nobody is paid through this gateway")

	// ErrRefused reports a request that the gateway does not fulfil. The same
	// request may be fulfilled later.
	ErrRefused = errors.New("gateway refuses")

	// ErrNode reports that the lightning node has failed.
	ErrNode = errors.New("lightning node has failed")
)

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}

// mostExpiry is how many seconds an invoice may last.
const mostExpiry = 86_400

func (m *Gateway) saleKey(hash wire.Hash) string { return m.Host.Key("r", string(hash[:])) }

// registered returns the contract for which there is an invoice of a payment hash.
func (m *Gateway) registered(r *kv.Reader, hash wire.Hash) (sale, bool) {
	v, ok := r.Get(m.saleKey(hash))
	if !ok {
		return sale{}, false
	}
	s, err := wire.Decode[sale](v)
	if err != nil {
		panic(fmt.Sprintf("lnv2: stored contract cannot be read: %v", err))
	}
	return s, true
}

// CreateInvoice makes an invoice for an incoming contract, which will be funded once
// the invoice is paid. There is one invoice for a payment hash, ever.
func (m *Gateway) CreateInvoice(ctx context.Context, r wire.CreateInvoiceRequest) (bolt11.Invoice, error) {
	if err := m.checkContract(r); err != nil {
		return bolt11.Invoice{}, err
	}
	hash := r.Contract.Commitment.Image.Hash
	key := m.saleKey(hash)
	err := m.Update(ctx, func(tx *fsm.Tx) error {
		if tx.Has(key) {
			return refuse("payment hash %v was used before", hash)
		}
		tx.Put(key, wire.Encode(sale{r.Contract, r.Amount}))
		return nil
	})
	if err != nil {
		return bolt11.Invoice{}, err
	}
	i, err := m.node.Invoice(ctx, lightning.Request{
		Amount: r.Amount, Description: r.Description, Expiry: uint64(r.ExpirySecs), Hash: &hash,
	})
	if err != nil {
		return i, fmt.Errorf("%w: %w", ErrNode, err)
	}
	return i, nil
}

// checkContract checks a contract and what is asked for with it.
func (m *Gateway) checkContract(r wire.CreateInvoiceRequest) error {
	c := r.Contract.Commitment
	net := m.terms().Transaction.SubtractFrom(r.Amount)
	switch {
	case r.FederationID != m.FederationID():
		return ErrFederation
	case m.terms().NoReceiving:
		return ErrNotReceiving
	case c.Image.Variant != wire.ImageHash:
		return refuse("the contract has no payment hash")
	case c.RefundKey != m.public:
		return refuse("the refund key of the contract is %v and not the gateway's", c.RefundKey)
	case net == 0:
		return refuse("nothing is left of %v after the gateway's fee", r.Amount)
	case c.Amount != net:
		return refuse("the contract is over %v, an invoice for %v needs one over %v", c.Amount, r.Amount, net)
	case c.Expiration <= uint64(m.Now().Unix()):
		return refuse("the contract has expired")
	case r.ExpirySecs == 0 || r.ExpirySecs > mostExpiry:
		return refuse("the invoice is to expire after %d seconds, from 1 to %d are possible", r.ExpirySecs, mostExpiry)
	}
	ct := tpe.Ciphertext{Encrypted: r.Contract.Ciphertext.Encrypted, Key: r.Contract.Ciphertext.Key, Signature: r.Contract.Ciphertext.Signature}
	if !m.scheme.VerifyCiphertext(ct, wire.HashOf(c)) {
		return refuse("the preimage is not encrypted for the contract")
	}
	return nil
}
