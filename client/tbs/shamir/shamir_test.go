package shamir

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381"
)

func TestLagrangeIsSmall(t *testing.T) {
	for _, c := range []struct {
		guardians []uint16
		want      string
	}{
		{[]uint16{5}, "[1] over 1"},
		{[]uint16{0, 1, 2}, "[3 -3 1] over 1"},
		{[]uint16{0, 1, 3}, "[8 -6 1] over 3"},
		{[]uint16{0, 2, 3}, "[2 -2 1] over 1"},
		{[]uint16{1, 2, 3}, "[6 -8 3] over 1"},
	} {
		coefficients, common := Lagrange(c.guardians)
		if got := fmt.Sprintf("%v over %v", coefficients, common); got != c.want {
			t.Errorf("guardians %v: %s, want %s", c.guardians, got, c.want)
		}
	}
}

// TestSharesDetermineTheSecret also where coefficients are not small.
func TestSharesDetermineTheSecret(t *testing.T) {
	order := new(big.Int).SetBytes(bls12381.Order())
	number := func(s *bls12381.Scalar) *big.Int {
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return new(big.Int).SetBytes(b)
	}
	for _, guardians := range [][]uint16{{0}, {3}, {0, 1, 2}, {1, 3, 4, 5, 6}, {7, 300, 65535}} {
		f, err := Draw(rand.NewChaCha8([32]byte{}), 1<<16, len(guardians))
		if err != nil {
			t.Fatal(err)
		}
		coefficients, common := Lagrange(guardians)
		sum := new(big.Int)
		for i, guardian := range guardians {
			sum.Add(sum, new(big.Int).Mul(coefficients[i], number(f.Share(int(guardian)))))
		}
		sum.Mul(sum, new(big.Int).ModInverse(common, order))
		if sum.Mod(sum, order); sum.Cmp(number(&f[0])) != 0 {
			t.Errorf("guardians %v hold another secret", guardians)
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	random := rand.NewChaCha8([32]byte{})
	for _, bad := range [][2]int{{0, 0}, {4, 0}, {4, -1}, {4, 5}, {1<<16 + 1, 1}} {
		if _, err := Draw(random, bad[0], bad[1]); err == nil {
			t.Errorf("draws for %d guardians with threshold %d", bad[0], bad[1])
		}
	}
	if _, err := Draw(bytes.NewReader(make([]byte, 65)), 4, 2); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short randomness: %v", err)
	}
}

func TestPolynomialsDoNotPrint(t *testing.T) {
	f, err := Draw(bytes.NewReader(make([]byte, 64)), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(verb, f); !strings.Contains(got, "secret") || strings.Contains(got, "0") {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
