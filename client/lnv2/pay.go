package lnv2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Errors of paying.
var (
	ErrInvoice  = errors.New("not a lightning invoice")
	ErrNoAmount = errors.New("invoice has no amount")
	ErrNetwork  = errors.New("invoice is of another network")
	ErrExpired  = errors.New("invoice has expired")
)

// A TermsError says that a gateway's terms are others than those that were agreed
// to.
type TermsError struct{ Gateway Gateway }

func (e *TermsError) Error() string {
	return fmt.Sprintf("gateway %v has changed its terms", e.Gateway.URL)
}

// A Payment is what paying an invoice comes to.
type Payment struct {
	Invoice bolt11.Invoice
	Gateway Gateway

	// Op is the operation that pays the invoice, or paid it, or tried to.
	Op fsm.OpID
	// Begun reports whether it has begun.
	Begun bool

	GatewayFee    wire.Amount // msat
	FederationFee wire.Amount // msat, without what a refund would cost
	Blocks        uint64      // until the money comes back by itself
}

// attemptID is the id of the operation that pays an invoice, for the nth time.
// Wallets of the same words agree on it.
func attemptID(i bolt11.Invoice, n uint64) fsm.OpID {
	b := wire.AppendText(nil, i.String())
	return fsm.OpID(wire.HashOf(encoded(wire.AppendUint(b, n))))
}

// encoded is something in its consensus form.
type encoded []byte

// Append appends it.
func (e encoded) Append(b []byte) []byte { return append(b, e...) }

// attempt returns the operation by which an invoice is to be paid. An attempt
// whose contract the federation refused does not count: no gateway has ever heard
// of it. After any other there is no second one, since a gateway might still pay
// for the first.
func (m *Lightning) attempt(i bolt11.Invoice) (op fsm.OpID, begun bool) {
	r := m.Executor().Snapshot()
	for n := uint64(0); ; n++ {
		op = attemptID(i, n)
		if !fsm.Exists(r, op) {
			return op, false
		}
		if !m.neverFunded(r, op) {
			return op, true
		}
	}
}

func (m *Lightning) neverFunded(r *kv.Reader, op fsm.OpID) bool {
	for rec := range m.Executor().Machines(r, op) {
		if _, ok := rec.State.(rejected); ok {
			return true
		}
	}
	return false
}

// Read reads an invoice and checks that this federation could pay it.
func (m *Lightning) Read(text string) (bolt11.Invoice, error) {
	i, err := bolt11.Decode(text)
	switch {
	case err != nil:
		return i, fmt.Errorf("%w: %w", ErrInvoice, err)
	case i.Amount == 0:
		return i, ErrNoAmount
	case i.Network != m.config.Network:
		return i, fmt.Errorf("%w: %q, the federation is on %q", ErrNetwork, i.Network, m.config.Network)
	}
	return i, nil
}

// Begun returns the payment of an invoice that has begun, if there is one.
func (m *Lightning) Begun(text string) (q Payment, ok bool) {
	var err error
	if q.Invoice, err = m.Read(text); err != nil {
		return q, false
	}
	q.Op, q.Begun = m.attempt(q.Invoice)
	return q, q.Begun
}

// Quote says what paying an invoice would cost now. gateway is nil for the one
// that suits best.
func (m *Lightning) Quote(ctx context.Context, text string, gateway *wire.SafeURL) (Payment, error) {
	i, err := m.Read(text)
	if err != nil {
		return Payment{}, err
	}
	q := Payment{Invoice: i}
	if q.Op, q.Begun = m.attempt(i); q.Begun {
		return q, nil
	}
	if uint64(m.Now().Unix()) > i.ExpiresAt() {
		return q, ErrExpired
	}
	q.Gateway, err = m.choose(ctx, gateway, func(info *wire.RoutingInfo) int {
		fee, _ := info.SendTerms(i.Payee)
		if q.check(*info) != nil {
			return -1
		}
		return int(min(fee.Fee(i.Amount), 1<<30))
	})
	if err == nil {
		err = q.price(m)
	}
	return m.unlessBegun(q, err)
}

// unlessBegun looks once more, after an error, whether a payment of the invoice has
// begun: while this one was worked out another call may have been faster, and be
// the reason why there is no money left for it.
func (m *Lightning) unlessBegun(q Payment, err error) (Payment, error) {
	if err == nil {
		return q, nil
	}
	if op, begun := m.attempt(q.Invoice); begun {
		q.Op, q.Begun, err = op, true, nil
	}
	return q, err
}

// check checks the terms of a gateway.
func (q *Payment) check(info wire.RoutingInfo) error {
	fee, blocks := info.SendTerms(q.Invoice.Payee)
	if !fee.Within(wire.SendFeeLimit) {
		return &LimitError{q.Gateway.URL, fmt.Sprintf("a fee of %v, at most %v", fee, wire.SendFeeLimit)}
	}
	if blocks > mostBlocks {
		return &LimitError{q.Gateway.URL, fmt.Sprintf("%d blocks, at most %d", blocks, uint64(mostBlocks))}
	}
	return nil
}

