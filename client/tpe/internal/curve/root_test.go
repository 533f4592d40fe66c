package curve

import (
	"math/big"
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381/ff"

	"satchel/client/tbs/draw"
)

// rootOfReference is algorithm 9 of eprint 2012/685, as the reference has it.
func rootOfReference(y, a *ff.Fp2) bool {
	p := new(big.Int).SetBytes(ff.FpOrder())
	var a1, alpha, x0, one, minusOne, square ff.Fp2
	a1.ExpVarTime(a, new(big.Int).Rsh(p, 2).Bytes()) // (p−3)/4
	x0.Mul(&a1, a)
	alpha.Mul(&a1, &x0)
	one.SetOne()
	minusOne.SetOne()
	minusOne.Neg()
	if alpha.IsEqual(&minusOne) == 1 {
		y[0], y[1] = x0[1], x0[0]
		y[0].Neg()
	} else {
		alpha.Add(&alpha, &one)
		y.ExpVarTime(&alpha, new(big.Int).Rsh(p, 1).Bytes()) // (p−1)/2
		y.Mul(y, &x0)
	}
	square.Sqr(y)
	return square.IsEqual(a) == 1
}

func TestRootIsThatOfTheReference(t *testing.T) {
	stream := draw.New([32]byte{})
	numbers := []ff.Fp2{{}}
	for range 100 {
		a, b := stream.Field(), stream.Field()
		numbers = append(numbers, ff.Fp2{a, b}, ff.Fp2{a, {}}, ff.Fp2{{}, b})
	}
	squares := 0
	for _, a := range numbers {
		var got, want ff.Fp2
		ok := root(&got, &a)
		if ok != rootOfReference(&want, &a) || ok && got != want {
			t.Errorf("root of %v is %v", a, got)
		}
		if ok {
			squares++
		}
	}
	// An element of the small field is always a square.
	if squares <= 100 || squares == len(numbers) {
		t.Errorf("%d of %d are squares", squares, len(numbers))
	}
}

func BenchmarkRoot(b *testing.B) {
	stream := draw.New([32]byte{})
	var numbers [64]ff.Fp2
	for i := range numbers {
		numbers[i] = ff.Fp2{stream.Field(), stream.Field()}
	}
	for name, f := range map[string]func(y, a *ff.Fp2) bool{"norm": root, "reference": rootOfReference} {
		b.Run(name, func(b *testing.B) {
			var y ff.Fp2
			for i := 0; b.Loop(); i++ {
				f(&y, &numbers[i%len(numbers)])
			}
		})
	}
}
