package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// A PreimageKey is what receivers of the module ln encrypt to the guardians: the
// key that claims the contract. Its SHA-256 is the preimage. Nothing says that it
// is a point. JSON: list of 33 numbers.
type PreimageKey [33]byte

// Preimage returns the preimage.
func (k PreimageKey) Preimage() Preimage { return sha256.Sum256(k[:]) }

// String returns hex.
func (k PreimageKey) String() string { return hex.EncodeToString(k[:]) }

// Append appends the 33 bytes.
func (k PreimageKey) Append(b []byte) []byte { return append(b, k[:]...) }

// Decode reads 33 bytes.
func (k *PreimageKey) Decode(d *Decoder) { d.Fixed(k[:]) }

// UnmarshalJSON reads a list of 33 numbers.
func (k *PreimageKey) UnmarshalJSON(data []byte) error {
	return readNumbers(data, k[:], "preimage key")
}

// An EncryptedPreimage is a PreimageKey that the guardians decrypt together.
// Consensus form: the length of all, and U, W and V. JSON: lists of the numbers
// of U, V and W.
type EncryptedPreimage struct {
	U G1
	// V is the key, masked. If it is not 33 bytes long, what is decrypted is
	// invalid.
	V []byte
	W G2
}

// Append appends the consensus form.
func (e EncryptedPreimage) Append(b []byte) []byte {
	return appendSized(b, func(b []byte) []byte { return append(e.W.Append(e.U.Append(b)), e.V...) })
}

// Decode reads the consensus form.
func (e *EncryptedPreimage) Decode(d *Decoder) {
	d.sized(func() {
		e.U.Decode(d)
		e.W.Decode(d)
		e.V = d.Rest()
	})
}

// MarshalJSON returns [U,V,W].
func (e EncryptedPreimage) MarshalJSON() ([]byte, error) {
	text := bytes.Join([][]byte{numbersJSON(e.U[:]), numbersJSON(e.V), numbersJSON(e.W[:])}, []byte{','})
	return append(append([]byte{'['}, text...), ']'), nil
}

// UnmarshalJSON reads [U,V,W].
func (e *EncryptedPreimage) UnmarshalJSON(data []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) != 3 {
		return fmt.Errorf("encrypted preimage has %d parts, want 3", len(parts))
	}
	v, err := readNumberList(parts[1], "masked preimage")
	e.V = v
	return errors.Join(err, readNumbers(parts[0], e.U[:], "point of G1"), readNumbers(parts[2], e.W[:], "point of G2"))
}

// Variants of DecryptedPreimage and PreimageStatus.
const (
	PreimagePending = 0 // {}
	PreimageFound   = 1 // {PreimageKey}, or {Preimage} in a PreimageStatus
	PreimageInvalid = 2 // {}
)

// A DecryptedPreimage is how far the guardians are. It is an enum without a
// default variant. JSON: "Pending", {"Some":[33 numbers]} or "Invalid".
type DecryptedPreimage struct {
	Variant uint64
	// Key is of PreimageFound.
	Key PreimageKey
}

// Append appends the consensus form.
func (p DecryptedPreimage) Append(b []byte) []byte {
	if p.Variant == PreimageFound {
		return AppendEnum(b, PreimageFound, p.Key.Append)
	}
	return AppendEnum(b, p.Variant, nil)
}

// Decode reads the consensus form.
func (p *DecryptedPreimage) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch p.Variant = variant; variant {
		case PreimagePending, PreimageInvalid:
		case PreimageFound:
			p.Key.Decode(d)
		default:
			d.NoVariant("DecryptedPreimage", variant)
		}
	})
}

// MarshalJSON returns "Pending", {"Some":[33 numbers]} or "Invalid".
func (p DecryptedPreimage) MarshalJSON() ([]byte, error) { return statusJSON(p.Variant, p.Key[:]) }

// UnmarshalJSON reads "Pending", {"Some":[33 numbers]} or "Invalid".
func (p *DecryptedPreimage) UnmarshalJSON(data []byte) (err error) {
	*p = DecryptedPreimage{}
	p.Variant, err = readStatus(data, p.Key[:])
	return err
}

// A PreimageStatus is a DecryptedPreimage with the preimage itself, as an endpoint
// gives it. JSON: "Pending", {"Some":[32 numbers]} or "Invalid".
type PreimageStatus struct {
	Variant uint64
	// Preimage is of PreimageFound.
	Preimage Preimage
}

// MarshalJSON returns "Pending", {"Some":[32 numbers]} or "Invalid".
func (p PreimageStatus) MarshalJSON() ([]byte, error) { return statusJSON(p.Variant, p.Preimage[:]) }

// UnmarshalJSON reads "Pending", {"Some":[32 numbers]} or "Invalid".
func (p *PreimageStatus) UnmarshalJSON(data []byte) (err error) {
	*p = PreimageStatus{}
	p.Variant, err = readStatus(data, p.Preimage[:])
	return err
}

func statusJSON(variant uint64, found []byte) ([]byte, error) {
	switch variant {
	case PreimageFound:
		return variantJSON("Some", json.RawMessage(numbersJSON(found)))
	case PreimageInvalid:
		return []byte(`"Invalid"`), nil
	}
	return []byte(`"Pending"`), nil
}

func readStatus(data, found []byte) (variant uint64, err error) {
	name, body, err := readVariant(data, "status of a preimage")
	if err != nil {
		return 0, err
	}
	switch name {
	case "Pending":
		return PreimagePending, nil
	case "Some":
		return PreimageFound, readNumbers(body, found, "decrypted preimage")
	case "Invalid":
		return PreimageInvalid, nil
	}
	return 0, fmt.Errorf("status of a preimage has no variant %.40q", name)
}