// price says what the payment costs.
func (q *Payment) price(m *Lightning) error {
	if err := q.check(*q.Gateway.Info); err != nil {
		return err
	}
	fee, blocks := q.Gateway.Info.SendTerms(q.Invoice.Payee)
	q.GatewayFee, q.Blocks = fee.Fee(q.Invoice.Amount), blocks+spareBlocks
	p := m.Plan(q.Op)
	p.Quote = true
	amount := fee.AddTo(q.Invoice.Amount)
	draft, err := p.Transaction(client.Part{Module: m.ID, Outputs: []client.Output{{Amount: amount, Fee: m.fee(amount)}}})
	if err == nil {
		q.FederationFee = draft.Fee
	}
	return err
}

// A PayOptions says how an invoice is paid.
type PayOptions struct {
	// Gateway is whom to pay through, nil for the one that suits best.
	Gateway *wire.SafeURL
	// Agreed are the terms that the person has seen: with others nothing is paid.
	// Nil if any within the limits will do.
	Agreed *wire.RoutingInfo
	// Extra is kept with the operation.
	Extra json.RawMessage
}

// Pay pays an invoice, once: if a payment of it has begun, Begun of the result is
// true and nothing happens.
func (m *Lightning) Pay(ctx context.Context, text string, o PayOptions) (Payment, error) {
	q, err := m.Quote(ctx, text, o.Gateway)
	if err != nil || q.Begun {
		return q, err
	}
	if o.Agreed != nil && *o.Agreed != *q.Gateway.Info {
		return q, &TermsError{q.Gateway}
	}
	count, err := m.blockCount(ctx)
	if err != nil {
		return m.unlessBegun(q, err)
	}
	s, err := m.newPayment(q, count)
	if err != nil {
		return q, err
	}
	amount := s.Contract.Amount
	part := client.Part{
		Module:  m.ID,
		Outputs: []client.Output{{Body: wire.LNV2Output{Outgoing: &s.Contract}, Amount: amount, Fee: m.fee(amount)}},
		Lock: func(tx *fsm.Tx, at client.Placed) error {
			s.At = wire.OutPoint{TxID: at.TxID, Index: at.Outputs.Start}
			tx.Start(at.Op, funding{s})
			return nil
		},
	}
	var draft *client.Draft
	err = m.Transact(ctx, q.Op,
		func(p *client.Plan) (err error) {
			draft, err = p.Transaction(part)
			return err
		},
		func(tx *fsm.Tx, _ *client.Plan) error {
			m.logSend(tx, q)
			return m.Begin(tx, q.Op, m.Kind(), sendMeta(s, draft, o.Extra))
		})
	return m.unlessBegun(q, err)
}

// newPayment makes the contract of a payment.
func (m *Lightning) newPayment(q Payment, count uint64) (payment, error) {
	t, ephemeral, err := newTweak(m.random, m.key.PublicKey())
	if err != nil {
		return payment{}, err
	}
	fee, _ := q.Gateway.Info.SendTerms(q.Invoice.Payee)
	return payment{
		Contract: wire.LNV2OutgoingContract{
			Image:      wire.PaymentImage{Hash: q.Invoice.PaymentHash},
			Amount:     fee.AddTo(q.Invoice.Amount),
			Expiration: count + q.Blocks,
			ClaimKey:   q.Gateway.Info.ModuleKey, RefundKey: wire.SecretKey(t).PublicKey(), EphemeralKey: ephemeral,
		},
		Gateway: q.Gateway.URL.Full(), Invoice: q.Invoice.String(), Amount: q.Invoice.Amount,
	}, nil
}

// Bounds of the pause between attempts to have a gateway pay.
const (
	payMin = 250 * time.Millisecond
	payMax = 10 * time.Second
)

// askToPay has the gateway pay, and returns what proves how that ended. The
// gateway pays once for a contract, however often it is asked.
func (m *Lightning) askToPay(ctx context.Context, s funded) (wire.SendPaymentResponse, error) {
	var none wire.SendPaymentResponse
	url, err := wire.ParseURL(s.Gateway)
	if err != nil {
		return none, err
	}
	key, err := m.refundKey(s.Contract)
	if err != nil {
		return none, err
	}
	invoice := wire.LightningInvoice{Bolt11: s.Invoice}
	auth, err := key.SignAs(s.Contract.RefundKey, wire.HashOf(invoice))
	if err != nil {
		return none, err
	}
	answer, err := ask[wire.SendPaymentResponse](ctx, m, url, "/send_payment", wire.SendPaymentRequest{
		FederationID: m.FederationID(), OutPoint: s.At, Contract: s.Contract, Invoice: invoice, Auth: auth,
	})
	if err == nil && !answer.Verify(s.Contract) {
		err = fmt.Errorf("%w: %v answers with what proves nothing", ErrGatewayAnswer, url)
	}
	return answer, err
}
