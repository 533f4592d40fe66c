package wasm

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func run(t *testing.T, args ...string) (folder, out string, err error) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "out")
	var b bytes.Buffer
	err = Verb(context.Background(), append([]string{"-o", folder}, args...), &b)
	return folder, b.String(), err
}

func TestVerb(t *testing.T) {
	folder, out, err := run(t, "./testdata/tiny")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(filepath.Join(folder, "tiny.wasm"))
	if err != nil || !bytes.HasPrefix(program, []byte("\x00asm")) {
		t.Fatalf("not a program: %v", err)
	}
	if here, _ := os.Getwd(); bytes.Contains(program, []byte(here)) {
		t.Error("the program holds a path of this machine")
	}
	glue, err := os.ReadFile(filepath.Join(folder, "wasm_exec.js"))
	if err != nil || !bytes.Contains(glue, []byte("globalThis.Go")) {
		t.Errorf("no wasm_exec.js: %v", err)
	}
	if !regexp.MustCompile(`tiny\.wasm: \d{7} bytes, \d{6} after brotli, \d\d % of the budget of 1400000\n`).MatchString(out) {
		t.Errorf("printed %q", out)
	}
}

func TestVerbRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"."}, "is package wasm satchel/build/wasm, not a program"},
		{[]string{"./testdata/none"}, "go list"},
		{[]string{"./testdata/broken"}, "undefined: nothing"},
		{[]string{"a", "b"}, `no argument "b"`},
		{[]string{"-x"}, "-x"},
	} {
		if _, _, err := run(t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.args, err, c.want)
		}
	}
}

func TestProgramName(t *testing.T) {
	for importPath, want := range map[string]string{
		"satchel/wasm":               "satchel",
		"satchel/wasm/idb/committer": "committer",
		"tiny":                       "tiny",
	} {
		if got := programName(importPath); got != want {
			t.Errorf("%s: %s, want %s", importPath, got, want)
		}
	}
}

func TestBudget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, bytes.Repeat([]byte("money "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	raw, packed, err := Sizes(path)
	if err != nil || raw != 6000 || packed < 10 || packed > 100 {
		t.Fatal(raw, packed, err)
	}
	var out bytes.Buffer
	if err := weigh(path, packed, &out); err != nil {
		t.Error(err)
	}
	if err := weigh(path, packed-1, &out); !errors.Is(err, ErrOverBudget) {
		t.Errorf("over budget: %v", err)
	}
	if err := weigh(path+"x", 0, &out); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
