//go:build unix

package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every verb says what it does when asked, and ends well.
func TestHelp(t *testing.T) {
	program := filepath.Join(t.TempDir(), "build")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	asked := 0
	for line := range strings.Lines(usage) {
		if !strings.HasPrefix(line, "\t") {
			continue
		}
		verb := strings.Fields(line)[0]
		var complaint bytes.Buffer
		cmd := exec.Command(program, verb, "-h")
		cmd.Stderr = &complaint
		out, err := cmd.Output()
		if err != nil || complaint.Len() > 0 || !strings.HasPrefix(string(out), "usage: go run ./build "+verb) {
			t.Errorf("%s -h: %v, %s%s", verb, err, out, &complaint)
		}
		asked++
	}
	if asked < 9 {
		t.Errorf("only %d verbs in the usage", asked)
	}
}
