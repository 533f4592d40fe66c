// Package faucet gives out e-cash of the demo federation for nothing and takes
// it back.
//
// It knows notes and their worth. It knows nothing of who asks: whoever reaches
// it gets what is asked for, which is why there is no faucet in a federation
// with money.
//
// Both ways are transactions in the agreed order, which sessions and recovery
// show: an issuance has outputs and no inputs, a redemption inputs and no
// outputs. Neither pays a fee. The notes are made as a wallet makes them, of a
// threshold of shares.
package faucet

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/bits"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/mint"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// MaxAmount is the most that is given out at once: one bitcoin, in msat.
const MaxAmount wire.Amount = 100_000_000_000

// A Faucet is that of one federation and one mint.
type Faucet struct {
	federation wire.FederationID
	guardians  int
	ledger     *consensus.Ledger
	mint       *mint.Mint
	id         wire.ModuleID
	scheme     *tbs.BLS
}

// New returns the faucet of a federation with so many guardians, whose mint is
// module id.
func New(federation wire.FederationID, guardians int, ledger *consensus.Ledger, mint *mint.Mint, id wire.ModuleID) *Faucet {
	return &Faucet{federation, guardians, ledger, mint, id, tbs.V1()}
}

// Codes of errors. They are stable.
const (
	CodeBadRequest = "bad_request"
	CodeAmount     = "amount_out_of_range"
	CodeNotEcash   = "not_ecash"
	CodeForeign    = "foreign_notes"
	CodeForged     = "forged_notes"
	CodeSpent      = "spent_notes"
	CodeTooMany    = "too_many_notes"
	CodeNoQuorum   = "no_quorum"
	CodeNoMint     = "no_mint"
	CodeNoGuardian = "no_such_guardian"
	CodeInternal   = "internal"
)

// An Error is a refusal, with a code for programs and a sentence for people.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

