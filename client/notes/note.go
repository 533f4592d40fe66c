// Package notes is what both generations of e-cash have in common: a note, the
// request for one, and which notes make up an amount.
//
// It knows amounts and keys. It does not know how a note looks on the wire or
// where its keys come from (packages mint and mintv2 do, one for each
// generation), nor what becomes of it (package ecash does).
package notes

import (
	"slices"
	"sort"

	"satchel/client/wire"
)

// A Note is e-cash of which the wallet has the keys. The nonce follows from the
// spend key; it is kept beside it, since computing it costs a multiplication.
type Note struct {
	Amount wire.Amount // msat
	Nonce  wire.PublicKey
	wire.MintSpendableNote
}

// New returns the note with that key and signature.
func New(amount wire.Amount, key wire.SecretKey, signature wire.G1) Note {
	return Note{Amount: amount, Nonce: key.PublicKey(), MintSpendableNote: wire.MintSpendableNote{Signature: signature, SpendKey: key}}
}

// Append appends the form in which machines keep notes.
func (n Note) Append(b []byte) []byte {
	b = n.Amount.Append(b)
	b = append(b, n.Nonce[:]...)
	return n.MintSpendableNote.Append(b)
}

// Decode reads that form. It does not compute whether nonce and key belong
// together: this wallet wrote them.
func (n *Note) Decode(d *wire.Decoder) {
	n.Amount.Decode(d)
	d.Fixed(n.Nonce[:])
	n.MintSpendableNote.Decode(d)
}

// Total returns the face value in msat. It cannot overflow for notes that were
// issued: there is no more money than fits.
func Total(notes []Note) (sum wire.Amount) {
	for _, n := range notes {
		sum += n.Amount
	}
	return sum
}

// Sorted returns notes by ascending amount, as texts and transactions have them.
func Sorted(notes []Note) []Note {
	notes = slices.Clone(notes)
	sort.SliceStable(notes, func(i, j int) bool { return notes[i].Amount < notes[j].Amount })
	return notes
}

// Without returns notes but those that are among others.
func Without(all, others []Note) (rest []Note) {
	taken := map[wire.PublicKey]bool{}
	for _, n := range others {
		taken[n.Nonce] = true
	}
	for _, n := range all {
		if !taken[n.Nonce] {
			rest = append(rest, n)
		}
	}
	return rest
}

// Grouped returns notes as the first generation has them on the wire.
func Grouped(notes []Note) wire.MintNotes {
	g := wire.MintNotes{}
	for _, n := range notes {
		g[n.Amount] = append(g[n.Amount], n.MintSpendableNote)
	}
	return g
}

// A Request is a note that has been asked for: what turns guardians' shares
// into e-cash. The blinded nonce is kept, since computing it anew would cost a
// hash to the curve and a multiplication.
type Request struct {
	Amount  wire.Amount // msat
	Nonce   wire.PublicKey
	Keys    wire.MintIssuanceRequest
	Blinded wire.G1
}

// Append appends the form in which machines keep requests.
func (q Request) Append(b []byte) []byte {
	b = append(q.Amount.Append(b), q.Nonce[:]...)
	return q.Blinded.Append(q.Keys.Append(b))
}

// Decode reads that form.
func (q *Request) Decode(d *wire.Decoder) {
	q.Amount.Decode(d)
	d.Fixed(q.Nonce[:])
	q.Keys.Decode(d)
	q.Blinded.Decode(d)
}

// Signed returns the note that a request becomes.
func (q Request) Signed(signature wire.G1) Note {
	return Note{q.Amount, q.Nonce, wire.MintSpendableNote{Signature: signature, SpendKey: q.Keys.SpendKey}}
}
