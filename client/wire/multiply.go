package wire

import (
	"crypto/sha256"
	"errors"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

var errNoKey = errors.New("multiplying with bytes that are no secret key")

// Times returns the key's point times a secret key. Both must be valid.
func (k PublicKey) Times(s SecretKey) (PublicKey, error) {
	var p, product secp256k1.JacobianPoint
	var n secp256k1.ModNScalar
	if !s.scalar(&n) || !k.lift(&p) {
		return PublicKey{}, errNoKey
	}
	secp256k1.ScalarMultNonConst(&n, &p, &product)
	return compressed(&product), nil
}

// Shared returns what the owner of k and the owner of the secret key of p have in
// common, the SHA-256 of the compressed point that both can compute
// (libsecp256k1's ECDH).
func (k SecretKey) Shared(p PublicKey) ([32]byte, error) {
	point, err := p.Times(k)
	return sha256.Sum256(point[:]), err
}

// Times returns the product of two secret keys: its public key is that of k times
// the other.
func (k SecretKey) Times(other SecretKey) (SecretKey, error) {
	var a, b secp256k1.ModNScalar
	if !k.scalar(&a) || !other.scalar(&b) {
		return SecretKey{}, errNoKey
	}
	return SecretKey(a.Mul(&b).Bytes()), nil
}

// lift sets p to the key's point, if it is one.
func (k PublicKey) lift(p *secp256k1.JacobianPoint) bool {
	if !k.XOnly().lift(p) {
		return false
	}
	if k[0] == 3 {
		p.Y.Negate(1).Normalize()
	}
	return true
}

// compressed returns the key of a point, which it changes.
func compressed(p *secp256k1.JacobianPoint) (key PublicKey) {
	p.ToAffine()
	key[0] = 2
	if p.Y.IsOdd() {
		key[0] = 3
	}
	p.X.PutBytesUnchecked(key[1:])
	return key
}
