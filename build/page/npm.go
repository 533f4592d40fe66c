package page

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Install makes node_modules of the repository in root what package-lock.json
// says, with npm, if it is not. What npm has to say goes to out.
func Install(ctx context.Context, root string, out io.Writer) error {
	fresh, err := installed(root)
	if err != nil || fresh {
		return err
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return errors.New("page: the page is made of packages of npm, and npm is not installed. It comes with Node.js, version 20.19 or newer")
	}
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("page: npm ci: %w", err)
	}
	return nil
}

// installed reports whether node_modules has every package of the lock file in
// its version.
func installed(root string) (bool, error) {
	text, err := os.ReadFile(filepath.Join(root, "package-lock.json"))
	if err != nil {
		return false, err
	}
	var lock struct {
		Packages map[string]struct {
			Version  string
			Optional bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return false, fmt.Errorf("page: package-lock.json: %w", err)
	}
	for folder, wanted := range lock.Packages {
		if folder == "" {
			continue // the repository itself
		}
		version, err := versionIn(filepath.Join(root, filepath.FromSlash(folder)))
		missing := errors.Is(err, os.ErrNotExist)
		switch {
		case missing && wanted.Optional:
		case missing, err == nil && version != wanted.Version:
			return false, nil
		case err != nil:
			return false, err
		}
	}
	return true, nil
}

// versionIn returns the version of the package in a folder.
func versionIn(folder string) (string, error) {
	text, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return "", err
	}
	var about struct{ Version string }
	err = json.Unmarshal(text, &about)
	return about.Version, err
}
