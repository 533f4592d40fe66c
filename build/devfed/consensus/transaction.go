package consensus

import (
	"fmt"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A Transaction is one whose inputs and outputs the modules have decoded.
type Transaction struct {
	Wire wire.Transaction
	ID   wire.TxID

	inputs  []Input
	outputs []Output
}

// Decode reads a transaction. Like a real guardian it refuses what a module of
// the federation cannot read, but not variants of later versions.
func (l *Ledger) Decode(b []byte) (*Transaction, error) {
	decoded, err := wire.Decode[wire.Transaction](b)
	if err != nil {
		return nil, err
	}
	return l.parse(decoded)
}

func (l *Ledger) parse(decoded wire.Transaction) (*Transaction, error) {
	t := &Transaction{Wire: decoded, ID: decoded.TxID()}
	for i, in := range t.Wire.Inputs {
		module := l.modules[in.Module].Inputs
		if module == nil {
			return nil, fmt.Errorf("input %d: module %d takes no inputs", i, in.Module)
		}
		input, err := module.DecodeInput(in.Body)
		if err != nil {
			return nil, fmt.Errorf("input %d: %w", i, err)
		}
		t.inputs = append(t.inputs, input)
	}
	for i, out := range t.Wire.Outputs {
		module := l.modules[out.Module].Outputs
		if module == nil {
			return nil, fmt.Errorf("output %d: module %d takes no outputs", i, out.Module)
		}
		output, err := module.DecodeOutput(out.Body)
		if err != nil {
			return nil, fmt.Errorf("output %d: %w", i, err)
		}
		t.outputs = append(t.outputs, output)
	}
	return t, nil
}

// verify makes the checks that need no state. Which input fails is not told,
// and the error is that of a wrong number of signatures: fedimint checks in
// parallel, and guardians have to give one answer.
func (l *Ledger) verify(t *Transaction) *wire.TransactionError {
	byModule := make(map[wire.ModuleID][]Input)
	for i, in := range t.Wire.Inputs {
		byModule[in.Module] = append(byModule[in.Module], t.inputs[i])
	}
	for id, inputs := range byModule {
		if l.modules[id].Inputs.VerifyInputs(inputs) != nil {
			return &wire.TransactionError{Variant: wire.TxInvalidWitnessLength}
		}
	}
	return nil
}

// A mode is what a transaction is processed for.
type mode int

const (
	submission mode = iota // to answer whoever submitted it; nothing is written
	ordered                // because its turn in the order has come
)

// process checks a transaction that verify has passed and writes what follows
// from it: inputs, then signatures, then outputs. Whether the sums are right is
// left to the caller.
func (l *Ledger) process(tx *kv.Tx, t *Transaction, mode mode) (*funding, *wire.TransactionError) {
	var moved funding
	keys := make([]wire.PublicKey, len(t.inputs))
	for i, input := range t.inputs {
		module := t.Wire.Inputs[i].Module
		worth, key, refusal := input.Spend(moduleTx(tx, module))
		if refusal != nil {
			return nil, &wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(module, refusal)}
		}
		if err := moved.addInput(worth); err != nil {
			return nil, err
		}
		keys[i] = key
	}
	if err := t.Wire.VerifySignatures(keys); err != nil {
		return nil, asTransactionError(err)
	}
	for i, output := range t.outputs {
		module := t.Wire.Outputs[i].Module
		worth, refusal := create(moduleTx(tx, module), output, wire.OutPoint{TxID: t.ID, Index: uint64(i)}, mode)
		if refusal != nil {
			return nil, &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(module, refusal)}
		}
		if err := moved.addOutput(worth); err != nil {
			return nil, err
		}
	}
	return &moved, nil
}

func create(tx Tx, output Output, at wire.OutPoint, mode mode) (Worth, Refusal) {
	if mode == submission {
		if refusal := output.Admit(tx.View); refusal != nil {
			return Worth{}, refusal
		}
	}
	return output.Create(tx, at)
}

func asTransactionError(err error) *wire.TransactionError {
	e, ok := err.(wire.TransactionError)
	if !ok {
		panic(fmt.Sprintf("consensus: signatures failed with %v", err))
	}
	return &e
}
