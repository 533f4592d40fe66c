// Package test is the verb that runs all tests: Go's natively, under Node and in
// Chromium, and the page's. What it needs and can get, it gets.
package test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"satchel/build/browser/devtools"
	"satchel/build/npm"
	"satchel/build/verb"
	"satchel/build/wasm"
)

// A step is one command, or what one function does.
type step struct {
	name string
	run  func(context.Context, io.Writer) error
}

// inBrowser are the packages, with those below them, whose tests start Chromium,
// or take every core for minutes: they run one after the other.
var inBrowser = []string{"satchel/build/bench", "satchel/build/browser", "satchel/build/kill", "satchel/build/official", "satchel/build/page", "satchel/wasm/fetch", "satchel/wasm/idb"}

// Verb is go run ./build test. It fails when anything does, after having run
// everything that could be run.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	flags := verb.Flags("test", `
Runs every test, and says at the end what failed: Go's natively, under Node and in
Chromium, and the page's. It takes many minutes. Chromium is found, or installed
where Debian's package manager can; of one package, go test runs the tests alone.`)
	if err := verb.Parse(flags, args, 0, out); err != nil {
		return err
	}
	began := time.Now()
	var failed []string
	for _, s := range steps() {
		fmt.Fprintf(out, "\n== %s\n", s.name)
		if err := s.run(ctx, out); err != nil {
			fmt.Fprintf(out, "FAILED: %s: %v\n", s.name, err)
			failed = append(failed, s.name)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	fmt.Fprintf(out, "\n%d steps in %v\n", len(steps()), time.Since(began).Round(time.Second))
	if len(failed) > 0 {
		return fmt.Errorf("failed: %s", strings.Join(failed, "; "))
	}
	return nil
}

func steps() []step {
	return []step{
		{"Chromium", chromium},
		{"the page's packages", func(ctx context.Context, out io.Writer) error { return npm.Ready(ctx, ".", out) }},
		{"go vet", vet},
		{"the program for the browser, within its budget", func(ctx context.Context, out io.Writer) error {
			return wasm.Verb(ctx, nil, out)
		}},
		{"Go tests", func(ctx context.Context, out io.Writer) error { return goTests(ctx, out, plain) }},
		{"Go tests that start programs", func(ctx context.Context, out io.Writer) error {
			return goTests(ctx, out, starting, "-count=1")
		}},
		{"Go tests under Node", node},
		{"Go tests inside Chromium", insideChromium},
		{"tests that drive Chromium", func(ctx context.Context, out io.Writer) error {
			return goTests(ctx, out, driving, "-count=1", "-p=1", "-v", "-run=^Test")
		}},
	}
}

// chromium looks for a Chromium, and installs Debian's where that is possible.
func chromium(ctx context.Context, out io.Writer) error {
	path, err := devtools.Find()
	if errors.Is(err, devtools.ErrMissing) {
		path, err = devtools.Install(ctx, out)
	}
	if err == nil {
		fmt.Fprintln(out, path)
	}
	return err
}

func vet(ctx context.Context, out io.Writer) error {
	return errors.Join(
		command(ctx, out, nil, "go", "vet", "./..."),
		command(ctx, out, js, "go", "vet", "./client/...", "./fsm/...", "./wasm/..."),
		command(ctx, out, js, "go", "vet", "-tags=announce", "./wasm"),
		command(ctx, out, nil, "go", "vet", "-tags=announce", "./build/rpc"))
}

// A kind says how the native tests of a package are run.
type kind int

const (
	plain    kind = iota
	starting      // others than the test itself: go build, go list, node, tsc …
	driving       // Chromium
)

// goTests runs the native tests of the packages of a kind. Of what a test builds
// or lists by starting another program Go's cache of test results knows nothing:
// such tests need -count=1, or they pass after what they test has changed.
func goTests(ctx context.Context, out io.Writer, k kind, flags ...string) error {
	all, err := packages(ctx)
	if err != nil {
		return err
	}
	args := append([]string{"test", "-timeout=40m"}, flags...)
	return command(ctx, out, nil, "go", append(args, all[k]...)...)
}

// packages returns the packages of the working directory's module by kind.
func packages(ctx context.Context) (map[kind][]string, error) {
	const format = `{{.ImportPath}} {{join .TestImports " "}} {{join .XTestImports " "}}`
	cmd := exec.CommandContext(ctx, "go", "list", "-f", format, "satchel/...")
	cmd.Stderr = os.Stderr
	listed, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[kind][]string{}
	for line := range strings.Lines(string(listed)) {
		words := strings.Fields(line)
		k := kindOf(words[0], words[1:])
		all[k] = append(all[k], words[0])
	}
	return all, nil
}

// kindOf returns the kind of a package whose tests import these others. Those of
// a tool may start programs by way of the tool.
func kindOf(pkg string, imports []string) kind {
	within := func(folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }
	switch {
	case slices.ContainsFunc(inBrowser, within):
		return driving
	case slices.Contains(imports, "os/exec") || within("satchel/build") && !within("satchel/build/devfed"):
		return starting
	}
	return plain
}

// js is the environment in which go builds for the browser.
var js = []string{"GOOS=js", "GOARCH=wasm"}

// node runs what must be the same on every platform under Node, and the
// signatures with the group that a release has.
func node(ctx context.Context, out io.Writer) error {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	onNode := "-exec=" + filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "go_js_wasm_exec")
	lean, err := os.MkdirTemp("", "lean")
	if err != nil {
		return err
	}
	defer os.RemoveAll(lean)
	flags, err := wasm.LeanFlags(ctx, lean)
	if err != nil {
		return err
	}
	leanTest := append([]string{"test", onNode, "-run=Schnorr|Sign|Vectors"}, flags...)
	return errors.Join(
		command(ctx, out, js, "go", "test", onNode, "./fsm", "-args", "-seeds=20"),
		command(ctx, out, js, "go", "test", onNode, "./fsm/kv"),
		someTests(ctx, out, js, "test", onNode, "-run=Vectors|Flow|Hash", "./client/tbs", "./client/secret"),
		someTests(ctx, out, js, append(leanTest, "./client/wire")...))
}

// errNoTests reports that a pattern has come to match no test of a package, to
// which go test says ok.
var errNoTests = errors.New("a package has no tests to run: -run matches none")

// someTests runs a command of go with tests that are chosen by a pattern.
func someTests(ctx context.Context, out io.Writer, env []string, args ...string) error {
	var said bytes.Buffer
	err := command(ctx, io.MultiWriter(out, &said), env, "go", args...)
	if err == nil && strings.Contains(said.String(), "no tests to run") {
		err = errNoTests
	}
	return err
}

func insideChromium(ctx context.Context, out io.Writer) error {
	return command(ctx, out, nil, "go", "run", "./build", "browsertest", "-count=1", "./wasm/idb", "./wasm/socket")
}

func command(ctx context.Context, out io.Writer, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	fmt.Fprintf(out, "%s%s %s\n", strings.Join(append(env, ""), " "), name, strings.Join(args, " "))
	return cmd.Run()
}
