package vectors

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEveryTopicHasEntriesWithKinds(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder(t), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("topics %q, error %v", files, err)
	}
	for _, file := range files {
		topic := filepath.Base(file[:len(file)-len(".json")])
		for _, e := range Load(t, topic) {
			if e.Kind == "" || e.Inputs == nil || e.Expected == nil {
				t.Errorf("%s: entry %q lacks a kind, inputs or an answer", topic, e.Name)
			}
		}
	}
}

func TestLoadFromNamedFolder(t *testing.T) {
	dir := t.TempDir()
	const file = `{"entries":[{"name":"kind/a","inputs":{"n":"7","m":8,"b":"00ff"},"expected":"reject"},{"name":"other","inputs":{},"expected":{}}]}`
	if err := os.WriteFile(filepath.Join(dir, "topic.json"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SATCHEL_VECTORS", dir)
	ran := 0
	Run(t, "topic", map[string]Handler{"kind": func(t *testing.T, e Entry) {
		ran++
		in := Decode[struct {
			N, M Uint
			B    Hex
		}](t, e.Inputs)
		if in.N != 7 || in.M != 8 || string(in.B) != "\x00\xff" || !e.Rejected() {
			t.Errorf("entry %s read as %+v", e.Name, in)
		}
	}}, map[string]string{"other": "client/elsewhere"})
	if ran != 1 {
		t.Errorf("the handler ran %d times, want once", ran)
	}
}

func TestNothingIsPassedOver(t *testing.T) {
	for _, file := range []string{``, `{}`, `{"entries":[]}`, `{"entries":{}}`} {
		if entries, err := parse([]byte(file)); err == nil {
			t.Errorf("%q is read as %v", file, entries)
		}
	}
	entries, err := parse([]byte(`{"entries":[{"name":"a/1"},{"name":"b/1"},{"name":"c/1"},{"name":"c/2"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	handlers := map[string]Handler{"a": func(*testing.T, Entry) {}}
	if kinds := unhandled(entries, handlers, map[string]string{"b": "client/elsewhere"}); len(kinds) != 1 || kinds[0] != "c" {
		t.Errorf("kinds without a handler are %q", kinds)
	}
}
