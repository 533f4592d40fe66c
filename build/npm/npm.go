// Package npm brings the page's packages, with Node's own package manager.
//
// It knows package-lock.json and node_modules, and nothing of what is in them.
package npm

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// ErrMissing reports that Node or npm is missing or too old, and how to get it.
var ErrMissing = errors.New("Node 20.19 or later with npm is needed; it is in most package managers as nodejs and npm, and on Node's own site")

// The least version of Node that will do.
const major, minor = 20, 19

// stamp remembers what node_modules was made from.
const stamp = ".satchel-lock"

// Ready makes node_modules in the folder root as package-lock.json says, unless
// it is like that already. It writes what npm says to log.
func Ready(ctx context.Context, root string, log io.Writer) error {
	if err := checkNode(ctx); err != nil {
		return err
	}
	lock, err := os.ReadFile(filepath.Join(root, "package-lock.json"))
	if err != nil {
		return err
	}
	want := fmt.Sprintf("%x", sha256.Sum256(lock))
	mark := filepath.Join(root, "node_modules", stamp)
	if have, err := os.ReadFile(mark); err == nil && string(have) == want {
		return nil
	}
	cmd := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund")
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm ci: %w", err)
	}
	return os.WriteFile(mark, []byte(want), 0o644)
}

func checkNode(ctx context.Context) error {
	if _, err := exec.LookPath("npm"); err != nil {
		return ErrMissing
	}
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return ErrMissing
	}
	v := regexp.MustCompile(`^v(\d+)\.(\d+)`).FindSubmatch(out)
	if v == nil {
		return ErrMissing
	}
	a, _ := strconv.Atoi(string(v[1]))
	b, _ := strconv.Atoi(string(v[2]))
	if a < major || a == major && b < minor {
		return fmt.Errorf("%w (this is %s)", ErrMissing, v[0])
	}
	return nil
}
