package tpe

import (
	"crypto/sha256"
	"io"
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs/draw"
	"satchel/client/tpe/internal/curve"
)

const tag = "FEDIMINT_TPE_BLS12_381_MESSAGE"

// BLS is the Scheme, the Guardian and the Dealer on BLS12-381.
type BLS struct{}

// Encrypt implements Scheme.
func (b BLS) Encrypt(aggregate [48]byte, seed, preimage, commitment [32]byte) (Ciphertext, error) {
	key, err := b.DecryptionKey(aggregate, seed)
	if err != nil {
		return Ciphertext{}, err
	}
	s := draw.New(seed).Scalar()
	ct := Ciphertext{Encrypted: Mask(preimage, key), Key: curve.Public(&s)}
	ct.Signature = curve.TimesG2(&s, message(ct, commitment))
	return ct, nil
}

// DecryptionKey implements Scheme.
func (BLS) DecryptionKey(aggregate [48]byte, seed [32]byte) ([48]byte, error) {
	key, err := curve.ParseG1("aggregate public key", aggregate)
	if err != nil {
		return [48]byte{}, err
	}
	s := draw.New(seed).Scalar()
	return curve.TimesG1(&s, key), nil
}

// Owns implements Scheme.
func (BLS) Owns(ct Ciphertext, seed [32]byte) bool {
	s := draw.New(seed).Scalar()
	return ct.Key == curve.Public(&s)
}

// VerifyCiphertext implements Guardian.
func (BLS) VerifyCiphertext(ct Ciphertext, commitment [32]byte) bool {
	return curve.VerifySignature(ct.Key, ct.Signature, message(ct, commitment))
}

// Share implements Guardian.
func (BLS) Share(secret [32]byte, ct Ciphertext) ([48]byte, error) {
	return curve.Share(secret, ct.Key)
}

// VerifyShare implements Guardian.
func (BLS) VerifyShare(public, share [48]byte, ct Ciphertext, commitment [32]byte) bool {
	return verifyProduct(share, public, ct, commitment)
}

// VerifyKey implements Guardian.
func (BLS) VerifyKey(aggregate, key [48]byte, ct Ciphertext, commitment [32]byte) bool {
	return verifyProduct(key, aggregate, ct, commitment)
}

func verifyProduct(product, public [48]byte, ct Ciphertext, commitment [32]byte) bool {
	m := message(ct, commitment)
	return curve.VerifySignature(ct.Key, ct.Signature, m) && curve.VerifyProduct(product, public, ct.Signature, m)
}

// Aggregate implements Guardian.
func (BLS) Aggregate(threshold int, shares map[uint16][48]byte) ([48]byte, error) {
	return curve.Aggregate(threshold, shares)
}

// Deal implements Dealer. It reads 64 bytes of random for each of threshold
// coefficients.
func (BLS) Deal(random io.Reader, n, threshold int) (Keys, error) {
	keys, err := curve.Deal(random, n, threshold)
	if err != nil {
		return Keys{}, err
	}
	return Keys{Aggregate: keys.Commitment[0], Public: keys.Public, Secret: keys.Secret}, nil
}

// message hashes what a signature signs.
func message(ct Ciphertext, commitment [32]byte) *bls12381.G2 {
	return curve.Point(sha256.Sum256(slices.Concat([]byte(tag), ct.Encrypted[:], ct.Key[:], commitment[:])))
}
