package client_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// clocks are the functions of package time that look at the wall clock.
var clocks = []string{"Now", "Since", "Until"}

// What the client and its machines know of the time, they are told: tests and
// pages set that clock. There is one place where it comes from by default.
func TestClockIsGiven(t *testing.T) {
	found := map[string]int{}
	for _, dir := range []string{".", "mint", "mintv2", "ecash", "lnv2", "lightning", "dummy", "meta"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources in %s: %v", dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, at := range looksAtClock(t, file) {
				found[at]++
			}
		}
	}
	if len(found) != 1 || found["client.go: s.Now = time.Now"] != 1 {
		t.Errorf("the wall clock is read at %v", found)
	}
}

// looksAtClock returns the lines of a file that name a clock.
func looksAtClock(t *testing.T, file string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range parsed.Imports {
		if i.Path.Value == `"time"` && i.Name != nil {
			t.Errorf("%s imports time as %s", file, i.Name.Name)
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(clocks, s.Sel.Name) {
			return true
		}
		if of, ok := s.X.(*ast.Ident); ok && of.Name == "time" {
			line := strings.Split(string(text), "\n")[set.Position(s.Pos()).Line-1]
			lines = append(lines, file+": "+strings.TrimSpace(line))
		}
		return true
	})
	return lines
}
