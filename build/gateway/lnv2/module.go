package lnv2

import (
	"context"
	"fmt"
	"math"
	"strings"

	"satchel/build/lightning"
	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/tpe"
	"satchel/client/wire"
	"satchel/fsm"
)

// A Payer pays invoices. An error says that the outcome is not known.
type Payer interface {
	// Payment returns what was paid for a payment hash, and false if nothing ever
	// was, nor was tried.
	Payment(ctx context.Context, hash wire.Hash) (lightning.Payment, bool, error)

	// Pay pays an invoice within delay blocks and returns how that has ended. What
	// was paid for before, or was tried, is not paid for again: Pay waits for how
	// that ends.
	Pay(ctx context.Context, i bolt11.Invoice, delay uint64) (lightning.Payment, error)
}

// A Payee is paid.
type Payee interface {
	// Invoice makes an invoice.
	Invoice(ctx context.Context, r lightning.Request) (bolt11.Invoice, error)

	// Held waits for a payment that is held and that is new.
	Held(ctx context.Context, isNew func(wire.Hash) bool) (lightning.HTLC, error)

	// Settle takes a held payment, and Cancel gives it back. Either may be called
	// again. Errors are not known outcomes, but for those that wrap
	// lightning.ErrEnded or lightning.ErrNotHeld.
	Settle(ctx context.Context, preimage wire.Preimage) error
	Cancel(ctx context.Context, hash wire.Hash) error
}

// A Node is the gateway's lightning node.
type Node interface {
	Payer
	Payee
	Key() wire.PublicKey
	Alias() string
}

// Terms are what a gateway asks for.
type Terms struct {
	// Transaction is the fee for what the federation takes: of a payment to
	// a wallet, and of one by a wallet. Routing comes on top for one that leaves
	// the gateway.
	Transaction, Routing wire.PaymentFee
	// NoReceiving means that nobody is paid through the gateway.
	NoReceiving bool
}

// DefaultTerms are those of fedimint 0.13.
func DefaultTerms() Terms {
	fee := wire.PaymentFee{Base: 2000, PartsPerMillion: 3000}
	return Terms{Transaction: fee, Routing: fee}
}

// How many blocks an outgoing contract must have: for a direct swap, which the
// gateway also wants to have left when a payment has come to its end, and for a
// payment over lightning.
const (
	swapBlocks  = 144
	routeBlocks = 1440
)

// Options are what the module needs besides.
type Options struct {
	Node   Node
	Scheme tpe.Guardian
	// Terms are what the gateway asks for at present.
	Terms func() Terms
}

// Gateway is an instance of the module.
type Gateway struct {
	client.Host
	config wire.LNV2Config
	scheme tpe.Guardian
	node   Node
	terms  func() Terms
	key    wire.SecretKey
	public wire.PublicKey
}

// Kind is what a client must be told to use the module. options is called once for
// each instance.
func Kind(options func() Options) client.Kind {
	return client.Kind{
		Name: wire.KindLNV2, Version: 1, API: wire.APIVersions{{}},
		New: func(h client.Host) (client.Module, error) {
			config, err := wire.Decode[wire.LNV2Config](h.Config)
			if err != nil {
				return nil, fmt.Errorf("config: %w", err)
			}
			o := options()
			m := &Gateway{Host: h, config: config, scheme: o.Scheme, node: o.Node, terms: o.Terms, key: h.Secret.SecpKey()}
			m.public = m.key.PublicKey()
			return m, nil
		},
	}
}

// Kind implements [client.Module].
func (m *Gateway) Kind() wire.ModuleKind { return wire.KindLNV2 }

// Machines implements [client.Module].
func (m *Gateway) Machines() []*fsm.Machine {
	return []*fsm.Machine{m.send(), m.receive(), m.circuit()}
}

// RoutingInfo returns the gateway's keys and terms.
func (m *Gateway) RoutingInfo() wire.RoutingInfo {
	t := m.terms()
	return wire.RoutingInfo{
		LightningKey: m.node.Key(), Alias: m.node.Alias(), ModuleKey: m.public,
		SendFeeMinimum: t.Transaction,
		SendFeeDefault: wire.PaymentFee{
			Base:            sum(t.Transaction.Base, t.Routing.Base),
			PartsPerMillion: sum(t.Transaction.PartsPerMillion, t.Routing.PartsPerMillion),
		},
		ExpirationDeltaMinimum: swapBlocks, ExpirationDeltaDefault: routeBlocks,
		ReceiveFee: t.Transaction, ReceiveEnabled: !t.NoReceiving,
	}
}

func sum[T ~uint64](a, b T) T {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

// fee is what the federation takes for an input or an output, in msat.
func (m *Gateway) fee(amount wire.Amount) wire.Amount { return m.config.Fee.Fee(amount) }

// own reports whether a step is one of this module's machines.
func own(rec fsm.Record) bool { return strings.HasPrefix(rec.Machine, "gateway/") }

// await waits for a step of an operation's machines of this module in which found
// finds something. Operations that have moved out of the memory are read again.
func await[T any](ctx context.Context, m *Gateway, op fsm.OpID, found func(fsm.State) (T, bool)) (v T, err error) {
	for rec, err := range m.Executor().Watch(ctx, op, 0) {
		if err != nil {
			return v, err
		}
		if !own(rec) {
			continue
		}
		if v, ok := found(rec.State); ok {
			return v, nil
		}
	}
	return v, ctx.Err()
}

// worthwhile is what spending a contract comes to: a plan, or nil if that brings
// nothing.
func (m *Gateway) worthwhile(op fsm.OpID, amount wire.Amount, input wire.LNV2Input) (*client.Plan, error) {
	if amount <= m.fee(amount) {
		return nil, nil
	}
	p := m.Plan(op)
	draft, err := p.Transaction(client.Part{
		Module: m.ID,
		Inputs: []client.Input{{Body: input, Amount: amount, Fee: m.fee(amount), Key: m.key, Public: m.public}},
		Lock:   func(*fsm.Tx, client.Placed) error { return nil },
	})
	if err == nil && draft.Added.Start == draft.Added.End {
		return nil, nil
	}
	return p, err
}
