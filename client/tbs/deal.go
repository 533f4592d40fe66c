package tbs

import (
	"fmt"
	"io"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs/shamir"
)

// Keys are the keys of one denomination, indexed by guardian.
type Keys struct {
	Aggregate PublicKey
	Public    []PublicKeyShare
	Secret    []SecretKeyShare
}

// Deal makes keys for n guardians, of which any threshold can sign. Whoever
// calls it knows all the secrets: it is for the demo federation and for tests.
// It reads 64 bytes of random for each of threshold coefficients, and the same
// bytes give the same keys.
func Deal(random io.Reader, n, threshold int) (Keys, error) {
	polynomial, err := shamir.Draw(random, n, threshold)
	if err != nil {
		return Keys{}, err
	}
	return evaluate(polynomial, n), nil
}

// DealFrom makes the keys of n guardians on a given polynomial, its
// coefficients (a₀ first, little endian, below r) as many as the threshold.
func DealFrom(coefficients [][32]byte, n int) (Keys, error) {
	if len(coefficients) < 1 || len(coefficients) > n || n > 1<<16 {
		return Keys{}, fmt.Errorf("%d coefficients for %d guardians: want 1 ≤ threshold ≤ n ≤ 65536", len(coefficients), n)
	}
	polynomial := make(shamir.Polynomial, len(coefficients))
	for i, b := range coefficients {
		a, err := parseScalar("coefficient", b)
		if err != nil {
			return Keys{}, err
		}
		polynomial[i].Set(a.s)
	}
	return evaluate(polynomial, n), nil
}

func evaluate(polynomial shamir.Polynomial, n int) Keys {
	keys := Keys{
		Public: make([]PublicKeyShare, n),
		Secret: make([]SecretKeyShare, n),
	}
	keys.Aggregate.p.ScalarMult(&polynomial[0], bls12381.G2Generator())
	for j := range n {
		share := polynomial.Share(j)
		keys.Secret[j] = SecretKeyShare{scalar{share}}
		keys.Public[j].p.ScalarMult(share, bls12381.G2Generator())
	}
	return keys
}
