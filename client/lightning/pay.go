package lightning

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm"
)

// Errors of paying.
var (
	ErrInvoice  = errors.New("not a lightning invoice")
	ErrNoAmount = errors.New("invoice has no amount")
	ErrNetwork  = errors.New("invoice is of another network")
	ErrExpired  = errors.New("invoice has expired")

	// ErrBlocks reports an invoice for which money would be away for too long if
	// it is not paid.
	ErrBlocks = errors.New("payee wants too many blocks")

	// ErrNoOffer reports an invoice of somebody in the federation who has no offer
	// there, or one over more than the invoice.
	ErrNoOffer = errors.New("payee is in the federation and has made no offer for this invoice")

	// ErrContractExists reports that the contract that was to be funded is there
	// already: another wallet with the words pays the same invoice, or somebody
	// has paid it.
	ErrContractExists = errors.New("the contract of this payment exists already")
)

// Limits for an outgoing contract, in blocks.
const (
	mostBlocks  = 1440 // until it can be taken back
	spareBlocks = 499  // on top of what the invoice asks for
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

	// Internal is that the payee is in the federation: then there is no gateway.
	Internal bool
	Gateway  Gateway

	// Op is the operation that pays the invoice, or paid it, or tried to.
	Op fsm.OpID
	// Begun reports whether it has begun.
	Begun bool

	GatewayFee    wire.Amount // msat
	FederationFee wire.Amount // msat, without what a refund would cost
	Blocks        uint64      // until the money comes back by itself

	attempt uint64
	offer   *wire.LNOffer // of the payee in the federation
}

// attemptID is the id of the operation that pays for a hash, for the nth time, of
// which 1 is the first. Wallets of the same words agree on it.
func attemptID(hash wire.Hash, n uint64) fsm.OpID {
	return sha256.Sum256(binary.LittleEndian.AppendUint16(hash[:], uint16(n)))
}

// An attempt is the operation by which an invoice is to be paid.
type attempt struct {
	op    fsm.OpID
	n     uint64
	begun bool
	tried map[string]bool // gateways through which it was not paid
}

// attempt finds it. One that has ended without a payment does not count: its
// contract is not the gateway's any more, or never was. After any other there is
// no second one.
func (m *Lightning) attempt(hash wire.Hash) attempt {
	r := m.Executor().Snapshot()
	a := attempt{tried: map[string]bool{}}
	for a.n = 1; ; a.n++ {
		a.op = attemptID(hash, a.n)
		if a.begun = fsm.Exists(r, a.op); !a.begun {
			return a
		}
		failed := false
		for rec := range m.Executor().Machines(r, a.op) {
			switch s := rec.State.(type) {
			case rejected:
				failed = true
			case refunded:
				failed, a.tried[s.Gateway] = true, true
			}
		}
		if !failed || a.n == math.MaxUint16 {
			return a
		}
	}
}

// Read reads an invoice and checks that this federation could pay it.
func (m *Lightning) Read(text string) (bolt11.Invoice, error) {
	i, err := bolt11.Decode(text)
	switch {
	case err != nil:
		return i, fmt.Errorf("%w: %w", ErrInvoice, err)
	case i.Amount == 0:
		return i, ErrNoAmount
	case i.Network != m.Network():
		return i, fmt.Errorf("%w: %q, the federation is on %q", ErrNetwork, i.Network, m.Network())
	}
	return i, nil
}

// Begun returns the payment of an invoice that has begun, if there is one. What has
// failed may be tried again, and is none.
func (m *Lightning) Begun(text string) (q Payment, ok bool) {
	var err error
	if q.Invoice, err = m.Read(text); err != nil {
		return q, false
	}
	a := m.attempt(q.Invoice.PaymentHash)
	q.Op, q.Begun = a.op, a.begun
	return q, q.Begun
}

// unlessBegun looks once more, after an error, whether a payment of the invoice has
// begun: while this one was worked out another call may have been faster, and be
// the reason why its contract exists, or why there is no money left.
func (m *Lightning) unlessBegun(q Payment, err error) (Payment, error) {
	if err == nil {
		return q, nil
	}
	if a := m.attempt(q.Invoice.PaymentHash); a.begun {
		q.Op, q.Begun, err = a.op, true, nil
	}
	return q, err
}

