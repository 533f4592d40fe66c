//go:build unix

package official

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMissing looks for the packages where nobody has installed them.
func TestMissing(t *testing.T) {
	inside := filepath.Join(t.TempDir(), "build", "official")
	if err := os.MkdirAll(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(inside)
	if path, err := Program(); err == nil || errors.Is(err, ErrMissing) {
		t.Errorf("outside of the repository: %q, %v", path, err)
	}
	if err := os.WriteFile("../../go.mod", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if path, err := Program(); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("without packages: %q, %v", path, err)
	}
}

// TestProgram finds what the worker loads.
func TestProgram(t *testing.T) {
	path, err := Program()
	if err != nil {
		t.Fatal(err)
	}
	if magic, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(magic), "\x00asm") {
		t.Errorf("%s: %v", path, err)
	}
}
