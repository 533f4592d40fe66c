package toy

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"satchel/client/tbs"
)

// TestFieldArithmetic compares with math/big.
func TestFieldArithmetic(t *testing.T) {
	p := big.NewInt(order)
	numbers := []uint64{0, 1, 2, order / 2, order - 2, order - 1}
	random := rand.New(rand.NewChaCha8([32]byte{}))
	for range 20 {
		numbers = append(numbers, random.Uint64N(order))
	}
	for _, a := range numbers {
		for _, b := range numbers {
			x, y := new(big.Int).SetUint64(a), new(big.Int).SetUint64(b)
			mod := func(n *big.Int) element { return element(n.Mod(n, p).Uint64()) }
			if got, want := element(a).plus(element(b)), mod(new(big.Int).Add(x, y)); got != want {
				t.Errorf("%d + %d = %d, want %d", a, b, got, want)
			}
			if got, want := element(a).minus(element(b)), mod(new(big.Int).Sub(x, y)); got != want {
				t.Errorf("%d - %d = %d, want %d", a, b, got, want)
			}
			if got, want := element(a).times(element(b)), mod(new(big.Int).Mul(x, y)); got != want {
				t.Errorf("%d * %d = %d, want %d", a, b, got, want)
			}
		}
		if product := element(a).times(element(a).inverse()); a != 0 && product != 1 {
			t.Errorf("%d times its inverse is %d", a, product)
		}
	}
}

func TestReduceAndBlindingKey(t *testing.T) {
	p := big.NewInt(order)
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
	if _, err := blindingKey(element(order).scalar()); !errors.Is(err, tbs.ErrZeroKey) {
		t.Errorf("the order is a key: %v", err)
	}
}

func FuzzCanonicalPoint(f *testing.F) {
	point, identity := element(77).g1(), element(0).g1()
	f.Add(point[:])
	f.Add(identity[:])
	f.Add([]byte{flagPoint})
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [48]byte
		var wide [96]byte
		copy(b[:], input)
		copy(wide[:], input)
		if a, err := parsePoint("point", b[:]); err == nil && a.g1() != b {
			t.Errorf("%x becomes %x", b, a.g1())
		}
		if a, err := parsePoint("key", wide[:]); err == nil && a.g2() != wide {
			t.Errorf("%x becomes %x", wide, a.g2())
		}
	})
}

func FuzzCanonicalSecret(f *testing.F) {
	secret := element(77).scalar()
	f.Add(secret[:])
	f.Add(slices.Repeat([]byte{0xff}, 32))
	f.Fuzz(func(t *testing.T, input []byte) {
		var b [32]byte
		copy(b[:], input)
		if a, err := parseSecret(b); err == nil && (a.scalar() != b || a >= order) {
			t.Errorf("%x becomes %x", b, a.scalar())
		}
		if k, err := blindingKey(b); err == nil && (k == 0 || k >= order) {
			t.Errorf("blinding key %x is %d", b, k)
		}
	})
}