// Quote says what paying an invoice would cost now. gateway is nil for the one
// that suits best.
func (m *Lightning) Quote(ctx context.Context, text string, gateway *wire.SafeURL) (Payment, error) {
	i, err := m.Read(text)
	if err != nil {
		return Payment{}, err
	}
	a := m.attempt(i.PaymentHash)
	q := Payment{Invoice: i, Op: a.op, Begun: a.begun, attempt: a.n}
	if q.Begun {
		return q, nil
	}
	if i.ExpiresAt() <= uint64(m.Now().Unix()) {
		return q, ErrExpired
	}
	if q.offer, err = m.internalOffer(ctx, i); err != nil {
		return m.unlessBegun(q, err)
	}
	if q.offer != nil {
		q.Internal = true
		return m.unlessBegun(q, q.price(m))
	}
	if i.MinFinalCLTV > mostBlocks-spareBlocks {
		return q, fmt.Errorf("%w: %d, at most %d", ErrBlocks, i.MinFinalCLTV, uint64(mostBlocks-spareBlocks))
	}
	q.Gateway, err = m.choose(ctx, gateway, func(g Gateway) int {
		switch fee := min(g.Info.Fees.Fee(i.Amount), postponed-1); {
		case check(g) != nil:
			return -1
		case a.tried[g.URL.Full()]:
			return int(fee) + postponed
		default:
			return int(fee)
		}
	})
	if err == nil {
		err = check(q.Gateway)
	}
	if err == nil {
		err = q.price(m)
	}
	return m.unlessBegun(q, err)
}

// internalOffer returns the offer of an invoice whose payee is in the federation,
// or nil for any other. It is one whose hint leads to the federation itself, or
// for it to one of its gateways.
func (m *Lightning) internalOffer(ctx context.Context, i bolt11.Invoice) (*wire.LNOffer, error) {
	if len(i.RouteHints) == 0 || len(i.RouteHints[0]) == 0 {
		return nil, nil
	}
	last := i.RouteHints[0][len(i.RouteHints[0])-1]
	key, ok := marker(m.FederationID())
	only := ok && last.Source == key && last.ChannelID == 0
	if !only {
		all, err := m.registered(ctx)
		if err != nil {
			return nil, err
		}
		through := false
		for _, g := range all {
			through = through || last.Source == g.Info.NodeKey && last.ChannelID == g.Info.ChannelID
		}
		if !through {
			return nil, nil
		}
	}
	o, err := m.openOffer(ctx, i.PaymentHash)
	if err != nil || o != nil && o.Amount <= i.Amount {
		return o, err
	}
	if only {
		err = ErrNoOffer
	}
	return nil, err // a guardian may say of any gateway that it is the federation's
}

// check checks the terms of a gateway.
func check(g Gateway) error {
	fee := wire.PaymentFee{Base: wire.Amount(g.Info.Fees.BaseMsat), PartsPerMillion: uint64(g.Info.Fees.Millionths)}
	if !fee.Within(wire.SendFeeLimit) {
		return &LimitError{g.URL, fmt.Sprintf("a fee of %v, at most %v", fee, wire.SendFeeLimit)}
	}
	return nil
}

// price says what the payment costs.
func (q *Payment) price(m *Lightning) error {
	if !q.Internal {
		q.GatewayFee = q.Gateway.Info.Fees.Fee(q.Invoice.Amount)
		q.Blocks = q.Invoice.MinFinalCLTV + spareBlocks
	}
	funds, err := q.Invoice.Amount.Add(q.GatewayFee)
	if err != nil {
		return err
	}
	p := m.Plan(q.Op)
	p.Quote = true
	draft, err := p.Transaction(client.Part{Module: m.ID, Outputs: []client.Output{{Amount: funds, Fee: m.config.Fees.Output}}})
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
	Agreed *wire.RoutingFees
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
	if o.Agreed != nil && !q.Internal && *o.Agreed != q.Gateway.Info.Fees {
		return q, &TermsError{q.Gateway}
	}
	s, err := m.newPayment(ctx, q)
	if err != nil {
		return m.unlessBegun(q, err)
	}
	part := client.Part{
		Module: m.ID,
		Outputs: []client.Output{{
			Body: wire.LNOutput{Contract: &s.Contract, Amount: s.Funds}, Amount: s.Funds, Fee: m.config.Fees.Output,
		}},
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
			return m.Begin(tx, q.Op, m.Kind(), payMeta(s, q, draft, o.Extra))
		})
	return m.unlessBegun(q, err)
}

