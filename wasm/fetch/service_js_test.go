//go:build js

package fetch

import (
	"os"
	"testing"
)

// serviceURL returns the url of the service that a native test has started.
func serviceURL(t *testing.T) string {
	t.Helper()
	at := os.Getenv("SATCHEL_SERVICE")
	if at == "" {
		t.Fatal("under JavaScript, these tests are run by TestUnderNode and TestInChromium, natively")
	}
	return at
}
