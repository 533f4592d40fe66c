//go:build js

package socket

import (
	"context"
	"os"
	"testing"

	"satchel/client/wire"
)

// echoURL returns the url of the echo server that SATCHEL_ECHO names.
func echoURL(t *testing.T) wire.SafeURL {
	t.Helper()
	at := os.Getenv("SATCHEL_ECHO")
	if at == "" {
		t.Fatal("set SATCHEL_ECHO to the ws:// url of a server that sends back text messages, of any size")
	}
	return parse(t, at)
}

// TestHandlersAreReleased connects, fails to connect, stops connecting, and
// sees that JavaScript can call nothing in here afterwards.
func TestHandlersAreReleased(t *testing.T) {
	at := echoURL(t)
	for range 100 {
		before := unreleased
		c, err := Dial(t.Context(), at, "")
		if err != nil {
			t.Fatal(err)
		}
		if unreleased == before {
			t.Fatal("no handler is registered while a connection is open")
		}
		exchange(t, c, "x", 10)
		c.Close()
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		if _, err := Dial(ctx, at, ""); err == nil {
			t.Fatal("connecting was not cut off")
		}
		if unreleased != before {
			t.Fatalf("%d handlers are left over", unreleased-before)
		}
	}
	for range 5 {
		if _, err := Dial(t.Context(), parse(t, "ws://127.0.0.1:1/"), ""); err == nil {
			t.Fatal("somebody listens at port 1")
		}
	}
	if unreleased != 0 {
		t.Errorf("%d handlers are left over", unreleased)
	}
}

func TestTargetHoldsTheSecret(t *testing.T) {
	for _, c := range [][3]string{
		{"wss://a.example/", "", "wss://a.example/"},
		{"wss://a.example/x?y#z", "", "wss://a.example/x?y"},
		{"wss://a.example:8443/x@y?z@w", "s/e:c@r t", "wss://fedimint:s%2Fe%3Ac%40r%20t@a.example:8443/x@y?z@w"},
		{"wss://u:p@a.example/", "secret", "wss://fedimint:secret@a.example/"},
		{"wss://u:p@a.example/", "", "wss://u:p@a.example/"},
	} {
		if got := target(parse(t, c[0]), c[1]); got != c[2] {
			t.Errorf("target of %q with secret %q is %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
