package tbs

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs/shamir"
)

// ErrShareCount is wrapped when there are not exactly threshold shares: more
// are a choice the caller has to make, fewer would interpolate to garbage.
var ErrShareCount = errors.New("wrong number of shares")

// Aggregate joins exactly threshold shares, keyed by guardian (0, 1, …), to
// the signature of their blinded message. With a threshold of one the share is
// the signature. It checks nothing: see VerifyBlind.
func Aggregate(threshold int, shares map[uint16]SignatureShare) (BlindedSignature, error) {
	sum, denominator, err := interpolate(threshold, shares)
	if err != nil {
		return BlindedSignature{}, err
	}
	denominator.Inv(&denominator)
	return BlindedSignature{g1{multiplyOne(&sum, &denominator)}}, nil
}

// Combine is Aggregate and Unblind in one, for about one full multiplication:
// Lagrange's coefficients are small numbers over a common denominator, which
// joins the blinding key. It checks nothing: see Verify.
func Combine(threshold int, shares map[uint16]SignatureShare, k BlindingKey) (Signature, error) {
	sum, denominator, err := interpolate(threshold, shares)
	if err != nil {
		return Signature{}, err
	}
	denominator.Mul(&denominator, k.s)
	denominator.Inv(&denominator)
	return Signature{g1{multiplyOne(&sum, &denominator)}}, nil
}

// AggregateKeys joins exactly threshold key shares, keyed by guardian, to the
// federation's public key.
func AggregateKeys(threshold int, shares map[uint16]PublicKeyShare) (PublicKey, error) {
	if err := checkCount(threshold, len(shares)); err != nil {
		return PublicKey{}, err
	}
	guardians := shamir.Guardians(shares)
	coefficients, denominator := shamir.Lagrange(guardians)
	inverse := scalarFromBig(denominator)
	inverse.Inv(&inverse)
	var key PublicKey
	key.p.SetIdentity()
	for i, guardian := range guardians {
		factor := scalarFromBig(coefficients[i])
		factor.Mul(&factor, &inverse)
		share := shares[guardian].p
		share.ScalarMult(&factor, &share)
		key.p.Add(&key.p, &share)
	}
	return key, nil
}

func checkCount(threshold, count int) error {
	if threshold < 1 || count != threshold {
		return fmt.Errorf("%w: %d, the threshold is %d", ErrShareCount, count, threshold)
	}
	return nil
}

// interpolate returns denominator·f(0)·b of the shares of b, and denominator.
func interpolate(threshold int, shares map[uint16]SignatureShare) (sum bls12381.G1, denominator bls12381.Scalar, err error) {
	if err := checkCount(threshold, len(shares)); err != nil {
		return sum, denominator, err
	}
	guardians := shamir.Guardians(shares)
	coefficients, common := shamir.Lagrange(guardians)
	points := make([]bls12381.G1, len(guardians))
	factors := make([]integer, len(guardians))
	for i, guardian := range guardians {
		points[i] = shares[guardian].p
		factors[i] = integerFromBig(coefficients[i])
	}
	return multiply(points, factors), scalarFromBig(common), nil
}

var groupOrder = new(big.Int).SetBytes(bls12381.Order())

// integerFromBig returns n itself while it is short, else n mod r, which takes
// points of the group to the same place.
func integerFromBig(n *big.Int) integer {
	if n.BitLen() > 128 {
		n = new(big.Int).Mod(n, groupOrder)
	}
	b := n.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	result := integerFromBytes(b)
	result.negative = n.Sign() < 0
	return result
}

// scalarFromBig returns n mod r.
func scalarFromBig(n *big.Int) (s bls12381.Scalar) {
	s.SetBytes(new(big.Int).Mod(n, groupOrder).Bytes())
	return s
}
