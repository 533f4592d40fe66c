package curve

import (
	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"

	"satchel/client/tbs/draw"
)

// circl makes a point of its coordinates only if it is in the subgroup, so what
// is drawn is brought there with this arithmetic.

// affine is a point (x, y) of the twist y² = x³ + 4(1+u) over the field of p²
// elements, which is not the identity.
type affine struct{ x, y ff.Fp2 }

// jacobian is a point (x/z², y/z³) of the twist; the identity if z is zero.
type jacobian struct{ x, y, z ff.Fp2 }

// Point draws points of the twist from the stream of a seed until one can be
// brought into G2; two attempts are needed on average. It is never the identity.
func Point(seed [32]byte) *bls12381.G2 {
	stream := draw.New(seed)
	for {
		p, ok := attempt(stream)
		if !ok {
			continue
		}
		if q := p.clearCofactor(); q.z.IsZero() == 0 {
			return q.point()
		}
	}
}

// attempt draws a point of the twist, which half of all x have.
func attempt(stream draw.Stream) (p jacobian, ok bool) {
	p.x[0], p.x[1] = stream.Field(), stream.Field()
	odd := stream.Odd()
	square := rightSide(&p.x)
	if !root(&p.y, &square) {
		return p, false
	}
	if odd {
		p.y.Neg()
	}
	p.z.SetOne()
	return p, true
}

// rightSide returns x³ + 4(1+u).
func rightSide(x *ff.Fp2) (z ff.Fp2) {
	var b ff.Fp2
	b[0].SetUint64(4)
	b[1].SetUint64(4)
	z.Sqr(x)
	z.Mul(&z, x)
	z.Add(&z, &b)
	return z
}

// clearCofactor returns (z²−z−1)·p + (z−1)·ψ(p) + 2ψ²(p), z the negative
// parameter of the curve (Budroni and Pintore, eprint 2017/419, section 4.1; the
// multiple of RFC 9380).
func (p jacobian) clearCofactor() jacobian {
	q := p.times(parameter)
	q.add(&p) // (1−z)·p
	sum := q.times(parameter)

	q.psi()
	q.add(&p)
	q.y.Neg()
	sum.add(&q)

	p.double()
	p.psi()
	p.psi()
	sum.add(&p)
	return sum
}

// parameter is −z.
const parameter uint64 = 0xd201000000010000

// times returns n·p, for an n with few bits.
func (p jacobian) times(n uint64) (sum jacobian) {
	for bit := 63; bit >= 0; bit-- {
		sum.double()
		if n>>bit&1 == 1 {
			sum.add(&p)
		}
	}
	return sum
}

// double is dbl-2009-l of the Explicit-Formulas Database (a = 0).
func (p *jacobian) double() {
	var a, b, c, d, e, f ff.Fp2
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

// add adds q, which is not the identity; add-1998-cmo-2 of the Explicit-Formulas
// Database, and what that leaves out.
func (p *jacobian) add(q *jacobian) {
	if p.z.IsZero() == 1 {
		*p = *q
		return
	}
	var zz, qzz, u, h, hh, hhh, s, r, v ff.Fp2
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
	hh.Sqr(&h)
	hhh.Mul(&hh, &h)
	v.Mul(&u, &hh)

	p.z.Mul(&p.z, &q.z)
	p.z.Mul(&p.z, &h)
	p.x.Sqr(&r)
	p.x.Sub(&p.x, &hhh)
	p.x.Sub(&p.x, &v)
	p.x.Sub(&p.x, &v)
	v.Sub(&v, &p.x)
	p.y.Mul(&r, &v)
	s.Mul(&s, &hhh)
	p.y.Sub(&p.y, &s)
}

// psi is the endomorphism ψ(x, y) = (psiX·x̄, psiY·ȳ), x̄ the conjugate of x.
func (p *jacobian) psi() {
	p.x.Cjg()
	p.y.Cjg()
	p.z.Cjg()
	p.x.Mul(&p.x, &psiX)
	p.y.Mul(&p.y, &psiY)
}

// psiX is (1+u)^((1−p)/3), psiY is (1+u)^((1−p)/2).
var (
	psiX = mustField2("0", "1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4897d29650fb85f9b409427eb4f49fffd8bfd00000000aaad")
	psiY = mustField2("135203e60180a68ee2e9c448d77a2cd91c3dedd930b1cf60ef396489f61eb45e304466cf3e67fa0af1ee7b04121bdea2",
		"06af0e0437ff400b6831e36d6bd17ffe48395dabc2d3435e77f76e17009241c5ee67992f72ec05f4c81084fbede3cc09")
)

func mustField2(c0, c1 string) (z ff.Fp2) {
	if err := z.SetString("0x"+c0, "0x"+c1); err != nil {
		panic("curve: " + err.Error())
	}
	return z
}

// point returns p, which is in the subgroup and not the identity, as circl has it.
func (p jacobian) point() *bls12381.G2 {
	a := p.affine()
	x, errX := a.x.MarshalBinary()
	y, errY := a.y.MarshalBinary()
	q := new(bls12381.G2)
	if errX != nil || errY != nil || q.SetBytes(append(x, y...)) != nil {
		panic("curve: a point that was drawn is not in the subgroup")
	}
	return q
}

// affine returns p, which is not the identity.
func (p jacobian) affine() (q affine) {
	var inv, power ff.Fp2
	inv.Inv(&p.z)
	power.Sqr(&inv)
	q.x.Mul(&p.x, &power)
	power.Mul(&power, &inv)
	q.y.Mul(&p.y, &power)
	return q
}
