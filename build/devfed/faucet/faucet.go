// Package faucet gives out e-cash of the demo federation for nothing and takes
// it back.
//
// It knows notes of both generations and their worth. It knows nothing of who
// asks: whoever reaches it gets what is asked for, which is why there is no
// faucet in a federation with money.
//
// Both ways are transactions in the agreed order, which sessions and recovery
// show: an issuance has outputs and no inputs, a redemption inputs and no
// outputs. Neither pays a fee. The notes are made as a wallet makes them, of a
// threshold of shares. But no wallet can derive their keys, so that none finds
// them when it recovers.
package faucet

import (
	"context"
	"errors"
	"math/bits"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// MaxAmount is the most that is given out at once: one bitcoin, in msat.
const MaxAmount wire.Amount = 100_000_000_000

// A Faucet is that of one federation.
type Faucet struct {
	config wire.ClientConfig
	ledger *consensus.Ledger
	mints  map[wire.ModuleID]*ecash.Mint
}

// New returns the faucet of the federation with this config and these mints. Of
// several mints of one kind it uses the first.
func New(config wire.ClientConfig, ledger *consensus.Ledger, mints map[wire.ModuleID]*ecash.Mint) *Faucet {
	return &Faucet{config, ledger, mints}
}

// Ecash makes new notes of the mint of the first generation that are worth
// exactly amount msat, one for each binary digit.
func (f *Faucet) Ecash(ctx context.Context, amount wire.Amount) (wire.OOBNotes, error) {
	made, err := f.issue(ctx, wire.KindMint, amount, amount)
	if err != nil {
		return wire.OOBNotes{}, err
	}
	notes := make(wire.MintNotes)
	for _, n := range made {
		notes[n.amount] = append(notes[n.amount], wire.MintSpendableNote{Signature: n.signature, SpendKey: n.key})
	}
	return wire.NewOOBNotes(f.config.FederationID().Prefix(), notes), nil
}

// EcashV2 makes new notes of the mint of the second generation. Since clients
// take none below 512 msat, they are worth amount msat, rounded up to a multiple
// of 512 as clients do when they send; one note for each binary digit.
func (f *Faucet) EcashV2(ctx context.Context, amount wire.Amount) (wire.ECash, error) {
	made, err := f.issue(ctx, wire.KindMintV2, amount, roundUp(amount))
	if err != nil {
		return wire.ECash{}, err
	}
	notes := make([]wire.MintV2SpendableNote, len(made))
	for i, n := range made {
		notes[i] = wire.MintV2SpendableNote{Denomination: denomination(n.amount), SpendKey: n.key, Signature: n.signature}
	}
	return wire.NewECash(f.config.FederationID(), notes, wire.Bitcoin), nil
}

func roundUp(amount wire.Amount) wire.Amount {
	least := wire.MinDenomination.Amount()
	return (amount + least - 1) / least * least
}

// denomination is that of a power of two.
func denomination(amount wire.Amount) wire.Denomination {
	return wire.Denomination(bits.TrailingZeros64(uint64(amount)))
}

// Redeem takes notes of the first generation out of circulation, all or none,
// and returns what they were worth in msat.
func (f *Faucet) Redeem(ctx context.Context, notes wire.OOBNotes) (wire.Amount, error) {
	if ours := f.config.FederationID().Prefix(); notes.Prefix() != ours {
		return 0, refuse(CodeForeign, "the notes are of federation %v, this is %v", notes.Prefix(), ours)
	}
	var spent []note
	for amount, n := range notes.Notes().All() {
		spent = append(spent, note{amount: amount, key: n.SpendKey, signature: n.Signature})
	}
	return f.redeem(ctx, wire.KindMint, spent)
}

// RedeemV2 takes notes of the second generation out of circulation, all or none,
// and returns what they were worth in msat.
func (f *Faucet) RedeemV2(ctx context.Context, ecash wire.ECash) (wire.Amount, error) {
	ours := f.config.FederationID()
	id, ok := ecash.FederationID()
	switch {
	case !ok:
		return 0, refuse(CodeNotEcash, "the e-cash does not name its federation")
	case id != ours:
		return 0, refuse(CodeForeign, "the notes are of federation %v, this is %v", id, ours)
	case ecash.Unit() != wire.Bitcoin:
		return 0, refuse(CodeForeign, "the notes are of unit %d, this federation's of bitcoin", ecash.Unit())
	}
	var spent []note
	for _, n := range ecash.Notes() {
		if n.Denomination > wire.MaxDenomination {
			return 0, refuse(CodeForged, "no mint issues notes of denomination %d", uint8(n.Denomination))
		}
		spent = append(spent, note{amount: n.Denomination.Amount(), key: n.SpendKey, signature: n.Signature})
	}
	if len(spent) == 0 {
		return 0, refuse(CodeNotEcash, "the e-cash has no notes")
	}
	return f.redeem(ctx, wire.KindMintV2, spent)
}

func (f *Faucet) redeem(ctx context.Context, kind wire.ModuleKind, notes []note) (total wire.Amount, err error) {
	m, err := f.mint(kind)
	if err != nil {
		return 0, err
	}
	t, err := m.spend(notes)
	if err != nil {
		return 0, err
	}
	_, err = f.ledger.Redeem(ctx, t)
	if refusal, ok := errors.AsType[*wire.TransactionError](err); ok {
		return 0, m.explain(refusal)
	}
	for _, n := range notes {
		if err == nil {
			total, err = total.Add(n.amount)
		}
	}
	return total, err
}

// spend returns a transaction that spends notes on nothing.
func (m *mint) spend(notes []note) (t wire.Transaction, err error) {
	var keys []wire.SecretKey
	for _, n := range notes {
		if _, err := tbs.ParseSignature(n.signature); err != nil {
			return t, refuse(CodeForged, "the signature of a note of %v is malformed", n.amount)
		}
		keys = append(keys, n.key)
		t.Inputs = append(t.Inputs, wire.DynInput{Dyn: wire.DynOf(m.id, m.input(n))})
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
func (m *mint) explain(refusal *wire.TransactionError) error {
	switch {
	case refusal.Variant == wire.TxInvalidWitnessLength, refusal.Variant == wire.TxInvalidInput && m.forged(refusal.Cause):
		return refuse(CodeForged, "a note is not signed by this federation's mint")
	case refusal.Variant == wire.TxInvalidInput:
		return refuse(CodeSpent, "a note is spent already, or twice among these")
	}
	return refusal
}

// forged reports whether an input was refused for anything but being spent,
// which only the second generation does.
func (m *mint) forged(cause wire.Dyn) bool {
	if m.kind != wire.KindMintV2 {
		return false
	}
	e, err := wire.Decode[wire.MintV2InputError](cause.Body)
	return err != nil || e.Variant != wire.MintV2NoteSpent
}
