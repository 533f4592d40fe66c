package wire

import (
	"encoding/hex"
	"fmt"
)

// A G1 is a compressed point of G1 of BLS12-381: a blinded message, a signature
// or a share of one. The bytes are not checked; see the package doc. Text: hex.
type G1 [48]byte

// String returns hex.
func (p G1) String() string { return hex.EncodeToString(p[:]) }

// Append appends the 48 bytes.
func (p G1) Append(b []byte) []byte { return append(b, p[:]...) }

// Decode reads 48 bytes.
func (p *G1) Decode(d *Decoder) { d.Fixed(p[:]) }

// MarshalText returns hex.
func (p G1) MarshalText() ([]byte, error) { return hexText(p[:]) }

// UnmarshalText reads hex.
func (p *G1) UnmarshalText(text []byte) error { return unhex(p[:], text, "point of G1") }

// UnmarshalJSON reads a string with hex.
func (p *G1) UnmarshalJSON(data []byte) error { return readText(data, p) }

// A G2 is a compressed point of G2 of BLS12-381: a public key or a share of
// one. The bytes are not checked; see the package doc. Text: hex.
type G2 [96]byte

// String returns hex.
func (p G2) String() string { return hex.EncodeToString(p[:]) }

// Append appends the 96 bytes.
func (p G2) Append(b []byte) []byte { return append(b, p[:]...) }

// Decode reads 96 bytes.
func (p *G2) Decode(d *Decoder) { d.Fixed(p[:]) }

// MarshalText returns hex.
func (p G2) MarshalText() ([]byte, error) { return hexText(p[:]) }

// UnmarshalText reads hex.
func (p *G2) UnmarshalText(text []byte) error { return unhex(p[:], text, "point of G2") }

// UnmarshalJSON reads a string with hex.
func (p *G2) UnmarshalJSON(data []byte) error { return readText(data, p) }

// A Scalar is a scalar of BLS12-381, little endian: a blinding key or a secret
// key share. The bytes are not checked; see the package doc. JSON: hex. The
// verbs of fmt do not show it.
type Scalar [32]byte

// Format hides the scalar from every verb.
func (Scalar) Format(f fmt.State, _ rune) { fmt.Fprint(f, "secret scalar") }

// Append appends the 32 bytes.
func (s Scalar) Append(b []byte) []byte { return append(b, s[:]...) }

// Decode reads 32 bytes.
func (s *Scalar) Decode(d *Decoder) { d.Fixed(s[:]) }

// MarshalText returns hex: the secret.
func (s Scalar) MarshalText() ([]byte, error) { return hexText(s[:]) }

// UnmarshalText reads hex.
func (s *Scalar) UnmarshalText(text []byte) error { return unhexSecret(s[:], text, "scalar") }

// UnmarshalJSON reads a string with hex.
func (s *Scalar) UnmarshalJSON(data []byte) error { return readText(data, s) }
