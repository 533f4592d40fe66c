//go:build unix

package bench

import (
	"slices"
	"strings"
	"testing"
)

func TestMatching(t *testing.T) {
	t.Chdir("../..")
	some, err := matching(t.Context(), "commit/some")
	if err != nil || len(some) != 1 || !slices.Equal(some[0], suites[1]) {
		t.Errorf("commit is in %q (%v)", some, err)
	}
	const want = `no benchmark "bogus"; there are Recovery, Reissue, `
	if _, err := matching(t.Context(), "bogus"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}
