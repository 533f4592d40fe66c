package age

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

const (
	family  = "age-encryption.org/v"
	intro   = family + "1"
	columns = 64 // of base64

	// A header that exceeds these is not worth the memory.
	maxStanzas = 1024
	maxOpening = 8 << 10 // bytes of the line with the arguments
)

// A header is what stands before the payload, parsed.
type header struct {
	stanzas []stanza
	signed  []byte // the header up to and with "---"
	mac     []byte
	payload []byte
}

// A stanza is the file key wrapped for one recipient.
type stanza struct {
	args []string // the type first
	body []byte
}

// parse reads a file, armored or not, up to its payload.
func parse(file []byte) (header, error) {
	if !bytes.HasPrefix(file, []byte(family)) {
		var err error
		if file, err = dearmor(file); err != nil {
			return header{}, err
		}
	}
	rest := lines(file)
	first, ok := rest.next()
	version, known := strings.CutPrefix(first, family)
	switch {
	case !known:
		return header{}, ErrNotAge
	case !ok || version != "1" && !number(version):
		return header{}, fmt.Errorf("%w: begins with %.40q", ErrDamaged, first)
	case version != "1":
		return header{}, fmt.Errorf("%w: %.40q", ErrVersion, first)
	}
	var h header
	for {
		before := len(file) - len(rest)
		line, ok := rest.next()
		if mac, last := strings.CutPrefix(line, "---"); ok && last && len(h.stanzas) > 0 {
			h.signed, h.payload = file[:before+3], rest
			return h, h.readMAC(mac)
		}
		s, err := readStanza(line, &rest)
		if err != nil {
			return header{}, err
		}
		if h.stanzas = append(h.stanzas, s); len(h.stanzas) > maxStanzas {
			return header{}, fmt.Errorf("%w: more than %d stanzas", ErrDamaged, maxStanzas)
		}
	}
}

func (h *header) readMAC(s string) (err error) {
	s, spaced := strings.CutPrefix(s, " ")
	h.mac, err = decodeBase64(s)
	if !spaced || err != nil || len(h.mac) != 32 {
		return fmt.Errorf("%w: no MAC in the header", ErrDamaged)
	}
	return nil
}

// readStanza reads a stanza whose first line has been read.
func readStanza(line string, rest *lines) (s stanza, err error) {
	opening, ok := strings.CutPrefix(line, "-> ")
	if ok = ok && len(opening) <= maxOpening; ok {
		s.args = strings.Split(opening, " ")
	}
	for _, arg := range s.args {
		ok = ok && arg != "" && strings.IndexFunc(arg, func(c rune) bool { return c < 33 || c > 126 }) < 0
	}
	if !ok {
		return s, fmt.Errorf("%w: no stanza begins with %.40q", ErrDamaged, line)
	}
	for {
		line, ok := rest.next()
		piece, err := decodeBase64(line)
		if !ok || err != nil || len(line) > columns {
			return s, fmt.Errorf("%w: %.40q is no body of a stanza", ErrDamaged, line)
		}
		s.body = append(s.body, piece...)
		if len(line) < columns {
			return s, nil
		}
	}
}

// scrypt returns the stanza for a passphrase, which must be the only one.
func (h header) scrypt() (scryptStanza, error) {
	for _, s := range h.stanzas {
		if s.args[0] == "scrypt" {
			if len(h.stanzas) > 1 {
				return scryptStanza{}, fmt.Errorf("%w: a passphrase is not the only recipient", ErrDamaged)
			}
			return s.scrypt()
		}
	}
	return scryptStanza{}, ErrKeys
}

func (s stanza) scrypt() (parsed scryptStanza, err error) {
	malformed := fmt.Errorf("%w: malformed stanza of a passphrase", ErrDamaged)
	if len(s.args) != 3 || !number(s.args[2]) {
		return parsed, malformed
	}
	salt, err := decodeBase64(s.args[1])
	if err != nil || len(salt) != saltSize || len(s.body) != len(parsed.wrapped) {
		return parsed, malformed
	}
	work, err := strconv.Atoi(s.args[2])
	if err != nil || work > mostWork {
		return parsed, fmt.Errorf("%w: work factor %.20s", ErrWork, s.args[2])
	}
	return scryptStanza{[saltSize]byte(salt), work, [fileKeySize + overhead]byte(s.body)}, nil
}

// open returns what is in the payload.
func (h header) open(fileKey []byte) ([]byte, error) {
	if !hmac.Equal(h.mac, headerMAC(fileKey, h.signed)) {
		return nil, fmt.Errorf("%w: the header was changed", ErrDamaged)
	}
	if len(h.payload) < nonceSize {
		return nil, fmt.Errorf("%w: no payload", ErrDamaged)
	}
	return openPayload(payloadKey(fileKey, h.payload[:nonceSize]), h.payload[nonceSize:])
}

// number reports whether s is a decimal number above 0 in its only form.
func number(s string) bool {
	return s != "" && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// lines are what has not been read of a text.
type lines []byte

// next returns a line without its end, and whether it has one.
func (l *lines) next() (string, bool) {
	line, rest := *l, lines(nil)
	end := bytes.IndexByte(line, '\n')
	if end >= 0 {
		line, rest = line[:end], line[end+1:]
	}
	*l = rest
	return string(line), end >= 0
}

// decodeBase64 accepts one form of each value. Line breaks, which package base64
// would skip, are refused.
func decodeBase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, base64.CorruptInputError(strings.IndexAny(s, "\r\n"))
	}
	return base64.RawStdEncoding.Strict().DecodeString(s)
}
