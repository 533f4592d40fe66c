// Package bench measures the wallet, beside the official client where there is
// something to compare: in one run, against one federation, on one machine.
// Figures of one machine say little; ratios say more.
//
// The measuring is in its benchmarks; go run ./build bench runs them.
package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"

	"satchel/build/npm"
)

// Verb is go run ./build bench [name]: it runs the benchmarks whose name matches.
func Verb(ctx context.Context, args []string, out io.Writer) error {
	match := "."
	switch len(args) {
	case 0:
	case 1:
		match = args[0]
	default:
		return fmt.Errorf("bench: one name, not %q", args)
	}
	if err := npm.Ready(ctx, ".", out); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"test", "-run=NONE", "-bench=(?i)" + match, "-benchtime=1x", "-timeout=60m", "./build/bench"},
		{"run", "./build", "browsertest", "-run=NONE", "-bench=(?i)" + match, "./wasm/idb"},
	} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Stdout, cmd.Stderr = out, os.Stderr
		if err := cmd.Run(); err != nil {
			return err
		}
	}
	return nil
}
