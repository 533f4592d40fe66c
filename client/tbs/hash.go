package tbs

import (
	"crypto/sha256"
	"crypto/sha3"
	"math/big"

	"github.com/cloudflare/circl/ecc/bls12381/ff"

	"satchel/client/tbs/draw"
)

const (
	tagV1 = "TBS_BLS12-381_"
	tagV2 = "FEDIMINT_TBS_BLS12_381_MESSAGE"
)

// HashV1 hashes the nonce of a note of the first mint module to G1.
func HashV1(nonce []byte) Message { return pointV1(nonce).message() }

// HashV2 hashes the nonce of a note of the second mint module to G1.
func HashV2(nonce []byte) Message { return pointV2(nonce).message() }

func pointV1(nonce []byte) affine { return hashToG1(sha3.Sum256(append([]byte(tagV1), nonce...))) }
func pointV2(nonce []byte) affine { return hashToG1(sha256.Sum256(append([]byte(tagV2), nonce...))) }

// hashToG1 draws points from the stream of a seed until one is good; two
// attempts are needed on average.
func hashToG1(seed [32]byte) affine {
	stream := draw.New(seed)
	for {
		x, odd := stream.Field(), stream.Odd()
		var y ff.Fp
		if !curvePoint(&x, &y) {
			continue
		}
		if odd {
			y.Neg()
		}
		if p, ok := clearCofactor(&x, &y); ok {
			return p
		}
	}
}

// curvePoint sets y so that (x, y) is on the curve y² = x³ + 4, if x allows.
func curvePoint(x, y *ff.Fp) bool {
	var square, four ff.Fp
	four.SetUint64(4)
	square.Sqr(x)
	square.Mul(&square, x)
	square.Add(&square, &four)
	return root(y, &square)
}

// root sets y to the power (p+1)/4 of x, which is a square root of x if it has
// one. circl takes a fifth longer for that.
func root(y, x *ff.Fp) bool {
	var powers [16]ff.Fp
	powers[0].SetOne()
	for i := 1; i < len(powers); i++ {
		powers[i].Mul(&powers[i-1], x)
	}
	y.SetOne()
	for _, b := range rootExponent {
		for _, digit := range [2]byte{b >> 4, b & 15} {
			for range 4 {
				y.Sqr(y)
			}
			if digit != 0 {
				y.Mul(y, &powers[digit])
			}
		}
	}
	var square ff.Fp
	square.Sqr(y)
	return square.IsEqual(x) == 1
}

var rootExponent = new(big.Int).Rsh(new(big.Int).Add(fieldOrder, big.NewInt(1)), 2).Bytes()

// cofactor is 1−z, z the parameter of the curve: it brings every point of the
// curve into the subgroup of order r.
const cofactor uint64 = 0xd201000000010001

// clearCofactor returns cofactor·(x, y), or false if that is the identity.
func clearCofactor(x, y *ff.Fp) (p affine, ok bool) {
	start := affine{*x, *y}
	acc := start.jacobian()
	for bit := 62; bit >= 0; bit-- {
		acc.double()
		if cofactor>>bit&1 == 1 {
			acc.addAffine(&start)
		}
	}
	if acc.z.IsZero() == 1 {
		return p, false
	}
	return acc.affine(), true
}
