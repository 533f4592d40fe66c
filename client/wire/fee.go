package wire

import (
	"fmt"
	"math"
	"math/bits"
)

// A FeeConsensus is the fee that both generations of the mint take for each
// input and for each output. It is nothing, or 100 msat and at most 1000
// millionths of the amount; nothing else decodes. Consensus form: two BigSizes.
type FeeConsensus struct {
	Base            Amount `json:"base"`
	PartsPerMillion uint64 `json:"parts_per_million"`
}

func (f FeeConsensus) valid() bool {
	return f == FeeConsensus{} || f.Base == 100 && f.PartsPerMillion <= 1000
}

// Fee returns the fee in msat for an input or an output of amount msat.
func (f FeeConsensus) Fee(amount Amount) Amount {
	high, low := bits.Mul64(uint64(amount), f.PartsPerMillion)
	if high != 0 {
		low = math.MaxUint64 // as the reference's product, which saturates
	}
	return Amount(low/1_000_000) + f.Base
}

// MinEconomical returns the least power of two that is at least four times the
// base fee, in msat. Notes below it lose much of their worth to fees.
func (f FeeConsensus) MinEconomical() Amount {
	return 1 << bits.Len64(max(4*uint64(f.Base), 1)-1)
}

// RoundUp returns the least multiple of MinEconomical that is not below amount,
// in msat, or ErrAmount.
func (f FeeConsensus) RoundUp(amount Amount) (Amount, error) {
	unit := f.MinEconomical()
	if amount%unit == 0 {
		return amount, nil
	}
	return amount.Add(unit - amount%unit)
}

// Append appends the consensus form.
func (f FeeConsensus) Append(b []byte) []byte { return AppendUint(f.Base.Append(b), f.PartsPerMillion) }

// Decode reads the consensus form.
func (f *FeeConsensus) Decode(d *Decoder) {
	f.Base.Decode(d)
	f.PartsPerMillion = d.Uint64()
	if !f.valid() {
		d.Fail("%v", f.error())
	}
}

// UnmarshalJSON reads {"base":msat,"parts_per_million":number}.
func (f *FeeConsensus) UnmarshalJSON(data []byte) error {
	err := readObject(data, "fees", field{"base", &f.Base, false}, field{"parts_per_million", &f.PartsPerMillion, false})
	if err == nil && !f.valid() {
		err = f.error()
	}
	return err
}

func (f FeeConsensus) error() error {
	return fmt.Errorf("fees of %v and %d millionths are neither none nor 100 msat and at most 1000 millionths",
		f.Base, f.PartsPerMillion)
}
