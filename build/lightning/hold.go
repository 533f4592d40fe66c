package lightning

import (
	"context"
	"errors"
	"fmt"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// An HTLC is a payment that a node holds for a hold invoice.
type HTLC struct {
	Hash   wire.Hash
	Amount wire.Amount // msat
}

// Errors of what is to become of a payment that was held.
var (
	// ErrNotHeld reports a payment hash for which nothing is held, and never was.
	ErrNotHeld = errors.New("nothing is held for this payment hash")

	// ErrEnded reports that a held payment has ended the other way.
	ErrEnded = errors.New("the payment has ended already")
)

// Held waits for a payment that is held and that is new, and returns it.
func (n *Node) Held(ctx context.Context, isNew func(wire.Hash) bool) (HTLC, error) {
	prefix := "invoice/" + string(n.public[:])
	return kv.Await(ctx, n.network.db, prefix, func(r *kv.Reader) (HTLC, bool) {
		for k, v := range r.Under(prefix) {
			hash := wire.Hash([]byte(k[len(prefix):]))
			if i := stored[invoice](v); i.State == Held && isNew(hash) {
				return HTLC{hash, i.Amount}, true
			}
		}
		return HTLC{}, false
	})
}

// Settle takes a held payment with its preimage. Doing it again is no error.
func (n *Node) Settle(ctx context.Context, preimage wire.Preimage) error {
	hash := preimage.Hash()
	return n.end(ctx, hash, Settled, func(i *invoice, p *payment) {
		i.Preimage = &preimage
		p.State, p.Preimage = Succeeded, preimage
	})
}

// Cancel gives a held payment back. Doing it again is no error.
func (n *Node) Cancel(ctx context.Context, hash wire.Hash) error {
	return n.end(ctx, hash, Cancelled, func(_ *invoice, p *payment) {
		p.State, p.Why = Failed, "the payee has given the payment back"
	})
}

// end ends a held payment on both sides, in one commit.
func (n *Node) end(ctx context.Context, hash wire.Hash, how InvoiceState, change func(*invoice, *payment)) error {
	return n.network.db.Update(ctx, func(tx *kv.Tx) error {
		key := invoiceKey(n.public, hash)
		i, ok := find[invoice](&tx.Reader, key)
		switch {
		case !ok || i.State == Unpaid:
			return fmt.Errorf("%w: %v", ErrNotHeld, hash)
		case i.State == how:
			return nil
		case i.State != Held:
			return fmt.Errorf("%w: %v is %s", ErrEnded, hash, i.State)
		}
		paid := paymentKey(i.Payer, hash)
		p, _ := find[payment](&tx.Reader, paid)
		i.State = how
		change(&i, &p)
		tx.Put(key, wire.Encode(i))
		tx.Put(paid, wire.Encode(p))
		return nil
	})
}
