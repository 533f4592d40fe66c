package tbs

import (
	"errors"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

func testKeys(seed byte) Keys { return must(Deal(rand.NewChaCha8([32]byte{seed}), 4, 3)) }

// testKey is a blinding key of full length.
func testKey(n byte) BlindingKey { return must(ParseBlindingKey([32]byte{n, 16: 1, 31: 0x73})) }

// subsets returns all sets of size guardians out of n.
func subsets(n, size int) (all [][]uint16) {
	for mask := range uint(1) << n {
		if bits.OnesCount(mask) != size {
			continue
		}
		var subset []uint16
		for j := range n {
			if mask>>j&1 == 1 {
				subset = append(subset, uint16(j))
			}
		}
		all = append(all, subset)
	}
	return all
}

// TestEverySubsetSigns takes each set of guardians at the threshold of
// fedimint, n − ⌊(n−1)/3⌋, and both ways to the signature.
func TestEverySubsetSigns(t *testing.T) {
	for n := 1; n <= 10; n++ {
		threshold := n - (n-1)/3
		keys := must(Deal(rand.NewChaCha8([32]byte{byte(n)}), n, threshold))
		m, k := HashV2([]byte{byte(n)}), testKey(byte(n))
		shares := make(map[uint16]SignatureShare)
		for j, secret := range keys.Secret {
			shares[uint16(j)] = Sign(Blind(m, k), secret)
		}
		var want [48]byte
		for i, subset := range subsets(n, threshold) {
			some := pick(shares, subset...)
			combined := must(Combine(threshold, some, k))
			if i == 0 {
				want = combined.Bytes()
				if !Verify(m, combined, keys.Aggregate) {
					t.Errorf("%d of %d: the signature does not verify", threshold, n)
				}
			}
			unblinded := Unblind(must(Aggregate(threshold, some)), k)
			if combined.Bytes() != want || unblinded.Bytes() != want {
				t.Errorf("guardians %v of %d: Combine gives %x, Aggregate and Unblind %x, want %x",
					subset, n, combined.Bytes(), unblinded.Bytes(), want)
			}
		}
	}
}

// TestFarGuardians aggregates where the coefficients are no longer small.
func TestFarGuardians(t *testing.T) {
	const threshold = 60
	keys := must(Deal(rand.NewChaCha8([32]byte{}), 3*threshold, threshold))
	m, k := HashV1(nil), testKey(1)
	shares := make(map[uint16]SignatureShare)
	keyShares := make(map[uint16]PublicKeyShare)
	for j := 0; j < 3*threshold; j += 3 {
		shares[uint16(j)] = Sign(Blind(m, k), keys.Secret[j])
		keyShares[uint16(j)] = keys.Public[j]
	}
	if !Verify(m, must(Combine(threshold, shares, k)), keys.Aggregate) {
		t.Error("the signature does not verify")
	}
	if must(AggregateKeys(threshold, keyShares)).Bytes() != keys.Aggregate.Bytes() {
		t.Error("the key shares make another key")
	}
}

func TestShareCounts(t *testing.T) {
	keys, k := testKeys(1), testKey(1)
	shares := make(map[uint16]SignatureShare)
	keyShares := make(map[uint16]PublicKeyShare)
	for j := range uint16(4) {
		shares[j] = Sign(Blind(HashV1(nil), k), keys.Secret[j])
		keyShares[j] = keys.Public[j]
	}
	for _, guardians := range [][]uint16{{}, {0, 1}, {0, 1, 2, 3}} {
		_, aggregate := Aggregate(3, pick(shares, guardians...))
		_, combine := Combine(3, pick(shares, guardians...), k)
		_, aggregateKeys := AggregateKeys(3, pick(keyShares, guardians...))
		for _, err := range []error{aggregate, combine, aggregateKeys} {
			if !errors.Is(err, ErrShareCount) {
				t.Errorf("%d shares: %v", len(guardians), err)
			}
		}
	}
	if _, err := Aggregate(0, nil); !errors.Is(err, ErrShareCount) {
		t.Errorf("threshold zero: %v", err)
	}
}

func TestDealFromRefuses(t *testing.T) {
	for what, coefficients := range map[string][][32]byte{
		"no coefficient":        {},
		"more than guardians":   make([][32]byte, 5),
		"a coefficient too big": {[32]byte(slices.Repeat([]byte{0xff}, 32))},
	} {
		if _, err := DealFrom(coefficients, 4); err == nil {
			t.Errorf("%s: dealt", what)
		}
	}
}

// FuzzHash finds no message without a point: a point outside the subgroup
// would panic.
func FuzzHash(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("nonce"))
	f.Fuzz(func(t *testing.T, nonce []byte) {
		if m := HashV1(nonce); m.Bytes() == HashV2(nonce).Bytes() || m.p.IsIdentity() {
			t.Errorf("nonce %x", nonce)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	for version, hash := range map[string]func([]byte) Message{"v1": HashV1, "v2": HashV2} {
		b.Run(version, func(b *testing.B) {
			nonce := make([]byte, 33)
			for b.Loop() {
				nonce[32]++ // the number of attempts differs from nonce to nonce
				hash(nonce)
			}
		})
	}
}

func BenchmarkNote(b *testing.B) {
	keys, m, k := testKeys(1), HashV1(nil), testKey(1)
	blinded := Blind(m, k)
	shares := make(map[uint16]SignatureShare)
	for _, j := range []uint16{0, 1, 3} { // the coefficients are 8/3, −6/3, 1/3
		shares[j] = Sign(blinded, keys.Secret[j])
	}
	b.Run("Blind", func(b *testing.B) {
		for b.Loop() {
			Blind(m, k)
		}
	})
	b.Run("Sign", func(b *testing.B) {
		for b.Loop() {
			Sign(blinded, keys.Secret[0])
		}
	})
	b.Run("Combine", func(b *testing.B) {
		for b.Loop() {
			must(Combine(3, shares, k))
		}
	})
	b.Run("Aggregate and Unblind", func(b *testing.B) {
		for b.Loop() {
			Unblind(must(Aggregate(3, shares)), k)
		}
	})
	signature := must(Combine(3, shares, k))
	b.Run("Verify", func(b *testing.B) {
		for b.Loop() {
			Verify(m, signature, keys.Aggregate)
		}
	})
}
