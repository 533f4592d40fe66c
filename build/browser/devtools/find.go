//go:build unix

package devtools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Variable names the environment variable with the path of the browser to use.
const Variable = "SATCHEL_CHROMIUM"

// ErrMissing reports that there is no Chromium, and says how to get it.
var ErrMissing = errors.New("no Chromium here: install it (Debian and Ubuntu: apt-get install chromium) " +
	"or set " + Variable + " to the path of a Chromium or Chrome")

// Find returns the path of the browser: what the environment variable
// SATCHEL_CHROMIUM names, else the first of Chromium and Chrome in the PATH.
// Otherwise it fails with [ErrMissing].
func Find() (string, error) {
	if path := os.Getenv(Variable); path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("%s=%q: %w", Variable, path, err)
		}
		return found, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}

// Install installs Debian's package chromium and returns its path. What apt-get
// says goes to log. Without apt-get, or when the program does not run as root,
// it changes nothing and fails with [ErrMissing].
func Install(ctx context.Context, log io.Writer) (string, error) {
	apt, err := exec.LookPath("apt-get")
	if err != nil || os.Geteuid() != 0 {
		return "", ErrMissing
	}
	for _, args := range [][]string{
		{"update"},
		{"install", "--yes", "--no-install-recommends", "chromium"},
	} {
		cmd := exec.CommandContext(ctx, apt, args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("%w; apt-get %s: %w", ErrMissing, args[0], err)
		}
	}
	return Find()
}
