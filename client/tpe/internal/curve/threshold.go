package curve

import (
	"fmt"
	"io"
	"math/big"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs"
	"satchel/client/tbs/shamir"
)

// Keys are the keys of a federation on the polynomial a₀ + a₁x + …
type Keys struct {
	Commitment [][48]byte // a₀·g₁, which is the public key, a₁·g₁, …
	Public     [][48]byte // of each guardian
	Secret     [][32]byte // of each guardian
}

// Deal makes keys of what it reads from random, 64 bytes for each of threshold
// coefficients.
func Deal(random io.Reader, n, threshold int) (Keys, error) {
	polynomial, err := shamir.Draw(random, n, threshold)
	if err != nil {
		return Keys{}, err
	}
	var keys Keys
	for i := range polynomial {
		keys.Commitment = append(keys.Commitment, Public(&polynomial[i]))
	}
	for j := range n {
		share := polynomial.Share(j)
		keys.Public = append(keys.Public, Public(share))
		keys.Secret = append(keys.Secret, SecretBytes(share))
	}
	return keys, nil
}

// Share returns a guardian's share of a decryption key: the ephemeral key times
// his secret.
func Share(secret [32]byte, ephemeral [48]byte) ([48]byte, error) {
	key, err := ParseG1("ephemeral key", ephemeral)
	if err != nil {
		return [48]byte{}, err
	}
	k, err := ParseSecret("secret key share", secret)
	if err != nil {
		return [48]byte{}, err
	}
	return TimesG1(k, key), nil
}

// Aggregate joins exactly threshold shares of a decryption key, keyed by
// guardian. It wraps tbs.ErrShareCount, or returns a *tbs.ShareError.
func Aggregate(threshold int, shares map[uint16][48]byte) ([48]byte, error) {
	if threshold < 1 || len(shares) != threshold {
		return [48]byte{}, fmt.Errorf("%w: %d, the threshold is %d", tbs.ErrShareCount, len(shares), threshold)
	}
	guardians := shamir.Guardians(shares)
	coefficients, common := shamir.Lagrange(guardians)
	order := new(big.Int).SetBytes(bls12381.Order())
	inverse := new(big.Int).ModInverse(common, order)
	var sum bls12381.G1
	sum.SetIdentity()
	for i, guardian := range guardians {
		share, err := ParseG1("share of a decryption key", shares[guardian])
		if err != nil {
			return [48]byte{}, &tbs.ShareError{Guardian: guardian, Err: err}
		}
		n := new(big.Int).Mul(coefficients[i], inverse)
		var factor bls12381.Scalar
		factor.SetBytes(n.Mod(n, order).Bytes())
		share.ScalarMult(&factor, share)
		sum.Add(&sum, share)
	}
	return [48]byte(sum.BytesCompressed()), nil
}
