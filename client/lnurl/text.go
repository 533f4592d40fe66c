package lnurl

import (
	"strconv"
	"strings"
	"unicode"
)

const (
	// MaxText is how many characters a text of a service has at most.
	MaxText = 200
	// MaxLongText is that for descriptions that may have several lines, and for
	// what a success action decrypts to.
	MaxLongText = 4096
)

// cut returns what is printable of the first characters of a text. Blanks of any
// kind become spaces.
func cut(s string) string { return printable(s, MaxText, false) }

// cutLong is cut for a text with lines.
func cutLong(s string) string { return printable(s, MaxLongText, true) }

func printable(s string, limit int, lines bool) string {
	var b strings.Builder
	n := 0
	for _, c := range s {
		if unicode.IsSpace(c) && !(lines && c == '\n') {
			c = ' '
		}
		if c != '\n' && !strconv.IsPrint(c) || c == unicode.ReplacementChar {
			continue
		}
		if n++; n > limit {
			break
		}
		b.WriteRune(c)
	}
	return strings.TrimSpace(b.String())
}
