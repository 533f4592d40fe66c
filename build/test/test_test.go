package test

import (
	"bytes"
	"io"
	"slices"
	"testing"
)

// Tests that build or list packages by another program are never taken from the
// cache.
func TestPackages(t *testing.T) {
	all, err := packages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for k, some := range map[kind][]string{
		plain:    {"satchel/fsm", "satchel/client/wire", "satchel/wasm/facade"},
		starting: {"satchel/build", "satchel/build/test", "satchel/build/wasm", "satchel/build/devfed", "satchel/wasm/socket"},
		driving:  {"satchel/build/kill", "satchel/build/page", "satchel/build/browser/devtools", "satchel/wasm/fetch", "satchel/wasm/idb"},
	} {
		for _, pkg := range some {
			if !slices.Contains(all[k], pkg) {
				t.Errorf("%s is not of kind %d, which are %v", pkg, k, all[k])
			}
		}
	}
}

func TestSomeTests(t *testing.T) {
	if err := someTests(t.Context(), io.Discard, nil, "test", "-run=TestProgramName", "satchel/build/wasm"); err != nil {
		t.Error(err)
	}
	var out bytes.Buffer
	if err := someTests(t.Context(), &out, nil, "test", "-run=NoSuchTest", "satchel/build/wasm"); err != errNoTests {
		t.Errorf("%v, it said %s", err, &out)
	}
}
