package tpe

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
)

// A Scheme is what a wallet needs of the encryption. BLS is the real one;
// package toy has one without curves for simulations. No method needs a pairing,
// and all may be called concurrently.
type Scheme interface {
	// Encrypt encrypts a preimage to the guardians. A seed is for one
	// ciphertext, and whoever knows it can decrypt. The error wraps
	// tbs.ErrMalformed and is about the aggregate public key.
	Encrypt(aggregate [48]byte, seed, preimage, commitment [32]byte) (Ciphertext, error)

	// DecryptionKey returns the key of what was encrypted with a seed. The
	// error is as that of Encrypt.
	DecryptionKey(aggregate [48]byte, seed [32]byte) (key [48]byte, err error)

	// Owns reports whether a ciphertext that the federation has accepted was
	// made with a seed: then DecryptionKey is its key. Of one that nobody has
	// verified it tells only that it has the seed's public key.
	Owns(ct Ciphertext, seed [32]byte) bool
}

// A Guardian is the guardians' and the gateways' side of a Scheme. Whatever is
// malformed verifies as false.
type Guardian interface {
	// VerifyCiphertext reports whether a ciphertext was made for the contract
	// with a commitment, by somebody who knew its ephemeral secret. A guardian
	// has to check it BEFORE it makes a share.
	VerifyCiphertext(ct Ciphertext, commitment [32]byte) bool

	// Share makes a guardian's share of a decryption key. Errors wrap
	// tbs.ErrMalformed.
	Share(secret [32]byte, ct Ciphertext) (share [48]byte, err error)

	// VerifyShare checks a share against the public key of its guardian, and the
	// ciphertext with it.
	VerifyShare(public, share [48]byte, ct Ciphertext, commitment [32]byte) bool

	// VerifyKey checks a decryption key against the aggregate public key, and
	// the ciphertext with it.
	VerifyKey(aggregate, key [48]byte, ct Ciphertext, commitment [32]byte) bool

	// Aggregate joins exactly threshold shares, keyed by guardian (0, 1, …), to
	// the decryption key. It checks only that they are well formed: it wraps
	// tbs.ErrShareCount, or a *tbs.ShareError names the first guardian whose
	// share is not. The result has to pass VerifyKey.
	Aggregate(threshold int, shares map[uint16][48]byte) (key [48]byte, err error)
}

// A Dealer makes the keys of a federation, for the demo federation and for tests.
type Dealer interface {
	// Deal makes keys for n guardians, of which any threshold can decrypt.
	// Whoever calls it knows all the secrets. The same random gives the same keys.
	Deal(random io.Reader, n, threshold int) (Keys, error)
}

// Keys are the keys of a federation.
type Keys struct {
	Aggregate [48]byte
	Public    [][48]byte // by guardian
	Secret    [][32]byte // by guardian
}

// A Ciphertext is an encrypted preimage, its fields in the order of the wire.
type Ciphertext struct {
	Encrypted [32]byte
	Key       [48]byte // ephemeral public key, in G1
	Signature [96]byte // of the other two and the commitment, in G2
}

// Decrypt returns the preimage; with the key of another ciphertext, garbage.
func (ct Ciphertext) Decrypt(key [48]byte) (preimage [32]byte) {
	return Mask(ct.Encrypted, key)
}

// Mask turns a preimage into the encrypted one, and back.
func Mask(preimage [32]byte, key [48]byte) [32]byte {
	digest := sha256.Sum256(key[:])
	subtle.XORBytes(preimage[:], preimage[:], digest[:])
	return preimage
}
