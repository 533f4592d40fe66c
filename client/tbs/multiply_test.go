package tbs

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"
)

// randomPoints returns points and bits-long multipliers.
func randomPoints(count, bits int) ([]bls12381.G1, []*big.Int) {
	random := rand.NewChaCha8([32]byte{byte(count), byte(bits)})
	points := make([]bls12381.G1, count)
	factors := make([]*big.Int, count)
	for i := range points {
		points[i] = HashV1([]byte{byte(i)}).p
		draw := make([]byte, 32)
		random.Read(draw)
		factors[i] = new(big.Int).SetBytes(draw)
		factors[i].Rsh(factors[i], uint(256-bits))
	}
	return points, factors
}

// slowly is what multiply returns, by circl.
func slowly(points []bls12381.G1, factors []*big.Int) (sum bls12381.G1) {
	sum.SetIdentity()
	for i := range points {
		var product bls12381.G1
		k := scalarFromBig(factors[i])
		product.ScalarMult(&k, &points[i])
		sum.Add(&sum, &product)
	}
	return sum
}

func quickly(points []bls12381.G1, factors []*big.Int) bls12381.G1 {
	integers := make([]integer, len(factors))
	for i := range factors {
		integers[i] = integerFromBig(factors[i])
	}
	return multiply(points, integers)
}

func TestMultiplyIsTheSumOfProducts(t *testing.T) {
	for _, bits := range []int{1, 4, 24, 25, 64, 128, 254} {
		for _, count := range []int{0, 1, 2, 7} {
			points, factors := randomPoints(count, bits)
			for i := range factors {
				if i%2 == 1 {
					factors[i].Neg(factors[i])
				}
			}
			got, want := quickly(points, factors), slowly(points, factors)
			if !got.IsEqual(&want) {
				t.Errorf("%d points, %d bits: the sums differ", count, bits)
			}
		}
	}
}

func TestMultiplyByEdges(t *testing.T) {
	one := big.NewInt(1)
	power := func(n uint) *big.Int { return new(big.Int).Lsh(one, n) }
	edges := []*big.Int{
		new(big.Int), one, big.NewInt(-1), big.NewInt(15), big.NewInt(16), big.NewInt(17), power(24), power(64),
		new(big.Int).Sub(power(64), one), new(big.Int).Sub(power(128), one), power(128), power(200), power(256),
		new(big.Int).Neg(power(300)), groupOrder, new(big.Int).Sub(groupOrder, one), new(big.Int).Add(groupOrder, one),
	}
	for _, n := range edges {
		points := []bls12381.G1{HashV2(nil).p}
		got, want := quickly(points, []*big.Int{n}), slowly(points, []*big.Int{n})
		if !got.IsEqual(&want) {
			t.Errorf("the products by %v differ", n)
		}
	}
}

func TestMultiplyOne(t *testing.T) {
	p := HashV1([]byte("p")).p
	for _, n := range []*big.Int{big.NewInt(1), big.NewInt(31), new(big.Int).Sub(groupOrder, big.NewInt(2))} {
		k := scalarFromBig(n)
		got, want := multiplyOne(&p, &k), slowly([]bls12381.G1{p}, []*big.Int{n})
		if !got.IsEqual(&want) {
			t.Errorf("the products by %v differ", n)
		}
	}
}

// TestClearCofactor multiplies points of the subgroup, where circl can follow.
func TestClearCofactor(t *testing.T) {
	for n := range byte(20) {
		p := HashV1([]byte{n}).p
		b := p.Bytes()
		var x, y ff.Fp
		x.SetBytes(b[:48])
		y.SetBytes(b[48:])
		got, ok := clearCofactor(&x, &y)
		want := slowly([]bls12381.G1{p}, []*big.Int{new(big.Int).SetUint64(cofactor)})
		if m := got.message(); !ok || !m.p.IsEqual(&want) {
			t.Errorf("point %d: the products differ", n)
		}
	}
}

// TestClearCofactorToNothing multiplies a point of order 3.
func TestClearCofactorToNothing(t *testing.T) {
	var x, y, four ff.Fp
	four.SetUint64(4)
	if y.Sqrt(&four) != 1 {
		t.Fatal("4 is no square")
	}
	if _, ok := clearCofactor(&x, &y); ok {
		t.Error("a point of order 3 remains")
	}
}

func BenchmarkMultiply(b *testing.B) {
	for _, count := range []int{1, 4, 16, 64} {
		points, factors := randomPoints(count, 128)
		b.Run(fmt.Sprintf("interleaved/%d", count), func(b *testing.B) {
			for b.Loop() {
				quickly(points, factors)
			}
		})
		b.Run(fmt.Sprintf("circl/%d", count), func(b *testing.B) {
			for b.Loop() {
				slowly(points, factors)
			}
		})
	}
}

func BenchmarkMultiplyOne(b *testing.B) {
	points, factors := randomPoints(1, 254)
	k := scalarFromBig(factors[0])
	b.Run("windows", func(b *testing.B) {
		for b.Loop() {
			multiplyOne(&points[0], &k)
		}
	})
	b.Run("circl", func(b *testing.B) {
		var product bls12381.G1
		for b.Loop() {
			product.ScalarMult(&k, &points[0])
		}
	})
}
