package liar

import (
	"context"
	"encoding/json"

	"satchel/client/wire"
)

// Lies about what becomes of transactions.
const (
	TxRejects   Lie = "tx-rejects"
	TxUnbalance Lie = "tx-unbalanced"
	TxAccepts   Lie = "tx-accepts"
	TxOtherID   Lie = "tx-other-id"
)

var aboutTransactions = []falsehood{
	{TxRejects, "passes a transaction on and says that its first note is spent", []string{"submit_transaction"}, refuses(spent)},
	{TxUnbalance, "passes a transaction on and says that it is unbalanced", []string{"submit_transaction"}, refuses(unbalanced)},
	{TxAccepts, "says at once that a transaction is accepted, and passes none on", []string{"submit_transaction", "await_transaction"}, accepts},
	{TxOtherID, "answers with the id of another transaction", []string{"submit_transaction", "await_transaction"}, otherID},
}

func refuses(because func(wire.Transaction) wire.TransactionError) func(context.Context, *call) (any, error) {
	return func(ctx context.Context, c *call) (any, error) {
		if _, err := c.honest(ctx); err != nil {
			return nil, err
		}
		refusal := because(c.transaction())
		return wire.SerdeOf(wire.SubmissionOutcome{Err: &refusal}), nil
	}
}

func spent(t wire.Transaction) wire.TransactionError {
	var module wire.ModuleID
	if len(t.Inputs) > 0 {
		module = t.Inputs[0].Module
	}
	cause := wire.DynOf(module, wire.MintInputError{Variant: wire.MintNoteSpent})
	return wire.TransactionError{Variant: wire.TxInvalidInput, Cause: cause}
}

func unbalanced(wire.Transaction) wire.TransactionError {
	return wire.TransactionError{Variant: wire.TxUnbalanced, Inputs: 1, Outputs: 2, Fee: 3}
}

func accepts(_ context.Context, c *call) (any, error) { return c.txAnswer(c.txID()), nil }

func otherID(ctx context.Context, c *call) (any, error) {
	if _, err := c.honest(ctx); err != nil {
		return nil, err
	}
	id := c.txID()
	id[0] ^= 1
	return c.txAnswer(id), nil
}

// txAnswer is the answer of either method that the transaction is accepted.
func (c *call) txAnswer(id wire.TxID) any {
	if c.method == "await_transaction" {
		return id
	}
	return wire.SerdeOf(wire.SubmissionOutcome{TxID: id})
}

// transaction returns the submitted transaction, or an empty one for a request
// that has none.
func (c *call) transaction() wire.Transaction {
	var encoded wire.Serde
	if json.Unmarshal(c.params, &encoded) != nil {
		return wire.Transaction{}
	}
	t, err := wire.Decode[wire.Transaction](encoded)
	if err != nil {
		return wire.Transaction{}
	}
	return t
}

// txID returns the id of the transaction that the request is about.
func (c *call) txID() (id wire.TxID) {
	if json.Unmarshal(c.params, &id) == nil {
		return id
	}
	return c.transaction().TxID()
}
