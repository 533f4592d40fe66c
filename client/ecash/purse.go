// Package ecash is money as notes: how they are made, spent, handed out as text,
// claimed and called back, whichever generation they are of.
//
// It knows the machines that notes go through, and the rules by which a note
// enters and leaves the wallet's books. It does not know how a note looks on the
// wire, where its keys come from or how many of which to keep: that is a
// [notes.Generation], of package mint or mintv2. Nor does it know how a transaction is
// submitted (package client does) or how a signature is computed (package tbs).
//
// # Notes
//
// A note is a key pair, the nonce being the public key, and the federation's
// signature over the nonce. What it is worth follows from which key verifies the
// signature. Spending it is one BIP-340 signature over the transaction id.
//
// # What is kept
//
//	n <amount> <nonce>   a note that can be spent: signature and spend key
//	a <amount> <nonce>   a note that is put aside: the same, the operation that put
//	                     it there, and why
//	x <operation>        the person wants this e-cash back
//	t <operation>        guardians say that this e-cash was taken
//	g <nonce>            the operation that has handed this note out
//
// amount is 8 bytes, big endian, so that the order of keys is that of amounts.
// What begins with r is a search's, see search. Other letters are the
// generation's.
//
// # Machines
//
// issuance waits for signatures of new notes; packing is an issuance whose notes
// are handed out as soon as they are there. input watches over notes that a
// transaction spends, and reclaim over such as may be somebody else's by now.
// When their transaction is refused, for whatever reason, inquiry finds out which
// of the notes are spent: these are gone, and the others are claimed again,
// together, with new keys. spend is e-cash that was handed out as text. search
// finds notes again with the words alone, and regain claims them. trace is for
// those of which guardians that are asked by a blinded nonce have but the share of
// somebody else's later output.
//
// A note leaves the wallet's books when a transaction of the wallet that spends
// it is accepted, or when a threshold of guardians says that it is spent, and for
// no other reason.
//
// # Fees
//
// Every input and output costs the federation's fee, 100 msat at present. Notes
// that are worth no more than that are never made by this package; those that
// come in are put aside, since claiming them would cost more than they bring.
// So are notes of a refused transaction that would bring no new note by
// themselves, and those that are refused by themselves although they are not
// spent. Whoever sent notes that are put aside could still spend them.
package ecash

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// The steps of machines keep notes and requests.
type (
	note    = notes.Note
	request = notes.Request
)

// A Purse is one e-cash module of a federation. It is a [client.Cash].
type Purse struct {
	client.Host
	notes.Generation
	worth []wire.Amount // those tiers of which a note is worth more than its fee

	mostClaims int // of foreign notes in a transaction
	pace       pace
	feed       feed
}

func newPurse(h client.Host, g notes.Generation) *Purse {
	return &Purse{Host: h, Generation: g, worth: notes.Economical(g.Tiers(), g.Fee()), mostClaims: mostClaims, pace: usualPace}
}

func (m *Purse) fee(amount wire.Amount) wire.Amount { return m.Fee().Fee(amount) }

// Run implements [client.Runner].
func (m *Purse) Run(ctx context.Context) {
	defer m.feed.shut()
	if r, ok := m.Generation.(client.Runner); ok {
		r.Run(ctx)
	}
	<-ctx.Done()
}

// name returns the name of one of the machines.
func (m *Purse) name(machine string) string { return string(m.Kind()) + "/" + machine }

// start begins one of the machines.
func (m *Purse) start(tx *fsm.Tx, op fsm.OpID, machine string, s fsm.State) {
	tx.StartIn(op, m.name(machine), s)
}

// log writes an occasion into the event log.
func (m *Purse) log(tx *fsm.Tx, o notes.Occasion) {
	for _, e := range m.Events(o) {
		e.Module, e.Instance = m.Kind(), m.ID
		m.Log(tx, e)
	}
}

func (m *Purse) noteKey(amount wire.Amount, nonce wire.PublicKey) string {
	return m.Host.Key("n", bigEndian(uint64(amount)), string(nonce[:]))
}

func bigEndian(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }

// notes yields what could be spent, by descending amount and nonce.
func (m *Purse) notes(r *kv.Reader) iter.Seq[note] {
	prefix := m.Host.Key("n")
	return func(yield func(note) bool) {
		for k, v := range r.UnderDown(prefix, "") {
			spendable, err := wire.Decode[wire.MintSpendableNote](v)
			if err != nil {
				panic(fmt.Sprintf("ecash: stored note cannot be read: %v", err))
			}
			k = k[len(prefix):]
			n := note{
				Amount: wire.Amount(binary.BigEndian.Uint64([]byte(k))), Nonce: wire.PublicKey([]byte(k[8:])),
				MintSpendableNote: spendable,
			}
			if !yield(n) {
				return
			}
		}
	}
}

// put stores notes as spendable.
func (m *Purse) put(tx *fsm.Tx, some []note) {
	for _, n := range some {
		tx.Put(m.noteKey(n.Amount, n.Nonce), wire.Encode(n.MintSpendableNote))
	}
}

// take removes notes and says so in the event log, or returns [fsm.ErrAgain] when
// one is not there any more.
func (m *Purse) take(tx *fsm.Tx, some []note) error {
	for _, n := range some {
		key := m.noteKey(n.Amount, n.Nonce)
		if !tx.Has(key) {
			return fsm.ErrAgain
		}
		tx.Delete(key)
	}
	m.log(tx, notes.Left{Notes: some})
	return nil
}

// Balance implements [client.Cash].
func (m *Purse) Balance(r *kv.Reader) (sum wire.Amount) {
	for n := range m.Counts(r) {
		sum += n.Amount * wire.Amount(n.Count)
	}
	return sum
}

// A Count says how many notes of an amount there are.
type Count struct {
	Amount wire.Amount // msat
	Count  int
}

// Counts yields how many notes of each amount could be spent, greatest first.
func (m *Purse) Counts(r *kv.Reader) iter.Seq[Count] {
	prefix := m.Host.Key("n")
	return func(yield func(Count) bool) {
		var c Count
		for k := range r.UnderDown(prefix, "") {
			amount := wire.Amount(binary.BigEndian.Uint64([]byte(k[len(prefix):])))
			if amount != c.Amount && c.Count > 0 {
				if !yield(c) {
					return
				}
				c.Count = 0
			}
			c.Amount = amount
			c.Count++
		}
		if c.Count > 0 {
			yield(c)
		}
	}
}
