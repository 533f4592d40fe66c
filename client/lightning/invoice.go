package lightning

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Errors of asking for a payment.
var (
	ErrTooSmall = errors.New("amount is too small: fees would take all of it")
	ErrTooLong  = errors.New("invoice would be good for too long")
)

// A RefusedError says that the federation refused the offer behind an invoice.
type RefusedError struct{ Why string } // in the federation's words, untrusted

func (e *RefusedError) Error() string { return fmt.Sprintf("federation refused the offer: %q", e.Why) }

const (
	mostInvoice = 24 * time.Hour
	hintBlocks  = 144 // that gateways need for a payment to a federation
	finalBlocks = 18
)

// An Ask is what somebody is to pay.
type Ask struct {
	Amount      wire.Amount // msat, without fees
	Description string
	Expiry      time.Duration // at most a day

	// Gateway takes the payment, nil for the one that suits best.
	Gateway *wire.SafeURL
	// Extra is kept with the operation.
	Extra json.RawMessage
}

// An Offer is what asking for a payment comes to. The gateway takes nothing of it.
type Offer struct {
	Op      fsm.OpID
	Invoice bolt11.Invoice
	Gateway Gateway

	FederationFee wire.Amount // msat, of what is paid
}

// QuoteReceive says what asking for a payment would cost now.
func (m *Lightning) QuoteReceive(ctx context.Context, a Ask) (o Offer, err error) {
	switch {
	case a.Expiry > mostInvoice:
		return o, ErrTooLong
	case a.Amount == 0:
		return o, ErrTooSmall
	}
	if o.FederationFee, err = m.claimFee(a.Amount); err != nil {
		return o, err
	}
	o.Gateway, err = m.choose(ctx, a.Gateway, func(Gateway) int { return 0 })
	return o, err
}

// claimFee returns what the federation takes of a contract that is claimed, in
// msat. It fails with ErrTooSmall when that is all.
func (m *Lightning) claimFee(amount wire.Amount) (wire.Amount, error) {
	if amount <= m.config.Fees.Input {
		return 0, ErrTooSmall
	}
	p := m.Plan(fsm.OpID{})
	p.Quote = true
	draft, err := p.Transaction(client.Part{Module: m.ID, Inputs: []client.Input{{Amount: amount, Fee: m.config.Fees.Input}}})
	switch {
	case err != nil:
		return 0, err
	case draft.Added.Start == draft.Added.End:
		return 0, ErrTooSmall
	}
	return draft.Fee, nil
}

// Receive makes an invoice and offers its preimage to the gateways of the
// federation. It returns once the federation has the offer, since before that
// nobody can pay. The result's operation waits until somebody does.
func (m *Lightning) Receive(ctx context.Context, a Ask) (Offer, error) {
	o, err := m.QuoteReceive(ctx, a)
	if err != nil {
		return o, err
	}
	for {
		s, err := m.freeSlot(ctx)
		if err != nil {
			return o, err
		}
		o.Op = fsm.OpID(paymentHash(m.receiveKey(s)))
		err = m.beginOffer(ctx, s, a, &o)
		if errors.Is(err, client.ErrExists) || errors.Is(err, errSlotTaken) {
			continue // another call has it
		}
		if err == nil {
			err = m.awaitOffered(ctx, o.Op)
		}
		return o, err
	}
}

// nextKey has the number of the next receive key.
func (m *Lightning) nextKey() string { return m.Key("n") }

