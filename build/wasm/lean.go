package wasm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// What a release leaves out, because a browser would download it for nothing:
//
//   - Of secp256k1: its table of precomputed multiples, which is a quarter of
//     the whole program after brotli, and its adaptor to crypto/ecdsa, which
//     brings every curve of the standard library along. Without the table a
//     multiplication of the generator costs three times as much, a millisecond.
//     The module is copied without these files for the build; nothing in it is
//     changed. The tests of client/wire run against that copy, too.
//   - Inlining, where speed does not matter: an eighth of the program.

// secpModule is copied without secpWithout. Another version may need other
// files, so this is checked.
const (
	secpModule  = "github.com/decred/dcrd/dcrec/secp256k1/v4"
	secpVersion = "v4.4.1"
)

var secpWithout = map[string]bool{
	"compressedbytepoints.go": true, // the table
	"loadprecomputed.go":      true, // unpacks it
	"genprecomps.go":          true, // made it
	"ellipticadaptor.go":      true, // crypto/ecdsa
}

// secpInstead has what is used of these files outside of them. The build tag
// tinygo selects the multiplication without the table.
const secpInstead = `package secp256k1

import "math/big"

var curveParams = struct{ N, Gx, Gy *big.Int }{
	N:  fromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
	Gx: fromHex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
	Gy: fromHex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
}

func fromHex(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic("secp256k1: internal error: constant is not hex")
	}
	return n
}

func bigAffineToJacobian(x, y *big.Int, result *JacobianPoint) {
	result.X.SetByteSlice(x.Bytes())
	result.Y.SetByteSlice(y.Bytes())
	result.Z.SetInt(1)
}

func s256BytePoints() *[32][256]JacobianPoint {
	panic("secp256k1: internal error: there is no table")
}
`

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
	copied := filepath.Join(folder, "secp256k1")
	if err := copySecp(ctx, copied); err != nil {
		return nil, err
	}
	modfile, err := replaceSecp(ctx, folder, copied)
	if err != nil {
		return nil, err
	}
	tags = append([]string{"tinygo"}, tags...)
	return append([]string{"-modfile=" + modfile, "-tags=" + strings.Join(tags, ",")}, uninlined...), nil
}

func copySecp(ctx context.Context, to string) error {
	// This downloads the module where it is not there yet.
	listed, err := goCommand(ctx, "list", "-m", "-f", "{{.Version}} {{.Dir}}", secpModule)
	if err != nil {
		return err
	}
	version, from, _ := strings.Cut(listed, " ")
	if version != secpVersion || from == "" {
		return fmt.Errorf("wasm: %s is %s, but what can be left out is known of %s only", secpModule, listed, secpVersion)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		source := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !secpWithout[name]
		if e.IsDir() || !source && name != "go.mod" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(to, "lean.go"), []byte(secpInstead), 0o644)
}

// replaceSecp writes a go.mod, with its go.sum, that uses the copy.
func replaceSecp(ctx context.Context, folder, copied string) (modfile string, err error) {
	original, err := goCommand(ctx, "env", "GOMOD")
	if err != nil {
		return "", err
	}
	mod, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	sums, err := os.ReadFile(strings.TrimSuffix(original, ".mod") + ".sum")
	if err != nil {
		return "", err
	}
	absolute, err := filepath.Abs(copied)
	if err != nil {
		return "", err
	}
	modfile = filepath.Join(folder, "go.mod")
	mod = fmt.Appendf(mod, "\nreplace %s => %s\n", secpModule, absolute)
	return modfile, errors.Join(
		os.WriteFile(modfile, mod, 0o644),
		os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o644))
}
