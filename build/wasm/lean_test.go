package wasm

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLeanFlags(t *testing.T) {
	folder := t.TempDir()
	flags, err := LeanFlags(t.Context(), folder, "more")
	if err != nil {
		t.Fatal(err)
	}
	if want := "-tags=tinygo,more"; flags[1] != want {
		t.Errorf("%s, want %s", flags[1], want)
	}
	mod, err := os.ReadFile(strings.TrimPrefix(flags[0], "-modfile="))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range leanModules {
		if !strings.Contains(string(mod), "\nreplace "+m.path+" => ./") {
			t.Errorf("%s is not replaced by its name relative to the module:\n%s", m.path, mod)
		}
		for name := range m.without {
			if _, err := os.Stat(filepath.Join(m.copied(folder), name)); !os.IsNotExist(err) {
				t.Errorf("%s of %s is not left out: %v", name, m.path, err)
			}
		}
		// What is left is whole.
		if _, err := goCommand(t.Context(), append(append([]string{"vet"}, flags[:2]...), m.path+"/...")...); err != nil {
			t.Error(err)
		}
	}
}

// A program is built with what stands in for files of the standard library.
func TestStandIns(t *testing.T) {
	program, err := Build(t.Context(), "./testdata/deep", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile(program)
	if err != nil || !bytes.Contains(module, []byte("internal/godebug.New")) || bytes.Contains(module, []byte("internal/bisect")) {
		t.Errorf("it has settings, or nobody asks for them: %v", err)
	}
}

func TestLeanModuleOfAnotherVersion(t *testing.T) {
	m := leanModules[0]
	m.version = "v0.0.1"
	if err := m.copy(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "known of v0.0.1 only") {
		t.Errorf("copied another version: %v", err)
	}
}
