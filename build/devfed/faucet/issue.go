package faucet

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/bits"

	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A mint is the one of its kind whose notes are given out.
type mint struct {
	*ecash.Mint
	kind wire.ModuleKind
	id   wire.ModuleID
}

// mint returns that of a kind, or an error unless the federation can issue and
// redeem its notes.
func (f *Faucet) mint(kind wire.ModuleKind) (*mint, error) {
	ids := f.config.ModulesOf(kind)
	switch {
	case len(ids) == 0:
		return nil, refuse(CodeNoMint, "this federation has no module %q", kind)
	case !f.ledger.Quorum():
		return nil, refuse(CodeNoQuorum, "too few guardians are on to agree on anything")
	}
	return &mint{f.mints[ids[0]], kind, ids[0]}, nil
}

func (m *mint) input(n note) wire.Appender {
	if m.kind == wire.KindMintV2 {
		return wire.MintV2Input{Note: wire.MintV2Note{
			Denomination: denomination(n.amount), Nonce: n.key.PublicKey(), Signature: n.signature,
		}}
	}
	return wire.MintInput{Amount: n.amount, Note: wire.MintNote{Nonce: n.key.PublicKey(), Signature: n.signature}}
}

// output has no tweak by which a wallet would know it again.
func (m *mint) output(n note) wire.Appender {
	if m.kind == wire.KindMintV2 {
		return wire.MintV2Output{Denomination: denomination(n.amount), BlindNonce: n.blind}
	}
	return wire.MintOutput{Amount: n.amount, BlindNonce: n.blind}
}

// A note is one that is being made, or spent.
type note struct {
	amount    wire.Amount
	key       wire.SecretKey
	blinding  [32]byte
	blind     wire.G1
	signature wire.G1
}

// issue makes notes that are worth amount, one for each binary digit, for
// someone who asked for so much.
func (f *Faucet) issue(ctx context.Context, kind wire.ModuleKind, asked, amount wire.Amount) ([]note, error) {
	m, err := f.mint(kind)
	if err != nil {
		return nil, err
	}
	if asked == 0 || asked > MaxAmount {
		return nil, refuse(CodeAmount, "the faucet gives from 1 to %d msat, not %d", uint64(MaxAmount), uint64(asked))
	}
	var notes []note
	var outputs []wire.DynOutput
	for rest := uint64(amount); rest != 0; rest &= rest - 1 {
		n, err := m.newNote(1 << bits.TrailingZeros64(rest))
		if err != nil {
			return nil, err
		}
		notes = append(notes, n)
		outputs = append(outputs, wire.DynOutput{Dyn: wire.DynOf(m.id, m.output(n))})
	}
	var nonce [8]byte
	rand.Read(nonce[:])
	if _, err := f.ledger.Issue(ctx, outputs, nonce); err != nil {
		return nil, err
	}
	return notes, m.sign(notes, len(f.config.Guardians))
}

// Keys are what somebody else has derived for a note.
type Keys struct {
	Amount   wire.Amount // msat
	Spend    wire.SecretKey
	Blinding wire.Scalar
}

// Sign returns the signatures of notes of a kind that have been issued without
// the faucet. With them a test can spend what it has issued in a wallet's name.
func (f *Faucet) Sign(kind wire.ModuleKind, keys []Keys) ([]wire.G1, error) {
	m, err := f.mint(kind)
	if err != nil {
		return nil, err
	}
	notes := make([]note, len(keys))
	for i, k := range keys {
		notes[i] = note{amount: k.Amount, key: k.Spend, blinding: k.Blinding}
		if notes[i].blind, err = m.Scheme.Blind(k.Spend.PublicKey(), k.Blinding); err != nil {
			return nil, err
		}
	}
	if err := m.sign(notes, len(f.config.Guardians)); err != nil {
		return nil, err
	}
	signatures := make([]wire.G1, len(notes))
	for i, n := range notes {
		signatures[i] = n.signature
	}
	return signatures, nil
}

func (m *mint) newNote(amount wire.Amount) (n note, err error) {
	n.amount = amount
	for !n.key.Valid() {
		rand.Read(n.key[:])
	}
	rand.Read(n.blinding[:31]) // little endian, so below the order
	n.blinding[0] |= 1         // not zero
	n.blind, err = m.Scheme.Blind(n.key.PublicKey(), n.blinding)
	return n, err
}

// sign combines the shares of the first guardians, which they give whether they
// are on or not: they are ours.
func (m *mint) sign(notes []note, guardians int) error {
	threshold := wire.Threshold(guardians)
	signed := make([]tbs.SignedNote, len(notes))
	for i := range notes {
		n := &notes[i]
		shares := make(map[uint16][48]byte, threshold)
		for peer := range threshold {
			shares[uint16(peer)] = m.Sign(wire.PeerID(peer), n.amount, n.blind)
		}
		signature, err := m.Scheme.Combine(threshold, shares, n.blinding)
		if err != nil {
			return err
		}
		n.signature = signature
		key, _ := m.Key(n.amount)
		signed[i] = tbs.SignedNote{Nonce: n.key.PublicKey(), Signature: signature, Key: key}
	}
	if good, err := m.Scheme.CheckNotes(signed); err != nil || !good {
		panic(fmt.Sprintf("faucet: our own notes do not verify: %v", err))
	}
	return nil
}
