package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// MaxTransaction is the size in bytes of the largest transaction that
// guardians take.
const MaxTransaction = 50_000 - 32

// A Transaction takes value from its inputs and gives it to its outputs, all of
// it or nothing. Consensus form: the fields in order.
type Transaction struct {
	Inputs  []DynInput
	Outputs []DynOutput
	// Nonce has no meaning; random bytes make equal transactions different.
	Nonce     [8]byte
	Signature TransactionSignature
}

// A TransactionSignature is an enum:
//
//	0 {list of Signature}   one for each input, in the order of the inputs
//
// Its zero value is variant 0 without signatures.
type TransactionSignature struct {
	Signatures []Signature
	// Unknown is a scheme of a later version, if it is not nil.
	Unknown *Unknown
}

// Append appends the consensus form.
func (s TransactionSignature) Append(b []byte) []byte {
	if s.Unknown != nil {
		return s.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte { return AppendVec(b, s.Signatures) })
}

// Decode reads the consensus form.
func (s *TransactionSignature) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			s.Unknown = d.Unknown(variant)
			return
		}
		s.Signatures = ReadVec[Signature](d)
	})
}

// TxID returns the hash of inputs, outputs and nonce, which the signatures sign.
func (t Transaction) TxID() TxID { return sha256.Sum256(t.appendUnsigned(nil)) }

func (t Transaction) appendUnsigned(b []byte) []byte {
	return append(AppendVec(AppendVec(b, t.Inputs), t.Outputs), t.Nonce[:]...)
}

// Append appends the consensus form.
func (t Transaction) Append(b []byte) []byte { return t.Signature.Append(t.appendUnsigned(b)) }

// Decode reads the consensus form.
func (t *Transaction) Decode(d *Decoder) {
	t.Inputs = ReadVec[DynInput](d)
	t.Outputs = ReadVec[DynOutput](d)
	d.Fixed(t.Nonce[:])
	t.Signature.Decode(d)
}

// Sign sets the signatures. keys[i] is the key of input i.
func (t *Transaction) Sign(keys []SecretKey) error {
	if len(keys) != len(t.Inputs) {
		return fmt.Errorf("%d keys for %d inputs", len(keys), len(t.Inputs))
	}
	id := t.TxID()
	signatures := make([]Signature, len(keys))
	for i, key := range keys {
		var err error
		if signatures[i], err = key.Sign(id); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	t.Signature = TransactionSignature{Signatures: signatures}
	return nil
}

// VerifySignatures checks the signatures. keys[i] is the key of input i. The
// error is the TransactionError that guardians answer.
func (t Transaction) VerifySignatures(keys []PublicKey) error {
	if unknown := t.Signature.Unknown; unknown != nil {
		return TransactionError{Variant: TxUnsupportedScheme, Scheme: unknown.Variant}
	}
	if len(keys) != len(t.Signature.Signatures) {
		return TransactionError{Variant: TxInvalidWitnessLength}
	}
	id := t.TxID()
	for i, key := range keys {
		sig := t.Signature.Signatures[i]
		if key.XOnly().Verify(id, sig) != nil {
			return TransactionError{
				Variant: TxInvalidSignature,
				Witness: Witness{hex.EncodeToString(Encode(t)), id.String(), sig.String(), key.String()},
			}
		}
	}
	return nil
}
