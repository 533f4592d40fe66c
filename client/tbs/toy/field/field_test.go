package field

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFieldArithmetic compares with math/big.
func TestFieldArithmetic(t *testing.T) {
	p := big.NewInt(Order)
	numbers := []uint64{0, 1, 2, Order / 2, Order - 2, Order - 1}
	random := rand.New(rand.NewChaCha8([32]byte{}))
	for range 20 {
		numbers = append(numbers, random.Uint64N(Order))
	}
	for _, a := range numbers {
		for _, b := range numbers {
			x, y := new(big.Int).SetUint64(a), new(big.Int).SetUint64(b)
			mod := func(n *big.Int) Element { return Element(n.Mod(n, p).Uint64()) }
			if got, want := Element(a).Plus(Element(b)), mod(new(big.Int).Add(x, y)); got != want {
				t.Errorf("%d + %d = %d, want %d", a, b, got, want)
			}
			if got, want := Element(a).Minus(Element(b)), mod(new(big.Int).Sub(x, y)); got != want {
				t.Errorf("%d - %d = %d, want %d", a, b, got, want)
			}
			if got, want := Element(a).Times(Element(b)), mod(new(big.Int).Mul(x, y)); got != want {
				t.Errorf("%d * %d = %d, want %d", a, b, got, want)
			}
		}
		if product := Element(a).Times(Element(a).Inverse()); a != 0 && product != 1 {
			t.Errorf("%d times its inverse is %d", a, product)
		}
	}
}

func FuzzCanonicalPoint(f *testing.F) {
	point, identity := Element(77).G1(), Element(0).G1()
	f.Add(point[:])
	f.Add(identity[:])
	f.Add([]byte{flagPoint})
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [48]byte
		var wide [96]byte
		copy(b[:], input)
		copy(wide[:], input)
		if a, err := ParsePoint("point", b[:]); err == nil && a.G1() != b {
			t.Errorf("%x becomes %x", b, a.G1())
		}
		if a, err := ParsePoint("key", wide[:]); err == nil && a.G2() != wide {
			t.Errorf("%x becomes %x", wide, a.G2())
		}
	})
}

func FuzzCanonicalSecret(f *testing.F) {
	secret := Element(77).Scalar()
	f.Add(secret[:])
	f.Add(slices.Repeat([]byte{0xff}, 32))
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [32]byte
		copy(b[:], input)
		if a, err := ParseSecret(b); err == nil && (a.Scalar() != b || a >= Order) {
			t.Errorf("%x becomes %x", b, a.Scalar())
		}
	})
}
