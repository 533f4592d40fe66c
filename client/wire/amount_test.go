package wire_test

import (
	"errors"
	"math"
	"testing"

	"satchel/client/wire"
)

const most = wire.Amount(math.MaxUint64)

func TestAmountArithmetic(t *testing.T) {
	for _, c := range []struct {
		name string
		got  func() (wire.Amount, error)
		want wire.Amount
		ok   bool
	}{
		{"1+2", func() (wire.Amount, error) { return wire.Amount(1).Add(2) }, 3, true},
		{"most+0", func() (wire.Amount, error) { return most.Add(0) }, most, true},
		{"most+1", func() (wire.Amount, error) { return most.Add(1) }, 0, false},
		{"1+most", func() (wire.Amount, error) { return wire.Amount(1).Add(most) }, 0, false},
		{"2-2", func() (wire.Amount, error) { return wire.Amount(2).Sub(2) }, 0, true},
		{"2-3", func() (wire.Amount, error) { return wire.Amount(2).Sub(3) }, 0, false},
		{"most*1", func() (wire.Amount, error) { return most.Mul(1) }, most, true},
		{"most*0", func() (wire.Amount, error) { return most.Mul(0) }, 0, true},
		{"2^32*2^32", func() (wire.Amount, error) { return wire.Amount(1 << 32).Mul(1 << 32) }, 0, false},
		{"2^32*(2^32-1)", func() (wire.Amount, error) { return wire.Amount(1 << 32).Mul(1<<32 - 1) }, 1<<64 - 1<<32, true},
		{"21 million bitcoin", func() (wire.Amount, error) { return wire.Sats(2_100_000_000_000_000) }, 2_100_000_000_000_000_000, true},
		{"too many sat", func() (wire.Amount, error) { return wire.Sats(math.MaxUint64) }, 0, false},
		{"sum of nothing", func() (wire.Amount, error) { return wire.Sum() }, 0, true},
		{"sum", func() (wire.Amount, error) { return wire.Sum(1, 2, 3) }, 6, true},
		{"sum of too much", func() (wire.Amount, error) { return wire.Sum(most, 0, 1) }, 0, false},
	} {
		got, err := c.got()
		if got != c.want || (err == nil) != c.ok || !c.ok && !errors.Is(err, wire.ErrAmount) {
			t.Errorf("%s is %d (%v), want %d", c.name, uint64(got), err, uint64(c.want))
		}
	}
	if sats, msats := wire.Amount(12_345).Sats(); sats != 12 || msats != 345 {
		t.Errorf("12345 msat are %d sat and %d msat", sats, msats)
	}
	if got := wire.Amount(1000).String(); got != "1000 msat" {
		t.Errorf("1000 msat are written %q", got)
	}
}

func TestAmounts(t *testing.T) {
	a := wire.Amounts{}
	if err := errors.Join(a.Add(wire.Bitcoin, 5), a.Add(7, 0)); err != nil || len(a) != 1 {
		t.Errorf("amounts %v (%v)", a, err)
	}
	if err := a.Add(wire.Bitcoin, most); !errors.Is(err, wire.ErrAmount) || a[wire.Bitcoin] != 5 {
		t.Errorf("amounts %v (%v)", a, err)
	}
	checkForm(t, a, []byte{1, 0, 5})
	if back, err := wire.Decode[wire.Amounts]([]byte{1, 0, 0}); err == nil {
		t.Errorf("an amount of zero is read as %v", back)
	}
}

func TestFeesAtTheEdges(t *testing.T) {
	free, dear := wire.FeeConsensus{}, wire.FeeConsensus{Base: 100, PartsPerMillion: 1000}
	if free.Fee(most) != 0 || free.MinEconomical() != 1 {
		t.Errorf("free mint takes %v, least %v", free.Fee(most), free.MinEconomical())
	}
	// As in the reference, the product saturates.
	if got := dear.Fee(most); got != 18_446_744_073_709+100 {
		t.Errorf("fee of the most is %v", got)
	}
	if up, err := free.RoundUp(most); err != nil || up != most {
		t.Errorf("rounded up %v (%v)", up, err)
	}
	if up, err := dear.RoundUp(most); !errors.Is(err, wire.ErrAmount) {
		t.Errorf("rounded up %v (%v)", up, err)
	}
	if up, err := dear.RoundUp(0); up != 0 || err != nil {
		t.Errorf("zero is rounded up to %v (%v)", up, err)
	}
}

func TestNotesAreSummedWithoutOverflow(t *testing.T) {
	note := wire.MintSpendableNote{}
	for name, notes := range map[string]wire.MintNotes{
		"product": {1 << 63: {note, note}},
		"sum":     {1 << 63: {note}, 1<<63 + 1: {note}},
	} {
		if total, err := notes.Total(); !errors.Is(err, wire.ErrAmount) {
			t.Errorf("%s: %v (%v)", name, total, err)
		}
	}
	many := make([]wire.MintV2SpendableNote, 5)
	many[3].Denomination = wire.MaxDenomination + 1
	if total, err := wire.NewECash(wire.FederationID{}, many, wire.Bitcoin).Total(); err == nil {
		t.Errorf("note of a denomination that is not issued: %v", total)
	}
	if wire.Denomination(200).Amount() != 0 || wire.MaxDenomination.Amount() != 1<<41 {
		t.Error("denominations are worth something else")
	}
}

func TestMintNotesAreInOrder(t *testing.T) {
	notes := wire.MintNotes{4: {{Signature: wire.G1{1}}, {Signature: wire.G1{2}}}, 1: {{Signature: wire.G1{3}}}, 2: {}}
	var got []wire.MintSpendableNote
	for amount, note := range notes.All() {
		if got = append(got, note); amount == 4 {
			break
		}
	}
	if len(got) != 2 || got[0].Signature[0] != 3 || got[1].Signature[0] != 1 || notes.Count() != 3 {
		t.Errorf("notes %v", got)
	}
}
