// Package shamir shares secrets modulo the order of BLS12-381's groups, as all
// threshold keys of fedimint are shared.
//
// A secret is the value f(0) of a polynomial f whose degree is one below the
// threshold. Guardian j = 0, 1, … holds the share f(j+1). Any threshold of the
// shares determine the secret, and so do the same multiples of one point:
//
//	f(0)·P = Σ λⱼ·f(j+1)·P,   λⱼ = Π Xᵢ/(Xᵢ−Xⱼ) over the others i, X = guardian + 1
package shamir

import (
	"fmt"
	"io"
	"math/big"
	"slices"
	"sort"

	"github.com/cloudflare/circl/ecc/bls12381"
)

// A Polynomial has as many coefficients as the threshold, a₀ first. It never
// prints.
type Polynomial []bls12381.Scalar

// Format writes a redaction for every verb.
func (Polynomial) Format(f fmt.State, _ rune) { io.WriteString(f, "[secret polynomial]") }

// Draw reads 64 bytes of random for each coefficient. The same bytes give the
// same polynomial.
func Draw(random io.Reader, n, threshold int) (Polynomial, error) {
	if threshold < 1 || threshold > n || n > 1<<16 {
		return nil, fmt.Errorf("threshold %d of %d guardians: want 1 ≤ threshold ≤ n ≤ 65536", threshold, n)
	}
	f := make(Polynomial, threshold)
	for i := range f {
		var draw [64]byte
		if _, err := io.ReadFull(random, draw[:]); err != nil {
			return nil, fmt.Errorf("randomness of a dealer: %w", err)
		}
		f[i].SetBytes(draw[:])
	}
	return f, nil
}

// Guardians returns who has given shares, in ascending order.
func Guardians[S any](shares map[uint16]S) []uint16 {
	guardians := make([]uint16, 0, len(shares))
	for guardian := range shares {
		guardians = append(guardians, guardian)
	}
	sort.Slice(guardians, func(i, j int) bool { return guardians[i] < guardians[j] })
	return guardians
}

// Share returns what a guardian holds.
func (f Polynomial) Share(guardian int) *bls12381.Scalar {
	var x, value bls12381.Scalar
	x.SetUint64(uint64(guardian) + 1)
	for _, a := range slices.Backward(f) {
		value.Mul(&value, &x)
		value.Add(&value, &a)
	}
	return &value
}

// Lagrange returns λⱼ·common for each guardian, and the least common
// denominator, above zero. For the first three of four guardians that is
// 3, −3, 1 over 1.
func Lagrange(guardians []uint16) (coefficients []*big.Int, common *big.Int) {
	common = big.NewInt(1)
	fractions := make([]*big.Rat, len(guardians))
	for j, at := range guardians {
		fraction := big.NewRat(1, 1)
		for _, other := range guardians {
			if other != at {
				fraction.Mul(fraction, big.NewRat(int64(other)+1, int64(other)-int64(at)))
			}
		}
		fractions[j] = fraction
		gcd := new(big.Int).GCD(nil, nil, common, fraction.Denom())
		common.Mul(common, gcd.Div(fraction.Denom(), gcd))
	}
	for _, fraction := range fractions {
		c := new(big.Int).Div(common, fraction.Denom())
		coefficients = append(coefficients, c.Mul(c, fraction.Num()))
	}
	return coefficients, common
}
