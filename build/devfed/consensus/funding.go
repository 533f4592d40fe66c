package consensus

import (
	"maps"
	"slices"

	"satchel/client/wire"
)

// funding adds up what a transaction takes and gives, by unit. The zero value
// is ready for use.
type funding struct {
	inputs, outputs, fees wire.Amounts
}

// overflow is the error of sums that do not fit 64 bits, which has no variant of
// its own.
func overflow() *wire.TransactionError { return &wire.TransactionError{Variant: wire.TxUnbalanced} }

func (f *funding) addInput(w Worth) *wire.TransactionError {
	return f.add(&f.inputs, w)
}

func (f *funding) addOutput(w Worth) *wire.TransactionError {
	return f.add(&f.outputs, w)
}

func (f *funding) add(side *wire.Amounts, w Worth) *wire.TransactionError {
	if add(side, w.Unit, w.Amount) != nil || add(&f.fees, w.Unit, w.Fee) != nil {
		return overflow()
	}
	return nil
}

func add(sums *wire.Amounts, unit wire.AmountUnit, amount wire.Amount) error {
	if *sums == nil {
		*sums = make(wire.Amounts)
	}
	return sums.Add(unit, amount)
}

// check returns an error unless, in each unit, the inputs cover outputs and
// fees. More than that is allowed since consensus version 2.1, and stays with
// the federation.
func (f *funding) check() *wire.TransactionError {
	needs := wire.Amounts{}
	for _, side := range []wire.Amounts{f.outputs, f.fees} {
		for unit, amount := range side {
			if needs.Add(unit, amount) != nil {
				return overflow()
			}
		}
	}
	for _, unit := range slices.Sorted(maps.Keys(needs)) {
		if f.inputs[unit] < needs[unit] {
			return &wire.TransactionError{
				Variant: wire.TxUnbalanced,
				Inputs:  f.inputs[unit], Outputs: f.outputs[unit], Fee: f.fees[unit],
			}
		}
	}
	return nil
}
