// Package wasm builds Go programs for the browser and weighs what people have
// to download.
//
// It knows the go command and brotli, and nothing of what it builds.
package wasm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"

	"satchel/build/verb"
)

// Budget is how many bytes the wallet's program may have after brotli.
const Budget = 1_400_000

// ErrOverBudget reports that a program is larger than it may be.
var ErrOverBudget = errors.New("wasm: over budget")

// Verb is "build wasm [-o folder] [package]": it builds a main package, by
// default ./wasm, into the folder, by default dist, with the wasm_exec.js of
// the same Go beside it. It prints the sizes and fails with [ErrOverBudget] when
// the program is larger than [Budget].
func Verb(ctx context.Context, args []string, out io.Writer) error {
	flags := verb.Flags("wasm [flags] [package]", fmt.Sprintf(`
Builds the wallet's program for the browser, or another main package, and prints
how large it is; it may have %d bytes after brotli.`, Budget))
	folder := flags.String("o", "dist", "`folder` to write to")
	if err := verb.Parse(flags, args, 1, out); err != nil {
		return err
	}
	pkg := "./wasm"
	if flags.NArg() > 0 {
		pkg = flags.Arg(0)
	}
	program, err := Build(ctx, pkg, *folder)
	if err != nil {
		return err
	}
	return weigh(program, Budget, out)
}

// Build builds a main package into a folder, small and without machine paths,
// together with wasm_exec.js, and with the build tags given. It returns the path
// of the program.
func Build(ctx context.Context, pkg, folder string, tags ...string) (program string, err error) {
	named, err := goCommand(ctx, "list", "-f", "{{.Name}} {{.ImportPath}}", pkg)
	if err != nil {
		return "", err
	}
	importPath, ok := strings.CutPrefix(named, "main ")
	if !ok {
		return "", fmt.Errorf("wasm: %s is package %s, not a program", pkg, named)
	}
	program = filepath.Join(folder, programName(importPath)+".wasm")
	flags, err := LeanFlags(ctx, filepath.Join(folder, "lean"), tags...)
	if err != nil {
		return "", err
	}
	args := append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", program}, flags...)
	if _, err := goCommand(ctx, append(args, pkg)...); err != nil {
		return "", err
	}
	if err := rewrite(program, lean); err != nil {
		return "", err
	}
	glue, err := ExecJS(ctx)
	if err != nil {
		return "", err
	}
	return program, os.WriteFile(filepath.Join(folder, "wasm_exec.js"), glue, 0o644)
}

// lean returns the module in the form in which it is least to download.
func lean(module []byte) ([]byte, error) {
	var start code
	module, err := joinSegments(module, func(memory []byte, first int) (err error) {
		if err := dropPositions(memory); err != nil {
			return err
		}
		start, err = leaveTables(memory, first)
		return err
	})
	if err != nil {
		return nil, err
	}
	return addStart(module, start)
}

// rewrite puts what change makes of a file in its place.
func rewrite(file string, change func([]byte) ([]byte, error)) error {
	before, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	after, err := change(before)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, after, 0o755)
}

// programName is the last part of the import path that says something: that of
// satchel/wasm is satchel.
func programName(importPath string) string {
	return path.Base(strings.TrimSuffix(importPath, "/wasm"))
}

// ExecJS returns wasm_exec.js of the Go that builds: the JavaScript that a
// program for the browser needs. The two must be of the same version.
func ExecJS(ctx context.Context) ([]byte, error) {
	root, err := goCommand(ctx, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
}

// goCommand runs the go command for the browser and returns what it printed.
func goCommand(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOEXPERIMENT="+experiments)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("wasm: go %s: %w\n%s", args[0], err, complaint.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// weigh prints the size of a file and fails when it is over budget.
func weigh(path string, budget int64, out io.Writer) error {
	raw, packed, err := Sizes(path)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d bytes, %d after brotli, %.0f %% of the budget of %d\n",
		path, raw, packed, 100*float64(packed)/float64(budget), budget)
	if packed > budget {
		return fmt.Errorf("%w: %s has %d bytes after brotli, allowed are %d", ErrOverBudget, path, packed, budget)
	}
	return nil
}

// Sizes returns the size of a file in bytes, as it is and after brotli at its
// best (quality 11, window 2^24), as a server would send it.
func Sizes(path string) (raw, packed int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	var count counter
	w := brotli.NewWriterOptions(&count, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	if raw, err = io.Copy(w, f); err == nil {
		err = w.Close()
	}
	return raw, int64(count), err
}

// A counter counts the bytes that are written to it.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
