package bolt11

import (
	"math"

	"satchel/client/wire"
)

// MaxLength is the number of characters above which nothing is an invoice.
const MaxLength = 7089

// What is meant by an invoice that does not say it.
const (
	defaultExpiry       = 3600
	defaultMinFinalCLTV = 18
)

// An Invoice asks for a payment. Decode returns it, or Sign.
type Invoice struct {
	Network wire.Network
	// Amount is in msat. It is 0 if the payer chooses.
	Amount wire.Amount
	// Time is in seconds since 1970, below 2³⁵.
	Time uint64
	// PaymentHash is that of the preimage, which is the receipt.
	PaymentHash   wire.Hash
	PaymentSecret [32]byte
	// Description is what the invoice is for. It was written by the payee, and
	// may try to deceive.
	Description string
	// DescriptionHash, if it is not nil, is in place of the description.
	DescriptionHash *wire.Hash
	// Payee is the key of the node that signed.
	Payee wire.PublicKey
	// PayeeNamed is that the invoice holds the key, which else is recovered from
	// the signature.
	PayeeNamed bool
	// Expiry is in seconds from Time on; see ExpiresAt.
	Expiry uint64
	// MinFinalCLTV is a number of blocks.
	MinFinalCLTV uint64
	// RouteHints have no least and greatest amounts.
	RouteHints []wire.RouteHint
	Features   Features
	// Metadata goes with the payment.
	Metadata []byte

	text string
}

// String returns the invoice in lower case, or "" if it is not signed.
func (i Invoice) String() string { return i.text }

// ExpiresAt returns the second since 1970 after which nobody should pay.
func (i Invoice) ExpiresAt() uint64 {
	if i.Expiry > math.MaxUint64-i.Time {
		return math.MaxUint64
	}
	return i.Time + i.Expiry
}

// Features are bits, as bytes, big endian, the first not zero (BOLT 9). An even
// bit says that the payer must know something, the odd one after it that it may.
type Features []byte

// Even bits of what is known here.
const (
	featureOnion      = 8 // payments with data for each hop, which all have now
	featureSecret     = 14
	featureMultiPart  = 16
	featureMetadata   = 48
	featureTrampoline = 56
)

// Basic are the features of an invoice that any wallet can pay: 8 and 14.
func Basic() Features { return Features{1<<(featureSecret-8) | 1<<(featureOnion-8), 0} }

// Has reports whether a bit is set.
func (f Features) Has(bit int) bool {
	i := len(f) - 1 - bit/8
	return bit >= 0 && i >= 0 && f[i]>>(bit%8)&1 == 1
}

// unknown returns an even bit that is set and not known here.
func (f Features) unknown() (bit int, ok bool) {
	for bit := 0; bit < 8*len(f); bit += 2 {
		switch bit {
		case featureOnion, featureSecret, featureMultiPart, featureMetadata, featureTrampoline:
			continue
		}
		if f.Has(bit) {
			return bit, true
		}
	}
	return 0, false
}
