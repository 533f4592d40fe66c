package ecash

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the diagrams anew")

// The diagrams are what the machines declare, those of both generations alike.
func TestDiagrams(t *testing.T) {
	for _, g := range both {
		for _, m := range anyPurse(t, g).Machines() {
			name, ok := strings.CutPrefix(m.Name(), string(g.kind)+"/")
			if !ok {
				t.Errorf("machine %s is not of the %v generation", m.Name(), g)
			}
			checkDiagram(t, filepath.Join("testdata", name+".mmd"), m.Mermaid())
		}
	}
}

func checkDiagram(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is stale, -rewrite writes it anew:\n%s", file, got)
	}
}
