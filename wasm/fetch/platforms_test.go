//go:build unix

package fetch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The tests of the browser's twin run twice: under Node, and in a worker of
// Chromium on another origin than the service, so that its rules hold.

func TestUnderNode(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	runner := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "go_js_wasm_exec")
	runTests(t, []string{"GOOS=js", "GOARCH=wasm"}, "go", "test", "-exec="+runner, "-count=1", "-v", "-timeout=5m", ".")
}

func TestInChromium(t *testing.T) {
	runTests(t, nil, "go", "run", "satchel/build", "browsertest", "-count=1", "-v", "-timeout=5m", ".")
}

// runTests runs a command that runs the tests, against a service of this test.
func runTests(t *testing.T, env []string, name string, args ...string) {
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(append(os.Environ(), "SATCHEL_SERVICE="+serviceURL(t)), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, test := range []string{"TestContextEndsRequests", "TestFunctionsAreReleased"} {
		if !strings.Contains(string(out), "--- PASS: "+test) {
			t.Errorf("%s has not run:\n%s", test, out)
		}
	}
	if strings.Contains(string(out), "released function") {
		t.Errorf("JavaScript calls what is released:\n%s", out)
	}
}
