package lightning

import (
	"context"
	"fmt"

	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A PaymentState says what has become of a payment.
type PaymentState string

const (
	InFlight  PaymentState = "in flight" // the payee holds it
	Succeeded PaymentState = "succeeded"
	Failed    PaymentState = "failed" // for good: nothing has been paid
)

// A Payment is what a node has paid, or tries to.
type Payment struct {
	State    PaymentState
	Amount   wire.Amount   // msat
	Preimage wire.Preimage // if it has succeeded
	Why      string        // if it has failed
}

// A payment is one as its node keeps it.
type payment struct {
	Payment
	Payee wire.PublicKey
}

var paymentStates = []PaymentState{InFlight, Succeeded, Failed}

func (p payment) Append(b []byte) []byte {
	b = p.Preimage.Append(p.Amount.Append(appendName(b, paymentStates, p.State)))
	return append(wire.AppendText(b, p.Why), p.Payee[:]...)
}

func (p *payment) Decode(d *wire.Decoder) {
	p.State = readName(d, paymentStates)
	p.Amount.Decode(d)
	p.Preimage.Decode(d)
	p.Why = d.Text()
	d.Fixed(p.Payee[:])
}

func paymentKey(payer wire.PublicKey, hash wire.Hash) string {
	return "payment/" + string(payer[:]) + string(hash[:])
}

// Payment returns what the node has paid for a payment hash, and false if it has
// never tried to.
func (n *Node) Payment(_ context.Context, hash wire.Hash) (Payment, bool, error) {
	p, ok := find[payment](n.network.db.Snapshot(), paymentKey(n.public, hash))
	return p.Payment, ok, n.network.db.Err()
}

// Pay pays an invoice, unless the node has paid for its payment hash before, and
// waits until that payment, or the one of before, has succeeded or failed. The
// payment takes at most delay blocks. An error says that the outcome is not known.
func (n *Node) Pay(ctx context.Context, i bolt11.Invoice, delay uint64) (Payment, error) {
	key := paymentKey(n.public, i.PaymentHash)
	err := n.network.db.Update(ctx, func(tx *kv.Tx) error {
		if !tx.Has(key) {
			tx.Put(key, wire.Encode(n.dispatch(tx, i, delay)))
		}
		return nil
	})
	if err != nil {
		return Payment{}, err
	}
	return kv.Await(ctx, n.network.db, key, func(r *kv.Reader) (Payment, bool) {
		p, ok := find[payment](r, key)
		return p.Payment, ok && p.State != InFlight
	})
}

// dispatch lets a new payment arrive.
func (n *Node) dispatch(tx *kv.Tx, i bolt11.Invoice, delay uint64) payment {
	p := payment{Payment{State: Failed, Amount: i.Amount}, i.Payee}
	if p.Why = n.refuse(i, delay); p.Why != "" {
		return p
	}
	key := invoiceKey(i.Payee, i.PaymentHash)
	at, ok := find[invoice](&tx.Reader, key)
	if p.Why = at.refuse(i, ok, uint64(n.network.options.Now().Unix())); p.Why != "" {
		return p
	}
	at.Payer = n.public
	if at.Preimage == nil {
		at.State, p.State = Held, InFlight
	} else {
		at.State, p.State, p.Preimage = Settled, Succeeded, *at.Preimage
	}
	tx.Put(key, wire.Encode(at))
	return p
}

// refuse says why the payer cannot pay an invoice, or "".
func (n *Node) refuse(i bolt11.Invoice, delay uint64) string {
	switch {
	case i.Network != n.network.options.Bitcoin:
		return fmt.Sprintf("the invoice is of %s, the network of %s", i.Network, n.network.options.Bitcoin)
	case i.Amount == 0:
		return "the invoice has no amount"
	case i.Payee == n.public:
		return "the invoice is the node's own"
	case i.MinFinalCLTV > delay:
		return fmt.Sprintf("no route of at most %d blocks: the last hop takes %d", delay, i.MinFinalCLTV)
	}
	return ""
}

// refuse says why the payee does not take a payment, or "".
func (at invoice) refuse(i bolt11.Invoice, known bool, now uint64) string {
	switch {
	case known && at.Unpayable, !known:
		return "no route to the payee"
	case at.Text != i.String() || at.State != Unpaid:
		return "the payee knows no unpaid invoice with this payment hash and secret"
	case now > at.Expires:
		return "the invoice has expired"
	}
	return ""
}
