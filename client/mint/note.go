package mint

import (
	"cmp"
	"slices"

	"satchel/client/wire"
)

// A note is e-cash of which the wallet has the keys. The nonce follows from the
// spend key; it is kept beside it, since computing it costs a multiplication.
type note struct {
	amount wire.Amount
	nonce  wire.PublicKey
	wire.MintSpendableNote
}

// Append appends the form in which machines keep notes.
func (n note) Append(b []byte) []byte {
	b = n.amount.Append(b)
	b = append(b, n.nonce[:]...)
	return n.MintSpendableNote.Append(b)
}

// Decode reads that form. It does not compute whether nonce and key belong
// together: this package wrote them.
func (n *note) Decode(d *wire.Decoder) {
	n.amount.Decode(d)
	d.Fixed(n.nonce[:])
	n.MintSpendableNote.Decode(d)
}

// shown is what of the note is told to others when it is spent.
func (n note) shown() wire.MintNote { return wire.MintNote{Nonce: n.nonce, Signature: n.Signature} }

// total returns the face value in msat. It cannot overflow for notes that were
// issued: there is no more money than fits.
func total(notes []note) (sum wire.Amount) {
	for _, n := range notes {
		sum += n.amount
	}
	return sum
}

// sorted returns notes by ascending amount, as texts and transactions have them.
func sorted(notes []note) []note {
	notes = slices.Clone(notes)
	slices.SortStableFunc(notes, func(a, b note) int { return cmp.Compare(a.amount, b.amount) })
	return notes
}

// grouped returns notes as the wire has them.
func grouped(notes []note) wire.MintNotes {
	g := wire.MintNotes{}
	for _, n := range notes {
		g[n.amount] = append(g[n.amount], n.MintSpendableNote)
	}
	return g
}
