package tbs

import (
	"math/big"
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"
)

// circl makes a point of its coordinates only with a check that it is in the
// subgroup, which costs as much as half a multiplication, and its formulas for
// addition and doubling cover all cases, which costs a third more. Nonces are
// hashed and blinded with these points instead: a wallet that is restored does so
// for every note that it ever had, and a hundred more of each tier.

// affine is a point (x, y) of the curve y² = x³ + 4, which is not the identity.
type affine struct{ x, y ff.Fp }

// jacobian is a point (x/z², y/z³) of the curve; the identity if z is zero.
type jacobian struct{ x, y, z ff.Fp }

// message returns the point as circl has it.
func (p affine) message() (m Message) {
	if err := m.p.SetBytes(append(fieldBytes(&p.x), fieldBytes(&p.y)...)); err != nil {
		panic("tbs: a hash is not in the subgroup: " + err.Error())
	}
	return m
}

// compressed returns the encoding.
func (p affine) compressed() [48]byte {
	b := [48]byte(fieldBytes(&p.x))
	b[0] |= 0x80
	if p.y.IsNegative() == 1 {
		b[0] |= 0x20
	}
	return b
}

func (p affine) jacobian() jacobian {
	q := jacobian{x: p.x, y: p.y}
	q.z.SetOne()
	return q
}

// affine returns p, which is not the identity.
func (p *jacobian) affine() (q affine) {
	inv := inverse(&p.z)
	var power ff.Fp
	power.Sqr(&inv)
	q.x.Mul(&p.x, &power)
	power.Mul(&power, &inv)
	q.y.Mul(&p.y, &power)
	return q
}

// double is dbl-2009-l of the Explicit-Formulas Database (a = 0).
func (p *jacobian) double() {
	var a, b, c, d, e, f ff.Fp
	a.Sqr(&p.x)
	b.Sqr(&p.y)
	c.Sqr(&b)
	d.Add(&p.x, &b)
	d.Sqr(&d)
	d.Sub(&d, &a)
	d.Sub(&d, &c)
	d.Add(&d, &d)
	e.Add(&a, &a)
	e.Add(&e, &a)
	f.Sqr(&e)

	p.z.Mul(&p.y, &p.z)
	p.z.Add(&p.z, &p.z)
	p.x.Sub(&f, &d)
	p.x.Sub(&p.x, &d)
	d.Sub(&d, &p.x)
	p.y.Mul(&e, &d)
	c.Add(&c, &c)
	c.Add(&c, &c)
	c.Add(&c, &c)
	p.y.Sub(&p.y, &c)
}

// addAffine adds q; madd-2007-bl of the Explicit-Formulas Database.
//
// The cases that the formula leaves out, p = ±q and the identity, need a p whose
// order is below 2⁶⁵ where it is used. Such points lie in the cofactor's part of
// the curve, 2¹²⁶ of 2³⁸¹ points, so a hash does not meet them.
func (p *jacobian) addAffine(q *affine) {
	var zz, h, hh, i, j, r, v ff.Fp
	zz.Sqr(&p.z)
	h.Mul(&q.x, &zz)
	h.Sub(&h, &p.x)
	hh.Sqr(&h)
	i.Add(&hh, &hh)
	i.Add(&i, &i)
	j.Mul(&h, &i)
	r.Mul(&q.y, &p.z)
	r.Mul(&r, &zz)
	r.Sub(&r, &p.y)
	r.Add(&r, &r)
	v.Mul(&p.x, &i)

	p.z.Add(&p.z, &h)
	p.z.Sqr(&p.z)
	p.z.Sub(&p.z, &zz)
	p.z.Sub(&p.z, &hh)
	p.sum(&r, &j, &v)
}

// sum sets x and y to what the formulas of an addition end with.
func (p *jacobian) sum(r, j, v *ff.Fp) {
	var y ff.Fp
	y.Mul(&p.y, j)
	y.Add(&y, &y)
	p.x.Sqr(r)
	p.x.Sub(&p.x, j)
	p.x.Sub(&p.x, v)
	p.x.Sub(&p.x, v)
	v.Sub(v, &p.x)
	p.y.Mul(r, v)
	p.y.Sub(&p.y, &y)
}

