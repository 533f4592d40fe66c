package wire

import "fmt"

// Words that guardians of both generations of the mint use.
const (
	textSpent            = "The note is already spent"
	textBadSignature     = "The note has an invalid signature"
	textBadAmount        = "The note has an invalid amount not issued by the mint"
	textUnknownInput     = "The mint input version is not supported by this federation"
	textUnknownOutput    = "The mint output version is not supported by this federation"
	textBlindNonceReused = "The mint output blind nonce was already used before"
)

// Variants of MintInputError.
const (
	MintNoteSpent     = 0 // {}
	MintInputAmount   = 1 // {Amount}
	MintNoteSignature = 2 // {}
	MintUnknownInput  = 3 // {u64}
)

// A MintInputError says why the mint refuses a note. It is an enum without a
// default variant. Its text is that of fedimint 0.13.
type MintInputError struct {
	Variant uint64
	// Amount in msat is of MintInputAmount.
	Amount Amount
	// Input is the variant of the input, of MintUnknownInput.
	Input uint64
}

// Error returns the words of fedimint 0.13.
func (e MintInputError) Error() string {
	switch e.Variant {
	case MintNoteSpent:
		return textSpent
	case MintInputAmount:
		return textBadAmount + ": " + e.Amount.String()
	case MintNoteSignature:
		return textBadSignature
	case MintUnknownInput:
		return textUnknownInput
	}
	return fmt.Sprintf("mint input error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e MintInputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		switch e.Variant {
		case MintInputAmount:
			return e.Amount.Append(b)
		case MintUnknownInput:
			return AppendUint(b, e.Input)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *MintInputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; variant {
		case MintNoteSpent, MintNoteSignature:
		case MintInputAmount:
			e.Amount.Decode(d)
		case MintUnknownInput:
			e.Input = d.Uint64()
		default:
			d.NoVariant("MintInputError", variant)
		}
	})
}

// Variants of MintOutputError.
const (
	MintOutputAmount     = 0 // {Amount}
	MintUnknownOutput    = 1 // {u64}
	MintBlindNonceReused = 2 // {}
)

// A MintOutputError says why the mint refuses to issue a note. It is an enum
// without a default variant. Its text is that of fedimint 0.13.
type MintOutputError struct {
	Variant uint64
	// Amount in msat is of MintOutputAmount.
	Amount Amount
	// Output is the variant of the output, of MintUnknownOutput.
	Output uint64
}

// Error returns the words of fedimint 0.13.
func (e MintOutputError) Error() string {
	switch e.Variant {
	case MintOutputAmount:
		return textBadAmount + ": " + e.Amount.String()
	case MintUnknownOutput:
		return textUnknownOutput
	case MintBlindNonceReused:
		return textBlindNonceReused
	}
	return fmt.Sprintf("mint output error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e MintOutputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		switch e.Variant {
		case MintOutputAmount:
			return e.Amount.Append(b)
		case MintUnknownOutput:
			return AppendUint(b, e.Output)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *MintOutputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; variant {
		case MintOutputAmount:
			e.Amount.Decode(d)
		case MintUnknownOutput:
			e.Output = d.Uint64()
		case MintBlindNonceReused:
		default:
			d.NoVariant("MintOutputError", variant)
		}
	})
}

// Variants of MintV2InputError.
const (
	MintV2UnknownInput      = 0 // {u64}
	MintV2NoteSpent         = 1 // {}
	MintV2InputDenomination = 2 // {}
	MintV2NoteSignature     = 3 // {}
)

// A MintV2InputError says why the mint refuses a note. It is an enum without a
// default variant. Its text is that of fedimint 0.13.
type MintV2InputError struct {
	Variant uint64
	// Input is the variant of the input, of MintV2UnknownInput.
	Input uint64
}

// Error returns the words of fedimint 0.13.
func (e MintV2InputError) Error() string {
	switch e.Variant {
	case MintV2UnknownInput:
		return textUnknownInput
	case MintV2NoteSpent:
		return textSpent
	case MintV2InputDenomination:
		return textBadAmount
	case MintV2NoteSignature:
		return textBadSignature
	}
	return fmt.Sprintf("mint input error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e MintV2InputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		if e.Variant == MintV2UnknownInput {
			return AppendUint(b, e.Input)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *MintV2InputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; variant {
		case MintV2UnknownInput:
			e.Input = d.Uint64()
		case MintV2NoteSpent, MintV2InputDenomination, MintV2NoteSignature:
		default:
			d.NoVariant("MintV2InputError", variant)
		}
	})
}

// Variants of MintV2OutputError.
const (
	MintV2UnknownOutput      = 0 // {u64}
	MintV2OutputDenomination = 1 // {}
)

// A MintV2OutputError says why the mint refuses to issue a note. It is an enum
// without a default variant. Its text is that of fedimint 0.13.
type MintV2OutputError struct {
	Variant uint64
	// Output is the variant of the output, of MintV2UnknownOutput.
	Output uint64
}

// Error returns the words of fedimint 0.13.
func (e MintV2OutputError) Error() string {
	switch e.Variant {
	case MintV2UnknownOutput:
		return textUnknownOutput
	case MintV2OutputDenomination:
		return textBadAmount
	}
	return fmt.Sprintf("mint output error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e MintV2OutputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		if e.Variant == MintV2UnknownOutput {
			return AppendUint(b, e.Output)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *MintV2OutputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; variant {
		case MintV2UnknownOutput:
			e.Output = d.Uint64()
		case MintV2OutputDenomination:
		default:
			d.NoVariant("MintV2OutputError", variant)
		}
	})
}
