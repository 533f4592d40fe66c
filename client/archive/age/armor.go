package age

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	armorBegin = "-----BEGIN AGE ENCRYPTED FILE-----"
	armorEnd   = "-----END AGE ENCRYPTED FILE-----"
)

// dearmor returns the file in an armor, or ErrNotAge where there is none. Lines
// may end with a carriage return and a line feed.
func dearmor(text []byte) ([]byte, error) {
	rest := lines(text)
	line := ""
	for ok := true; ok && strings.TrimSpace(line) == ""; {
		line, ok = armorLine(&rest)
	}
	if line != armorBegin {
		return nil, ErrNotAge
	}
	file := make([]byte, 0, base64.StdEncoding.DecodedLen(len(rest)))
	for full := true; ; {
		line, ok := armorLine(&rest)
		if line == armorEnd {
			break
		}
		piece, err := base64.StdEncoding.Strict().DecodeString(line)
		if !ok || !full || err != nil || line == "" || len(line) > columns || strings.Contains(line, "\r") {
			return nil, fmt.Errorf("%w: %.40q is no line of an armor", ErrDamaged, line)
		}
		full = len(piece) == columns/4*3
		file = append(file, piece...)
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("%w: something follows the armor", ErrDamaged)
	}
	if !bytes.HasPrefix(file, []byte(family)) {
		return nil, fmt.Errorf("%w: the armor has something else in it", ErrDamaged)
	}
	return file, nil
}

func armorLine(rest *lines) (string, bool) {
	line, ok := rest.next()
	return strings.TrimSuffix(line, "\r"), ok
}
