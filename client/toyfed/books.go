package toyfed

import (
	"crypto/sha256"
	"maps"
	"sync"

	"satchel/client/dummy"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// books are the state of consensus.
type books struct {
	txs     map[wire.TxID]wire.Transaction
	spent   map[wire.PublicKey]bool
	blinded map[wire.G1]bool
	coins   map[wire.PublicKey]wire.Amount // the dummy's
	audit   Audit
}

// An Audit is what the books add up to, in msat.
type Audit struct {
	Issued wire.Amount // face value of all notes that were signed
	Spent  wire.Amount // face value of all notes that were spent
	Burnt  wire.Amount // face value of notes that share their keys with another one
	Coins  wire.Amount // what the dummy holds
	Fees   wire.Amount // what transactions overpaid
}

// Outstanding is the face value of notes that were signed and not yet spent.
func (a Audit) Outstanding() wire.Amount { return a.Issued - a.Spent }

func newBooks() *books {
	return &books{
		txs: map[wire.TxID]wire.Transaction{}, spent: map[wire.PublicKey]bool{},
		blinded: map[wire.G1]bool{}, coins: map[wire.PublicKey]wire.Amount{},
	}
}

func (b *books) clone() *books {
	return &books{maps.Clone(b.txs), maps.Clone(b.spent), maps.Clone(b.blinded), maps.Clone(b.coins), b.audit}
}

// Audit returns the books' sums.
func (f *Federation) Audit() Audit {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.books.audit
	for _, amount := range f.books.coins {
		a.Coins += amount
	}
	return a
}

// Mint gives a wallet e-cash that nobody paid for: as many notes as amount has
// bits.
func (f *Federation) Mint(amount wire.Amount, key func() wire.SecretKey) wire.MintNotes {
	f.mu.Lock()
	defer f.mu.Unlock()
	notes := wire.MintNotes{}
	for i := len(f.tiers) - 1; i >= 0; i-- {
		for tier := f.tiers[i]; amount >= tier; amount -= tier {
			spend := key()
			notes[tier] = append(notes[tier], wire.MintSpendableNote{Signature: f.signature(tier, spend.PublicKey()), SpendKey: spend})
			f.books.audit.Issued += tier
		}
	}
	return notes
}

// Spend lets somebody spend a note, if nobody has.
func (f *Federation) Spend(nonce wire.PublicKey, amount wire.Amount) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.books.spent[nonce] {
		f.books.spent[nonce] = true
		f.books.audit.Spent += amount
	}
}

// signature signs a nonce with the threshold keys.
func (f *Federation) signature(tier wire.Amount, nonce wire.PublicKey) wire.G1 {
	one := [32]byte{1}
	blinded, err := f.Signer.Blind(nonce, one)
	if err != nil {
		panic(err)
	}
	threshold := wire.Threshold(f.Guardians)
	shares := map[uint16][48]byte{}
	for p := range threshold {
		if shares[uint16(p)], err = f.Signer.Sign(blinded, f.keys[tier].Secret[p]); err != nil {
			panic(err)
		}
	}
	signature, err := f.Signer.Combine(threshold, shares, one)
	if err != nil {
		panic(err)
	}
	return signature
}

// GiveCoin gives the dummy's money to a key.
func (f *Federation) GiveCoin(key wire.PublicKey, amount wire.Amount) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.books.coins[key] += amount
}

// process applies a transaction to the books, or returns why it is refused.
// The books are left half changed then. fresh is the check at submission, which
// consensus does not repeat, that no blind nonce is used twice.
func (f *Federation) process(b *books, tx wire.Transaction, fresh bool) *wire.TransactionError {
	var in, out wire.Amount
	var keys []wire.PublicKey
	for _, i := range tx.Inputs {
		amount, fee, key, refused := f.input(b, i)
		if refused != nil {
			return refused
		}
		in, out, keys = in+amount, out+fee, append(keys, key)
	}
	if err := verifySignatures(tx, keys); err != nil {
		return err
	}
	var given wire.Amount
	for _, o := range tx.Outputs {
		amount, fee, refused := f.output(b, o, fresh)
		if refused != nil {
			return refused
		}
		given, out = given+amount, out+amount+fee
	}
	if in < out {
		return &wire.TransactionError{Variant: wire.TxUnbalanced, Inputs: in, Outputs: given, Fee: out - given}
	}
	b.audit.Fees += in - given
	b.txs[tx.TxID()] = tx
	return nil
}

