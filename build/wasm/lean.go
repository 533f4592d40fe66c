package wasm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// What a release leaves out, because a browser would download it for nothing:
//
//   - Of secp256k1: its table of precomputed multiples, which is a quarter of
//     the whole program after brotli, and its adaptor to crypto/ecdsa, which
//     brings every curve of the standard library along. Without the table a
//     multiplication of the generator costs three times as much, a millisecond.
//     The tests of client/wire run against what is left, too.
//   - Of circl: hashing to a curve with anything but SHA-256, which brings BLAKE2
//     and two more SHA-3. The wallet's own hashing is that of client/tbs.
//   - Inlining, where speed does not matter: an eighth of the program.
//   - Which source line an instruction comes from, see dropPositions.
//   - Of the standard library: what [standIns] and [experiments] say.
//   - Tables that the program can write itself, see leaveTables.
//
// The modules are copied for the build, and no file of theirs is changed: some
// are not copied, and one stands in for them.

// uninlined are the compiler's flags. The arithmetic of the curves is ten times
// slower without inlining, and the hashes stretch a seed; everything else,
// math/big included, hardly notices.
var uninlined = []string{
	"-gcflags=all=-l",
	"-gcflags=github.com/cloudflare/circl/ecc/...=",
	"-gcflags=github.com/decred/...=",
	"-gcflags=math/bits=", // inlined into the above
	"-gcflags=crypto/internal/fips140/sha256=",
	"-gcflags=crypto/internal/fips140/sha512=",
}

// LeanFlags returns the flags for go build and go test that make a program lean,
// with further build tags. They refer to files that are written to folder and
// must stay until the build is over.
func LeanFlags(ctx context.Context, folder string, tags ...string) ([]string, error) {
	for _, m := range leanModules {
		if err := m.copy(ctx, m.copied(folder)); err != nil {
			return nil, err
		}
	}
	modfile, err := writeModfile(ctx, folder)
	if err != nil {
		return nil, err
	}
	overlay, err := writeOverlay(ctx, folder)
	if err != nil {
		return nil, err
	}
	tags = append([]string{"tinygo"}, tags...)
	return append([]string{"-modfile=" + modfile, "-tags=" + strings.Join(tags, ","), "-overlay=" + overlay}, uninlined...), nil
}

// copied is where a copy of the module is.
func (m leanModule) copied(folder string) string {
	return filepath.Join(folder, filepath.FromSlash(m.path))
}

// copy copies what a release has of a module.
func (m leanModule) copy(ctx context.Context, to string) error {
	// This downloads the module where it is not there yet.
	listed, err := goCommand(ctx, "list", "-m", "-f", "{{.Version}} {{.Dir}}", m.path)
	if err != nil {
		return err
	}
	version, from, _ := strings.Cut(listed, " ")
	if version != m.version || from == "" {
		return fmt.Errorf("wasm: %s is %s, but what can be left out is known of %s only", m.path, listed, m.version)
	}
	for _, pkg := range m.packages {
		if err := m.copyPackage(pkg, from, to); err != nil {
			return err
		}
	}
	for name, source := range m.instead {
		if err := os.WriteFile(filepath.Join(to, name), []byte(source), 0o644); err != nil {
			return err
		}
	}
	return copyFile("go.mod", from, to)
}

func (m leanModule) copyPackage(pkg, from, to string) error {
	if err := os.MkdirAll(filepath.Join(to, pkg), 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(from, pkg))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(pkg, e.Name())
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || m.without[name] {
			continue
		}
		if err := copyFile(name, from, to); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(name, from, to string) error {
	text, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, name), text, 0o644)
}

// writeModfile writes a go.mod, with its go.sum, that uses the copies. It names
// them as seen from the module that is built: the program will hold these names,
// and should not tell where it was built.
func writeModfile(ctx context.Context, folder string) (modfile string, err error) {
	original, err := goCommand(ctx, "env", "GOMOD")
	if err != nil {
		return "", err
	}
	mod, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	for _, m := range leanModules {
		copied, err := filepath.Abs(m.copied(folder))
		if err != nil {
			return "", err
		}
		seen, err := filepath.Rel(filepath.Dir(original), copied)
		if err != nil {
			return "", err
		}
		mod = fmt.Appendf(mod, "\nreplace %s => ./%s\n", m.path, filepath.ToSlash(seen))
	}
	sums, err := os.ReadFile(strings.TrimSuffix(original, ".mod") + ".sum")
	if err != nil {
		return "", err
	}
	modfile = filepath.Join(folder, "go.mod")
	return modfile, errors.Join(
		os.WriteFile(modfile, mod, 0o644),
		os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o644))
}
