//go:build unix

package wasmtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"satchel/build/browser/devtools"
)

// TestMain lets the test binary stand in for the program that Verb calls.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "browserexec" {
		var failed Failed
		if err := Exec(context.Background(), os.Args[2:], os.Stdout, os.Stderr); errors.As(err, &failed) {
			os.Exit(int(failed))
		} else if err != nil {
			os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// sample builds the tests below testdata.
func sample(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "sample.test")
	cmd := exec.Command("go", "test", "-c", "-o", binary, "./testdata/sample")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

func TestExec(t *testing.T) {
	t.Setenv("SATCHEL_SAMPLE", "passed on")
	binary := sample(t)
	for _, c := range []struct {
		run   string
		more  []string
		code  int
		wants []string // in stdout and stderr
	}{
		{"TestPass", nil, 0, []string{"grüße \xff\x00\n", "PASS\n"}},
		{"TestFail", nil, 1, []string{"this failed", "FAIL\n"}},
		{"TestExit", nil, 7, nil},
		{"TestPanic", nil, 2, []string{"panic: oh no", "goroutine "}},
		{"TestEnvironment", nil, 0, []string{"passed on 0\n"}},
		{"TestWhere", nil, 0, []string{"in a page: false"}},
		{"TestEcho", nil, 0, []string{"--- PASS: TestEcho"}},
		{"TestHang", []string{"-test.timeout=10ms"}, 2, []string{"panic: test timed out after 10ms"}},
		{"TestConsole", nil, 0, []string{"console.log: [said 1]\n"}},
		{"FuzzSeed", []string{"-test.testlogfile=log"}, 0, []string{"--- PASS: FuzzSeed/seed#0"}},
	} {
		var out bytes.Buffer
		args := append([]string{binary, "-test.v", "-test.run=^" + c.run + "$"}, c.more...)
		err := Exec(context.Background(), args, &out, &out)
		var failed Failed
		if errors.As(err, &failed); int(failed) != c.code || (err == nil) != (c.code == 0) {
			t.Errorf("%s: %v, want code %d", c.run, err, c.code)
		}
		for _, want := range c.wants {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: printed %q, want %q", c.run, &out, want)
			}
		}
	}
}

// What is not a failed test is another kind of error.
func TestExecBreaks(t *testing.T) {
	binary := sample(t)
	run := func(ctx context.Context, out io.Writer, args ...string) error {
		err := Exec(ctx, args, out, out)
		var failed Failed
		if errors.As(err, &failed) {
			t.Errorf("%q: the program failed by itself: %v", args, err)
		}
		return err
	}
	ctx := context.Background()
	if err := run(ctx, io.Discard, binary, "-test.run=TestThrow"); err == nil || !strings.Contains(err.Error(), "thrown") {
		t.Errorf("uncaught exception: %v", err)
	}
	if err := run(ctx, io.Discard, "-page"); err == nil {
		t.Error("no binary, no error")
	}
	text := filepath.Join(t.TempDir(), "text")
	os.WriteFile(text, []byte("text"), 0o600)
	if err := run(ctx, io.Discard, text); err == nil || !strings.Contains(err.Error(), "CompileError") {
		t.Errorf("no program: %v", err)
	}
	// The timeout of a program that never yields, brought forward.
	ctx, cancel := context.WithCancelCause(ctx)
	if err := run(ctx, onWrite(func() { cancel(errTimeout) }), binary, "-test.run=TestSpin"); err != errTimeout {
		t.Errorf("busy program: %v", err)
	}
}

type onWrite func()

func (f onWrite) Write(b []byte) (int, error) { f(); return len(b), nil }

func TestTimeout(t *testing.T) {
	for arg, limited := range map[string]bool{"-test.timeout=1m": true, "-test.timeout=0": false, "-test.v=true": false} {
		ctx, cancel := withTimeout(context.Background(), []string{"-test.run=x", arg})
		if _, ok := ctx.Deadline(); ok != limited {
			t.Errorf("%s: limited %v", arg, ok)
		}
		cancel()
	}
}

func TestWithoutChromium(t *testing.T) {
	binary := sample(t)
	t.Setenv(devtools.Variable, filepath.Join(t.TempDir(), "none"))
	if err := Exec(context.Background(), []string{binary}, io.Discard, io.Discard); !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}

// Verb is the whole of it: go test, which calls this program, which calls the
// browser.
func TestVerb(t *testing.T) {
	ctx := context.Background()
	var out bytes.Buffer
	if err := Verb(ctx, []string{"-page", "-run=TestWhere", "./testdata/sample"}, &out); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	// This is not printed: whoever reads the log would take it for a failed test.
	out.Reset()
	if err := Verb(ctx, []string{"-run=TestFail", "./testdata/sample"}, &out); err != Failed(1) || !strings.Contains(out.String(), "this failed") {
		t.Errorf("%v\n%s", err, &out)
	}
}