// verified remembers transactions whose signatures are good: a simulation runs
// the same ones many times.
var verified sync.Map

func verifySignatures(tx wire.Transaction, keys []wire.PublicKey) *wire.TransactionError {
	whole := sha256.Sum256(wire.AppendVec(wire.Encode(tx), keys))
	if _, ok := verified.Load(whole); ok {
		return nil
	}
	if err := tx.VerifySignatures(keys); err != nil {
		refused := err.(wire.TransactionError)
		return &refused
	}
	verified.Store(whole, true)
	return nil
}

func (f *Federation) input(b *books, i wire.DynInput) (amount, fee wire.Amount, key wire.PublicKey, refused *wire.TransactionError) {
	refuse := func(v wire.Appender) *wire.TransactionError {
		return &wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(i.Module, v)}
	}
	if i.Module == DummyID {
		coin, err := wire.Decode[dummy.Input](i.Body)
		if err != nil || b.coins[coin.Key] == 0 {
			return 0, 0, key, refuse(wire.Unit{})
		}
		amount = b.coins[coin.Key]
		delete(b.coins, coin.Key)
		return amount, dummy.Fee, coin.Key, nil
	}
	v, err := wire.Decode[wire.MintInput](i.Body)
	if err != nil || i.Module != MintID {
		return 0, 0, key, refuse(wire.MintInputError{Variant: wire.MintUnknownInput})
	}
	keys, ok := f.keys[v.Amount]
	if !ok {
		return 0, 0, key, refuse(wire.MintInputError{Variant: wire.MintInputAmount, Amount: v.Amount})
	}
	bad, err := f.Signer.VerifyNotes([]tbs.SignedNote{{Nonce: v.Note.Nonce, Signature: v.Note.Signature, Key: keys.Aggregate}})
	if err != nil || len(bad) > 0 {
		return 0, 0, key, &wire.TransactionError{Variant: wire.TxInvalidWitnessLength}
	}
	if b.spent[v.Note.Nonce] {
		return 0, 0, key, refuse(wire.MintInputError{Variant: wire.MintNoteSpent})
	}
	b.spent[v.Note.Nonce] = true
	b.audit.Spent += v.Amount
	return v.Amount, f.Fee.Fee(v.Amount), v.Note.Nonce, nil
}

func (f *Federation) output(b *books, o wire.DynOutput, fresh bool) (amount, fee wire.Amount, refused *wire.TransactionError) {
	refuse := func(v wire.Appender) *wire.TransactionError {
		return &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(o.Module, v)}
	}
	if o.Module == DummyID {
		coin, err := wire.Decode[dummy.Output](o.Body)
		if err != nil || b.coins[coin.Key] != 0 {
			return 0, 0, refuse(wire.Unit{})
		}
		b.coins[coin.Key] = coin.Amount
		return coin.Amount, dummy.Fee, nil
	}
	v, err := wire.Decode[wire.MintOutput](o.Body)
	if err != nil || o.Module != MintID {
		return 0, 0, refuse(wire.MintOutputError{Variant: wire.MintUnknownOutput})
	}
	if _, ok := f.keys[v.Amount]; !ok {
		return 0, 0, refuse(wire.MintOutputError{Variant: wire.MintOutputAmount, Amount: v.Amount})
	}
	if b.blinded[v.BlindNonce] {
		if fresh {
			return 0, 0, refuse(wire.MintOutputError{Variant: wire.MintBlindNonceReused})
		}
		b.audit.Burnt += v.Amount
	}
	b.blinded[v.BlindNonce] = true
	b.audit.Issued += v.Amount
	return v.Amount, f.Fee.Fee(v.Amount), nil
}
