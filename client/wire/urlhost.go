package wire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// normalHost normalises a host: an address, a name, or for a scheme that is not
// special an opaque text.
func normalHost(s string, special bool) (string, error) {
	switch {
	case s == "":
		return "", errors.New("no host")
	case s[0] == '[':
		if s[len(s)-1] != ']' {
			return "", fmt.Errorf("host %.80q", s)
		}
		return normalIPv6(s[1 : len(s)-1])
	case !special:
		if strings.ContainsAny(s, " #/:<>?@[\\]^|") {
			return "", fmt.Errorf("host %.80q", s)
		}
		return percentEncode(s, ""), nil
	}
	name, err := asciiHost(s)
	if err != nil {
		return "", err
	}
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	if last := labels[len(labels)-1]; isNumber(last) {
		return name, checkIPv4(name, labels)
	}
	return name, nil
}

// asciiHost lowers the case of a name and writes labels that are not ASCII in
// Punycode. What a label in Punycode stands for is not looked at.
func asciiHost(s string) (string, error) {
	if strings.ContainsAny(s, " #%/:<>?@[\\]^|") {
		return "", fmt.Errorf("host %.80q", s)
	}
	labels := strings.Split(s, ".")
	for i, label := range labels {
		lower, ascii, err := lowerLabel(label)
		if err != nil {
			return "", err
		}
		if rest, ok := strings.CutPrefix(lower, "xn--"); ok && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", fmt.Errorf("host has %.80q, which is no Punycode", label)
		}
		if !ascii {
			lower = "xn--" + punycode([]rune(lower))
		}
		labels[i] = lower
	}
	return strings.Join(labels, "."), nil
}

// lowerLabel lowers the case of a label. Beyond ASCII it accepts only letters of
// common scripts that the mapping of UTS #46 leaves as they are or lowers one for
// one; the tables for the rest are not worth their size.
func lowerLabel(label string) (lower string, ascii bool, err error) {
	ascii = true
	lower = strings.Map(func(r rune) rune {
		if r < 0x80 {
			return unicode.ToLower(r)
		}
		ascii = false
		if !lowersPlainly(r) {
			err = fmt.Errorf("host has %q: write it in its xn-- form", r)
		}
		return unicode.ToLower(r)
	}, label)
	return lower, ascii, err
}

func lowersPlainly(r rune) bool {
	switch r {
	case 0x130, 0x132, 0x133, 0x13f, 0x140, 0x149, 0x17f: // ligatures, long s, dotted I
		return false
	}
	for _, block := range [...][2]rune{
		{0xc0, 0x17f}, {0x386, 0x3ce}, {0x400, 0x52f}, // Latin, Greek, Cyrillic
		{0x3041, 0x3096}, {0x30a1, 0x30fa}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}, // Hiragana, Katakana, Han, Hangul
	} {
		if block[0] <= r && r <= block[1] {
			return unicode.IsLetter(r)
		}
	}
	return false
}

// punycode encodes a label (RFC 3492).
func punycode(label []rune) string {
	var out []byte
	for _, r := range label {
		if r < 0x80 {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	const base, tmin, tmax, skew, damp = 36, 1, 26, 38, 700
	n, delta, bias, done := rune(0x80), 0, 72, basic
	for done < len(label) {
		next := rune(unicode.MaxRune)
		for _, r := range label {
			if r >= n {
				next = min(next, r)
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range label {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := base; ; k += base {
				t := min(max(k-bias, tmin), tmax)
				if q < t {
					break
				}
				out = append(out, punycodeDigit(t+(q-t)%(base-t)))
				q = (q - t) / (base - t)
			}
			out = append(out, punycodeDigit(q))
			if done == basic {
				delta /= damp
			} else {
				delta /= 2
			}
			delta += delta / (done + 1)
			k := 0
			for ; delta > (base-tmin)*tmax/2; k += base {
				delta /= base - tmin
			}
			bias = k + (base-tmin+1)*delta/(delta+skew)
			delta = 0
			done++
		}
		delta++
		n++
	}
	return string(out)
}

func punycodeDigit(d int) byte { return "abcdefghijklmnopqrstuvwxyz0123456789"[d] }

// isNumber reports whether a name whose last label is s is an IPv4 address.
func isNumber(s string) bool {
	hex, isHex := strings.CutPrefix(s, "0x")
	digits := "0123456789"
	if isHex {
		s, digits = hex, digits+"abcdef"
	}
	return (s != "" || isHex) && strings.Trim(s, digits) == ""
}

// checkIPv4 accepts the normal form of an address alone.
func checkIPv4(name string, labels []string) error {
	ok := len(labels) == 4 && !strings.HasSuffix(name, ".")
	for _, label := range labels {
		n, err := strconv.ParseUint(label, 10, 8)
		ok = ok && err == nil && strconv.FormatUint(n, 10) == label
	}
	if !ok {
		return fmt.Errorf("host %.80q is not four numbers below 256", name)
	}
	return nil
}

// normalIPv6 returns an address in brackets: lower case hex groups, the first
// of the longest runs of two or more zero groups left out.
func normalIPv6(s string) (string, error) {
	groups, ok := ipv6Groups(s)
	if !ok {
		return "", fmt.Errorf("IPv6 address %.80q", s)
	}
	skip, length := 0, 1
	for i := range groups {
		n := 0
		for i+n < len(groups) && groups[i+n] == 0 {
			n++
		}
		if n > length {
			skip, length = i, n
		}
	}
	out := []byte{'['}
	for i := 0; i < len(groups); i++ {
		if length > 1 && i == skip {
			out = append(out, "::"...)
			i += length - 1
			continue
		}
		if last := out[len(out)-1]; last != '[' && last != ':' {
			out = append(out, ':')
		}
		out = strconv.AppendUint(out, uint64(groups[i]), 16)
	}
	return string(append(out, ']')), nil
}

// ipv6Groups reads the eight groups of an address without a dotted end.
func ipv6Groups(s string) (groups [8]uint16, ok bool) {
	head, tail, short := strings.Cut(s, "::")
	front, frontOK := hexGroups(head, short)
	back, backOK := hexGroups(tail, true)
	n := len(front) + len(back)
	if !frontOK || !backOK || short && n > 7 || !short && n != 8 {
		return groups, false
	}
	copy(groups[:], front)
	copy(groups[8-len(back):], back)
	return groups, true
}

func hexGroups(s string, mayBeEmpty bool) (groups []uint16, ok bool) {
	if s == "" {
		return nil, mayBeEmpty
	}
	for group := range strings.SplitSeq(s, ":") {
		n, err := strconv.ParseUint(group, 16, 16)
		if err != nil || len(group) > 4 {
			return nil, false
		}
		groups = append(groups, uint16(n))
	}
	return groups, true
}
