package client

import (
	"flag"
	"os"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the diagram anew")

// The diagram is what the machine declares.
func TestDiagram(t *testing.T) {
	const file = "testdata/transaction.mmd"
	got := (&Client{}).submission().Mermaid()
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
