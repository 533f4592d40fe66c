package tbs

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// TestWorkOfAPayment counts what six notes of two denominations cost, from the
// request to the wallet, when nobody lies.
func TestWorkOfAPayment(t *testing.T) {
	const notes = 6
	scheme, counter := V1(), new(Counter)
	scheme.Batch.Counter = counter
	random := rand.NewChaCha8([32]byte{})
	keys := []KeyBytes{must(scheme.Deal(random, 4, 3)), must(scheme.Deal(random, 4, 3))}
	var issued []SignedNote
	for i := range byte(notes) {
		nonce, k, deal := [33]byte{2, i}, testKey(i).Bytes(), keys[i%2]
		blinded := must(scheme.Blind(nonce, k))
		shares := make(map[uint16][48]byte)
		for j := range uint16(3) {
			share := Sign(must(ParseBlindedMessage(blinded)), must(ParseSecretKeyShare(deal.Secret[j])))
			shares[j] = share.Bytes()
		}
		issued = append(issued, SignedNote{nonce, must(scheme.Combine(3, shares, k)), deal.Aggregate})
	}
	if bad := must(scheme.VerifyNotes(issued)); bad != nil {
		t.Fatalf("bad notes %v", bad)
	}
	want := Counts{
		Hashes: notes, Points: 3*notes + notes, Keys: 2, Multiplications: 2 * notes,
		Weights: 2 * (notes - 1), MillerLoops: 3, FinalExponentiations: 1,
	}
	if got := counter.Total(); got != want {
		t.Errorf("%d notes cost %+v, want %+v", notes, got, want)
	}
	must(scheme.VerifyNotes(issued))
	if got := counter.Total(); got.Keys != want.Keys || got.Hashes != want.Hashes {
		t.Errorf("once more: %d keys, %d hashes, want %d, %d", got.Keys, got.Hashes, want.Keys, want.Hashes)
	}
}

func TestMemoIsBounded(t *testing.T) {
	var m memo[int, int]
	calls := 0
	square := func(n int) int {
		return must(m.get(n, func() (int, error) { calls++; return n * n, nil }))
	}
	for n := range 3 * memoSize {
		if square(n) != n*n || square(n) != n*n {
			t.Fatalf("square of %d", n)
		}
		if len(m.values) > memoSize {
			t.Fatalf("%d values are remembered", len(m.values))
		}
	}
	if calls != 3*memoSize {
		t.Errorf("%d calls, want %d", calls, 3*memoSize)
	}
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	scheme := V2()
	scheme.Batch.Counter = new(Counter)
	keys := must(scheme.Deal(rand.NewChaCha8([32]byte{}), 1, 1))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			nonce, k := [33]byte{3}, testKey(1).Bytes()
			share := must(scheme.Sign(must(scheme.Blind(nonce, k)), keys.Secret[0]))
			signature := must(scheme.Combine(1, map[uint16][48]byte{0: share}, k))
			if bad := must(scheme.VerifyNotes([]SignedNote{{nonce, signature, keys.Aggregate}})); bad != nil {
				t.Errorf("bad notes %v", bad)
			}
		})
	}
	group.Wait()
}
