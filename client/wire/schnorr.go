package wire

import (
	"crypto/sha256"
	"errors"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// Schnorr signatures of BIP-340 on the group of decred's secp256k1. The btcec
// package has them too, but brings the curves of crypto/ecdsa along, which a
// browser would download for nothing; tests compare the two.
//
// The group operations take a time that depends on the secret.

// ErrSignature is that a signature does not verify.
var ErrSignature = errors.New("signature does not verify")

// Verify returns ErrSignature unless sig is the key's BIP-340 signature of
// hash. The hash is the message: it is not hashed again.
func (k XOnlyPublicKey) Verify(hash [32]byte, sig Signature) error {
	var p, sum, sG, eP secp256k1.JacobianPoint
	var r secp256k1.FieldVal
	var s secp256k1.ModNScalar
	if !k.lift(&p) || r.SetByteSlice(sig[:32]) || s.SetByteSlice(sig[32:]) {
		return ErrSignature
	}
	e := challenge(sig[:32], k, hash)
	secp256k1.ScalarBaseMultNonConst(&s, &sG)
	secp256k1.ScalarMultNonConst(e.Negate(), &p, &eP)
	secp256k1.AddNonConst(&sG, &eP, &sum)
	if sum.X.IsZero() && sum.Y.IsZero() || sum.Z.IsZero() {
		return ErrSignature // the point at infinity
	}
	sum.ToAffine()
	if sum.Y.IsOdd() || !sum.X.Equals(&r) {
		return ErrSignature
	}
	return nil
}

// lift sets p to the point with the key's x and an even y, if there is one.
func (k XOnlyPublicKey) lift(p *secp256k1.JacobianPoint) bool {
	overflow := p.X.SetBytes((*[32]byte)(&k)) != 0
	if overflow || !secp256k1.DecompressY(&p.X, false, &p.Y) {
		return false
	}
	p.Y.Normalize()
	p.Z.SetInt(1)
	return true
}

func (k XOnlyPublicKey) valid() bool {
	var p secp256k1.JacobianPoint
	return k.lift(&p)
}

// scalar sets s to the key, if it is one.
func (k SecretKey) scalar(s *secp256k1.ModNScalar) bool {
	overflow := s.SetBytes((*[32]byte)(&k)) != 0
	return !overflow && !s.IsZero()
}

// Valid reports whether the bytes are a secret key.
func (k SecretKey) Valid() bool {
	var s secp256k1.ModNScalar
	return k.scalar(&s)
}

// PublicKey returns the key's point. It costs a multiplication.
func (k SecretKey) PublicKey() PublicKey {
	var s secp256k1.ModNScalar
	k.scalar(&s)
	return multiple(&s)
}

// multiple returns the generator times s.
func multiple(s *secp256k1.ModNScalar) PublicKey {
	var p secp256k1.JacobianPoint
	secp256k1.ScalarBaseMultNonConst(s, &p)
	return compressed(&p)
}

// Sign returns the BIP-340 signature of hash, which is the message and is not
// hashed again. The auxiliary randomness is 32 zero bytes, so that equal
// arguments give equal signatures. It fails for bytes that are no secret key.
func (k SecretKey) Sign(hash [32]byte) (Signature, error) { return k.SignAs(k.PublicKey(), hash) }

// SignAs is Sign for a caller who knows the public key: that saves computing it.
// With any other key the signature is worthless.
func (k SecretKey) SignAs(public PublicKey, hash [32]byte) (sig Signature, err error) {
	var d secp256k1.ModNScalar
	if !k.scalar(&d) {
		return sig, errors.New("signing with bytes that are no secret key")
	}
	if public[0] == 3 {
		d.Negate()
	}
	masked := d.Bytes()
	aux := tagged("BIP0340/aux", make([]byte, 32))
	for i := range masked {
		masked[i] ^= aux[i]
	}
	x := public.XOnly()
	var nonce secp256k1.ModNScalar
	random := tagged("BIP0340/nonce", masked[:], x[:], hash[:])
	if nonce.SetBytes(&random); nonce.IsZero() {
		return sig, errors.New("nonce is zero") // of which the chance is 2⁻²⁵⁶
	}
	r := multiple(&nonce)
	if r[0] == 3 {
		nonce.Negate()
	}
	copy(sig[:32], r[1:])
	e := challenge(sig[:32], x, hash)
	e.Mul(&d).Add(&nonce)
	e.PutBytesUnchecked(sig[32:])
	return sig, nil
}

func challenge(r []byte, key XOnlyPublicKey, hash [32]byte) (e secp256k1.ModNScalar) {
	sum := tagged("BIP0340/challenge", r, key[:], hash[:])
	e.SetBytes(&sum)
	return e
}

// tagged is the tagged hash of BIP-340.
func tagged(tag string, parts ...[]byte) (sum [32]byte) {
	t := sha256.Sum256([]byte(tag))
	h := sha256.New()
	h.Write(t[:])
	h.Write(t[:])
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}
