package ecash

import (
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs"
)

// TestDealOne deals on given polynomials and compares with package tbs.
func TestDealOne(t *testing.T) {
	for _, c := range []struct{ threshold, guardians int }{{1, 1}, {2, 3}, {3, 4}, {7, 10}} {
		for range 4 {
			coefficients := polynomial(c.threshold)
			compare(t, coefficients, c.guardians)
		}
	}
	var zero, one, top bls12381.Scalar
	one.SetOne()
	top.Sub(&zero, &one)
	for _, a := range []bls12381.Scalar{zero, one, top} {
		compare(t, []bls12381.Scalar{a}, 2)
	}
}

func compare(t *testing.T, coefficients []bls12381.Scalar, guardians int) {
	t.Helper()
	var encoded [][32]byte
	for i := range coefficients {
		encoded = append(encoded, littleEndian(&coefficients[i]))
	}
	want, err := tbs.DealFrom(encoded, guardians)
	if err != nil {
		t.Fatal(err)
	}
	got := dealOne(coefficients, guardians)
	if got.Aggregate != want.Aggregate.Bytes() {
		t.Errorf("the federation's key on %x differs", encoded)
	}
	for j := range guardians {
		if got.Secret[j] != want.Secret[j].Bytes() || got.Public[j] != want.Public[j].Bytes() {
			t.Errorf("the keys of guardian %d on %x differ", j, encoded)
		}
	}
}

func BenchmarkDeal(b *testing.B) {
	for b.Loop() {
		Deal(1, 4)
	}
}
