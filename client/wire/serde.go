package wire

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Serde is the consensus form of some value where the API wraps it in JSON: a
// list of exactly one string, the hex of the length and the bytes (the
// reference's SerdeModuleEncoding). To read a T: unmarshal into a Serde, then
// Decode[T] it.
type Serde []byte

// SerdeOf returns v wrapped.
func SerdeOf(v Appender) Serde { return Encode(v) }

// MarshalJSON returns [hex].
func (s Serde) MarshalJSON() ([]byte, error) {
	return json.Marshal([1]string{hex.EncodeToString(AppendBytes(nil, s))})
}

// UnmarshalJSON reads [hex].
func (s *Serde) UnmarshalJSON(data []byte) error {
	b, err := unwrap(data, hex.DecodeString)
	*s = b
	return err
}

// SerdeBase64 is Serde with base64 of RFC 4648 for urls, without padding,
// instead of hex.
type SerdeBase64 []byte

// SerdeBase64Of returns v wrapped.
func SerdeBase64Of(v Appender) SerdeBase64 { return Encode(v) }

// MarshalJSON returns [base64].
func (s SerdeBase64) MarshalJSON() ([]byte, error) {
	return json.Marshal([1]string{base64.RawURLEncoding.EncodeToString(AppendBytes(nil, s))})
}

// UnmarshalJSON reads [base64].
func (s *SerdeBase64) UnmarshalJSON(data []byte) error {
	b, err := unwrap(data, base64.RawURLEncoding.Strict().DecodeString)
	*s = b
	return err
}

// unwrap reads [text].
func unwrap(data []byte, decode func(string) ([]byte, error)) ([]byte, error) {
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("wrapped value: %w", err)
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("wrapped value has %d strings, want 1", len(list))
	}
	if strings.ContainsAny(list[0], "\r\n") {
		return nil, errors.New("wrapped value has a line break") // which base64 would skip
	}
	sized, err := decode(list[0])
	if err != nil {
		return nil, fmt.Errorf("wrapped value %.40q: %w", list[0], err)
	}
	return Decode[HexBytes](sized)
}
