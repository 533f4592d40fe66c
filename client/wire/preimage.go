package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// A Preimage is what a payment hash is the SHA-256 of. Whoever paid an invoice
// has it as the receipt. JSON: list of 32 numbers.
type Preimage [32]byte

// Hash returns the payment hash.
func (p Preimage) Hash() Hash { return sha256.Sum256(p[:]) }

// String returns hex.
func (p Preimage) String() string { return hex.EncodeToString(p[:]) }

// Append appends the 32 bytes.
func (p Preimage) Append(b []byte) []byte { return append(b, p[:]...) }

// Decode reads 32 bytes.
func (p *Preimage) Decode(d *Decoder) { d.Fixed(p[:]) }

// UnmarshalJSON reads a list of 32 numbers.
func (p *Preimage) UnmarshalJSON(data []byte) error { return readNumbers(data, p[:], "preimage") }

// Variants of PaymentImage.
const (
	ImageHash  = 0 // {Hash}
	ImagePoint = 1 // {PublicKey}
)

// A PaymentImage is what the preimage of a payment is checked with. It is an
// enum without a default variant. JSON: {"Hash":hex} or {"Point":hex}.
type PaymentImage struct {
	Variant uint64
	// Hash is the SHA-256 of the preimage, of ImageHash.
	Hash Hash
	// Point is the public key of the preimage as a secret key, of ImagePoint.
	// Nobody makes such images, and a gateway refuses them for invoices.
	Point PublicKey
}

// Verify reports whether the preimage is that of the image.
func (i PaymentImage) Verify(p Preimage) bool {
	if i.Variant == ImagePoint {
		key := SecretKey(p)
		return key.Valid() && key.PublicKey() == i.Point
	}
	return p.Hash() == i.Hash
}

// Append appends the consensus form.
func (i PaymentImage) Append(b []byte) []byte {
	if i.Variant == ImagePoint {
		return AppendEnum(b, ImagePoint, i.Point.Append)
	}
	return AppendEnum(b, ImageHash, i.Hash.Append)
}

// Decode reads the consensus form.
func (i *PaymentImage) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch i.Variant = variant; variant {
		case ImageHash:
			i.Hash.Decode(d)
		case ImagePoint:
			i.Point.Decode(d)
		default:
			d.NoVariant("PaymentImage", variant)
		}
	})
}

// MarshalJSON returns {"Hash":hex} or {"Point":hex}.
func (i PaymentImage) MarshalJSON() ([]byte, error) {
	if i.Variant == ImagePoint {
		return variantJSON("Point", i.Point)
	}
	return variantJSON("Hash", i.Hash)
}

// UnmarshalJSON reads {"Hash":hex} or {"Point":hex}.
func (i *PaymentImage) UnmarshalJSON(data []byte) error {
	name, body, err := readVariant(data, "payment image")
	if err != nil {
		return err
	}
	*i = PaymentImage{}
	switch name {
	case "Hash":
		return json.Unmarshal(body, &i.Hash)
	case "Point":
		i.Variant = ImagePoint
		return json.Unmarshal(body, &i.Point)
	}
	return fmt.Errorf("payment image has no variant %.40q", name)
}
