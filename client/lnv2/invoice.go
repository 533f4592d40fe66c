package lnv2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm"
)

// Errors of asking for a payment.
var (
	ErrTooSmall = errors.New("amount is too small: fees would take all of it")
	ErrTooLong  = errors.New("invoice would be good for too long")
)

// An Ask is what somebody is to pay.
type Ask struct {
	Amount      wire.Amount // msat, without fees
	Description string
	Expiry      time.Duration // at most a day

	// Gateway makes the invoice, nil for the one that suits best.
	Gateway *wire.SafeURL
	// Agreed are the terms that the person has seen, nil if any within the limits
	// will do.
	Agreed *wire.RoutingInfo
	// Extra is kept with the operation.
	Extra json.RawMessage
}

// An Offer is what asking for a payment comes to.
type Offer struct {
	Op      fsm.OpID
	Invoice bolt11.Invoice
	Gateway Gateway

	GatewayFee    wire.Amount // msat, of what is paid
	FederationFee wire.Amount // msat, of the rest
}

// QuoteReceive says what asking for a payment would cost now.
func (m *Lightning) QuoteReceive(ctx context.Context, a Ask) (Offer, error) {
	o := Offer{}
	if a.Expiry > mostInvoice {
		return o, ErrTooLong
	}
	var err error
	o.Gateway, err = m.choose(ctx, a.Gateway, func(info *wire.RoutingInfo) int {
		if !info.ReceiveEnabled || !info.ReceiveFee.Within(wire.ReceiveFeeLimit) {
			return -1
		}
		return int(min(info.ReceiveFee.Fee(a.Amount), 1<<30))
	})
	if err != nil {
		return o, err
	}
	info := o.Gateway.Info
	switch {
	case !info.ReceiveEnabled:
		return o, fmt.Errorf("%w: %v makes no invoices", ErrGatewaysSilent, o.Gateway.URL)
	case !info.ReceiveFee.Within(wire.ReceiveFeeLimit):
		return o, &LimitError{o.Gateway.URL, fmt.Sprintf("a fee of %v, at most %v", info.ReceiveFee, wire.ReceiveFeeLimit)}
	}
	rest := info.ReceiveFee.SubtractFrom(a.Amount)
	o.GatewayFee = a.Amount - rest
	o.FederationFee, err = m.claimFee(rest)
	return o, err
}

// Receive has a gateway make an invoice. The result's operation waits until it is
// paid, or cannot be paid any more.
func (m *Lightning) Receive(ctx context.Context, a Ask) (Offer, error) {
	o, err := m.QuoteReceive(ctx, a)
	if err != nil {
		return o, err
	}
	if a.Agreed != nil && *a.Agreed != *o.Gateway.Info {
		return o, &TermsError{o.Gateway}
	}
	expiration := uint64(m.Now().Add(a.Expiry).Unix())
	s, err := m.newSale(m.random, m.key.PublicKey(), a.Amount, expiration, o.Gateway)
	if err != nil {
		return o, err
	}
	if o.Invoice, err = m.makeInvoice(ctx, a, o.Gateway, s.Contract); err != nil {
		return o, err
	}
	s.Invoice = o.Invoice.String()
	o.Op = fsm.OpID(s.Contract.ID())
	return o, m.Update(ctx, func(tx *fsm.Tx) error {
		tx.Start(o.Op, pending{s})
		return m.Begin(tx, o.Op, m.Kind(), receiveMeta(s, a.Extra))
	})
}

// newSale makes the contract of a payment to the owner of a static key.
func (m *Lightning) newSale(random io.Reader, static wire.PublicKey, amount wire.Amount, expiration uint64, g Gateway) (sale, error) {
	s := sale{Gateway: g.URL.Full(), Amount: amount}
	t, ephemeral, err := newTweak(random, static)
	if err != nil {
		return s, err
	}
	claimKey, err := static.Times(wire.SecretKey(t))
	if err != nil {
		return s, err
	}
	preimage := t.preimage()
	s.Contract.Commitment = wire.LNV2Commitment{
		Image:      wire.PaymentImage{Hash: preimage.Hash()},
		Amount:     g.Info.ReceiveFee.SubtractFrom(amount),
		Expiration: expiration,
		ClaimKey:   claimKey, RefundKey: g.Info.ModuleKey, EphemeralKey: ephemeral,
	}
	ct, err := m.scheme.Encrypt(m.config.Key, t.seed(), preimage, wire.HashOf(s.Contract.Commitment))
	s.Contract.Ciphertext = wire.LNV2Ciphertext{Encrypted: ct.Encrypted, Key: ct.Key, Signature: ct.Signature}
	return s, err
}

// makeInvoice has the gateway make the invoice, and checks it. The gateway
// registers the contract; if nobody learns of the invoice nothing is lost.
func (m *Lightning) makeInvoice(ctx context.Context, a Ask, g Gateway, c wire.LNV2IncomingContract) (i bolt11.Invoice, err error) {
	text, err := ask[string](ctx, m, g.URL, "/create_bolt11_invoice", wire.CreateInvoiceRequest{
		FederationID: m.FederationID(), Contract: c, Amount: a.Amount,
		Description: wire.InvoiceDescription{Direct: a.Description}, ExpirySecs: uint32(a.Expiry / time.Second),
	})
	if err != nil {
		return i, err
	}
	i, err = bolt11.Decode(text)
	switch {
	case err != nil:
		return i, fmt.Errorf("%w: %v makes an invoice that is none: %w", ErrGatewayAnswer, g.URL, err)
	case i.PaymentHash != c.Commitment.Image.Hash:
		return i, fmt.Errorf("%w: %v makes an invoice for another payment", ErrGatewayAnswer, g.URL)
	case i.Amount != a.Amount:
		return i, fmt.Errorf("%w: %v makes an invoice of %v, asked for %v", ErrGatewayAnswer, g.URL, i.Amount, a.Amount)
	case i.Network != m.config.Network:
		return i, fmt.Errorf("%w: %v makes an invoice for %q", ErrGatewayAnswer, g.URL, i.Network)
	}
	return i, nil
}
