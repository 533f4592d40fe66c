package ecash

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the diagrams anew")

// The diagrams are what the machines declare.
func TestDiagrams(t *testing.T) {
	for _, m := range (&Mint{}).Machines() {
		file := filepath.Join("testdata", strings.ReplaceAll(m.Name(), "/", "-")+".mmd")
		if *rewrite {
			if err := os.WriteFile(file, []byte(m.Mermaid()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Mermaid(); got != string(want) {
			t.Errorf("%s is stale, -rewrite writes it anew:\n%s", file, got)
		}
	}
}