// newPayment makes the contract of a payment. It fails with ErrContractExists if
// the federation has it: what is put into it then is somebody else's.
func (m *Lightning) newPayment(ctx context.Context, q Payment) (payment, error) {
	s := payment{Attempt: q.attempt, Funds: q.Invoice.Amount + q.GatewayFee, Invoice: q.Invoice.String(), Amount: q.Invoice.Amount}
	var err error
	if q.Internal {
		s.Contract.Incoming = &wire.LNIncomingContract{
			Hash: q.Invoice.PaymentHash, Encrypted: q.offer.Encrypted, GatewayKey: m.redeem.PublicKey(),
		}
	} else {
		s.Gateway, s.Private = q.Gateway.URL.Full(), q.Gateway.Info.PrivatePayments
		s.Contract.Outgoing, s.Since, err = m.newOutgoing(ctx, q)
	}
	if err != nil {
		return s, err
	}
	a, err := m.account(ctx, s.id())
	if err == nil && a != nil {
		err = ErrContractExists
	}
	return s, err
}

// newOutgoing makes an outgoing contract, and says in which session it will be
// funded at the earliest.
func (m *Lightning) newOutgoing(ctx context.Context, q Payment) (*wire.LNOutgoingContract, uint64, error) {
	var count, session uint64
	var failed [2]error
	var both sync.WaitGroup
	both.Go(func() { count, failed[0] = m.blockCount(ctx) })
	both.Go(func() { session, failed[1] = m.sessionCount(ctx) })
	both.Wait()
	if err := errors.Join(failed[:]...); err != nil {
		return nil, 0, err
	}
	if count > math.MaxUint32-mostBlocks {
		return nil, 0, fmt.Errorf("guardians count %d blocks", count)
	}
	return &wire.LNOutgoingContract{
		Hash: q.Invoice.PaymentHash, GatewayKey: q.Gateway.Info.RedeemKey, Timelock: uint32(count + q.Blocks),
		UserKey: m.userKey(q.Invoice.PaymentHash, q.attempt).PublicKey(),
	}, session, nil
}

// Bounds of the pause between attempts to have a gateway pay.
const (
	payMin = 250 * time.Millisecond
	payMax = 10 * time.Second
)

// askToPay has the gateway pay, and returns the preimage. The gateway pays once
// for a contract, however often it is asked.
func (m *Lightning) askToPay(ctx context.Context, p payment) (wire.Preimage, error) {
	url, err := wire.ParseURL(p.Gateway)
	if err != nil {
		return wire.Preimage{}, err
	}
	r := wire.LNPayInvoiceRequest{
		FederationID: m.FederationID(), Contract: p.id(), PreimageAuth: m.preimageAuth(p.hash()),
		Payment: wire.LNPaymentData{Invoice: p.Invoice},
	}
	if p.Private {
		i, err := bolt11.Decode(p.Invoice)
		if err != nil {
			return wire.Preimage{}, err
		}
		r.Payment = wire.LNPaymentData{Pruned: pruned(i)}
	}
	answer, err := ask[wire.Hash](ctx, m, url, "/pay_invoice", r)
	if err == nil && wire.Preimage(answer).Hash() != p.hash() {
		err = fmt.Errorf("%w: %v answers with a wrong preimage", ErrGatewayAnswer, url)
	}
	return wire.Preimage(answer), err
}

// pruned returns what a gateway needs of an invoice.
func pruned(i bolt11.Invoice) *wire.PrunedInvoice {
	return &wire.PrunedInvoice{
		Amount: i.Amount, Destination: i.Payee, Features: wire.HexBytes(i.Features), PaymentHash: i.PaymentHash,
		PaymentSecret: i.PaymentSecret, RouteHints: i.RouteHints, MinFinalCLTV: i.MinFinalCLTV, Expiry: i.ExpiresAt(),
	}
}