func refuse(code, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// A note is one that is being made.
type note struct {
	amount   wire.Amount
	key      wire.SecretKey
	blinding [32]byte
}

// Ecash makes new notes that are worth exactly amount msat, one for each binary
// digit.
func (f *Faucet) Ecash(ctx context.Context, amount wire.Amount) (wire.OOBNotes, error) {
	if err := f.ready(); err != nil {
		return wire.OOBNotes{}, err
	}
	if amount == 0 || amount > MaxAmount {
		return wire.OOBNotes{}, refuse(CodeAmount, "the faucet gives from 1 to %d msat, not %d", uint64(MaxAmount), uint64(amount))
	}
	var notes []note
	var outputs []wire.DynOutput
	for rest := uint64(amount); rest != 0; rest &= rest - 1 {
		n := newNote(1 << bits.TrailingZeros64(rest))
		blind, err := f.scheme.Blind(n.key.PublicKey(), n.blinding)
		if err != nil {
			return wire.OOBNotes{}, err
		}
		notes = append(notes, n)
		outputs = append(outputs, wire.DynOutput{Dyn: wire.DynOf(f.id, wire.MintOutput{Amount: n.amount, BlindNonce: blind})})
	}
	var nonce [8]byte
	rand.Read(nonce[:])
	id, err := f.ledger.Issue(ctx, outputs, nonce)
	if err != nil {
		return wire.OOBNotes{}, err
	}
	return f.collect(id, notes)
}

// ready returns an error unless the federation can issue and redeem.
func (f *Faucet) ready() error {
	switch {
	case f.mint == nil:
		return refuse(CodeNoMint, "this federation has no mint")
	case !f.ledger.Quorum():
		return refuse(CodeNoQuorum, "too few guardians are on to agree on anything")
	}
	return nil
}

func newNote(amount wire.Amount) note {
	n := note{amount: amount}
	for !n.key.Valid() {
		rand.Read(n.key[:])
	}
	rand.Read(n.blinding[:31]) // little endian, so below the order
	n.blinding[0] |= 1         // not zero
	return n
}

// collect makes notes of the outputs of an accepted transaction.
func (f *Faucet) collect(id wire.TxID, notes []note) (wire.OOBNotes, error) {
	made := make(wire.MintNotes)
	signed := make([]tbs.SignedNote, len(notes))
	for i, n := range notes {
		signature, err := f.signature(wire.OutPoint{TxID: id, Index: uint64(i)}, n)
		if err != nil {
			return wire.OOBNotes{}, err
		}
		key, _ := f.mint.Key(n.amount)
		signed[i] = tbs.SignedNote{Nonce: n.key.PublicKey(), Signature: signature, Key: key}
		made[n.amount] = append(made[n.amount], wire.MintSpendableNote{Signature: signature, SpendKey: n.key})
	}
	if bad, err := f.scheme.VerifyNotes(signed); err != nil || len(bad) > 0 {
		panic(fmt.Sprintf("faucet: %d of our own notes do not verify: %v", len(bad), err))
	}
	return wire.NewOOBNotes(f.federation.Prefix(), made), nil
}

// signature combines the shares of the first guardians, which they give whether
// they are on or not: they are ours.
func (f *Faucet) signature(at wire.OutPoint, n note) ([48]byte, error) {
	out, ok := mint.Issued(f.ledger.View(f.id), at)
	if !ok {
		panic(fmt.Sprintf("faucet: no output %v", at))
	}
	threshold := wire.Threshold(f.guardians)
	shares := make(map[uint16][48]byte, threshold)
	for i := range threshold {
		shares[uint16(i)] = f.mint.Sign(wire.PeerID(i), out.Amount, out.BlindNonce)
	}
	return f.scheme.Combine(threshold, shares, n.blinding)
}

// Redeem takes notes out of circulation, all or none, and returns what they were
// worth in msat.
func (f *Faucet) Redeem(ctx context.Context, notes wire.OOBNotes) (wire.Amount, error) {
	if err := f.ready(); err != nil {
		return 0, err
	}
	if notes.Prefix() != f.federation.Prefix() {
		return 0, refuse(CodeForeign, "the notes are of federation %v, this is %v", notes.Prefix(), f.federation.Prefix())
	}
	t, err := f.spend(notes.Notes())
	if err != nil {
		return 0, err
	}
	_, err = f.ledger.Redeem(ctx, t)
	if refusal, ok := errors.AsType[*wire.TransactionError](err); ok {
		return 0, explain(refusal)
	}
	if err != nil {
		return 0, err
	}
	return notes.Notes().Total()
}

// spend returns a transaction that spends notes on nothing.
func (f *Faucet) spend(notes wire.MintNotes) (t wire.Transaction, err error) {
	var keys []wire.SecretKey
	for amount, n := range notes.All() {
		if _, err := tbs.ParseSignature(n.Signature); err != nil {
			return t, refuse(CodeForged, "the signature of a note of %v is malformed", amount)
		}
		keys = append(keys, n.SpendKey)
		t.Inputs = append(t.Inputs, wire.DynInput{Dyn: wire.DynOf(f.id, wire.MintInput{Amount: amount, Note: n.Note()})})
	}
	if err := t.Sign(keys); err != nil {
		return t, err
	}
	if size := len(wire.Encode(t)); size > wire.MaxTransaction {
		return t, refuse(CodeTooMany, "%d notes are too many for one transaction: %d bytes of at most %d", len(keys), size, wire.MaxTransaction)
	}
	return t, nil
}

// explain tells what is wrong with notes from why their transaction is refused.
func explain(refusal *wire.TransactionError) error {
	switch refusal.Variant {
	case wire.TxInvalidInput:
		return refuse(CodeSpent, "a note is spent already, or twice among these")
	case wire.TxInvalidWitnessLength:
		return refuse(CodeForged, "a note is not signed by this federation's mint")
	}
	return refusal
}
