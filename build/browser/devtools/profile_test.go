//go:build unix

package devtools

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func newProfile(t *testing.T) (folder string, remove func() error) {
	t.Helper()
	folder, remove, err := NewProfile()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remove(); err != nil {
			t.Error(err)
		}
	})
	return folder, remove
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// A new profile deletes those that nobody has, and nothing else.
func TestNewProfile(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	abandoned, other := filepath.Join(temporary, profilePrefix+"1"), filepath.Join(temporary, "other")
	for _, folder := range []string{filepath.Join(abandoned, "Default"), other} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	first, remove := newProfile(t)
	second, _ := newProfile(t)
	if first == second || !exists(first) || !exists(second) || !exists(other) || exists(abandoned) {
		t.Errorf("%s: %v, %s: %v, other: %v, abandoned: %v", first, exists(first), second, exists(second), exists(other), exists(abandoned))
	}
	if err := remove(); err != nil || exists(first) {
		t.Errorf("removed: %v", err)
	}
}

// What a killed browser leaves behind is in its profile.
func TestTemporaryFiles(t *testing.T) {
	profile, _ := newProfile(t)
	b := start(t, Config{Profile: profile})
	if _, err := b.NewPage(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.Kill()
	if left, err := os.ReadDir(filepath.Join(profile, "t")); err != nil || len(left) == 0 {
		t.Errorf("none there: %v", err)
	}
}
