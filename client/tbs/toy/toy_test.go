package toy

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"satchel/client/tbs"
	"satchel/client/tbs/toy/field"
)

func TestReduceAndBlindingKey(t *testing.T) {
	p := big.NewInt(field.Order)
	random := rand.NewChaCha8([32]byte{})
	inputs := [][32]byte{{1}, {31: 0x73}, [32]byte(slices.Repeat([]byte{0xff}, 32))}
	for range 20 {
		var b [32]byte
		random.Read(b[:])
		inputs = append(inputs, b)
	}
	for _, b := range inputs {
		got, err := blindingKey(b)
		slices.Reverse(b[:])
		want := new(big.Int).Mod(new(big.Int).SetBytes(b[:]), p).Uint64()
		if err != nil || uint64(got) != want {
			t.Errorf("key %x is %d, %v; want %d", b, got, err, want)
		}
	}
	// The order itself is zero in the field.
	if _, err := blindingKey(field.Element(field.Order).Scalar()); !errors.Is(err, tbs.ErrZeroKey) {
		t.Errorf("the order is a key: %v", err)
	}
}

func FuzzBlindingKey(f *testing.F) {
	f.Add([]byte{1})
	f.Add(slices.Repeat([]byte{0xff}, 32))
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [32]byte
		copy(b[:], input)
		if k, err := blindingKey(b); err == nil && (k == 0 || k >= field.Order) {
			t.Errorf("blinding key %x is %d", b, k)
		}
	})
}
