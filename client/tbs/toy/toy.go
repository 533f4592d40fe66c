// Package toy is a stand-in for threshold blind signatures on BLS12-381, for
// simulations that run thousands of payments.
//
// It is INSECURE BY DESIGN: its group is that of package field, and a public key
// is the secret key. What it keeps is the shape of the real scheme: shares lie on
// a polynomial, exactly threshold of them make the one valid signature, blinding
// multiplies, and a wrong, swapped or malformed share is found. Bytes have the
// lengths and flags of the real ones.
package toy

import (
	"crypto/sha256"
	"encoding/binary"
	"io"

	"satchel/client/tbs"
	"satchel/client/tbs/toy/field"
)

// Toy is a tbs.Scheme and a tbs.Issuer.
type Toy struct{}

// New returns the scheme. Both mint modules can use it.
func New() Toy { return Toy{} }

// Blind implements tbs.Scheme.
func (Toy) Blind(nonce [33]byte, key [32]byte) ([48]byte, error) {
	k, err := blindingKey(key)
	if err != nil {
		return [48]byte{}, err
	}
	return hash(nonce[:]).Times(k).G1(), nil
}

// Combine implements tbs.Scheme.
func (Toy) Combine(threshold int, shares map[uint16][48]byte, key [32]byte) ([48]byte, error) {
	k, err := blindingKey(key)
	if err != nil {
		return [48]byte{}, err
	}
	sum, err := field.Interpolate("signature share", threshold, shares)
	if err != nil {
		return [48]byte{}, err
	}
	return sum.Times(k.Inverse()).G1(), nil
}

// VerifyNotes implements tbs.Scheme.
func (Toy) VerifyNotes(notes []tbs.SignedNote) (bad []int, err error) {
	for i, note := range notes {
		key, err := field.ParsePoint("public key", note.Key[:])
		if err != nil {
			return nil, err
		}
		if !signs(hash(note.Nonce[:]), note.Signature, key) {
			bad = append(bad, i)
		}
	}
	return bad, nil
}

// CheckNotes implements tbs.Scheme.
func (t Toy) CheckNotes(notes []tbs.SignedNote) (bool, error) {
	bad, err := t.VerifyNotes(notes)
	return err == nil && len(bad) == 0, err
}

// VerifyShares implements tbs.Scheme.
func (Toy) VerifyShares(shares []tbs.BlindShare) (bad []int, err error) {
	for i, share := range shares {
		key, err := field.ParsePoint("public key share", share.Key[:])
		if err != nil {
			return nil, err
		}
		blinded, err := field.ParsePoint("blinded message", share.Blinded[:])
		if err != nil {
			return nil, err
		}
		if !signs(blinded, share.Share, key) {
			bad = append(bad, i)
		}
	}
	return bad, nil
}

// signs reports whether b is the signature of base, none of the three the
// identity.
func signs(base field.Element, b [48]byte, key field.Element) bool {
	signature, err := field.ParsePoint("signature", b[:])
	return err == nil && signature != 0 && signature == base.Times(key)
}

// Deal implements tbs.Issuer. It reads 8 bytes of random for each of threshold
// coefficients.
func (Toy) Deal(random io.Reader, n, threshold int) (tbs.KeyBytes, error) {
	polynomial, err := field.Draw(random, n, threshold)
	if err != nil {
		return tbs.KeyBytes{}, err
	}
	keys := tbs.KeyBytes{Aggregate: polynomial[0].G2()}
	for j := range n {
		share := polynomial.Share(j)
		keys.Public = append(keys.Public, share.G2())
		keys.Secret = append(keys.Secret, share.Scalar())
	}
	return keys, nil
}

// Sign implements tbs.Issuer.
func (Toy) Sign(blinded [48]byte, secret [32]byte) ([48]byte, error) {
	b, err := field.ParsePoint("blinded message", blinded[:])
	if err != nil {
		return [48]byte{}, err
	}
	key, err := field.ParseSecret(secret)
	if err != nil {
		return [48]byte{}, err
	}
	return b.Times(key).G1(), nil
}

// hash maps a nonce to an element other than zero.
func hash(nonce []byte) field.Element {
	digest := sha256.Sum256(append([]byte("toy message "), nonce...))
	return field.Element(binary.BigEndian.Uint64(digest[:])%(field.Order-1) + 1)
}

// blindingKey reduces a scalar of the real group, so that a wallet's
// derivation of blinding keys works unchanged.
func blindingKey(b [32]byte) (field.Element, error) {
	var k field.Element
	for i := 24; i >= 0; i -= 8 {
		// 2⁶⁴ is 8 in this field.
		k = k.Times(8).Plus(field.Reduce(binary.LittleEndian.Uint64(b[i:])))
	}
	if k == 0 {
		return 0, tbs.ErrZeroKey
	}
	return k, nil
}
