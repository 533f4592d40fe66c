package wire

import (
	"fmt"
	"strings"
)

// textPrefix begins the base32 strings of invite codes and of e-cash of both
// generations. They can be told apart only by decoding them.
const textPrefix = "fedimint"

const base32Alphabet = "0123456789abcdefghijklmnopqrstuv"

// encodeBase32 writes five bits a character, the least significant bits of a
// byte first (which is not the order of RFC 4648), without padding.
func encodeBase32(b []byte) string {
	out := make([]byte, 0, (8*len(b)+4)/5)
	var buffer, bits uint
	for _, c := range b {
		buffer |= uint(c) << bits
		for bits += 8; bits >= 5; bits -= 5 {
			out = append(out, base32Alphabet[buffer&31])
			buffer >>= 5
		}
	}
	if bits > 0 {
		out = append(out, base32Alphabet[buffer&31])
	}
	return string(out)
}

// decodeBase32 reads either case. Bits that are left over at the end are
// ignored, as in the reference.
func decodeBase32(s string) ([]byte, error) {
	out := make([]byte, 0, 5*len(s)/8)
	var buffer, bits uint
	for i, c := range []byte(s) {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		value := strings.IndexByte(base32Alphabet, c)
		if value < 0 {
			return nil, fmt.Errorf("base32 has %q at %d", s[i], i)
		}
		buffer |= uint(value) << bits
		if bits += 5; bits >= 8 {
			out = append(out, byte(buffer))
			buffer >>= 8
			bits -= 8
		}
	}
	return out, nil
}

// cutTextPrefix cuts textPrefix, in any case, from the start of s.
func cutTextPrefix(s string) (rest string, ok bool) {
	if len(s) < len(textPrefix) || !strings.EqualFold(s[:len(textPrefix)], textPrefix) {
		return s, false
	}
	return s[len(textPrefix):], true
}
