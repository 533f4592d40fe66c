// Package vectors reads the known answers that the tests of client share.
//
// It is imported by tests only. A topic is one JSON file, made with the
// reference crates of fedimint 0.13:
//
//	{"topic": "…", "note": "how to read it", "entries": [{"name": "kind/detail", "inputs": …, "expected": …}]}
//
// The files lie in client/testdata/vectors; the environment variable
// SATCHEL_VECTORS names another folder with files of the same form. Such a
// folder may hold other entries of the same kinds, so a test keys on kinds,
// never on full names or on counts. An entry of a kind that nobody knows, and
// a topic without entries, fail the test: nothing is passed over in silence.
package vectors

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// An Entry is one known answer.
type Entry struct {
	// Name tells the entry from the others of its topic.
	Name string `json:"name"`
	// Kind is the first segment of Name. A test of a topic whose kinds are
	// told by something else (session: the keys that are present) sets it
	// before it calls RunEntries.
	Kind string `json:"-"`
	// Inputs and Expected are undecoded; see Decode.
	Inputs   json.RawMessage `json:"inputs"`
	Expected json.RawMessage `json:"expected"`
}

// Rejected reports whether the answer is that the input is refused, with an
// error of any wording.
func (e Entry) Rejected() bool { return string(e.Expected) == `"reject"` }

// A Handler checks one entry.
type Handler func(t *testing.T, e Entry)

// Load returns the entries of a topic such as "encoding".
func Load(t testing.TB, topic string) []Entry {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder(t), topic+".json"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := parse(data)
	if err != nil {
		t.Fatalf("topic %s: %v", topic, err)
	}
	return entries
}

func parse(data []byte) ([]Entry, error) {
	var file struct{ Entries []Entry }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	if len(file.Entries) == 0 {
		return nil, errors.New("no entries")
	}
	for i := range file.Entries {
		e := &file.Entries[i]
		e.Kind, _, _ = strings.Cut(e.Name, "/")
	}
	return file.Entries, nil
}

// Run runs each entry of a topic as a subtest with the handler of its kind.
// elsewhere names the kinds that another package tests, and which package.
func Run(t *testing.T, topic string, handlers map[string]Handler, elsewhere map[string]string) {
	t.Helper()
	RunEntries(t, Load(t, topic), handlers, elsewhere)
}

// RunEntries is Run for entries that are already loaded.
func RunEntries(t *testing.T, entries []Entry, handlers map[string]Handler, elsewhere map[string]string) {
	t.Helper()
	if kinds := unhandled(entries, handlers, elsewhere); len(kinds) > 0 {
		t.Errorf("no handler for entries of the kinds %q", kinds)
	}
	for _, e := range entries {
		if handler, ok := handlers[e.Kind]; ok {
			t.Run(e.Name, func(t *testing.T) { handler(t, e) })
		}
	}
}

// unhandled returns the kinds that are neither in handlers nor in elsewhere.
func unhandled(entries []Entry, handlers map[string]Handler, elsewhere map[string]string) []string {
	var kinds []string
	for _, e := range entries {
		_, here := handlers[e.Kind]
		_, other := elsewhere[e.Kind]
		if !here && !other && !slices.Contains(kinds, e.Kind) {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

// Decode returns raw, the Inputs or the Expected of an entry, as a T.
func Decode[T any](t testing.TB, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("entry holds %.200s: %v", raw, err)
	}
	return v
}

// Hex is binary data written as hex.
type Hex []byte

// UnmarshalJSON reads a string of hex digits.
func (h *Hex) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	b, err := hex.DecodeString(s)
	*h = b
	return err
}

// Uint is a whole number, written as a decimal string or as a JSON number.
type Uint uint64

// UnmarshalJSON reads either form.
func (u *Uint) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseUint(strings.Trim(string(data), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("whole number %s: %w", data, err)
	}
	*u = Uint(n)
	return nil
}

// folder returns the folder of the topics. Tests run in the folder of their
// package, so the repository's own is found on the way up to go.mod.
func folder(t testing.TB) string {
	if dir := os.Getenv("SATCHEL_VECTORS"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "client", "testdata", "vectors")
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the folder of the test")
		}
		dir = parent
	}
}
