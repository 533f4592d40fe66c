package gateway

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"

	"satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client/wire"
)

// A Lie is a way in which a gateway misbehaves.
type Lie string

// Lies. What a gateway has begun honestly, or with another lie, it goes on with.
const (
	Honest Lie = ""

	Gone             Lie = "gone"
	Silent           Lie = "silent"
	WrongPreimage    Lie = "wrong-preimage"
	WrongForfeit     Lie = "wrong-forfeit"
	WithheldPreimage Lie = "withheld-preimage"

	FeeChanged    Lie = "fee-changed"
	FeeTooHigh    Lie = "fee-too-high"
	ExpiryTooLong Lie = "expiry-too-long"

	InvoiceOfAnother Lie = "invoice-of-another"
	InvoiceTooHigh   Lie = "invoice-too-high"
)

var lies = map[Lie]string{
	Gone:             "closes every connection",
	Silent:           "is asked to pay, and neither pays nor answers",
	WrongPreimage:    "does not pay, and answers with something that is not the preimage",
	WrongForfeit:     "does not pay, and gives up the contract with a signature that is none",
	WithheldPreimage: "pays and claims the contract, and never answers",
	FeeChanged:       "asks for half as much again as before",
	FeeTooHigh:       "asks for more than wallets accept",
	ExpiryTooLong:    "wants contracts that last longer than wallets accept",
	InvoiceOfAnother: "makes invoices of a payment hash of its own",
	InvoiceTooHigh:   "makes invoices for twice the amount",
}

// What returns what the gateway does.
func (l Lie) What() string { return lies[l] }

// Lies returns all lies, with what the gateway does.
func Lies() map[Lie]string {
	all := make(map[Lie]string, len(lies))
	for lie, what := range lies {
		all[lie] = what
	}
	return all
}

// Behave makes the gateway lie, or honest again.
func (g *Gateway) Behave(lie Lie) error {
	if _, ok := lies[lie]; !ok && lie != Honest {
		return fmt.Errorf("a gateway has no lie %q", lie)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lie = lie
	close(g.changed)
	g.changed = make(chan struct{})
	return nil
}

// Behaviour returns how the gateway lies at present, and a channel that is closed
// when it does something else.
func (g *Gateway) behaviour() (Lie, <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lie, g.changed
}

// Lie returns how the gateway lies at present.
func (g *Gateway) Lie() Lie {
	lie, _ := g.behaviour()
	return lie
}

// terms are what the gateway asks for at present. It keeps to them, also where they
// are a lie.
func (g *Gateway) terms() lnv2.Terms {
	t := *g.options.Terms
	switch g.Lie() {
	case FeeChanged:
		t.Transaction, t.Routing = half(t.Transaction), half(t.Routing)
	case FeeTooHigh:
		t.Transaction = wire.SendFeeLimit
		t.Transaction.Base++
	}
	return t
}

// half is a fee and half of it.
func half(f wire.PaymentFee) wire.PaymentFee {
	return wire.PaymentFee{Base: f.Base + f.Base/2, PartsPerMillion: f.PartsPerMillion + f.PartsPerMillion/2}
}

// falseInvoice returns what invoice the gateway makes instead of the one that it was
// asked for, and whether it does.
func (g *Gateway) falseInvoice(r wire.CreateInvoiceRequest) (lightning.Request, bool) {
	other := lightning.Request{Amount: r.Amount, Description: r.Description, Expiry: uint64(r.ExpirySecs)}
	switch g.Lie() {
	case InvoiceOfAnother:
	case InvoiceTooHigh:
		other.Amount, other.Hash = 2*r.Amount, &r.Contract.Commitment.Image.Hash
	default:
		return other, false
	}
	return other, true
}

// falsePayment answers whoever wants something paid, if the gateway does not do it
// honestly.
func (g *Gateway) falsePayment(ctx context.Context, m *lnv2.Gateway, r wire.SendPaymentRequest) (answer any, told bool, err error) {
	lie, changed := g.behaviour()
	switch lie {
	case WrongPreimage:
		wrong := wire.SendPaymentResponse{}
		rand.Read(wrong.Preimage[:])
		return wrong, true, nil
	case WrongForfeit:
		wrong := wire.SendPaymentResponse{Forfeit: new(wire.Signature)}
		rand.Read(wrong.Forfeit[:])
		return wrong, true, nil
	case WithheldPreimage:
		if _, err := m.TakeOrder(ctx, r); err != nil {
			return nil, true, err
		}
	case Silent:
	default:
		return nil, false, nil
	}
	select {
	case <-ctx.Done():
	case <-changed:
	}
	panic(http.ErrAbortHandler)
}
