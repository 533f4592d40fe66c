package tbs

import (
	"crypto/rand"
	"fmt"
	"io"
	"sort"

	"github.com/cloudflare/circl/ecc/bls12381"
)

// A Batch checks many claims as one: with random weights r,
//
//	Π over keys e(Σ rᵢ·baseᵢ, key) = e(Σ rᵢ·pointᵢ, g₂)
//
// which costs one Miller loop per distinct key plus one, and one final
// exponentiation. The zero Batch is ready for use.
type Batch struct {
	// Random gives the weights, 16 bytes each; nil is crypto/rand. It must not
	// be known to whoever made the signatures.
	Random io.Reader
	// Counter, if any, is told what was done.
	Counter *Counter
}

// Verify reports whether all claims hold; no claims do. A set with a false one
// passes with a probability of at most 2⁻¹²⁸. The only error is that of Random.
func (b Batch) Verify(claims []Claim) (bool, error) {
	for i := range claims {
		if claims[i].trivial() {
			return false, nil
		}
	}
	return b.verify(claims)
}

// FindBad returns the places of the claims that do not hold, in ascending
// order: one batch if there are none, otherwise halves of halves.
func (b Batch) FindBad(claims []Claim) ([]int, error) {
	var bad, places []int
	for i := range claims {
		if claims[i].trivial() {
			bad = append(bad, i)
		} else {
			places = append(places, i)
		}
	}
	falses, err := b.search(claims, places, false)
	if err != nil {
		return nil, err
	}
	bad = append(bad, falses...)
	sort.Slice(bad, func(i, j int) bool { return bad[i] < bad[j] })
	return bad, nil
}

// search returns the false ones among the claims at some places; known says
// that there is at least one.
func (b Batch) search(claims []Claim, places []int, known bool) ([]int, error) {
	if !known {
		part := make([]Claim, len(places))
		for i, place := range places {
			part[i] = claims[place]
		}
		if good, err := b.verify(part); good || err != nil {
			return nil, err
		}
	}
	if len(places) == 1 {
		return []int{places[0]}, nil
	}
	middle := len(places) / 2
	left, err := b.search(claims, places[:middle], false)
	if err != nil {
		return nil, err
	}
	right, err := b.search(claims, places[middle:], len(left) == 0)
	if err != nil {
		return nil, err
	}
	return append(left, right...), nil
}

// verify checks claims without an identity in one product of pairings.
func (b Batch) verify(claims []Claim) (bool, error) {
	if len(claims) == 0 {
		return true, nil
	}
	weights, err := b.weights(len(claims))
	if err != nil {
		return false, err
	}
	points := make([]bls12381.G1, len(claims))
	groups := make(map[bls12381.G2][]int)
	for i := range claims {
		points[i] = claims[i].point
		groups[claims[i].key] = append(groups[claims[i].key], i)
	}
	point := multiply(points, weights)
	var bases []*bls12381.G1
	var keys []*bls12381.G2
	for key, members := range groups {
		base := weightedBase(claims, weights, members)
		bases, keys = append(bases, &base), append(keys, &key)
	}
	b.Counter.add(Counts{Weights: 2 * (len(claims) - 1), MillerLoops: len(keys) + 1, FinalExponentiations: 1})
	return pairsCancel(bases, keys, &point), nil
}

// weights draws a weight for each claim, AFTER the claims are fixed. The first
// may be one: only the others have to be hidden from a forger.
func (b Batch) weights(n int) ([]integer, error) {
	random := b.Random
	if random == nil {
		random = rand.Reader
	}
	draws := make([]byte, 16*(n-1))
	if _, err := io.ReadFull(random, draws); err != nil {
		return nil, fmt.Errorf("randomness of a batch: %w", err)
	}
	weights := make([]integer, 1, n)
	weights[0].limbs[0] = 1
	for ; len(draws) > 0; draws = draws[16:] {
		weights = append(weights, integerFromBytes(draws[:16]))
	}
	return weights, nil
}

// weightedBase returns Σ r·base over the members of a group.
func weightedBase(claims []Claim, weights []integer, members []int) bls12381.G1 {
	bases := make([]bls12381.G1, len(members))
	factors := make([]integer, len(members))
	for i, member := range members {
		bases[i], factors[i] = claims[member].base, weights[member]
	}
	return multiply(bases, factors)
}
