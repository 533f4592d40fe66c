package mint

import (
	"math/rand/v2"
	"testing"

	"satchel/client/notes"
	"satchel/client/wire"
)

// Too many notes of a tier are taken along with the next transaction: only then,
// at most so many, and enough of each tier stay.
func TestConsolidation(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 1))
	m := &Mint{keys: wire.MintConfig{Fee: wire.FeeConsensus{Base: 100}}}
	for tier := wire.Amount(128); tier <= 1<<12; tier *= 2 {
		m.worth = append(m.worth, tier)
	}
	for range 3000 {
		held, most := notes.Counts{}, 1+rnd.IntN(14)
		for _, tier := range m.worth {
			if rnd.IntN(3) > 0 {
				held[tier] = rnd.IntN(most + 1)
			}
		}
		checkConsolidation(t, m, held)
	}
}

func checkConsolidation(t *testing.T, m *Mint, held notes.Counts) {
	t.Helper()
	var some []notes.Note
	for i := len(m.worth) - 1; i >= 0; i-- {
		for range held[m.worth[i]] {
			some = append(some, notes.Note{Amount: m.worth[i]})
		}
	}
	got := notes.CountsOf(m.crowd(some))
	isCrowded, most, taken := false, 0, 0
	for tier, n := range held {
		isCrowded = isCrowded || n > crowded
		most += max(0, n-roomy)
		taken += got[tier]
		if got[tier] > max(0, n-roomy) {
			t.Fatalf("of %v %v are taken along", held, got)
		}
	}
	if want := min(most, consolidated); isCrowded && taken != want || !isCrowded && taken != 0 {
		t.Fatalf("of %v %v are taken along", held, got)
	}
	for i, small := range m.worth {
		for _, great := range m.worth[i+1:] {
			if got[small] < max(0, held[small]-roomy) && got[great] > 0 {
				t.Fatalf("of %v %v are taken along: the smallest come first", held, got)
			}
		}
	}
}
