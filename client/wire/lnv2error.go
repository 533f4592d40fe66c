package wire

import "fmt"

const textUnknownLightningInput = "The lightning input version is not supported by this federation"

// Variants of LNV2InputError.
const (
	LNV2UnknownInput  = 0 // {u64}
	LNV2NoContract    = 1 // {}
	LNV2WrongPreimage = 2 // {}
	LNV2Expired       = 3 // {}
	LNV2NotExpired    = 4 // {}
	LNV2DecryptionKey = 5 // {}
	LNV2ForfeitSig    = 6 // {}
)

// An LNV2InputError says why a contract cannot be spent. It is an enum without a
// default variant. Its text is that of fedimint 0.13.
type LNV2InputError struct {
	Variant uint64
	// Input is the variant of the input, of LNV2UnknownInput.
	Input uint64
}

// Error returns the words of fedimint 0.13.
func (e LNV2InputError) Error() string {
	switch e.Variant {
	case LNV2UnknownInput:
		return textUnknownLightningInput
	case LNV2NoContract:
		return "No contract found for given ContractId"
	case LNV2WrongPreimage:
		return "The preimage is invalid"
	case LNV2Expired:
		return "The contracts locktime has passed"
	case LNV2NotExpired:
		return "The contracts locktime has not yet passed"
	case LNV2DecryptionKey:
		return "The aggregate decryption key is invalid"
	case LNV2ForfeitSig:
		return "The forfeit signature is invalid"
	}
	return fmt.Sprintf("lightning input error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e LNV2InputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		if e.Variant == LNV2UnknownInput {
			return AppendUint(b, e.Input)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *LNV2InputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; {
		case variant == LNV2UnknownInput:
			e.Input = d.Uint64()
		case variant > LNV2ForfeitSig:
			d.NoVariant("LNV2InputError", variant)
		}
	})
}

// Variants of LNV2OutputError.
const (
	LNV2UnknownOutput   = 0 // {u64}
	LNV2BadContract     = 1 // {}
	LNV2ContractExpired = 2 // {}
)

// An LNV2OutputError says why a contract cannot be funded. It is an enum without
// a default variant. Its text is that of fedimint 0.13.
type LNV2OutputError struct {
	Variant uint64
	// Output is the variant of the output, of LNV2UnknownOutput.
	Output uint64
}

// Error returns the words of fedimint 0.13, which say "input" here too.
func (e LNV2OutputError) Error() string {
	switch e.Variant {
	case LNV2UnknownOutput:
		return textUnknownLightningInput
	case LNV2BadContract:
		return "The contract is invalid"
	case LNV2ContractExpired:
		return "The contract is expired"
	}
	return fmt.Sprintf("lightning output error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e LNV2OutputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		if e.Variant == LNV2UnknownOutput {
			return AppendUint(b, e.Output)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *LNV2OutputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; variant {
		case LNV2UnknownOutput:
			e.Output = d.Uint64()
		case LNV2BadContract, LNV2ContractExpired:
		default:
			d.NoVariant("LNV2OutputError", variant)
		}
	})
}
