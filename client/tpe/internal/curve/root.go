package curve

import (
	"math/big"

	"github.com/cloudflare/circl/ecc/bls12381/ff"
)

// root sets y to the square root of a that the reference takes, if a has one.
//
// With n the square root of the norm a₀²+a₁², one of (a₀+n)/2 and (a₀−n)/2 is a
// square t, and y = √t + a₁/(2√t)·u is a root. The reference computes
// (1+a^((p−1)/2))^((p−1)/2)·a^((p+1)/4) (eprint 2012/685, algorithm 9), which is
// the root whose double real part is a square of the field. As 2 is none, the
// real part is none either, unlike the √t below, which is a power of a square.
// This way takes a third of the time of that.
func root(y, a *ff.Fp2) bool {
	var n, t, half, w ff.Fp
	n.Sqr(&a[0])
	t.Sqr(&a[1])
	n.Add(&n, &t)
	if n.Sqrt(&n) == 0 {
		return false
	}
	half.SetUint64(2)
	half.Inv(&half)
	t.Add(&a[0], &n)
	t.Mul(&t, &half)
	if !inverseRoot(&w, &t) {
		t.Sub(&a[0], &n)
		t.Mul(&t, &half)
		if !inverseRoot(&w, &t) { // a₁ is zero, and a₀ no square
			inverseRoot(&w, &a[0])
			*y = ff.Fp2{}
			y[1].Mul(&a[0], &w)
			return true
		}
	}
	y[0].Mul(&t, &w)
	y[1].Mul(&a[1], &w)
	y[1].Mul(&y[1], &half)
	y.Neg()
	return true
}

// inverseRoot sets w to the power (p−3)/4 of t, which is 1/√t if t is a square
// other than zero, and tells whether it is.
func inverseRoot(w, t *ff.Fp) bool {
	var product ff.Fp
	w.ExpVarTime(t, inverseRootExponent)
	product.Sqr(w)
	product.Mul(&product, t)
	var one ff.Fp
	one.SetOne()
	return product.IsEqual(&one) == 1
}

// inverseRootExponent is (p−3)/4.
var inverseRootExponent = new(big.Int).Rsh(new(big.Int).SetBytes(ff.FpOrder()), 2).Bytes()
