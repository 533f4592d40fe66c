// Package mint is the client side of the first mint module of fedimint, kind
// "mint", consensus version 2: e-cash whose denominations are tiers of the
// config, in msat.
//
// It knows notes: how their keys are derived from the words, how they are asked
// for, signed, chosen, spent and handed out as text. It does not know how a
// transaction is submitted (package client does) or how a signature is computed
// (package tbs does).
//
// # Notes
//
// A note is a key pair, the nonce being the public key, and the federation's
// signature over the nonce. What it is worth follows from which key verifies the
// signature. Spending it is one BIP-340 signature over the transaction id.
//
// The keys of note i of a tier are derived from the words (see derive.go), so
// that the words alone bring it back. An index is used once, ever: two notes
// with the same keys can be signed but only one of them spent. The counter of a
// tier therefore moves in the same commit as the transaction that uses it.
//
// # What is kept
//
//	n <amount> <nonce>   a note that can be spent: signature and spend key
//	a <amount> <nonce>   a note that is put aside: the same, the operation that put
//	                     it there, and why
//	i <amount>           the next index of the tier
//	j <amount>           the same once more, should the other be damaged
//	x <operation>        the person wants this e-cash back
//	t <operation>        guardians say that this e-cash was taken
//	g <nonce>            the operation that has handed this note out
//
// amount is 8 bytes, big endian, so that the order of keys is that of amounts.
//
// # Machines
//
// issuance waits for signatures of new notes; packing is an issuance whose notes
// are handed out as soon as they are there. input watches over notes that a
// transaction spends, and reclaim over such as may be somebody else's by now.
// When their transaction is refused, for whatever reason, inquiry asks the
// guardians which of the notes are spent: these are gone, and the others are
// claimed again, together, with new indices. spend is e-cash that was handed out
// as text.
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
package mint

import (
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"

	"satchel/client"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Kind is what a wallet must be told to use the module.
func Kind(scheme func() tbs.Scheme) client.Kind {
	return client.Kind{
		Name:    wire.KindMint,
		Version: 2,
		API:     wire.APIVersions{{Major: 0, Minor: 0}},
		New:     func(h client.Host) (client.Module, error) { return newMint(h, scheme()) },
	}
}

// A Mint is one instance of the module. It is a [client.Cash].
type Mint struct {
	client.Host
	keys   wire.MintConfig
	scheme tbs.Scheme
	tiers  []wire.Amount // all, ascending
	worth  []wire.Amount // those of which a note is worth more than its fee

	mostClaims int // of foreign notes in a transaction
}

func newMint(h client.Host, scheme tbs.Scheme) (*Mint, error) {
	config, err := wire.Decode[wire.MintConfig](h.Config)
	if err != nil {
		return nil, err
	}
	m := &Mint{Host: h, keys: config, scheme: scheme, mostClaims: mostClaims}
	m.tiers = slices.Sorted(maps.Keys(config.Keys))
	m.worth = economical(m.tiers, config.Fee)
	for peer := range h.Client.Config().Guardians {
		for _, tier := range m.tiers {
			if _, ok := config.PeerKeys[peer][tier]; !ok {
				return nil, fmt.Errorf("mint config has no key of guardian %d for %v", peer, tier)
			}
		}
	}
	return m, nil
}

// Kind implements [client.Module].
func (m *Mint) Kind() wire.ModuleKind { return wire.KindMint }

func (m *Mint) noteKey(amount wire.Amount, nonce wire.PublicKey) string {
	return m.Key("n", bigEndian(uint64(amount)), string(nonce[:]))
}

func bigEndian(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }

// notes yields what could be spent, by descending amount and nonce.
func (m *Mint) notes(r *kv.Reader) iter.Seq[note] {
	prefix := m.Key("n")
	return func(yield func(note) bool) {
		for k, v := range r.UnderDown(prefix, "") {
			spendable, err := wire.Decode[wire.MintSpendableNote](v)
			if err != nil {
				panic(fmt.Sprintf("mint: stored note cannot be read: %v", err))
			}
			k = k[len(prefix):]
			n := note{wire.Amount(binary.BigEndian.Uint64([]byte(k))), wire.PublicKey([]byte(k[8:])), spendable}
			if !yield(n) {
				return
			}
		}
	}
}

// put stores notes as spendable.
func (m *Mint) put(tx *fsm.Tx, notes []note) {
	for _, n := range notes {
		tx.Put(m.noteKey(n.amount, n.nonce), wire.Encode(n.MintSpendableNote))
	}
}

// take removes notes and says so in the event log, or returns [fsm.ErrAgain] when
// one is not there any more.
func (m *Mint) take(tx *fsm.Tx, notes []note) error {
	for _, n := range notes {
		key := m.noteKey(n.amount, n.nonce)
		if !tx.Has(key) {
			return fsm.ErrAgain
		}
		tx.Delete(key)
		m.Log(tx, m.event("note-spent", map[string]any{"nonce": n.nonce.String()}))
	}
	return nil
}

// Balance implements [client.Cash].
func (m *Mint) Balance(r *kv.Reader) (sum wire.Amount) {
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
func (m *Mint) Counts(r *kv.Reader) iter.Seq[Count] {
	prefix := m.Key("n")
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
