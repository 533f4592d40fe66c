package lnurl

import (
	"strings"

	"satchel/client/wire"
)

// parameter returns the first value of a parameter in the query of a url, "" if
// it has none. Names are compared without regard to case, since QR codes are
// written in upper case.
func parameter(url, name string) string {
	url, _, _ = strings.Cut(url, "#")
	_, query, _ := strings.Cut(url, "?")
	for pair := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(pair, "="); strings.EqualFold(key, name) {
			return unescape(value)
		}
	}
	return ""
}

// withParameters returns a url with names and values added to its query.
func withParameters(url wire.SafeURL, pairs ...string) string {
	var b strings.Builder
	b.WriteString(url.Full())
	separator := "?"
	if strings.Contains(url.Full(), "?") {
		separator = "&"
	}
	for i := 0; i < len(pairs); i += 2 {
		b.WriteString(separator + pairs[i] + "=" + escape(pairs[i+1]))
		separator = "&"
	}
	return b.String()
}

// escape percent-encodes all but the unreserved characters of RFC 3986.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// unescape undoes percent-encoding, as far as there is any.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '+' {
			c = ' '
		}
		if c == '%' && i+2 < len(s) {
			high, low := unhex(s[i+1]), unhex(s[i+2])
			if high < 16 && low < 16 {
				c = high<<4 | low
				i += 2
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// unhex returns the value of a digit, or 255.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}
