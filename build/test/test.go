// Package test is the verb that runs all tests: Go's natively, under Node and in
// Chromium, and the page's. What it needs and can get, it gets.
package test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"satchel/build/browser/devtools"
	"satchel/build/npm"
	"satchel/build/wasm"
)

// A step is one command, or what one function does.
type step struct {
	name string
	run  func(context.Context, io.Writer) error
}

// inBrowser are packages whose tests start Chromium, or take every core for
// minutes: they run one after the other.
var inBrowser = []string{"satchel/build/bench", "satchel/build/browser", "satchel/build/kill", "satchel/build/official", "satchel/build/page", "satchel/wasm/idb"}

// Verb is go run ./build test. It fails when anything does, after having run
// everything that could be run.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		return fmt.Errorf("test: takes no arguments, not %q", args)
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
		{"Go tests", func(ctx context.Context, out io.Writer) error { return goTests(ctx, out, false) }},
		{"Go tests under Node", node},
		{"Go tests inside Chromium", insideChromium},
		{"tests that drive Chromium", func(ctx context.Context, out io.Writer) error { return goTests(ctx, out, true) }},
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

// goTests runs the native tests of the packages that drive a browser, or of all
// others.
func goTests(ctx context.Context, out io.Writer, browser bool) error {
	listed, err := exec.CommandContext(ctx, "go", "list", "./...").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	args := []string{"test", "-timeout=40m"}
	if browser {
		args = append(args, "-p=1", "-v", "-run=^Test")
	}
	for _, pkg := range strings.Fields(string(listed)) {
		if drives(pkg) == browser {
			args = append(args, pkg)
		}
	}
	return command(ctx, out, nil, "go", args...)
}

func drives(pkg string) bool {
	for _, b := range inBrowser {
		if pkg == b || strings.HasPrefix(pkg, b+"/") {
			return true
		}
	}
	return false
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
	exec := "-exec=" + filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "go_js_wasm_exec")
	lean, err := os.MkdirTemp("", "lean")
	if err != nil {
		return err
	}
	defer os.RemoveAll(lean)
	flags, err := wasm.LeanFlags(ctx, lean)
	if err != nil {
		return err
	}
	leanTest := append([]string{"test", exec, "-run=Schnorr|Sign|Vectors"}, flags...)
	return errors.Join(
		command(ctx, out, js, "go", "test", exec, "./fsm", "-args", "-seeds=20"),
		command(ctx, out, js, "go", "test", exec, "./fsm/kv"),
		command(ctx, out, js, "go", "test", exec, "-run=Vectors|Flow|Hash", "./client/tbs", "./client/secret"),
		command(ctx, out, js, "go", append(leanTest, "./client/wire")...))
}

func insideChromium(ctx context.Context, out io.Writer) error {
	return command(ctx, out, nil, "go", "run", "./build", "browsertest", "./wasm/idb", "./wasm/socket")
}

func command(ctx context.Context, out io.Writer, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	fmt.Fprintf(out, "%s%s %s\n", strings.Join(append(env, ""), " "), name, strings.Join(args, " "))
	return cmd.Run()
}
