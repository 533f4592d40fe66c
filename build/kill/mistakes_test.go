package kill

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"satchel/build/page"
)

// A mistake is one in the source of the wallet. A restore that is killed must not
// go well with it.
type mistake struct {
	file, sound, wrong string
}

var mistakes = map[string]mistake{
	"how far the search is is not kept": {
		"client/ecash/restore.go",
		"return wire.AppendUint(wire.AppendUint(b, s.From), s.Next), nil",
		"return wire.AppendUint(wire.AppendUint(b, s.From), s.From), nil",
	},
	"notes are counted twice": {
		"client/ecash/restore.go",
		"append(found, o), end.Found+o.amount()",
		"append(found, o, o), end.Found+2*o.amount()",
	},
}

// plant makes everything that the test builds from now on have the mistake.
func (m mistake) plant(t *testing.T) {
	t.Helper()
	root, err := page.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, m.file)
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.sound); n != 1 {
		t.Fatalf("%s has %d times %q: the mistake must be another one", m.file, n, m.sound)
	}
	folder := t.TempDir()
	wrong, overlay := filepath.Join(folder, "wrong.go"), filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(wrong, []byte(strings.Replace(string(source), m.sound, m.wrong, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": {file: wrong}})
	if err == nil {
		err = os.WriteFile(overlay, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOFLAGS", "-overlay="+overlay)
}
