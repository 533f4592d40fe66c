package tbs

import (
	"crypto/sha256"
	"crypto/sha3"
	"math/big"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"
	"golang.org/x/crypto/chacha20"
)

const (
	tagV1 = "TBS_BLS12-381_"
	tagV2 = "FEDIMINT_TBS_BLS12_381_MESSAGE"
)

// HashV1 hashes the nonce of a note of the first mint module to G1.
func HashV1(nonce []byte) Message {
	return hashToG1(sha3.Sum256(append([]byte(tagV1), nonce...)))
}

// HashV2 hashes the nonce of a note of the second mint module to G1.
func HashV2(nonce []byte) Message {
	return hashToG1(sha256.Sum256(append([]byte(tagV2), nonce...)))
}

// hashToG1 draws points from the ChaCha20 stream of a seed until one is good;
// two attempts are needed on average.
func hashToG1(seed [32]byte) Message {
	stream, err := chacha20.NewUnauthenticatedCipher(seed[:], make([]byte, chacha20.NonceSize))
	if err != nil {
		panic("tbs: ChaCha20 refuses its key: " + err.Error())
	}
	for {
		var draw [100]byte
		stream.XORKeyStream(draw[:], draw[:])
		var x, y ff.Fp
		if !curvePoint(&x, &y, &draw) {
			continue
		}
		if p, ok := clearCofactor(&x, &y); ok {
			return Message{g1{p}}
		}
	}
}

// curvePoint sets (x, y) to the point of the curve y² = x³ + 4 that a draw
// denotes, if there is one.
func curvePoint(x, y *ff.Fp, draw *[100]byte) bool {
	x.SetBytes(append(draw[48:96:96], draw[0:48]...))
	var square, four ff.Fp
	four.SetUint64(4)
	square.Sqr(x)
	square.Mul(&square, x)
	square.Add(&square, &four)
	if y.Sqrt(&square) == 0 {
		return false
	}
	if draw[96]&1 == 1 {
		y.Neg()
	}
	return true
}

// cofactor is 1−z, z the parameter of the curve: it brings every point of the
// curve into the subgroup of order r.
const cofactor uint64 = 0xd201000000010001

// clearCofactor returns cofactor·(x, y), or false if that is the identity.
//
// The cases that the addition formula leaves out need a point whose order is
// below 2⁶⁵. Such points lie in the cofactor's part of the curve, 2¹²⁶ of
// 2³⁸¹ points, so a hash does not meet them.
func clearCofactor(x, y *ff.Fp) (p bls12381.G1, ok bool) {
	acc := jacobian{x: *x, y: *y}
	acc.z.SetOne()
	for bit := 62; bit >= 0; bit-- {
		acc.double()
		if cofactor>>bit&1 == 1 {
			acc.addAffine(x, y)
		}
	}
	if acc.z.IsZero() == 1 {
		return p, false
	}
	// circl takes coordinates only as bytes, and checks curve and subgroup.
	if err := p.SetBytes(acc.bytes()); err != nil {
		panic("tbs: a hash is not in the subgroup: " + err.Error())
	}
	return p, true
}

// jacobian is a point (x/z², y/z³) of the curve over the whole base field.
type jacobian struct{ x, y, z ff.Fp }

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

// addAffine adds (x, y), which is neither p nor −p; madd-2007-bl of the
// Explicit-Formulas Database.
func (p *jacobian) addAffine(x, y *ff.Fp) {
	var zz, h, hh, i, j, r, v ff.Fp
	zz.Sqr(&p.z)
	h.Mul(x, &zz)
	h.Sub(&h, &p.x)
	hh.Sqr(&h)
	i.Add(&hh, &hh)
	i.Add(&i, &i)
	j.Mul(&h, &i)
	r.Mul(y, &p.z)
	r.Mul(&r, &zz)
	r.Sub(&r, &p.y)
	r.Add(&r, &r)
	v.Mul(&p.x, &i)

	p.z.Add(&p.z, &h)
	p.z.Sqr(&p.z)
	p.z.Sub(&p.z, &zz)
	p.z.Sub(&p.z, &hh)
	p.x.Sqr(&r)
	p.x.Sub(&p.x, &j)
	p.x.Sub(&p.x, &v)
	p.x.Sub(&p.x, &v)
	j.Mul(&p.y, &j)
	j.Add(&j, &j)
	v.Sub(&v, &p.x)
	p.y.Mul(&r, &v)
	p.y.Sub(&p.y, &j)
}

// bytes returns the uncompressed affine point; p is not the identity.
func (p *jacobian) bytes() []byte {
	inv := inverse(&p.z)
	var power, x, y ff.Fp
	power.Sqr(&inv)
	x.Mul(&p.x, &power)
	power.Mul(&power, &inv)
	y.Mul(&p.y, &power)
	return append(fieldBytes(&x), fieldBytes(&y)...)
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
