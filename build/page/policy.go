package page

import "net/http"

// policy returns what a browser lets the page do: run its own scripts and its
// own program, and talk to guardians, which may be anywhere. With loopback it may
// talk to guardians on the same machine without TLS as well. It goes with every
// file: workers get theirs from the file that they are made of.
func policy(loopback bool) string {
	guardians := "wss: https:"
	if loopback {
		guardians += " ws://127.0.0.1:* ws://localhost:* http://127.0.0.1:*"
	}
	return "default-src 'none'; " +
		"script-src 'self' 'wasm-unsafe-eval'; " +
		"style-src 'self'; " +
		"img-src 'self' data:; " +
		"connect-src 'self' " + guardians + "; " +
		"worker-src 'self'; " +
		"manifest-src 'self'; " +
		"base-uri 'none'; " +
		"form-action 'none'; " +
		"frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; " +
		"trusted-types wallet"
}

// protect sets the headers by which a browser protects the page.
func protect(h http.Header, loopback bool) {
	h.Set("Content-Security-Policy", policy(loopback))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=()")
}
