// Package curve is what the two threshold encryptions of fedimint share: group
// elements of BLS12-381 as they come from outside, points of G2 that are drawn
// from a seed, and the equation of their pairings.
//
// Points are compressed, big endian, with three flag bits on top, 48 bytes for
// G1 and 96 for G2. Scalars are 32 bytes, little endian, below the group order.
// Each element has one encoding. A point has to be in the subgroup, and is not
// the identity: there is no use for it here, and where the reference takes it
// for a key, there is no secret.
package curve

import (
	"fmt"
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs"
)

// ParseG1 decodes a point. The error wraps tbs.ErrMalformed and begins with the
// role that the point has.
func ParseG1(role string, b [48]byte) (*bls12381.G1, error) {
	p := new(bls12381.G1)
	if err := p.SetBytes(b[:]); err != nil || p.IsIdentity() {
		return nil, fmt.Errorf("%s %x: %w of G1", role, b, tbs.ErrMalformed)
	}
	return p, nil
}

// ParseG2 decodes a point like ParseG1.
func ParseG2(role string, b [96]byte) (*bls12381.G2, error) {
	p := new(bls12381.G2)
	if err := p.SetBytes(b[:]); err != nil || p.IsIdentity() {
		return nil, fmt.Errorf("%s %x: %w of G2", role, b, tbs.ErrMalformed)
	}
	return p, nil
}

// ParseSecret decodes a scalar, which the error does not quote.
func ParseSecret(role string, b [32]byte) (*bls12381.Scalar, error) {
	slices.Reverse(b[:])
	k := new(bls12381.Scalar)
	if err := k.UnmarshalBinary(b[:]); err != nil {
		return nil, fmt.Errorf("%s: %w: not below the group order", role, tbs.ErrMalformed)
	}
	return k, nil
}

// SecretBytes returns a scalar in little endian.
func SecretBytes(k *bls12381.Scalar) [32]byte {
	b, err := k.MarshalBinary()
	if err != nil {
		panic("curve: a scalar does not encode: " + err.Error())
	}
	slices.Reverse(b)
	return [32]byte(b)
}

// TimesG1 returns k·p, compressed.
func TimesG1(k *bls12381.Scalar, p *bls12381.G1) [48]byte {
	var product bls12381.G1
	product.ScalarMult(k, p)
	return [48]byte(product.BytesCompressed())
}

// TimesG2 returns k·p, compressed.
func TimesG2(k *bls12381.Scalar, p *bls12381.G2) [96]byte {
	var product bls12381.G2
	product.ScalarMult(k, p)
	return [96]byte(product.BytesCompressed())
}

// Public returns the public key of a secret, k times the generator of G1.
func Public(k *bls12381.Scalar) [48]byte { return TimesG1(k, bls12381.G1Generator()) }
