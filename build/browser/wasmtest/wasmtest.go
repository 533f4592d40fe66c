//go:build unix

// Package wasmtest runs Go tests inside Chromium.
//
//	go run ./build browsertest [-page] [flags and packages of go test]
//
// is "go test" for packages that need a browser. A test runs in a dedicated
// worker, as the wallet does, or with -page in a page, in a fresh profile, on a
// loopback origin. What it prints is streamed, and its exit code is kept.
//
// There are no files: every path is one that does not exist. The program gets
// the environment variables whose names begin with SATCHEL_, besides GODEBUG and
// GOTRACEBACK. SATCHEL_ECHO is the URL of a WebSocket that sends every message
// back. An exception that nobody catches ends the run.
package wasmtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"satchel/build/browser/devtools"
	"satchel/build/verb"
)

// Verb runs go test with the arguments, and this very program as the one that
// runs the test binaries: it must call [Exec] for the verb "browserexec". It
// returns a [Failed] when go test fails.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	flags := verb.Flags("browsertest [-page] [flags and packages of go test]", `
Runs Go tests inside Chromium, in a worker: go test for packages that need a
browser. Flags of go test are told by go help testflag.`)
	inPage := flags.Bool("page", false, "run them in a page, not in a worker; before those of go test")
	own := 0
	for own < len(args) && slices.Contains([]string{"-page", "--page", "-h", "-help", "--help"}, args[own]) {
		own++
	}
	if err := verb.Parse(flags, args[:own], 0, out); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	runner := "'" + self + "' browserexec"
	if *inPage {
		runner += " -page"
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-exec", runner}, args[own:]...)...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	err = cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.Exited() {
		return Failed(ended.ExitCode())
	}
	return err
}

// A Failed is the exit code, not 0, of a program that has said why itself.
type Failed int

func (f Failed) Error() string { return fmt.Sprintf("wasmtest: exit code %d", int(f)) }

// Exec runs one test binary: the arguments are its path and its own arguments,
// and before them maybe -page. It returns a [Failed] when the program does, and
// another error when the program could not be run to its end.
func Exec(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	defer stop()
	where := ""
	if len(args) > 0 && args[0] == "-page" {
		where, args = "#page", args[1:]
	}
	if len(args) == 0 {
		return errors.New("wasmtest: no test binary given")
	}
	// go test would learn from this file which files the test read.
	own := slices.DeleteFunc(slices.Clone(args[1:]), func(a string) bool {
		return strings.HasPrefix(a, "-test.testlogfile=")
	})
	ctx, cancel := withTimeout(ctx, own)
	defer cancel()
	url, err := serve(ctx, args[0], own)
	if err != nil {
		return err
	}
	profile, remove, err := devtools.NewProfile()
	if err != nil {
		return err
	}
	defer remove()
	r := &run{stdout: stdout, stderr: stderr, ended: make(chan error, 1)}
	browser, err := devtools.Start(ctx, devtools.Config{Profile: profile, Event: r.event})
	if err != nil {
		return err
	}
	defer browser.Kill()
	if err := r.start(ctx, browser, url+where); err != nil {
		return fmt.Errorf("wasmtest: %s: %w", filepath.Base(args[0]), err)
	}
	select {
	case err = <-r.ended:
	case <-browser.Done():
		err = errors.New("wasmtest: the browser ended")
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return err
}

// grace is what a test has beyond its own timeout to say where it hangs. A
// program that never yields cannot even notice its timeout.
const grace = 20 * time.Second

var errTimeout = errors.New("wasmtest: the test took too long and did not notice")

func withTimeout(ctx context.Context, args []string) (context.Context, context.CancelFunc) {
	for _, a := range args {
		value, ok := strings.CutPrefix(a, "-test.timeout=")
		if d, err := time.ParseDuration(value); ok && err == nil && d > 0 {
			return context.WithTimeoutCause(ctx, d+grace, errTimeout)
		}
	}
	return context.WithCancel(ctx)
}

// A run is one test program in the browser.
type run struct {
	stdout, stderr io.Writer
	ended          chan error
}

func (r *run) start(ctx context.Context, browser *devtools.Browser, url string) error {
	page, err := browser.NewPage(ctx)
	if err != nil {
		return err
	}
	if err := page.Call(ctx, "Runtime.addBinding", map[string]any{"name": "told"}, nil); err != nil {
		return err
	}
	return page.Navigate(ctx, url)
}

func (r *run) end(err error) {
	select {
	case r.ended <- err:
	default: // it has ended already
	}
}

func (r *run) event(t *devtools.Target, method string, params json.RawMessage) {
	switch method {
	case "Runtime.bindingCalled":
		r.told(params)
	case "Runtime.consoleAPICalled":
		var e struct {
			Type string
			Args []devtools.Object
		}
		json.Unmarshal(params, &e)
		fmt.Fprintf(r.stderr, "console.%s: %v\n", e.Type, e.Args)
	case "Runtime.exceptionThrown":
		var e struct{ ExceptionDetails devtools.ExceptionDetails }
		json.Unmarshal(params, &e)
		r.end(fmt.Errorf("wasmtest: %s", e.ExceptionDetails))
	case "Inspector.targetCrashed":
		r.end(fmt.Errorf("wasmtest: the process of the %s crashed", t.Type))
	}
}

// told hears what the page says of the program.
func (r *run) told(params json.RawMessage) {
	var call struct{ Payload string }
	var said struct {
		FD      int
		Text    string // each character is a byte
		Exit    *int
		Failure string
	}
	if err := errors.Join(json.Unmarshal(params, &call), json.Unmarshal([]byte(call.Payload), &said)); err != nil {
		r.end(fmt.Errorf("wasmtest: what the page says: %w", err))
		return
	}
	switch {
	case said.Failure != "":
		r.end(fmt.Errorf("wasmtest: %s", said.Failure))
	case said.Exit != nil && *said.Exit == 0:
		r.end(nil)
	case said.Exit != nil:
		r.end(Failed(*said.Exit))
	default:
		out := r.stdout
		if said.FD == 2 {
			out = r.stderr
		}
		b := make([]byte, 0, len(said.Text))
		for _, c := range said.Text {
			b = append(b, byte(c))
		}
		out.Write(b)
	}
}
