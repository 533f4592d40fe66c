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
	s, refused := f.apply(b, tx, fresh)
	switch {
	case refused != nil:
		return refused
	case s.in < s.need:
		return s.unbalanced()
	}
	b.audit.Fees += s.in - s.given
	return nil
}

// sums are what a transaction moves, in msat.
type sums struct {
	in, given wire.Amount // of inputs, and of outputs
	need      wire.Amount // what must come in: what is given, and the fees
}

func (s sums) unbalanced() *wire.TransactionError {
	return &wire.TransactionError{Variant: wire.TxUnbalanced, Inputs: s.in, Outputs: s.given, Fee: s.need - s.given}
}

// plus adds amounts. It reports false where the sum overflows.
func plus(sum *wire.Amount, amounts ...wire.Amount) bool {
	for _, a := range amounts {
		next, err := sum.Add(a)
		if err != nil {
			return false
		}
		*sum = next
	}
	return true
}

// apply is process without a look at whether the transaction is balanced.
func (f *Federation) apply(b *books, tx wire.Transaction, fresh bool) (s sums, refused *wire.TransactionError) {
	var keys []wire.PublicKey
	for _, i := range tx.Inputs {
		amount, fee, key, refused := f.input(b, i)
		if refused != nil {
			return s, refused
		}
		if !plus(&s.in, amount) || !plus(&s.need, fee) {
			return s, sums{}.unbalanced()
		}
		keys = append(keys, key)
	}
	if err := verifySignatures(tx, keys); err != nil {
		return s, err
	}
	id := tx.TxID()
	for i, o := range tx.Outputs {
		amount, fee, refused := f.output(b, o, wire.OutPoint{TxID: id, Index: uint64(i)}, fresh)
		if refused != nil {
			return s, refused
		}
		if !plus(&s.given, amount) || !plus(&s.need, amount, fee) {
			return s, sums{}.unbalanced()
		}
	}
	b.add(id, tx)
	return s, nil
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
	if f.lightning != nil && i.Module == LNV2ID {
		return f.lightning.spend(b, i.Body)
	}
	if f.ln != nil && i.Module == LNID {
		return f.ln.spend(b, i.Body)
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

func (f *Federation) output(b *books, o wire.DynOutput, at wire.OutPoint, fresh bool) (amount, fee wire.Amount, refused *wire.TransactionError) {
	if m, ok := f.mintAt(o.Module); ok {
		n, refused := m.issue(b, o.Body, fresh)
		return n.amount, m.fee(n.amount), refused
	}
	if f.lightning != nil && o.Module == LNV2ID {
		return f.lightning.fund(b, o.Body, at)
	}
	if f.ln != nil && o.Module == LNID {
		return f.ln.fund(b, o.Body, at)
	}
	coin, err := wire.Decode[dummy.Output](o.Body)
	if err != nil || o.Module != DummyID || b.coins[coin.Key] != 0 {
		return 0, 0, &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(o.Module, wire.Unit{})}
	}
	b.coins[coin.Key] = coin.Amount
	return coin.Amount, dummy.Fee, nil
}
