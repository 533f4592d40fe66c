package wire

import (
	"math"
	"math/bits"
	"strconv"
)

// A PaymentFee is what a gateway takes for a payment, and what a federation
// takes for each input and output of the module lnv2. Its sums and products stop
// at the highest amount instead of overflowing. Consensus form: two BigSizes.
type PaymentFee struct {
	// Base is in msat.
	Base            Amount `json:"base"`
	PartsPerMillion uint64 `json:"parts_per_million"`
}

// Limits that clients have for what gateways ask.
var (
	SendFeeLimit    = PaymentFee{100_000, 15_000}
	ReceiveFeeLimit = PaymentFee{50_000, 5_000}
)

// Within reports whether neither part of the fee is above that of the limit.
func (f PaymentFee) Within(limit PaymentFee) bool {
	return f.Base <= limit.Base && f.PartsPerMillion <= limit.PartsPerMillion
}

// Fee returns the fee in msat for amount msat.
func (f PaymentFee) Fee(amount Amount) Amount {
	high, product := bits.Mul64(uint64(amount), f.PartsPerMillion)
	if high != 0 {
		product = math.MaxUint64
	}
	return saturatingSum(Amount(product/1_000_000), f.Base)
}

// AddTo returns amount and the fee, in msat.
func (f PaymentFee) AddTo(amount Amount) Amount { return saturatingSum(amount, f.Fee(amount)) }

// SubtractFrom returns amount less the fee, in msat, or 0 if the fee is higher.
func (f PaymentFee) SubtractFrom(amount Amount) Amount { return amount - min(amount, f.Fee(amount)) }

func saturatingSum(a, b Amount) Amount {
	if sum, err := a.Add(b); err == nil {
		return sum
	}
	return math.MaxUint64
}

// String returns for example "2000 msat,3000".
func (f PaymentFee) String() string {
	return f.Base.String() + "," + strconv.FormatUint(f.PartsPerMillion, 10)
}

// Append appends the consensus form.
func (f PaymentFee) Append(b []byte) []byte { return AppendUint(f.Base.Append(b), f.PartsPerMillion) }

// Decode reads the consensus form.
func (f *PaymentFee) Decode(d *Decoder) {
	f.Base.Decode(d)
	f.PartsPerMillion = d.Uint64()
}

// UnmarshalJSON reads {"base":msat,"parts_per_million":number}.
func (f *PaymentFee) UnmarshalJSON(data []byte) error {
	return readObject(data, "fee", field{"base", &f.Base, false}, field{"parts_per_million", &f.PartsPerMillion, false})
}
