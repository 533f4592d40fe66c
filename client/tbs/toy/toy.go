// Package toy is a stand-in for threshold blind signatures on BLS12-381, for
// simulations that run thousands of payments.
//
// It is INSECURE BY DESIGN: its group is the field of 2⁶¹−1 elements, where
// dividing is as easy as multiplying, and a public key is the secret key. What
// it keeps is the shape of the real scheme: shares lie on a polynomial,
// exactly threshold of them make the one valid signature, blinding multiplies,
// and a wrong, swapped or malformed share is found. Bytes have the lengths and
// flags of the real ones.
package toy

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"

	"satchel/client/tbs"
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
	return hash(nonce[:]).times(k).g1(), nil
}

// Combine implements tbs.Scheme.
func (Toy) Combine(threshold int, shares map[uint16][48]byte, key [32]byte) ([48]byte, error) {
	k, err := blindingKey(key)
	if err != nil {
		return [48]byte{}, err
	}
	if threshold < 1 || len(shares) != threshold {
		return [48]byte{}, fmt.Errorf("%w: %d, the threshold is %d", tbs.ErrShareCount, len(shares), threshold)
	}
	var sum element
	for _, guardian := range slices.Sorted(maps.Keys(shares)) {
		b := shares[guardian]
		share, err := parsePoint("signature share", b[:])
		if err != nil {
			return [48]byte{}, &tbs.ShareError{Guardian: guardian, Err: err}
		}
		sum = sum.plus(share.times(lagrange(shares, guardian)))
	}
	return sum.times(k.inverse()).g1(), nil
}

// lagrange returns a guardian's coefficient at zero; guardian j sits at j+1.
func lagrange(shares map[uint16][48]byte, guardian uint16) element {
	at := element(guardian) + 1
	numerator, denominator := element(1), element(1)
	for other := range shares {
		if x := element(other) + 1; x != at {
			numerator = numerator.times(x)
			denominator = denominator.times(x.minus(at))
		}
	}
	return numerator.times(denominator.inverse())
}

// VerifyNotes implements tbs.Scheme.
func (Toy) VerifyNotes(notes []tbs.SignedNote) (bad []int, err error) {
	for i, note := range notes {
		key, err := parsePoint("public key", note.Key[:])
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
		key, err := parsePoint("public key share", share.Key[:])
		if err != nil {
			return nil, err
		}
		blinded, err := parsePoint("blinded message", share.Blinded[:])
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
func signs(base element, b [48]byte, key element) bool {
	signature, err := parsePoint("signature", b[:])
	return err == nil && signature != 0 && signature == base.times(key)
}

// Deal implements tbs.Issuer. It reads 8 bytes of random for each of threshold
// coefficients.
func (Toy) Deal(random io.Reader, n, threshold int) (tbs.KeyBytes, error) {
	if threshold < 1 || threshold > n || n > 1<<16 {
		return tbs.KeyBytes{}, fmt.Errorf("threshold %d of %d guardians: want 1 ≤ threshold ≤ n ≤ 65536", threshold, n)
	}
	polynomial := make([]element, threshold)
	for i := range polynomial {
		var draw [8]byte
		if _, err := io.ReadFull(random, draw[:]); err != nil {
			return tbs.KeyBytes{}, fmt.Errorf("randomness of a dealer: %w", err)
		}
		polynomial[i] = reduce(binary.BigEndian.Uint64(draw[:]))
	}
	keys := tbs.KeyBytes{Aggregate: polynomial[0].g2()}
	for j := range n {
		var value element
		for i := threshold - 1; i >= 0; i-- {
			value = value.times(element(j) + 1).plus(polynomial[i])
		}
		keys.Public = append(keys.Public, value.g2())
		keys.Secret = append(keys.Secret, value.scalar())
	}
	return keys, nil
}

// Sign implements tbs.Issuer.
func (Toy) Sign(blinded [48]byte, secret [32]byte) ([48]byte, error) {
	b, err := parsePoint("blinded message", blinded[:])
	if err != nil {
		return [48]byte{}, err
	}
	key, err := parseSecret(secret)
	if err != nil {
		return [48]byte{}, err
	}
	return b.times(key).g1(), nil
}
