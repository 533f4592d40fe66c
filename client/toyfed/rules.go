package toyfed

import (
	"crypto/sha256"

	"satchel/client/dummy"
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
	b.add(tx)
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
	if m, ok := f.mintAt(i.Module); ok {
		n, refused := m.spend(b, i.Body)
		return n.amount, m.fee(n.amount), n.nonce, refused
	}
	refuse := func(v wire.Appender) *wire.TransactionError {
		return &wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(i.Module, v)}
	}
	coin, err := wire.Decode[dummy.Input](i.Body)
	if err != nil || i.Module != DummyID || b.coins[coin.Key] == 0 {
		return 0, 0, key, refuse(wire.Unit{})
	}
	amount = b.coins[coin.Key]
	delete(b.coins, coin.Key)
	return amount, dummy.Fee, coin.Key, nil
}

func (f *Federation) output(b *books, o wire.DynOutput, fresh bool) (amount, fee wire.Amount, refused *wire.TransactionError) {
	if m, ok := f.mintAt(o.Module); ok {
		n, refused := m.issue(b, o.Body, fresh)
		return n.amount, m.fee(n.amount), refused
	}
	coin, err := wire.Decode[dummy.Output](o.Body)
	if err != nil || o.Module != DummyID || b.coins[coin.Key] != 0 {
		return 0, 0, &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(o.Module, wire.Unit{})}
	}
	b.coins[coin.Key] = coin.Amount
	return coin.Amount, dummy.Fee, nil
}
