package page

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// policy returns what a browser lets the page do, as directives of a Content
// Security Policy: run its own scripts and its own program, and talk to
// guardians, which may be anywhere. With loopback it may talk to guardians on the
// same machine without TLS as well.
func policy(loopback bool) []string {
	guardians := "wss: https:"
	if loopback {
		guardians += " ws://127.0.0.1:* ws://localhost:* http://127.0.0.1:*"
	}
	return []string{
		"default-src 'none'",
		"script-src 'self' 'wasm-unsafe-eval'",
		"style-src 'self'",
		"img-src 'self' data:",
		"connect-src 'self' " + guardians,
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		noFrames,
		"require-trusted-types-for 'script'",
		"trusted-types wallet",
	}
}

// noFrames counts in a header only.
const noFrames = "frame-ancestors 'none'"

// headerPolicy is the policy as a header. It goes with every file: workers get
// theirs from the file that they are made of.
func headerPolicy(loopback bool) string { return strings.Join(policy(loopback), "; ") }

// ownPolicy is the policy as the page carries it, for hosts that send no headers.
func ownPolicy(loopback bool) string {
	return strings.Join(slices.DeleteFunc(policy(loopback), func(d string) bool { return d == noFrames }), "; ")
}

// protection is the headers by which a browser protects the page, with their
// values.
func protection(loopback bool) [][2]string {
	return [][2]string{
		{"Content-Security-Policy", headerPolicy(loopback)},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "no-referrer"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=()"},
	}
}

const (
	forEver  = "public, max-age=31536000, immutable" // under a name that has the hash
	askAgain = "no-cache"                            // whether it has changed
)

// caching returns the Cache-Control of a file.
func caching(name string) string {
	if hashed(name) {
		return forEver
	}
	return askAgain
}

// protect sets the headers that go with every file.
func protect(h http.Header, loopback bool) {
	for _, header := range protection(loopback) {
		h.Set(header[0], header[1])
	}
}

// headersFile returns what hosts are told to send with the files of these names,
// in the form that Netlify and Cloudflare Pages read: a path, which may end in a
// star, and below it the headers.
func headersFile(names []string, loopback bool) []byte {
	var out strings.Builder
	out.WriteString("/*\n")
	for _, header := range protection(loopback) {
		fmt.Fprintf(&out, "  %s: %s\n", header[0], header[1])
	}
	caching := func(path, value string) { fmt.Fprintf(&out, "%s\n  Cache-Control: %s\n", path, value) }
	caching("/"+assets+"/*", forEver)
	for _, name := range names {
		if !hashed(name) {
			caching(address(name), askAgain)
		}
	}
	return []byte(out.String())
}

// address returns the path under which a file is served.
func address(name string) string {
	if name == indexName {
		return "/"
	}
	return "/" + name
}
