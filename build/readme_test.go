//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The README shows every machine as it is declared: the tests of its package
// compare the files with the declarations.
func TestReadmeShowsTheMachines(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, folder := range []string{"../client/testdata", "../client/ecash/testdata", "../client/lnv2/testdata"} {
		found, err := filepath.Glob(filepath.Join(folder, "*.mmd"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no diagrams in %s (%v)", folder, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		diagram, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(readme), "```mermaid\n"+string(diagram)+"```") {
			t.Errorf("README.md does not show %s", file)
		}
	}
}
