package ecash

import (
	"encoding/binary"
	"fmt"
	"iter"

	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A shelved note is one that is to be put aside, and why.
type shelved struct {
	note
	why string
}

// An AsideNote is a note that the wallet keeps and does not claim.
type AsideNote struct {
	Amount wire.Amount // msat
	Nonce  wire.PublicKey
	Op     fsm.OpID // the operation that put it aside

	// Why is why the federation refused it although it is not spent, in the
	// federation's words, untrusted; "" for a note that by itself is worth too
	// little to be claimed.
	Why string
}

// asideValue is what is stored of a note that is put aside.
type asideValue struct {
	wire.MintSpendableNote
	Op  fsm.OpID
	Why string
}

func (v asideValue) Append(b []byte) []byte {
	b = append(v.MintSpendableNote.Append(b), v.Op[:]...)
	return wire.AppendText(b, v.Why)
}

func (v *asideValue) Decode(d *wire.Decoder) {
	v.MintSpendableNote.Decode(d)
	d.Fixed(v.Op[:])
	v.Why = d.Text()
}

func (m *Purse) asideKey(amount wire.Amount, nonce wire.PublicKey) string {
	return m.Host.Key("a", bigEndian(uint64(amount)), string(nonce[:]))
}

// putAside keeps notes that are not claimed. It stands in the commit in which
// nothing else holds them any more.
func (m *Purse) putAside(tx *fsm.Tx, op fsm.OpID, some []shelved) {
	for _, n := range some {
		tx.Put(m.asideKey(n.Amount, n.Nonce), wire.Encode(asideValue{n.MintSpendableNote, op, n.why}))
	}
}

// fromAside forgets that notes were put aside: an operation takes them up, or they
// are spent. The same note may come in by several texts.
func (m *Purse) fromAside(tx *fsm.Tx, notes []note) {
	for _, n := range notes {
		if key := m.asideKey(n.Amount, n.Nonce); tx.Has(key) {
			tx.Delete(key)
		}
	}
}

// shelve marks notes to be put aside for one reason.
func shelve(notes []note, why string) (all []shelved) {
	for _, n := range notes {
		all = append(all, shelved{n, why})
	}
	return all
}

func totalAside(notes []shelved) (sum wire.Amount) {
	for _, n := range notes {
		sum += n.Amount
	}
	return sum
}

// Aside returns the face value, in msat, of notes that were put aside. It is not
// part of the balance.
func (m *Purse) Aside(r *kv.Reader) (sum wire.Amount) {
	prefix := m.Host.Key("a")
	for k := range r.Under(prefix) {
		sum += wire.Amount(binary.BigEndian.Uint64([]byte(k[len(prefix):])))
	}
	return sum
}

// AsideNotes yields the notes that were put aside, by ascending amount.
func (m *Purse) AsideNotes(r *kv.Reader) iter.Seq[AsideNote] {
	prefix := m.Host.Key("a")
	return func(yield func(AsideNote) bool) {
		for k, stored := range r.Under(prefix) {
			v, err := wire.Decode[asideValue](stored)
			if err != nil {
				panic(fmt.Sprintf("ecash: stored note cannot be read: %v", err))
			}
			k = k[len(prefix):]
			n := AsideNote{wire.Amount(binary.BigEndian.Uint64([]byte(k))), wire.PublicKey([]byte(k[8:])), v.Op, v.Why}
			if !yield(n) {
				return
			}
		}
	}
}
