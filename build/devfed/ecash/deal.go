package ecash

import (
	"crypto/rand"
	"slices"
	"sync"

	"github.com/cloudflare/circl/ecc/bls12381"

	"satchel/client/tbs"
	"satchel/client/wire"
)

// Deal makes keys of the first tiers, 1, 2, 4, … msat, of which a threshold of
// the guardians can sign. Whoever calls it knows them all.
//
// It deals as tbs.DealFrom does, several times faster: most of the start of a
// federation goes by with multiplying the generator of G2, for which it has a
// table.
func Deal(tiers, guardians int) Keys {
	dealt := make([]tbs.KeyBytes, tiers)
	var work sync.WaitGroup
	for i := range tiers {
		work.Go(func() { dealt[i] = dealOne(polynomial(wire.Threshold(guardians)), guardians) })
	}
	work.Wait()
	keys := make(Keys, tiers)
	for i := range tiers {
		keys[1<<i] = dealt[i]
	}
	return keys
}

// polynomial returns so many random coefficients.
func polynomial(threshold int) []bls12381.Scalar {
	coefficients := make([]bls12381.Scalar, threshold)
	for i := range coefficients {
		var draw [64]byte
		rand.Read(draw[:])
		coefficients[i].SetBytes(draw[:])
	}
	return coefficients
}

// dealOne makes the keys of one tier: guardian j has the value at j+1.
func dealOne(polynomial []bls12381.Scalar, guardians int) tbs.KeyBytes {
	keys := tbs.KeyBytes{Aggregate: publicKey(littleEndian(&polynomial[0]))}
	for j := range guardians {
		var x, value bls12381.Scalar
		x.SetUint64(uint64(j) + 1)
		for _, a := range slices.Backward(polynomial) {
			value.Mul(&value, &x)
			value.Add(&value, &a)
		}
		secret := littleEndian(&value)
		keys.Secret = append(keys.Secret, secret)
		keys.Public = append(keys.Public, publicKey(secret))
	}
	return keys
}

func littleEndian(s *bls12381.Scalar) [32]byte {
	b, err := s.MarshalBinary()
	if err != nil {
		panic("ecash: a scalar does not encode: " + err.Error())
	}
	slices.Reverse(b)
	return [32]byte(b)
}

// multiples has d·16ⁱ·g₂ at [i][d].
var multiples = sync.OnceValue(func() *[64][16]bls12381.G2 {
	var table [64][16]bls12381.G2
	base := *bls12381.G2Generator()
	for i := range table {
		table[i][0].SetIdentity()
		for d := 1; d < 16; d++ {
			table[i][d].Add(&table[i][d-1], &base)
		}
		base.Add(&table[i][15], &base)
	}
	return &table
})

// publicKey returns the secret times the generator of G2.
func publicKey(secret [32]byte) [96]byte {
	table := multiples()
	var p bls12381.G2
	p.SetIdentity()
	for i, b := range secret {
		p.Add(&p, &table[2*i][b&15])
		p.Add(&p, &table[2*i+1][b>>4])
	}
	return [96]byte(p.BytesCompressed())
}
