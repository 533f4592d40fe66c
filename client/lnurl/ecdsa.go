package lnurl

import (
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"satchel/client/wire"
)

// signECDSA returns the ECDSA signature of a hash in DER, with the nonce of RFC
// 6979 and the lower s of the two. The package ecdsa beside secp256k1 has it too,
// but needs the part of it that the wasm leaves out; a test compares the two.
//
// The group operations take a time that depends on the secret.
func signECDSA(key wire.SecretKey, hash [32]byte) []byte {
	var d, e, r secp256k1.ModNScalar
	d.SetBytes((*[32]byte)(&key))
	e.SetBytes(&hash)
	for attempt := uint32(0); ; attempt++ {
		k := secp256k1.NonceRFC6979(key[:], hash[:], nil, nil, attempt)
		var point secp256k1.JacobianPoint
		secp256k1.ScalarBaseMultNonConst(k, &point)
		point.ToAffine()
		r.SetBytes(point.X.Bytes())
		s := new(secp256k1.ModNScalar).Mul2(&d, &r).Add(&e)
		s.Mul(k.InverseNonConst())
		if r.IsZero() || s.IsZero() {
			continue // of which the chance is 2⁻²⁵⁶
		}
		if s.IsOverHalfOrder() {
			s.Negate()
		}
		return der(r.Bytes(), s.Bytes())
	}
}

// der writes two numbers as ASN.1 does: a sequence of two integers, without
// leading zeros but for one that keeps a number from being negative.
func der(r, s [32]byte) []byte {
	body := append(derInteger(r), derInteger(s)...)
	return append([]byte{0x30, byte(len(body))}, body...)
}

func derInteger(n [32]byte) []byte {
	digits := append([]byte{0}, n[:]...)
	for len(digits) > 1 && digits[0] == 0 && digits[1] < 0x80 {
		digits = digits[1:]
	}
	return append([]byte{0x02, byte(len(digits))}, digits...)
}
