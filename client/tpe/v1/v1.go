// Package v1 encrypts keys to the guardians of a federation, the threshold
// encryption of the first lightning module (fedimint-threshold-crypto 0.2.1).
//
// The scheme is Baek and Zheng's (Simple and efficient threshold cryptosystem
// from the gap Diffie-Hellman group, 2003). Keys, elements, their bytes and the
// hash to G2 are those of package tpe, which also tells what becomes of the
// identity; the hash of bytes is SHA3-256, and the mask another:
//
//	r           = a random scalar
//	u           = r·g₁
//	v           = m ⊕ mask(r·PK)          as long as m: in fedimint 33 bytes, a compressed key
//	message     = hash(v ‖ u)             with SHA3-256(v) for v, if that is longer than 64 bytes
//	w           = r·message
//	share       = f(j+1)·u                made by guardian j
//	m           = v ⊕ mask(Σ λⱼ·shareⱼ)   exactly threshold shares
//
// Byte i of mask(g) is byte 4i of the stream of SHA3-256(g): the low byte of
// each word of 32 bits. The equations are
//
//	ciphertext  e(g₁, w) = e(u, message)
//	share       e(share, message) = e(f(j+1)·g₁, w)
//
// On the wire of consensus a ciphertext is u ‖ w ‖ v; in JSON it is [u, v, w].
//
// The public keys of guardians are not in a config. It has the commitment to
// the polynomial instead, C₀ = PK, C₁, …: that of guardian j is Σ (j+1)ᵏ·Cₖ.
package v1

import (
	"crypto/sha3"
	"fmt"
	"io"
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs"
	"satchel/client/tbs/draw"
	"satchel/client/tpe/internal/curve"
)

// A Ciphertext is an encrypted message, its fields in the order of the wire.
type Ciphertext struct {
	U [48]byte // ephemeral public key, in G1
	W [96]byte // signature of the other two, in G2
	V []byte   // encrypted message
}

// Encrypt encrypts a message to the guardians. A seed is for one ciphertext, and
// whoever knows it can decrypt. The error wraps tbs.ErrMalformed and is about
// the public key.
func Encrypt(public [48]byte, seed [32]byte, m []byte) (Ciphertext, error) {
	key, err := curve.ParseG1("threshold public key", public)
	if err != nil {
		return Ciphertext{}, err
	}
	r := draw.New(seed).Scalar()
	ct := Ciphertext{U: curve.Public(&r), V: mask(m, curve.TimesG1(&r, key))}
	ct.W = curve.TimesG2(&r, ct.message())
	return ct, nil
}

// Verify reports whether whoever made the ciphertext knew its secret. A guardian
// has to check it BEFORE it makes a share.
func (ct Ciphertext) Verify() bool { return curve.VerifySignature(ct.U, ct.W, ct.message()) }

// Share makes a guardian's share of the decryption. Errors wrap tbs.ErrMalformed.
func (ct Ciphertext) Share(secret [32]byte) ([48]byte, error) { return curve.Share(secret, ct.U) }

// VerifyShare checks a share against the public key of its guardian, and the
// ciphertext with it.
func (ct Ciphertext) VerifyShare(public, share [48]byte) bool {
	m := ct.message()
	return curve.VerifySignature(ct.U, ct.W, m) && curve.VerifyProduct(share, public, ct.W, m)
}

// Decrypt joins exactly threshold shares, keyed by guardian (0, 1, …), and
// returns the message. It checks only that they are well formed: it wraps
// tbs.ErrShareCount, or a *tbs.ShareError names the first guardian whose share is
// not.
func (ct Ciphertext) Decrypt(threshold int, shares map[uint16][48]byte) ([]byte, error) {
	key, err := curve.Aggregate(threshold, shares)
	if err != nil {
		return nil, err
	}
	return mask(ct.V, key), nil
}

// message hashes what w signs.
func (ct Ciphertext) message() *bls12381.G2 {
	v := ct.V
	if len(v) > 64 {
		digest := sha3.Sum256(v)
		v = digest[:]
	}
	return hash(slices.Concat(v, ct.U[:]))
}

func hash(b []byte) *bls12381.G2 { return curve.Point(sha3.Sum256(b)) }

// mask encrypts and decrypts.
func mask(m []byte, key [48]byte) []byte {
	words := make([]byte, 4*len(m))
	draw.New(sha3.Sum256(key[:])).Fill(words)
	result := make([]byte, len(m))
	for i := range m {
		result[i] = m[i] ^ words[4*i]
	}
	return result
}

// Keys are the keys of a federation.
type Keys struct {
	Commitment [][48]byte // Commitment[0] is the public key
	Public     [][48]byte // by guardian
	Secret     [][32]byte // by guardian
}

// Deal makes keys for n guardians, of which any threshold can decrypt. Whoever
// calls it knows all the secrets: it is for the demo federation and for tests. It
// reads 64 bytes of random for each of threshold coefficients, and the same bytes
// give the same keys.
func Deal(random io.Reader, n, threshold int) (Keys, error) {
	keys, err := curve.Deal(random, n, threshold)
	return Keys(keys), err
}

// PublicShare returns a guardian's public key. The error wraps tbs.ErrMalformed.
func PublicShare(commitment [][48]byte, guardian uint16) ([48]byte, error) {
	if len(commitment) == 0 {
		return [48]byte{}, fmt.Errorf("commitment of no points: %w", tbs.ErrMalformed)
	}
	var x bls12381.Scalar
	x.SetUint64(uint64(guardian) + 1)
	var sum bls12381.G1
	sum.SetIdentity()
	for _, c := range slices.Backward(commitment) {
		p, err := curve.ParseG1("commitment", c)
		if err != nil {
			return [48]byte{}, err
		}
		sum.ScalarMult(&x, &sum)
		sum.Add(&sum, p)
	}
	return [48]byte(sum.BytesCompressed()), nil
}
