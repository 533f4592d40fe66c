package ecash

import (
	"encoding/binary"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

// An Issued is a note as the guardians know it that sign it: they learn its
// nonce when it is spent. Consensus form: that of the wire.MintOutput with the
// same fields, for notes of either generation.
type Issued struct {
	Amount wire.Amount // msat
	Blind  wire.G1
}

// Append appends the consensus form.
func (i Issued) Append(b []byte) []byte {
	return wire.MintOutput{Amount: i.Amount, BlindNonce: i.Blind}.Append(b)
}

// Decode reads the consensus form.
func (i *Issued) Decode(d *wire.Decoder) {
	var out wire.MintOutput
	out.Decode(d)
	*i = Issued{out.Amount, out.BlindNonce}
}

// Issue takes down that a note is issued, and item into the list for recovery.
func Issue(tx consensus.Tx, at wire.OutPoint, note Issued, item wire.Appender) {
	tx.Put(OutputKey(at), wire.Encode(note))
	tx.Put(blindKey(note.Blind), wire.Encode(at))
	addItem(tx, item)
}

// Spend takes down that a note is spent, and item into the list for recovery. It
// does nothing and returns false if the note was spent before.
func Spend(tx consensus.Tx, nonce wire.PublicKey, amount wire.Amount, item wire.Appender) bool {
	if Spent(tx.View, nonce) {
		return false
	}
	tx.Put(spentKey(nonce), wire.Encode(amount))
	addItem(tx, item)
	return true
}

// Spent reports whether a note is spent.
func Spent(view consensus.View, nonce wire.PublicKey) bool { return view.Has(spentKey(nonce)) }

// IssuedAt returns the note of an output of an accepted transaction.
func IssuedAt(view consensus.View, at wire.OutPoint) (note Issued, ok bool) {
	value, ok := view.Get(OutputKey(at))
	if !ok {
		return Issued{}, false
	}
	return consensus.Stored[Issued](value), true
}

// OutPointOf returns the last output that used a blind nonce.
func OutPointOf(view consensus.View, blind wire.G1) (at wire.OutPoint, ok bool) {
	value, ok := view.Get(blindKey(blind))
	if !ok {
		return wire.OutPoint{}, false
	}
	return consensus.Stored[wire.OutPoint](value), true
}

// Outstanding counts, nonce by nonce, what was issued and not spent, in msat.
func Outstanding(view consensus.View) (owed wire.Amount) {
	for _, value := range view.Under("output/") {
		owed = must(owed.Add(consensus.Stored[Issued](value).Amount))
	}
	for _, value := range view.Under("spent/") {
		owed = must(owed.Sub(consensus.Stored[wire.Amount](value)))
	}
	return owed
}

func must(a wire.Amount, err error) wire.Amount {
	if err != nil {
		panic("ecash: audit: " + err.Error())
	}
	return a
}

// OutputKey is where the state has the note of an output.
func OutputKey(at wire.OutPoint) string {
	return "output/" + string(binary.BigEndian.AppendUint64(at.TxID[:], at.Index))
}

func spentKey(nonce wire.PublicKey) string { return "spent/" + string(nonce[:]) }

func blindKey(blind wire.G1) string { return "blind/" + string(blind[:]) }
