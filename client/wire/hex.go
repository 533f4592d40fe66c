package wire

import (
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// DecodeHex returns the value whose consensus form is written in hex in s, the
// JSON form of fields that the reference declares "as hex". Digits of either
// case are accepted.
func DecodeHex[T any, P Decodable[T]](s string) (T, error) {
	b, err := hex.DecodeString(s)
	if err != nil {
		var none T
		return none, fmt.Errorf("hex %.40q: %w", s, err)
	}
	return Decode[T, P](b)
}

// EncodeHex returns the consensus form of v in hex.
func EncodeHex(v Appender) string { return hex.EncodeToString(Encode(v)) }

// unhex fills dst with the bytes written as hex in text. what names the value
// in the error.
func unhex(dst, text []byte, what string) error {
	if len(text) != 2*len(dst) {
		return fmt.Errorf("%s %.140q: %d digits, want %d", what, text, len(text), 2*len(dst))
	}
	if _, err := hex.Decode(dst, text); err != nil {
		return fmt.Errorf("%s %q: %w", what, text, err)
	}
	return nil
}

// unhexSecret is unhex with an error that does not quote the text.
func unhexSecret(dst, text []byte, what string) error {
	if err := unhex(dst, text, ""); err != nil {
		return fmt.Errorf("%s: %d characters are not %d hex digits", what, len(text), 2*len(dst))
	}
	return nil
}

func hexText(b []byte) ([]byte, error) { return hex.AppendEncode(nil, b), nil }

// reversed returns the bytes of a hash of bitcoin in the order in which people
// write them.
func reversed(b [32]byte) [32]byte {
	for i := range 16 {
		b[i], b[31-i] = b[31-i], b[i]
	}
	return b
}

// shortHex shortens an id to its first and last four bytes: "01234567_89abcdef".
func shortHex(b []byte) string {
	return hex.EncodeToString(b[:4]) + "_" + hex.EncodeToString(b[len(b)-4:])
}

// HexBytes are bytes of any length. Consensus form: length and bytes. JSON: hex
// of the bytes alone.
type HexBytes []byte

// Append appends the consensus form.
func (h HexBytes) Append(b []byte) []byte { return AppendBytes(b, h) }

// Decode reads the consensus form.
func (h *HexBytes) Decode(d *Decoder) { *h = d.Bytes() }

// MarshalText returns hex.
func (h HexBytes) MarshalText() ([]byte, error) { return hexText(h) }

// UnmarshalText reads hex.
func (h *HexBytes) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("hex %.40q: %w", text, err)
	}
	*h = b
	return nil
}

// UnmarshalJSON reads a string with hex.
func (h *HexBytes) UnmarshalJSON(data []byte) error { return readText(data, h) }

// readText reads a JSON string into v. Without it encoding/json would leave v as
// it is for null.
func readText(data []byte, v encoding.TextUnmarshaler) error {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	if s == nil {
		return errors.New("null where a string is needed")
	}
	return v.UnmarshalText([]byte(*s))
}

// A field is where a member of a JSON object goes.
type field struct {
	name     string
	dst      any
	optional bool
}

// readObject reads a JSON object strictly where it matters: each field that is
// not optional must be there under exactly its name and not be null, which
// encoding/json alone would read as zero. Members without a field are ignored.
func readObject(data []byte, what string, fields ...field) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	for _, f := range fields {
		raw, ok := members[f.name]
		if !ok || string(raw) == "null" {
			if f.optional {
				continue
			}
			return fmt.Errorf("%s: %q is missing", what, f.name)
		}
		if err := json.Unmarshal(raw, f.dst); err != nil {
			return fmt.Errorf("%s: %q: %w", what, f.name, err)
		}
	}
	return nil
}
