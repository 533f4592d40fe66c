// Package bench measures the wallet, beside the official client where there is
// something to compare: in one run, against one federation, on one machine.
// Figures of one machine say little; ratios say more.
//
// The measuring is in its benchmarks; go run ./build bench runs them.
package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"satchel/build/npm"
	"satchel/build/verb"
)

// A suite is the arguments of the go command that runs a package's tests.
type suite []string

var suites = []suite{
	{"test", "-run=NONE", "-benchtime=1x", "-timeout=60m", "./build/bench"},
	{"run", "./build", "browsertest", "-run=NONE", "./wasm/idb"},
}

// command runs the suite with one more flag.
func (s suite) command(ctx context.Context, more string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", append(slices.Clone(s), more)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// Verb is go run ./build bench [name]: it runs the benchmarks whose name matches.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	flags := verb.Flags("bench [name]", `
Measures the wallet, beside the official client where there is something to compare:
all benchmarks, or those whose names match a regular expression, in either case.`)
	if err := verb.Parse(flags, args, 1, out); err != nil {
		return err
	}
	if err := npm.Ready(ctx, ".", out); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return measure(ctx, suites, ".", out)
	}
	some, err := matching(ctx, flags.Arg(0))
	if err != nil {
		return err
	}
	return measure(ctx, some, flags.Arg(0), out)
}

func measure(ctx context.Context, suites []suite, match string, out io.Writer) error {
	for _, s := range suites {
		cmd := s.command(ctx, "-bench=(?i)"+match)
		cmd.Stdout = out
		if err := cmd.Run(); err != nil {
			return err
		}
	}
	return nil
}

// matching returns the suites with a benchmark whose name matches; go test says
// PASS where there is none. What follows a slash is for the benchmark itself.
func matching(ctx context.Context, match string) (some []suite, err error) {
	top, _, _ := strings.Cut(match, "/")
	wanted, err := regexp.Compile("(?i)" + top)
	if err != nil {
		return nil, fmt.Errorf("bench: name %q: %w", match, err)
	}
	var all []string
	for _, s := range suites {
		names, err := s.names(ctx)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(names, wanted.MatchString) {
			some = append(some, s)
		}
		all = append(all, names...)
	}
	if some == nil {
		return nil, fmt.Errorf("bench: there is no benchmark %q; there are %s", match, strings.ReplaceAll(strings.Join(all, ", "), "Benchmark", ""))
	}
	return some, nil
}

// names returns the names of the suite's benchmarks.
func (s suite) names(ctx context.Context) (names []string, err error) {
	cmd := s.command(ctx, "-list=^Benchmark")
	listed, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("bench: go %s: %w\n%s", strings.Join(cmd.Args[1:], " "), err, bytes.TrimSpace(listed))
	}
	for line := range strings.Lines(string(listed)) {
		if strings.HasPrefix(line, "Benchmark") { // the rest is go test's own
			names = append(names, strings.TrimSpace(line))
		}
	}
	return names, nil
}
