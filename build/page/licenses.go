package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const licensesName = "licenses.txt"

// licenses returns the licenses of everything that is in the bundle, where
// inputs are the sources that went into it.
func (b *bundler) licenses(inputs []string) ([]byte, error) {
	own, err := os.ReadFile(filepath.Join(b.Root, "LICENSE"))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	writeLicense(&out, "Satchel", string(own))
	packages := map[string]bool{}
	for _, input := range inputs {
		if rest, ok := strings.CutPrefix(input, "node_modules/"); ok {
			packages[packageName(rest)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		folder := filepath.Join(b.Root, "node_modules", filepath.FromSlash(name))
		version, err := versionIn(folder)
		if err != nil {
			return nil, err
		}
		text, err := licenseText(folder)
		if err != nil {
			return nil, err
		}
		writeLicense(&out, name+" "+version, text)
	}
	out.Write(b.goLicenses)
	return out.Bytes(), nil
}

// packageName returns the name of the package that a file in node_modules
// belongs to.
func packageName(file string) string {
	parts := strings.SplitN(file, "/", 3)
	if strings.HasPrefix(parts[0], "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// goLicenses returns the licenses of the Go modules that the wallet's program is
// made of, and of Go.
func goLicenses(ctx context.Context, root string) ([]byte, error) {
	format := `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}` + "\t" + `{{.Dir}}{{end}}{{end}}`
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-f", format, "./wasm")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	list, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("page: go list: %w", err)
	}
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return nil, fmt.Errorf("page: go env: %w", err)
	}
	where, version, _ := strings.Cut(strings.TrimSpace(string(goroot)), "\n")
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	lines = append(lines, "Go "+strings.TrimPrefix(version, "go")+"\t"+where)
	slices.Sort(lines)
	var out bytes.Buffer
	for _, line := range slices.Compact(lines) {
		title, folder, ok := strings.Cut(line, "\t")
		if !ok {
			continue
		}
		text, err := licenseText(folder)
		if err != nil {
			return nil, err
		}
		writeLicense(&out, title, text)
	}
	return out.Bytes(), nil
}

// licenseText returns the license that is in a folder.
func licenseText(folder string) (string, error) {
	for _, name := range []string{"LICENSE", "LICENSE.md", "LICENSE.txt", "LICENSE-MIT", "COPYING"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil {
			return string(text), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", fmt.Errorf("page: %s has no license", filepath.Base(folder))
}

func writeLicense(out *bytes.Buffer, title, text string) {
	fmt.Fprintf(out, "%s\n%s\n\n%s\n\n\n", title, strings.Repeat("=", len(title)), strings.TrimSpace(text))
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
