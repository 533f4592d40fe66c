package lightning

import (
	"context"
	"errors"
	"fmt"
	"io"

	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A Request says what an invoice is to be like.
type Request struct {
	Amount      wire.Amount // msat, not 0
	Description wire.InvoiceDescription
	Expiry      uint64 // seconds, not 0

	// Hash makes a hold invoice of this payment hash. If it is nil the node draws
	// a preimage.
	Hash *wire.Hash

	// Unpayable is that no payment for the invoice ever arrives.
	Unpayable bool
}

// finalDelay is how many blocks the last hop of a payment takes.
const finalDelay = 144

// ErrExists reports a second invoice of a node for a payment hash.
var ErrExists = errors.New("node has an invoice for this payment hash")

// Invoice makes an invoice.
func (n *Node) Invoice(ctx context.Context, r Request) (bolt11.Invoice, error) {
	if r.Amount == 0 || r.Expiry == 0 {
		return bolt11.Invoice{}, fmt.Errorf("invoice for %v that expires after %d seconds: neither may be 0", r.Amount, r.Expiry)
	}
	i := invoice{Amount: r.Amount, Unpayable: r.Unpayable}
	draft := bolt11.Invoice{
		Network: n.network.options.Bitcoin, Amount: r.Amount, Time: uint64(n.network.options.Now().Unix()),
		Description: r.Description.Direct, DescriptionHash: r.Description.Hash,
		Expiry: r.Expiry, MinFinalCLTV: finalDelay, Features: bolt11.Basic(),
	}
	secrets := [2][32]byte{}
	for k := range secrets {
		if _, err := io.ReadFull(n.network.options.Random, secrets[k][:]); err != nil {
			return bolt11.Invoice{}, err
		}
	}
	draft.PaymentSecret = secrets[0]
	if r.Hash != nil {
		draft.PaymentHash = *r.Hash
	} else {
		i.Preimage = (*wire.Preimage)(&secrets[1])
		draft.PaymentHash = i.Preimage.Hash()
	}
	signed, err := bolt11.Sign(draft, n.key)
	if err != nil {
		return signed, err
	}
	i.Text, i.Expires = signed.String(), signed.ExpiresAt()
	err = n.network.db.Update(ctx, func(tx *kv.Tx) error {
		key := invoiceKey(n.public, signed.PaymentHash)
		if tx.Has(key) {
			return fmt.Errorf("%w: %v", ErrExists, signed.PaymentHash)
		}
		tx.Put(key, wire.Encode(i))
		return nil
	})
	return signed, err
}

// An InvoiceState says what has become of an invoice.
type InvoiceState string

const (
	Unpaid    InvoiceState = "unpaid"    // nobody has paid
	Held      InvoiceState = "held"      // a payment waits for the preimage
	Settled   InvoiceState = "settled"   // it is paid
	Cancelled InvoiceState = "cancelled" // nobody can pay any more
)

// An invoice is one as its node keeps it.
type invoice struct {
	Text      string
	Amount    wire.Amount
	Expires   uint64         // seconds since 1970
	Preimage  *wire.Preimage // nil while it is not known
	Unpayable bool
	State     InvoiceState
	Payer     wire.PublicKey // once a payment has arrived
}

var invoiceStates = []InvoiceState{Unpaid, Held, Settled, Cancelled}

func (i invoice) Append(b []byte) []byte {
	b = wire.AppendUint(i.Amount.Append(wire.AppendText(b, i.Text)), i.Expires)
	b = wire.AppendBool(wire.AppendOption(b, i.Preimage), i.Unpayable)
	return append(appendName(b, invoiceStates, i.State), i.Payer[:]...)
}

func (i *invoice) Decode(d *wire.Decoder) {
	i.Text = d.Text()
	i.Amount.Decode(d)
	i.Expires = d.Uint64()
	if d.Bool() {
		i.Preimage = new(wire.Preimage)
		i.Preimage.Decode(d)
	}
	i.Unpayable = d.Bool()
	i.State = readName(d, invoiceStates)
	d.Fixed(i.Payer[:])
}

func invoiceKey(payee wire.PublicKey, hash wire.Hash) string {
	return "invoice/" + string(payee[:]) + string(hash[:])
}

// appendName appends the place of a name among all names, of which the first also
// stands for "".
func appendName[S ~string](b []byte, names []S, name S) []byte {
	for i, known := range names {
		if known == name {
			return wire.AppendByte(b, byte(i))
		}
	}
	if name == "" {
		return wire.AppendByte(b, 0)
	}
	panic(fmt.Sprintf("lightning: there is no state %q", name))
}

func readName[S ~string](d *wire.Decoder, names []S) S {
	i := d.Byte()
	if int(i) >= len(names) {
		d.Fail("there is no state %d", i)
		return names[0]
	}
	return names[i]
}

// State returns what has become of an invoice of the node, and the preimage if it
// is settled.
func (n *Node) State(hash wire.Hash) (state InvoiceState, preimage wire.Preimage, ok bool) {
	i, ok := find[invoice](n.network.db.Snapshot(), invoiceKey(n.public, hash))
	if i.State == Settled {
		preimage = *i.Preimage
	}
	return i.State, preimage, ok
}
