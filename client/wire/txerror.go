package wire

import (
	"encoding/hex"
	"fmt"
)

// Variants of TransactionError.
const (
	TxUnbalanced           = 0 // {Amount inputs, Amount outputs, Amount fee}
	TxInvalidSignature     = 1 // {four Strings}
	TxUnsupportedScheme    = 2 // {u64}
	TxInvalidWitnessLength = 3 // {}
	TxInvalidInput         = 4 // {DynInputError}
	TxInvalidOutput        = 5 // {DynOutputError}
)

// A TransactionError says why guardians refuse a transaction. It is an enum
// without a default variant.
type TransactionError struct {
	Variant uint64
	// Inputs, Outputs and Fee are of TxUnbalanced. All three are zero when a sum
	// overflowed.
	Inputs, Outputs, Fee Amount
	// Witness is of TxInvalidSignature.
	Witness Witness
	// Scheme is of TxUnsupportedScheme.
	Scheme uint64
	// Cause is of TxInvalidInput and of TxInvalidOutput.
	Cause Dyn
}

// A Witness is what did not verify: transaction, its hash, signature and key,
// all in hex.
type Witness struct {
	Transaction, Hash, Signature, Key string
}

// Append appends the consensus form.
func (e TransactionError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		switch e.Variant {
		case TxUnbalanced:
			return e.Fee.Append(e.Outputs.Append(e.Inputs.Append(b)))
		case TxInvalidSignature:
			w := e.Witness
			return AppendText(AppendText(AppendText(AppendText(b, w.Transaction), w.Hash), w.Signature), w.Key)
		case TxUnsupportedScheme:
			return AppendUint(b, e.Scheme)
		case TxInvalidInput, TxInvalidOutput:
			return e.Cause.Append(b)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *TransactionError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		e.Variant = variant
		switch variant {
		case TxUnbalanced:
			e.Inputs, e.Outputs, e.Fee = Amount(d.Uint64()), Amount(d.Uint64()), Amount(d.Uint64())
		case TxInvalidSignature:
			e.Witness = Witness{d.Text(), d.Text(), d.Text(), d.Text()}
		case TxUnsupportedScheme:
			e.Scheme = d.Uint64()
		case TxInvalidWitnessLength:
		case TxInvalidInput, TxInvalidOutput:
			e.Cause.Decode(d)
		default:
			d.NoVariant("TransactionError", variant)
		}
	})
}

// Error returns Text for a reader that knows no module.
func (e TransactionError) Error() string { return e.Text(nil) }

// Text returns the words of fedimint 0.13. kinds tells the kind of each module
// instance; the error of a module that is not in it, or of a kind or a form
// that this package does not know, is given as the hex of its body.
func (e TransactionError) Text(kinds map[ModuleID]ModuleKind) string {
	switch e.Variant {
	case TxUnbalanced:
		return fmt.Sprintf("The transaction is unbalanced (in=%v, out=%v, fee=%v)", e.Inputs, e.Outputs, e.Fee)
	case TxInvalidSignature:
		w := e.Witness
		return fmt.Sprintf("The transaction's signature is invalid: tx=%s, hash=%s, sig=%s, key=%s",
			w.Transaction, w.Hash, w.Signature, w.Key)
	case TxUnsupportedScheme:
		return fmt.Sprintf("The transaction's signature scheme is not supported: variant=%d", e.Scheme)
	case TxInvalidWitnessLength:
		return "The transaction did not have the correct number of signatures"
	case TxInvalidInput:
		return "The transaction had an invalid input: " + e.causeText(inputErrorText, kinds)
	case TxInvalidOutput:
		return "The transaction had an invalid output: " + e.causeText(outputErrorText, kinds)
	}
	return fmt.Sprintf("transaction error of variant %d", e.Variant)
}

func (e TransactionError) causeText(text func(ModuleKind, []byte) (string, error), kinds map[ModuleID]ModuleKind) string {
	words, err := text(kinds[e.Cause.Module], e.Cause.Body)
	if err != nil {
		words = hex.EncodeToString(e.Cause.Body)
	}
	return fmt.Sprintf("%d-%s", e.Cause.Module, words)
}

// A SubmissionOutcome is the answer to a submitted transaction. Consensus form:
// 01 and the id, or 00 and the error.
type SubmissionOutcome struct {
	TxID TxID
	// Err, if it is not nil, is why the transaction is refused.
	Err *TransactionError
}

// Append appends the consensus form.
func (o SubmissionOutcome) Append(b []byte) []byte {
	if o.Err != nil {
		return o.Err.Append(append(b, 0))
	}
	return o.TxID.Append(append(b, 1))
}

// Decode reads the consensus form.
func (o *SubmissionOutcome) Decode(d *Decoder) {
	if d.Bool() {
		o.TxID.Decode(d)
	} else if d.charge(sizeOf[TransactionError]()) {
		o.Err = new(TransactionError)
		o.Err.Decode(d)
	}
}
