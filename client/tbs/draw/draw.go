// Package draw takes random elements from a seed as the reference does (the
// crates rand_chacha 0.3 and bls12_381 0.8), which makes them part of the
// protocol: points that are hashed to, and ephemeral keys.
//
// A stream is that of ChaCha20 with 20 rounds, the seed as key, nonce and
// counter zero. Each draw reads the next bytes, without regard to block
// borders.
package draw

import (
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"
	"golang.org/x/crypto/chacha20"
)

// A Stream is the randomness of one seed.
type Stream struct{ cipher *chacha20.Cipher }

// New returns the stream of a seed, at its beginning.
func New(seed [32]byte) Stream {
	cipher, err := chacha20.NewUnauthenticatedCipher(seed[:], make([]byte, chacha20.NonceSize))
	if err != nil {
		panic("draw: ChaCha20 refuses its key: " + err.Error())
	}
	return Stream{cipher}
}

// Fill writes the next bytes of the stream to b.
func (s Stream) Fill(b []byte) {
	clear(b)
	s.cipher.XORKeyStream(b, b)
}

// Field draws 96 bytes d, of which BE(d[48:96] ‖ d[0:48]) mod p is the element
// of the curve's field: the halves are swapped.
func (s Stream) Field() (z ff.Fp) {
	var d [96]byte
	s.Fill(d[:])
	z.SetBytes(append(d[48:96:96], d[0:48]...))
	return z
}

// Odd draws a little-endian number of 4 bytes and reports whether it is odd.
func (s Stream) Odd() bool {
	var d [4]byte
	s.Fill(d[:])
	return d[0]&1 == 1
}

// Scalar draws 64 bytes, a number in little endian, modulo the group order.
func (s Stream) Scalar() (k bls12381.Scalar) {
	var d [64]byte
	s.Fill(d[:])
	slices.Reverse(d[:])
	k.SetBytes(d[:])
	return k
}
