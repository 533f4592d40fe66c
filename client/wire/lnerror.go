package wire

import "fmt"

// Variants of LNInputError.
const (
	LNNoInputContract   = 0 // {ContractID}
	LNInsufficientFunds = 1 // {Amount, Amount}
	LNMissingPreimage   = 2 // {}
	LNWrongPreimage     = 3 // {}
	LNContractNotReady  = 4 // {}
	LNUnknownInput      = 5 // {u64}
)

// An LNInputError says why a contract cannot be spent. It is an enum without a
// default variant. Its text is that of fedimint 0.13.
type LNInputError struct {
	Variant uint64
	// Contract is of LNNoInputContract.
	Contract ContractID
	// Have and Spent in msat are of LNInsufficientFunds.
	Have, Spent Amount
	// Input is the variant of the input, of LNUnknownInput.
	Input uint64
}

// Error returns the words of fedimint 0.13.
func (e LNInputError) Error() string {
	switch e.Variant {
	case LNNoInputContract:
		return fmt.Sprintf("The input contract %v does not exist", e.Contract)
	case LNInsufficientFunds:
		return fmt.Sprintf("The input contract has too little funds, got %v, input spends %v", e.Have, e.Spent)
	case LNMissingPreimage:
		return "An outgoing LN contract spend did not provide a preimage"
	case LNWrongPreimage:
		return "An outgoing LN contract spend provided a wrong preimage"
	case LNContractNotReady:
		return "Incoming contract not ready to be spent yet, decryption in progress"
	case LNUnknownInput:
		return textUnknownLightningInput
	}
	return fmt.Sprintf("lightning input error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e LNInputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		switch e.Variant {
		case LNNoInputContract:
			return e.Contract.Append(b)
		case LNInsufficientFunds:
			return e.Spent.Append(e.Have.Append(b))
		case LNUnknownInput:
			return AppendUint(b, e.Input)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *LNInputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; variant {
		case LNNoInputContract:
			e.Contract.Decode(d)
		case LNInsufficientFunds:
			e.Have, e.Spent = Amount(d.Uint64()), Amount(d.Uint64())
		case LNMissingPreimage, LNWrongPreimage, LNContractNotReady:
		case LNUnknownInput:
			e.Input = d.Uint64()
		default:
			d.NoVariant("LNInputError", variant)
		}
	})
}

// Variants of LNOutputError.
const (
	LNNoOutputContract          = 0  // {ContractID}
	LNZeroOutput                = 1  // {}
	LNInvalidEncryptedPreimage  = 2  // {}
	LNReusedEncryptedPreimage   = 3  // {}
	LNInsufficientFunding       = 4  // {Amount, Amount}
	LNNoOffer                   = 5  // {Hash}
	LNNotOutgoingContract       = 6  // {}
	LNInvalidCancelSignature    = 7  // {}
	LNUnknownOutput             = 8  // {u64}
	LNContractAlreadyFunded     = 9  // {ContractID}
	LNOfferForFundedContract    = 10 // {ContractID}
	LNEncryptedPreimageMismatch = 11 // {}
	LNPreDecryptedContract      = 12 // {}
)

// An LNOutputError says why an output is refused. It is an enum without a default
// variant. Its text is that of fedimint 0.13.
type LNOutputError struct {
	Variant uint64
	// Contract is of LNNoOutputContract, LNContractAlreadyFunded and
	// LNOfferForFundedContract.
	Contract ContractID
	// Need and Got in msat are of LNInsufficientFunding.
	Need, Got Amount
	// Hash is of LNNoOffer.
	Hash Hash
	// Output is the variant of the output, of LNUnknownOutput.
	Output uint64
}

// Error returns the words of fedimint 0.13.
func (e LNOutputError) Error() string {
	switch e.Variant {
	case LNNoOutputContract:
		return fmt.Sprintf("The input contract %v does not exist", e.Contract)
	case LNZeroOutput:
		return "Output contract value may not be zero unless it's an offer output"
	case LNInvalidEncryptedPreimage:
		return "Offer contains invalid threshold-encrypted data"
	case LNReusedEncryptedPreimage:
		return "Offer contains a ciphertext that has already been used"
	case LNInsufficientFunding:
		return fmt.Sprintf("The incoming LN account requires more funding (need %v got %v)", e.Need, e.Got)
	case LNNoOffer:
		return fmt.Sprintf("No offer found for payment hash %v", e.Hash)
	case LNNotOutgoingContract:
		return "Only outgoing contracts support cancellation"
	case LNInvalidCancelSignature:
		return "Cancellation request wasn't properly signed"
	case LNUnknownOutput:
		return "The lightning output version is not supported by this federation"
	case LNContractAlreadyFunded:
		return fmt.Sprintf("The incoming contract %v has already been funded", e.Contract)
	case LNOfferForFundedContract:
		return fmt.Sprintf("An incoming contract account for the offer's payment hash already exists: %v", e.Contract)
	case LNEncryptedPreimageMismatch:
		return "The contract's encrypted preimage does not match the offer's"
	case LNPreDecryptedContract:
		return "An incoming contract must be funded with a pending decryption"
	}
	return fmt.Sprintf("lightning output error of variant %d", e.Variant)
}

// Append appends the consensus form.
func (e LNOutputError) Append(b []byte) []byte {
	return AppendEnum(b, e.Variant, func(b []byte) []byte {
		switch e.Variant {
		case LNNoOutputContract, LNContractAlreadyFunded, LNOfferForFundedContract:
			return e.Contract.Append(b)
		case LNInsufficientFunding:
			return e.Got.Append(e.Need.Append(b))
		case LNNoOffer:
			return e.Hash.Append(b)
		case LNUnknownOutput:
			return AppendUint(b, e.Output)
		}
		return b
	})
}

// Decode reads the consensus form.
func (e *LNOutputError) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch e.Variant = variant; variant {
		case LNNoOutputContract, LNContractAlreadyFunded, LNOfferForFundedContract:
			e.Contract.Decode(d)
		case LNInsufficientFunding:
			e.Need, e.Got = Amount(d.Uint64()), Amount(d.Uint64())
		case LNNoOffer:
			e.Hash.Decode(d)
		case LNUnknownOutput:
			e.Output = d.Uint64()
		default:
			if variant > LNPreDecryptedContract {
				d.NoVariant("LNOutputError", variant)
			}
		}
	})
}