func (m *Lightning) nextNumber(r *kv.Reader) uint64 {
	if v, ok := r.Get(m.nextKey()); ok {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

// skip makes the numbers up to n those of keys that are used.
func (m *Lightning) skip(tx *fsm.Tx, n uint64) {
	if m.nextNumber(&tx.Reader) <= n {
		tx.Put(m.nextKey(), binary.BigEndian.AppendUint64(nil, n+1))
	}
}

var errSlotTaken = errors.New("the receive key is used")

// freeSlot returns the next receive key that the federation has never heard of:
// another wallet with the words may have used some.
func (m *Lightning) freeSlot(ctx context.Context) (slot, error) {
	for {
		s := slot{Number: m.nextNumber(m.Executor().Snapshot())}
		used, err := m.probe(ctx, s)
		if err != nil || !used {
			return s, err
		}
	}
}

// beginOffer begins the operation of an invoice for a slot, if nobody has taken
// that in the meantime.
func (m *Lightning) beginOffer(ctx context.Context, at slot, a Ask, o *Offer) error {
	invoice, offer, err := m.newOffer(at, a, o.Gateway)
	if err != nil {
		return err
	}
	o.Invoice = invoice
	s := sale{
		Slot: at, Hash: invoice.PaymentHash, Gateway: o.Gateway.URL.Full(), Invoice: invoice.String(),
		Amount: a.Amount, Made: invoice.Time, Expiry: invoice.Expiry,
	}
	out := wire.OutPoint{}
	part := client.Part{
		Module: m.ID, Outputs: []client.Output{{Body: wire.LNOutput{Offer: &offer}}},
		Lock: func(tx *fsm.Tx, placed client.Placed) error {
			out = wire.OutPoint{TxID: placed.TxID, Index: placed.Outputs.Start}
			tx.Start(placed.Op, offering{s, out})
			return nil
		},
	}
	return m.Transact(ctx, o.Op,
		func(p *client.Plan) error {
			_, err := p.Transaction(part)
			return err
		},
		func(tx *fsm.Tx, _ *client.Plan) error {
			if m.nextNumber(&tx.Reader) != at.Number {
				return errSlotTaken
			}
			m.skip(tx, at.Number)
			return m.Begin(tx, o.Op, m.Kind(), receiveMeta(out, *o, a.Extra))
		})
}

// newOffer makes an invoice, signed by a key that is thrown away, and the offer of
// its preimage.
func (m *Lightning) newOffer(at slot, a Ask, g Gateway) (i bolt11.Invoice, o wire.LNOffer, err error) {
	key := m.receiveKey(at)
	public := key.PublicKey()
	var node wire.SecretKey
	var secret, seed [32]byte
	for !node.Valid() {
		if _, err := io.ReadFull(m.Random, node[:]); err != nil {
			return i, o, err
		}
	}
	for _, b := range [][]byte{secret[:], seed[:]} {
		if _, err := io.ReadFull(m.Random, b); err != nil {
			return i, o, err
		}
	}
	expiry := uint64(a.Expiry / time.Second)
	i, err = bolt11.Sign(bolt11.Invoice{
		Network: m.Network(), Amount: a.Amount, Time: uint64(m.Now().Unix()),
		PaymentHash: paymentHash(key), PaymentSecret: secret, Description: a.Description, PayeeNamed: true,
		Expiry: expiry, MinFinalCLTV: finalBlocks, RouteHints: hints(g.Info), Features: bolt11.Basic(),
	}, node)
	if err != nil {
		return i, o, err
	}
	ct, err := m.Encrypt(m.config.Key, seed, public[:])
	return i, wire.LNOffer{
		Amount: a.Amount, Hash: i.PaymentHash, Encrypted: wire.EncryptedPreimage{U: ct.U, V: ct.V, W: ct.W}, ExpiryTime: &expiry,
	}, err
}

// hints lead to a gateway, and on by a channel that stands for the federation.
func hints(g wire.LNGateway) []wire.RouteHint {
	last := wire.RouteHop{Source: g.NodeKey, ChannelID: g.ChannelID, CLTVDelta: hintBlocks}
	all := []wire.RouteHint{{last}}
	for _, way := range g.RouteHints {
		var hops wire.RouteHint
		for _, hop := range way {
			hop.HTLCMinimum, hop.HTLCMaximum = nil, nil // which invoices do not have
			hops = append(hops, hop)
		}
		all = append(all, append(hops, last))
	}
	return all
}

// awaitOffered waits until the federation has an offer, or has refused it.
func (m *Lightning) awaitOffered(ctx context.Context, op fsm.OpID) error {
	x := m.Executor()
	why, err := fsm.Await(ctx, x, fsm.Under(op), func(r *kv.Reader) (refused *RefusedError, done bool) {
		for rec := range x.Machines(r, op) {
			switch s := rec.State.(type) {
			case unoffered:
				return &RefusedError{s.Why}, true
			case offered, sold, lapsed:
				return nil, true
			}
		}
		return nil, false
	})
	if err == nil && why != nil {
		return why
	}
	return err
}

// probe asks whether the federation has ever heard of a receive key. If so, and
// the wallet does not know it, it is watched over from now on.
func (m *Lightning) probe(ctx context.Context, at slot) (used bool, err error) {
	hash := paymentHash(m.receiveKey(at))
	var account *wire.LNAccount
	var offer *wire.LNOffer
	var failed [2]error
	var both sync.WaitGroup
	both.Go(func() { account, failed[0] = m.account(ctx, wire.ContractID(hash)) })
	both.Go(func() { offer, failed[1] = m.openOffer(ctx, hash) })
	both.Wait()
	if err := errors.Join(failed[:]...); err != nil {
		return false, err
	}
	if account == nil && offer == nil {
		return false, nil
	}
	s := sale{Slot: at, Hash: hash}
	if offer != nil {
		s.Amount = offer.Amount
	}
	return true, m.Update(ctx, func(tx *fsm.Tx) error {
		if at.Derivation == 0 {
			m.skip(tx, at.Number)
		}
		if !fsm.Exists(&tx.Reader, s.op()) && (account == nil || account.Amount > 0) {
			m.watch(tx, s)
		}
		return nil
	})
}
