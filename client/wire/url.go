package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxURL is the length of a text above which it is not read as a url.
const maxURL = 8192

// A SafeURL is a url in the normal form of the WHATWG URL standard: scheme and
// host in lower case, default port left out, an empty path written "/", what a
// url may not contain percent-encoded. Urls are equal if they are ==.
//
// Its consensus form is the text of String, which names neither credentials nor
// query nor fragment, so that a url with any of these does not come back from
// its consensus form. Its JSON form is the text of Full.
type SafeURL struct {
	full, safe string
}

// ParseURL reads a url. It refuses what the standard would mend silently and no
// guardian writes: blanks at the ends, control characters, backslashes, a host
// that is percent-encoded or a short form of an address; urls without a host or
// of the scheme "file"; and hosts with letters of rare scripts, which must be
// written in their xn-- form.
func ParseURL(s string) (SafeURL, error) {
	u, err := parseURL(s)
	if err != nil {
		return SafeURL{}, fmt.Errorf("url %.100q: %w", withoutSecrets(s), err)
	}
	return u, nil
}

// withoutSecrets cuts what may be credentials or a query off a text that is not
// a url.
func withoutSecrets(s string) string {
	s, _ = cutAt(s, "?#")
	return s[strings.LastIndexByte(s, '@')+1:]
}

// String returns the url without query and fragment and with
// "REDACTEDUSER:REDACTEDPASS" for credentials.
func (u SafeURL) String() string { return u.safe }

// Full returns the whole url, with its credentials.
func (u SafeURL) Full() string { return u.full }

// Scheme returns for example "wss".
func (u SafeURL) Scheme() string {
	scheme, _, _ := strings.Cut(u.full, ":")
	return scheme
}

// Append appends the consensus form.
func (u SafeURL) Append(b []byte) []byte { return AppendText(b, u.safe) }

// Decode reads the consensus form. A text that is not in normal form is
// accepted and brought into it.
func (u *SafeURL) Decode(d *Decoder) {
	s := d.Text()
	if !d.charge(256 + 4*len(s)) { // what parsing takes
		return
	}
	parsed, err := ParseURL(s)
	if err != nil {
		d.Fail("%v", err)
	}
	*u = parsed
}

// MarshalJSON returns the whole url as a string.
func (u SafeURL) MarshalJSON() ([]byte, error) { return json.Marshal(u.full) }

// UnmarshalJSON reads a string.
func (u *SafeURL) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	parsed, err := ParseURL(s)
	*u = parsed
	return err
}

// urlPort maps the special schemes to the ports that are left out.
func urlPort(scheme string) (port uint16, special bool) {
	switch scheme {
	case "http", "ws":
		return 80, true
	case "https", "wss":
		return 443, true
	case "ftp":
		return 21, true
	}
	return 0, false
}

func parseURL(s string) (u SafeURL, err error) {
	if err := checkURLText(s); err != nil {
		return u, err
	}
	scheme, rest, ok := strings.Cut(s, "://")
	scheme = strings.ToLower(scheme)
	if !ok || !validScheme(scheme) {
		return u, fmt.Errorf("no scheme and \"://\" at the start")
	}
	if scheme == "file" {
		return u, fmt.Errorf("scheme \"file\" is of no use here")
	}
	_, special := urlPort(scheme)
	authority, tail := cutAt(rest, "/?#")
	path, tail := cutAt(tail, "?#")
	query, fragment := cutAt(tail, "#")
	if special && strings.Contains(authority+path, `\`) {
		return u, fmt.Errorf("backslash")
	}
	credentials, host := "", authority
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		credentials, host = authority[:i], authority[i+1:]
	}
	if host, err = normalHostPort(scheme, host); err != nil {
		return u, err
	}
	path = normalPath(path, special)
	user, redacted := normalCredentials(credentials)
	querySet := "\"#<>"
	if special {
		querySet = "\"#<>'"
	}
	u.safe = scheme + "://" + redacted + host + path
	u.full = u.safe
	if credentials != "" || tail != "" {
		u.full = scheme + "://" + user + host + path + percentEncode(query, querySet) + percentEncodeFragment(fragment)
	}
	return u, nil
}

func checkURLText(s string) error {
	if len(s) > maxURL {
		return fmt.Errorf("longer than %d bytes", maxURL)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("not UTF-8")
	}
	if strings.TrimSpace(s) != s || s == "" {
		return fmt.Errorf("empty, or blanks at the ends")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("control character")
	}
	return nil
}

// cutAt cuts s before the first of the bytes in stops.
func cutAt(s, stops string) (before, from string) {
	if i := strings.IndexAny(s, stops); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func validScheme(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z'
		other := '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}

// normalCredentials returns what stands before the host, with its "@", and what
// stands there in the consensus form.
func normalCredentials(s string) (full, redacted string) {
	const set = "\"<>`#?{}/:;=@[\\]^|"
	user, pass, _ := strings.Cut(s, ":")
	full = percentEncode(user, set)
	if full != "" {
		redacted = "REDACTEDUSER"
	}
	if pass != "" {
		full += ":" + percentEncode(pass, set)
		if redacted != "" {
			redacted += ":REDACTEDPASS"
		}
	}
	if full != "" {
		full += "@"
	}
	if redacted != "" {
		redacted += "@"
	}
	return full, redacted
}

// normalPath resolves the segments "." and "..".
func normalPath(path string, special bool) string {
	if path == "" {
		if special {
			return "/"
		}
		return ""
	}
	segments := strings.Split(path[1:], "/")
	kept := segments[:0]
	for i, segment := range segments {
		last := i == len(segments)-1
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case "..":
			kept = kept[:max(len(kept)-1, 0)]
			if last {
				kept = append(kept, "")
			}
		case ".":
			if last {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, segment)
		}
	}
	return "/" + percentEncode(strings.Join(kept, "/"), "\"<>`#?{}")
}

func percentEncodeFragment(s string) string {
	if s == "" {
		return ""
	}
	return "#" + percentEncode(s[1:], "\"<>`")
}

// percentEncode encodes blanks, what is not ASCII, and the bytes in set. A
// query keeps the "?" it begins with, since that is in no query's set.
func percentEncode(s, set string) string {
	encoded := func(c byte) bool { return c <= ' ' || c >= 0x7f || strings.IndexByte(set, c) >= 0 }
	n := 0
	for i := range len(s) {
		if encoded(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s
	}
	b := make([]byte, 0, len(s)+2*n)
	for i := range len(s) {
		if c := s[i]; encoded(c) {
			b = append(b, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

// normalHostPort normalises a host and the port that may follow it.
func normalHostPort(scheme, s string) (string, error) {
	usual, special := urlPort(scheme)
	host, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		host, port = s[:i], s[i+1:]
	}
	host, err := normalHost(host, special)
	if err != nil || port == "" {
		return host, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", fmt.Errorf("port %.20q", port)
	}
	if special && uint16(n) == usual {
		return host, nil
	}
	return host + ":" + strconv.FormatUint(n, 10), nil
}
