package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"satchel/build/npm"
	"satchel/build/verb"
	"satchel/build/wasm"
)

// Budget is how many bytes a browser may have to load, after brotli, before the
// page shows something.
const Budget = 100_000

// ErrOverBudget reports that the page is larger than it may be.
var ErrOverBudget = errors.New("page: over budget")

// Verb is "build page [-o folder]": it builds the wallet and its page for a
// release into a folder, by default dist, and prints the sizes and what a host has
// to do. It fails with [ErrOverBudget] when the page is larger than [Budget].
func Verb(ctx context.Context, args []string, out io.Writer) error {
	flags := verb.Flags("page [flags]", fmt.Sprintf(`
Builds the wallet and its page for a release, and prints how large the files are
as they are and after brotli. The page may show something after at most %d bytes.`, Budget))
	to := flags.String("o", "dist", "`folder` to write to; the page is in its folder page")
	if err := verb.Parse(flags, args, 0, out); err != nil {
		return err
	}
	root, err := Root(ctx)
	if err != nil {
		return err
	}
	if err := npm.Ready(ctx, root, out); err != nil {
		return err
	}
	program, err := wasm.Build(ctx, "satchel/wasm", *to)
	if err != nil {
		return err
	}
	folder := filepath.Join(*to, "page")
	b, err := Build(ctx, Options{Root: root, Out: folder, Program: program, Release: true})
	if err != nil {
		return err
	}
	for _, f := range b.Files {
		fmt.Fprintf(out, "%9d %9d  %s\n", f.Raw, f.Sent, f.Name)
	}
	fmt.Fprintf(out, "build %s: first paint after %d bytes, %.0f %% of the budget of %d\n",
		b.Build, b.FirstPaint, 100*float64(b.FirstPaint)/Budget, Budget)
	fmt.Fprintf(out, "serve %s with the headers that its file %s names: the page's own policy does not reach its workers\n", folder, headersName)
	if b.FirstPaint > Budget {
		return fmt.Errorf("%w: first paint needs %d bytes, allowed are %d", ErrOverBudget, b.FirstPaint, Budget)
	}
	return nil
}
