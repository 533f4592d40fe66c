// Package toy is a stand-in for threshold point encryption on BLS12-381, for
// simulations that run thousands of payments.
//
// It is INSECURE BY DESIGN: its group is that of tbs/toy/field, and a public key
// is the secret key. What it keeps is the shape of the real scheme: shares lie on
// a polynomial, exactly threshold of them make the one decryption key, a
// ciphertext belongs to one commitment, and a wrong, swapped or malformed part is
// found. Bytes have the lengths and flags of the real ones, and the identity is
// refused as there.
package toy

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"

	"satchel/client/tbs"
	"satchel/client/tbs/toy/field"
	"satchel/client/tpe"
)

// Toy is a tpe.Scheme, a tpe.Guardian and a tpe.Dealer.
type Toy struct{}

// Encrypt implements tpe.Scheme.
func (t Toy) Encrypt(aggregate [48]byte, seed, preimage, commitment [32]byte) (tpe.Ciphertext, error) {
	key, err := t.DecryptionKey(aggregate, seed)
	if err != nil {
		return tpe.Ciphertext{}, err
	}
	s := ephemeral(seed)
	ct := tpe.Ciphertext{Encrypted: tpe.Mask(preimage, key), Key: s.G1()}
	ct.Signature = message(ct, commitment).Times(s).G2()
	return ct, nil
}

// DecryptionKey implements tpe.Scheme.
func (Toy) DecryptionKey(aggregate [48]byte, seed [32]byte) ([48]byte, error) {
	key, err := parse("aggregate public key", aggregate[:])
	if err != nil {
		return [48]byte{}, err
	}
	return key.Times(ephemeral(seed)).G1(), nil
}

// Owns implements tpe.Scheme.
func (Toy) Owns(ct tpe.Ciphertext, seed [32]byte) bool { return ct.Key == ephemeral(seed).G1() }

// VerifyCiphertext implements tpe.Guardian.
func (Toy) VerifyCiphertext(ct tpe.Ciphertext, commitment [32]byte) bool {
	key, err := parse("ephemeral key", ct.Key[:])
	return err == nil && ct.Signature == message(ct, commitment).Times(key).G2()
}

// Share implements tpe.Guardian.
func (Toy) Share(secret [32]byte, ct tpe.Ciphertext) ([48]byte, error) {
	key, err := parse("ephemeral key", ct.Key[:])
	if err != nil {
		return [48]byte{}, err
	}
	k, err := field.ParseSecret(secret)
	if err != nil {
		return [48]byte{}, err
	}
	return key.Times(k).G1(), nil
}

// VerifyShare implements tpe.Guardian.
func (t Toy) VerifyShare(public, share [48]byte, ct tpe.Ciphertext, commitment [32]byte) bool {
	return t.verifyProduct(public, share, ct, commitment)
}

// VerifyKey implements tpe.Guardian.
func (t Toy) VerifyKey(aggregate, key [48]byte, ct tpe.Ciphertext, commitment [32]byte) bool {
	return t.verifyProduct(aggregate, key, ct, commitment)
}

func (t Toy) verifyProduct(public, product [48]byte, ct tpe.Ciphertext, commitment [32]byte) bool {
	if !t.VerifyCiphertext(ct, commitment) {
		return false
	}
	secret, err := parse("public key", public[:])
	if err != nil {
		return false
	}
	key, err := parse("ephemeral key", ct.Key[:])
	return err == nil && product == key.Times(secret).G1()
}

// Aggregate implements tpe.Guardian.
func (Toy) Aggregate(threshold int, shares map[uint16][48]byte) ([48]byte, error) {
	const role = "share of a decryption key"
	key, err := field.Interpolate(role, threshold, shares)
	if err != nil {
		return [48]byte{}, err
	}
	for _, guardian := range slices.Sorted(maps.Keys(shares)) {
		b := shares[guardian]
		if _, err := parse(role, b[:]); err != nil {
			return [48]byte{}, &tbs.ShareError{Guardian: guardian, Err: err}
		}
	}
	return key.G1(), nil
}

// Deal implements tpe.Dealer. It reads 8 bytes of random for each of threshold
// coefficients.
func (Toy) Deal(random io.Reader, n, threshold int) (tpe.Keys, error) {
	polynomial, err := field.Draw(random, n, threshold)
	if err != nil {
		return tpe.Keys{}, err
	}
	keys := tpe.Keys{Aggregate: polynomial[0].G1()}
	for j := range n {
		share := polynomial.Share(j)
		keys.Public = append(keys.Public, share.G1())
		keys.Secret = append(keys.Secret, share.Scalar())
	}
	return keys, nil
}

func ephemeral(seed [32]byte) field.Element { return hash("toy ephemeral key ", seed[:]) }

func message(ct tpe.Ciphertext, commitment [32]byte) field.Element {
	return hash("toy message ", ct.Encrypted[:], ct.Key[:], commitment[:])
}

// hash returns an element other than zero.
func hash(tag string, parts ...[]byte) field.Element {
	h := sha256.New()
	io.WriteString(h, tag)
	for _, part := range parts {
		h.Write(part)
	}
	return field.Element(binary.BigEndian.Uint64(h.Sum(nil))%(field.Order-1) + 1)
}

// parse refuses zero, which stands for the identity.
func parse(role string, b []byte) (field.Element, error) {
	a, err := field.ParsePoint(role, b)
	if err == nil && a == 0 {
		err = fmt.Errorf("toy %s %x: %w", role, b, tbs.ErrMalformed)
	}
	return a, err
}
