package toyfed

import (
	"crypto/sha256"
	"math/rand/v2"

	"satchel/client/tbs/toy/field"
	"satchel/client/tpe/v1"
	"satchel/client/wire"
)

// LNEncryption is the encryption of preimages of the first generation, with the
// wallet's side and that of all guardians together.
type LNEncryption interface {
	// Key is what is encrypted to.
	Key() [48]byte
	// Encrypt is as [v1.Encrypt].
	Encrypt(public [48]byte, seed [32]byte, m []byte) (v1.Ciphertext, error)
	// Verify reports whether whoever made a ciphertext knew its secret.
	Verify(v1.Ciphertext) bool
	// Decrypt decrypts one that verifies.
	Decrypt(v1.Ciphertext) []byte
}

func lnCiphertext(e wire.EncryptedPreimage) v1.Ciphertext {
	return v1.Ciphertext{U: e.U, W: e.W, V: e.V}
}

// ToyEncryption is INSECURE BY DESIGN: its group is that of tbs/toy/field, and the
// public key is the secret one.
type ToyEncryption struct{}

// secret is that of all guardians.
var lnSecret = field.Reduce(0x5a7c4e1)

// Key implements [LNEncryption].
func (ToyEncryption) Key() [48]byte { return lnSecret.G1() }

// Encrypt implements [LNEncryption].
func (ToyEncryption) Encrypt(public [48]byte, seed [32]byte, m []byte) (v1.Ciphertext, error) {
	key, err := field.ParsePoint("threshold public key", public[:])
	if err != nil {
		return v1.Ciphertext{}, err
	}
	r := elementOf(seed[:])
	ct := v1.Ciphertext{U: r.G1(), V: masked(m, key.Times(r))}
	ct.W = lnMessage(ct).Times(r).G2()
	return ct, nil
}

// Verify implements [LNEncryption].
func (ToyEncryption) Verify(ct v1.Ciphertext) bool {
	u, err := field.ParsePoint("ephemeral key", ct.U[:])
	return err == nil && ct.W == lnMessage(ct).Times(u).G2()
}

// Decrypt implements [LNEncryption].
func (ToyEncryption) Decrypt(ct v1.Ciphertext) []byte {
	return masked(ct.V, must(field.ParsePoint("ephemeral key", ct.U[:])).Times(lnSecret))
}

func lnMessage(ct v1.Ciphertext) field.Element {
	return elementOf(append(ct.V[:len(ct.V):len(ct.V)], ct.U[:]...))
}

// elementOf hashes to an element, which is not the identity.
func elementOf(b []byte) field.Element {
	sum := sha256.Sum256(b)
	return field.Reduce(1 | uint64(sum[0])<<1 | uint64(sum[1])<<9 | uint64(sum[2])<<17 | uint64(sum[3])<<25 | uint64(sum[4])<<33)
}

func masked(m []byte, key field.Element) []byte {
	point := key.G1()
	stream := rand.NewChaCha8(sha256.Sum256(point[:]))
	mask := make([]byte, len(m))
	stream.Read(mask)
	for i := range mask {
		mask[i] ^= m[i]
	}
	return mask
}

// BLSEncryption is the real one, of guardians whose keys a dealer has made.
type BLSEncryption struct {
	keys v1.Keys
	need int
}

// NewBLSEncryption makes keys for n guardians.
func NewBLSEncryption(n int) (BLSEncryption, error) {
	need := wire.Threshold(n)
	keys, err := v1.Deal(rand.NewChaCha8([32]byte{'l', 'n'}), n, need)
	return BLSEncryption{keys, need}, err
}

// Key implements [LNEncryption].
func (e BLSEncryption) Key() [48]byte { return e.keys.Commitment[0] }

// Encrypt implements [LNEncryption].
func (BLSEncryption) Encrypt(public [48]byte, seed [32]byte, m []byte) (v1.Ciphertext, error) {
	return v1.Encrypt(public, seed, m)
}

// Verify implements [LNEncryption].
func (BLSEncryption) Verify(ct v1.Ciphertext) bool { return ct.Verify() }

// Decrypt implements [LNEncryption].
func (e BLSEncryption) Decrypt(ct v1.Ciphertext) []byte {
	shares := map[uint16][48]byte{}
	for i := range e.need {
		shares[uint16(i)] = must(ct.Share(e.keys.Secret[i]))
	}
	return must(ct.Decrypt(e.need, shares))
}
