package toyfed

import (
	"crypto/sha256"

	"satchel/client/dummy"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// process applies a transaction to the books, or returns why it is refused.
// The books are left half changed then. fresh is the check at submission, which
// consensus does not repeat, that no blind nonce is used twice.
func (f *Federation) process(b *books, tx wire.Transaction, fresh bool) *wire.TransactionError {
	var in, given, out wire.Amount // out is what must come in
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

var verdicts memo[[32]byte, *wire.TransactionError]

func verifySignatures(tx wire.Transaction, keys []wire.PublicKey) *wire.TransactionError {
	whole := sha256.Sum256(wire.AppendVec(wire.Encode(tx), keys))
	return must(verdicts.get(whole, func() (*wire.TransactionError, error) {
		if err := tx.VerifySignatures(keys); err != nil {
			refused := err.(wire.TransactionError)
			return &refused, nil
		}
		return nil, nil
	}))
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
	if err != nil || i.Module != MintID || v.Unknown != nil {
		return 0, 0, key, refuse(wire.MintInputError{Variant: wire.MintUnknownInput})
	}
	keys, ok := f.keys[v.Amount]
	if !ok {
		return 0, 0, key, refuse(wire.MintInputError{Variant: wire.MintInputAmount, Amount: v.Amount})
	}
	bad, err := f.Signer.VerifyNotes([]tbs.SignedNote{{Nonce: v.Note.Nonce, Signature: v.Note.Signature, Key: keys.Aggregate}})
	if err != nil || len(bad) > 0 {
		// What exactly is wrong, guardians do not tell: they check in parallel
		// and would not give the same answer.
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
	if err != nil || o.Module != MintID || v.Unknown != nil {
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
