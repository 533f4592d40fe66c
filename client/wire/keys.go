package wire

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// A PublicKey is a point of secp256k1, compressed: 02 or 03 and x. What Decode
// and UnmarshalText return is on the curve. Text: hex.
type PublicKey [33]byte

func (k PublicKey) valid() bool {
	return (k[0] == 2 || k[0] == 3) && k.XOnly().valid()
}

// XOnly returns the key without the parity of y, for BIP-340.
func (k PublicKey) XOnly() XOnlyPublicKey { return XOnlyPublicKey(k[1:]) }

// Short returns the key for logs and screens: "02345678_89abcdef".
func (k PublicKey) Short() string { return shortHex(k[:]) }

// String returns hex.
func (k PublicKey) String() string { return hex.EncodeToString(k[:]) }

// Append appends the 33 bytes.
func (k PublicKey) Append(b []byte) []byte { return append(b, k[:]...) }

// Decode reads 33 bytes that are a point.
func (k *PublicKey) Decode(d *Decoder) {
	if d.Fixed(k[:]); d.Err() == nil && !k.valid() {
		d.Fail("%v is no public key", k)
	}
}

// MarshalText returns hex.
func (k PublicKey) MarshalText() ([]byte, error) { return hexText(k[:]) }

// UnmarshalText reads the hex of a point.
func (k *PublicKey) UnmarshalText(text []byte) error {
	err := unhex(k[:], text, "public key")
	if err == nil && !k.valid() {
		err = fmt.Errorf("%q is no public key", text)
	}
	return err
}

// UnmarshalJSON reads a string with hex.
func (k *PublicKey) UnmarshalJSON(data []byte) error { return readText(data, k) }

// An XOnlyPublicKey is the x of the point of secp256k1 with that x and an even
// y (BIP-340).
type XOnlyPublicKey [32]byte

// String returns hex.
func (k XOnlyPublicKey) String() string { return hex.EncodeToString(k[:]) }

// Append appends the 32 bytes.
func (k XOnlyPublicKey) Append(b []byte) []byte { return append(b, k[:]...) }

// Decode reads 32 bytes that are the x of a point.
func (k *XOnlyPublicKey) Decode(d *Decoder) {
	if d.Fixed(k[:]); d.Err() == nil && !k.valid() {
		d.Fail("%v is no public key", k)
	}
}

// A SecretKey is a secp256k1 scalar from 1 to the order less 1. The reference's
// Keypair has the same form. JSON: hex. String and the verbs of fmt do not show
// it.
type SecretKey [32]byte

// String hides the key.
func (SecretKey) String() string { return "secret key" }

// Format hides the key from every verb.
func (k SecretKey) Format(f fmt.State, _ rune) { fmt.Fprint(f, k.String()) }

// Append appends the 32 bytes.
func (k SecretKey) Append(b []byte) []byte { return append(b, k[:]...) }

// Decode reads 32 bytes that are a secret key.
func (k *SecretKey) Decode(d *Decoder) {
	if d.Fixed(k[:]); d.Err() == nil && !k.Valid() {
		d.Fail("32 bytes are no secret key")
	}
}

// MarshalText returns hex: the secret.
func (k SecretKey) MarshalText() ([]byte, error) { return hexText(k[:]) }

// UnmarshalText reads the hex of a secret key.
func (k *SecretKey) UnmarshalText(text []byte) error {
	err := unhexSecret(k[:], text, "secret key")
	if err == nil && !k.Valid() {
		err = errors.New("32 bytes are no secret key")
	}
	return err
}

// UnmarshalJSON reads a string with hex.
func (k *SecretKey) UnmarshalJSON(data []byte) error { return readText(data, k) }

// A Signature is a BIP-340 signature. Any 64 bytes decode. Text: hex.
type Signature [64]byte

// String returns hex.
func (s Signature) String() string { return hex.EncodeToString(s[:]) }

// Append appends the 64 bytes.
func (s Signature) Append(b []byte) []byte { return append(b, s[:]...) }

// Decode reads 64 bytes.
func (s *Signature) Decode(d *Decoder) { d.Fixed(s[:]) }

// MarshalText returns hex.
func (s Signature) MarshalText() ([]byte, error) { return hexText(s[:]) }

// UnmarshalText reads hex.
func (s *Signature) UnmarshalText(text []byte) error { return unhex(s[:], text, "signature") }

// UnmarshalJSON reads a string with hex.
func (s *Signature) UnmarshalJSON(data []byte) error { return readText(data, s) }

// An ECDSASignature is r and s, each 32 bytes, big endian, below the order.
type ECDSASignature [64]byte

// Append appends the 64 bytes.
func (s ECDSASignature) Append(b []byte) []byte { return append(b, s[:]...) }

// Decode reads 64 bytes.
func (s *ECDSASignature) Decode(d *Decoder) {
	d.Fixed(s[:])
	for half := range 2 {
		var n secp256k1.ModNScalar
		if n.SetBytes((*[32]byte)(s[32*half:])) != 0 {
			d.Fail("half %d of ECDSA signature %x is not below the order", half, *s)
		}
	}
}

// MarshalText returns hex.
func (s ECDSASignature) MarshalText() ([]byte, error) { return hexText(s[:]) }
