package wasm

// A leanModule is a dependency of which a release has a part. Another version
// may need other files, so the version is checked.
type leanModule struct {
	path, version string
	packages      []string          // that are copied, by their folders
	without       map[string]bool   // files that are not
	instead       map[string]string // files that have what is used of these
}

var leanModules = []leanModule{
	{
		path: "github.com/decred/dcrd/dcrec/secp256k1/v4", version: "v4.4.1",
		packages: []string{".", "ecdsa"},
		without: map[string]bool{
			"compressedbytepoints.go": true, // the table
			"loadprecomputed.go":      true, // unpacks it
			"genprecomps.go":          true, // made it
			"ellipticadaptor.go":      true, // crypto/ecdsa
		},
		instead: map[string]string{"lean.go": leanSecp},
	},
	{
		path: "github.com/cloudflare/circl", version: "v1.6.5",
		packages: []string{"ecc/bls12381", "ecc/bls12381/ff", "expander", "internal/conv", "xof"},
		without:  map[string]bool{"xof/xof.go": true}, // BLAKE2, SHAKE and KangarooTwelve
		instead:  map[string]string{"xof/lean.go": leanXOF},
	},
}

// leanSecp goes with the build tag tinygo, which selects the multiplication
// without the table.
const leanSecp = `package secp256k1

import "math/big"

type CurveParams struct{ N, Gx, Gy *big.Int }

var curveParams = CurveParams{
	N:  fromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
	Gx: fromHex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
	Gy: fromHex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
}

func Params() *CurveParams { return &curveParams }

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

// leanXOF is what the expander with SHA-256 does not use of its package.
const leanXOF = `package xof

import "io"

type ID uint

type XOF interface {
	io.Writer
	io.Reader
}

func (ID) New() XOF { panic("xof: internal error: there is none") }
`
