package tbs

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381"
)

// ErrMalformed is wrapped when bytes are not the one encoding of an element
// of the right group.
var ErrMalformed = errors.New("malformed group element")

// ErrZeroKey is returned for the blinding key zero, which cannot be undone.
var ErrZeroKey = errors.New("blinding key is zero")

// A Message is the point of G1 to which a nonce is hashed.
type Message struct{ g1 }

// A BlindedMessage is a Message times a BlindingKey, in G1.
type BlindedMessage struct{ g1 }

// A SignatureShare is one guardian's signature of a BlindedMessage, in G1.
type SignatureShare struct{ g1 }

// A BlindedSignature is the aggregate of threshold SignatureShares, in G1.
type BlindedSignature struct{ g1 }

// A Signature is the unblinded signature of a Message, in G1.
type Signature struct{ g1 }

// A PublicKeyShare is one guardian's public key of one denomination, in G2.
type PublicKeyShare struct{ g2 }

// A PublicKey is the federation's public key of one denomination, in G2.
type PublicKey struct{ g2 }

// A BlindingKey hides a Message from the guardians. It never prints.
type BlindingKey struct{ scalar }

// A SecretKeyShare is one guardian's secret of one denomination. It never
// prints.
type SecretKeyShare struct{ scalar }

// ParseMessage decodes a point of G1.
func ParseMessage(b [48]byte) (Message, error) {
	p, err := parseG1("message", b)
	return Message{p}, err
}

// ParseBlindedMessage decodes a point of G1.
func ParseBlindedMessage(b [48]byte) (BlindedMessage, error) {
	p, err := parseG1("blinded message", b)
	return BlindedMessage{p}, err
}

// ParseSignatureShare decodes a point of G1.
func ParseSignatureShare(b [48]byte) (SignatureShare, error) {
	p, err := parseG1("signature share", b)
	return SignatureShare{p}, err
}

// ParseBlindedSignature decodes a point of G1.
func ParseBlindedSignature(b [48]byte) (BlindedSignature, error) {
	p, err := parseG1("blinded signature", b)
	return BlindedSignature{p}, err
}

// ParseSignature decodes a point of G1.
func ParseSignature(b [48]byte) (Signature, error) {
	p, err := parseG1("signature", b)
	return Signature{p}, err
}

// ParsePublicKeyShare decodes a point of G2.
func ParsePublicKeyShare(b [96]byte) (PublicKeyShare, error) {
	p, err := parseG2("public key share", b)
	return PublicKeyShare{p}, err
}

// ParsePublicKey decodes a point of G2.
func ParsePublicKey(b [96]byte) (PublicKey, error) {
	p, err := parseG2("public key", b)
	return PublicKey{p}, err
}

// ParseBlindingKey decodes a scalar; zero is ErrZeroKey.
func ParseBlindingKey(b [32]byte) (BlindingKey, error) {
	s, err := parseScalar("blinding key", b)
	if err == nil && s.s.IsZero() == 1 {
		err = ErrZeroKey
	}
	return BlindingKey{s}, err
}

// ParseSecretKeyShare decodes a scalar.
func ParseSecretKeyShare(b [32]byte) (SecretKeyShare, error) {
	s, err := parseScalar("secret key share", b)
	return SecretKeyShare{s}, err
}

// g1 is a point of G1 with any role.
type g1 struct{ p bls12381.G1 }

func parseG1(role string, b [48]byte) (g1, error) {
	var v g1
	if err := v.p.SetBytes(b[:]); err != nil {
		return g1{}, fmt.Errorf("%s %x: %w of G1", role, b, ErrMalformed)
	}
	return v, nil
}

// Bytes returns the compressed point.
func (v g1) Bytes() [48]byte { return [48]byte(v.p.BytesCompressed()) }

// g2 is a point of G2 with any role.
type g2 struct{ p bls12381.G2 }

func parseG2(role string, b [96]byte) (g2, error) {
	var v g2
	if err := v.p.SetBytes(b[:]); err != nil {
		return g2{}, fmt.Errorf("%s %x: %w of G2", role, b, ErrMalformed)
	}
	return v, nil
}

// Bytes returns the compressed point.
func (v g2) Bytes() [96]byte { return [96]byte(v.p.BytesCompressed()) }

// scalar is a secret number modulo r. It is a pointer so that fmt shows no
// digit of it even where it cannot call Format: in an unexported field.
type scalar struct{ s *bls12381.Scalar }

func parseScalar(role string, b [32]byte) (scalar, error) {
	slices.Reverse(b[:])
	s := new(bls12381.Scalar)
	if err := s.UnmarshalBinary(b[:]); err != nil {
		return scalar{}, fmt.Errorf("%s: %w: not below the group order", role, ErrMalformed)
	}
	return scalar{s}, nil
}

// Bytes returns the scalar in little endian.
func (v scalar) Bytes() [32]byte {
	b, err := v.s.MarshalBinary()
	if err != nil {
		panic("tbs: a scalar does not encode: " + err.Error())
	}
	slices.Reverse(b)
	return [32]byte(b)
}

// Format writes a redaction for every verb.
func (v scalar) Format(f fmt.State, _ rune) { io.WriteString(f, "[secret scalar]") }
