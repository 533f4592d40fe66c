package wire

import (
	"errors"
	"math/bits"
	"strconv"
)

// ErrAmount is that a sum, a difference or a product of amounts is not an
// amount: it is below zero or does not fit 64 bits.
var ErrAmount = errors.New("amount out of range")

// An Amount is a number of millisatoshi (msat). As the value of a unit other
// than bitcoin it is a number of that unit's smallest parts. Consensus form:
// BigSize. JSON: number.
type Amount uint64

// MsatPerSat is the number of millisatoshi in a satoshi.
const MsatPerSat = 1000

// Sats returns n satoshi as an amount, or ErrAmount.
func Sats(n uint64) (Amount, error) { return Amount(MsatPerSat).Mul(n) }

// Add returns a + b, or ErrAmount.
func (a Amount) Add(b Amount) (Amount, error) {
	sum, carry := bits.Add64(uint64(a), uint64(b), 0)
	if carry != 0 {
		return 0, ErrAmount
	}
	return Amount(sum), nil
}

// Sub returns a - b, or ErrAmount.
func (a Amount) Sub(b Amount) (Amount, error) {
	if b > a {
		return 0, ErrAmount
	}
	return a - b, nil
}

// Mul returns a * n, or ErrAmount.
func (a Amount) Mul(n uint64) (Amount, error) {
	high, low := bits.Mul64(uint64(a), n)
	if high != 0 {
		return 0, ErrAmount
	}
	return Amount(low), nil
}

// Sum returns the sum of amounts, or ErrAmount.
func Sum(amounts ...Amount) (Amount, error) {
	var sum Amount
	for _, a := range amounts {
		var err error
		if sum, err = sum.Add(a); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Sats returns the whole satoshi in a, and the millisatoshi that are left.
func (a Amount) Sats() (sats, msats uint64) {
	return uint64(a) / MsatPerSat, uint64(a) % MsatPerSat
}

// String returns for example "1000 msat".
func (a Amount) String() string { return strconv.FormatUint(uint64(a), 10) + " msat" }

// Append appends the consensus form.
func (a Amount) Append(b []byte) []byte { return AppendUint(b, uint64(a)) }

// Decode reads the consensus form.
func (a *Amount) Decode(d *Decoder) { *a = Amount(d.Uint64()) }

// An AmountUnit says of what an amount is. Consensus form: BigSize.
type AmountUnit uint64

// Bitcoin is the unit whose amounts are millisatoshi.
const Bitcoin AmountUnit = 0

// String returns "bitcoin" or a number.
func (u AmountUnit) String() string {
	if u == Bitcoin {
		return "bitcoin"
	}
	return strconv.FormatUint(uint64(u), 10)
}

// Append appends the consensus form.
func (u AmountUnit) Append(b []byte) []byte { return AppendUint(b, uint64(u)) }

// Decode reads the consensus form.
func (u *AmountUnit) Decode(d *Decoder) { *u = AmountUnit(d.Uint64()) }

// Amounts are amounts of several units. An amount of zero is not in the map.
// Consensus form: map.
type Amounts map[AmountUnit]Amount

// Add adds an amount of one unit, or returns ErrAmount and changes nothing.
func (a Amounts) Add(unit AmountUnit, amount Amount) error {
	sum, err := a[unit].Add(amount)
	if err == nil && sum != 0 {
		a[unit] = sum
	}
	return err
}

// Append appends the consensus form.
func (a Amounts) Append(b []byte) []byte { return AppendMap(b, a) }

// Decode reads the consensus form.
func (a *Amounts) Decode(d *Decoder) {
	*a = ReadMap[AmountUnit, Amount](d)
	for unit, amount := range *a {
		if amount == 0 {
			d.Fail("an amount of zero of unit %v is written", unit)
		}
	}
}

// A BitcoinAmount is a number of satoshi (sat). Consensus form: BigSize.
type BitcoinAmount uint64

// Append appends the consensus form.
func (a BitcoinAmount) Append(b []byte) []byte { return AppendUint(b, uint64(a)) }

// Decode reads the consensus form.
func (a *BitcoinAmount) Decode(d *Decoder) { *a = BitcoinAmount(d.Uint64()) }

// A Feerate is a number of satoshi per 1000 virtual bytes. Consensus form:
// BigSize.
type Feerate uint64

// Append appends the consensus form.
func (f Feerate) Append(b []byte) []byte { return AppendUint(b, uint64(f)) }

// Decode reads the consensus form.
func (f *Feerate) Decode(d *Decoder) { *f = Feerate(d.Uint64()) }