// add adds q, which is not the identity; add-2007-bl of the Explicit-Formulas
// Database, and what that leaves out.
func (p *jacobian) add(q *jacobian) {
	if p.z.IsZero() == 1 {
		*p = *q
		return
	}
	var zz, qzz, u, h, i, j, s, r, v ff.Fp
	zz.Sqr(&p.z)
	qzz.Sqr(&q.z)
	u.Mul(&p.x, &qzz)
	h.Mul(&q.x, &zz)
	h.Sub(&h, &u)
	s.Mul(&p.y, &q.z)
	s.Mul(&s, &qzz)
	r.Mul(&q.y, &p.z)
	r.Mul(&r, &zz)
	r.Sub(&r, &s)
	if h.IsZero() == 1 {
		if r.IsZero() == 1 {
			p.double()
		} else {
			*p = jacobian{}
		}
		return
	}
	r.Add(&r, &r)
	i.Add(&h, &h)
	i.Sqr(&i)
	j.Mul(&h, &i)
	v.Mul(&u, &i)

	p.z.Add(&p.z, &q.z)
	p.z.Sqr(&p.z)
	p.z.Sub(&p.z, &zz)
	p.z.Sub(&p.z, &qzz)
	p.z.Mul(&p.z, &h)
	p.y = s
	p.sum(&r, &j, &v)
}

// In the subgroup of order r, the map (x, y) → (β·x, y) is a multiplication by
// λ = z²−1, z the parameter of the curve, and r = λ²+λ+1. So a multiplication by
// k is one by k mod λ and one by k/λ, each half as long, with common doublings.
var (
	lambda, _ = new(big.Int).SetString("ac45a4010001a40200000000ffffffff", 16)
	beta      = mustField("1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4897d29650fb85f9b409427eb4f49fffd8bfd00000000aaac")
)

func mustField(hex string) (z ff.Fp) {
	if err := z.SetString("0x" + hex); err != nil {
		panic("tbs: " + err.Error())
	}
	return z
}

// timesWidth is the width of the windows in times.
const timesWidth = 5

// times returns k·p; p is in the subgroup. Its time depends on k.
func (p affine) times(k *bls12381.Scalar) (sum jacobian) {
	high, low := splitScalar(k)
	digits := [2][]int8{low.recode(timesWidth), high.recode(timesWidth)}
	odd := p.oddMultiples()
	for position := max(len(digits[0]), len(digits[1])) - 1; position >= 0; position-- {
		sum.double()
		for half, list := range digits {
			if position >= len(list) || list[position] == 0 {
				continue
			}
			d := list[position]
			q := odd[max(d, -d)/2]
			if d < 0 {
				q.y.Neg()
			}
			if half == 1 {
				q.x.Mul(&q.x, &beta)
			}
			sum.add(&q)
		}
	}
	return sum
}

// oddMultiples returns 1, 3, 5, … times p, as many as windows ask for.
func (p affine) oddMultiples() (odd [1 << (timesWidth - 2)]jacobian) {
	odd[0] = p.jacobian()
	twice := odd[0]
	twice.double()
	for i := 1; i < len(odd); i++ {
		odd[i] = odd[i-1]
		odd[i].add(&twice)
	}
	return odd
}

// splitScalar returns k/λ and k mod λ, both at most 128 bits long.
func splitScalar(k *bls12381.Scalar) (high, low integer) {
	b := scalar{k}.Bytes()
	slices.Reverse(b[:])
	quotient, rest := new(big.Int).DivMod(new(big.Int).SetBytes(b[:]), lambda, new(big.Int))
	return integerFromBig(quotient), integerFromBig(rest)
}

var fieldOrder = new(big.Int).SetBytes(ff.FpOrder())

// inverse returns 1/z. math/big is several times faster here than the
// exponentiation behind ff.Fp.Inv.
func inverse(z *ff.Fp) (inv ff.Fp) {
	n := new(big.Int).SetBytes(fieldBytes(z))
	n.ModInverse(n, fieldOrder)
	if err := inv.UnmarshalBinary(n.FillBytes(make([]byte, ff.FpSize))); err != nil {
		panic("tbs: an inverse is not reduced: " + err.Error())
	}
	return inv
}

// fieldBytes returns z in big endian.
func fieldBytes(z *ff.Fp) []byte {
	b, err := z.MarshalBinary()
	if err != nil {
		panic("tbs: a field element does not encode: " + err.Error())
	}
	return b
}
