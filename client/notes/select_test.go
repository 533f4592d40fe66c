package notes

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"satchel/client"
	"satchel/client/wire"
)

// fees are the kinds of fees that federations take.
var fees = []wire.FeeConsensus{{}, {Base: 100}, {Base: 100, PartsPerMillion: 1000}}

// powers are the tiers 1 to 2^top msat.
func powers(top int) (tiers []wire.Amount) {
	for i := range top + 1 {
		tiers = append(tiers, 1<<i)
	}
	return tiers
}

// randomCounts is a wallet of up to most notes of each of some tiers.
func randomCounts(rnd *rand.Rand, tiers []wire.Amount, most int) Counts {
	c := Counts{}
	for _, t := range tiers {
		if rnd.IntN(3) > 0 {
			c[t] = rnd.IntN(most + 1)
		}
	}
	return c
}

func (c Counts) sum() (sum wire.Amount) {
	for t, n := range c {
		sum += t * wire.Amount(n)
	}
	return sum
}

// net is what notes are worth after fees, where they are worth anything.
func (c Counts) net(fee wire.FeeConsensus) (sum wire.Amount) {
	for t, n := range c {
		if t > fee.Fee(t) {
			sum += (t - fee.Fee(t)) * wire.Amount(n)
		}
	}
	return sum
}

func TestSelectionNeverTakesMoreThanNeeded(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		fee := fees[rnd.IntN(len(fees))]
		held := randomCounts(rnd, powers(rnd.IntN(16)), 4)
		checkSelection(t, held, 1+wire.Amount(rnd.Uint64N(uint64(held.sum())*3/2+2)), fee)
	}
}

// checkSelection holds a selection against what there is to select from.
func checkSelection(t *testing.T, held Counts, requested wire.Amount, fee wire.FeeConsensus) {
	t.Helper()
	got, err := AtLeast(wallet(held), requested, fee)
	var poor *client.InsufficientError
	switch {
	case errors.As(err, &poor):
		if held.net(fee) >= requested || poor.Have != held.net(fee) || poor.Need != requested {
			t.Fatalf("%v of %v with fee %v: %v, although it is worth %v", requested, held, fee, err, held.net(fee))
		}
		return
	case err != nil:
		t.Fatal(err)
	}
	chosen := CountsOf(got)
	if chosen.net(fee) < requested {
		t.Fatalf("%v of %v with fee %v: %v is too little", requested, held, fee, chosen)
	}
	for tier, n := range chosen {
		switch {
		case n > held[tier]:
			t.Fatalf("%v of %v: %v is not there", requested, held, chosen)
		case tier <= fee.Fee(tier):
			t.Fatalf("%v of %v with fee %v: %v is not worth spending", requested, held, fee, tier)
		case chosen.net(fee)-(tier-fee.Fee(tier)) >= requested:
			t.Fatalf("%v of %v with fee %v: %v would do without %v", requested, held, fee, chosen, tier)
		}
	}
}

func TestExactAmountIsFoundWheneverThereIsOne(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		held := randomCounts(rnd, powers(rnd.IntN(8)), 3)
		can := sums(held)
		for requested := range held.sum() + 2 {
			if requested == 0 {
				continue
			}
			got, err := Exact(wallet(held), requested)
			if (err == nil) != can[requested] || err == nil && Total(got) != requested {
				t.Fatalf("%v of %v: %v %v, possible: %v", requested, held, CountsOf(got), err, can[requested])
			}
			var poor *client.InsufficientError
			if err != nil && errors.As(err, &poor) != (requested > held.sum()) {
				t.Fatalf("%v of %v: %v", requested, held, err)
			}
		}
	}
}

// sums are all amounts that notes add up to.
func sums(held Counts) map[wire.Amount]bool {
	can := map[wire.Amount]bool{0: true}
	for tier, n := range held {
		for range n {
			for _, a := range keysOf(can) {
				can[a+tier] = true
			}
		}
	}
	return can
}

func keysOf(m map[wire.Amount]bool) (keys []wire.Amount) {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

func TestChangeIsWhatTheAmountPaysFor(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 3))
	for range 20_000 {
		fee := fees[rnd.IntN(len(fees))]
		tiers := powers(rnd.IntN(20))
		checkChange(t, wire.Amount(rnd.Uint64N(1<<rnd.IntN(22))), randomCounts(rnd, tiers, 4), tiers, rnd.IntN(4), fee)
	}
}

// checkChange holds new notes against what they may cost.
func checkChange(t *testing.T, amount wire.Amount, held Counts, tiers []wire.Amount, sets int, fee wire.FeeConsensus) {
	t.Helper()
	got := Represent(amount, held, tiers, sets, fee)
	cost := func(tier wire.Amount) wire.Amount { return tier + fee.Fee(tier) }
	spent := wire.Amount(0)
	for tier, n := range got {
		if !slices.Contains(tiers, tier) || n <= 0 {
			t.Fatalf("%v: %d notes of %v", amount, n, tier)
		}
		spent += cost(tier) * wire.Amount(n)
	}
	if spent > amount {
		t.Fatalf("%v becomes %v, which costs %v", amount, got, spent)
	}
	if rest := amount - spent; len(tiers) > 0 && rest >= cost(tiers[0]) {
		t.Fatalf("%v becomes %v, and %v is left", amount, got, rest)
	}
	// A tier is not filled up while a smaller one wants notes.
	for i, small := range tiers {
		for _, great := range tiers[i+1:] {
			if held[small]+got[small] < sets && got[great] > 0 && amount >= cost(small) {
				t.Fatalf("%v with %v becomes %v: %v is wanted first", amount, held, got, small)
			}
		}
	}
}

func TestExactChangeTakesTheFewestNotes(t *testing.T) {
	tiers := powers(9)
	for amount := range wire.Amount(5000) {
		got := Represent(amount, nil, tiers, 0, wire.FeeConsensus{})
		if got.sum() != amount {
			t.Fatalf("%v becomes %v", amount, got)
		}
		for tier, n := range got {
			if n > 1 && tier != 512 {
				t.Fatalf("%v becomes %v", amount, got)
			}
		}
	}
}

func TestEconomicalTiers(t *testing.T) {
	for _, fee := range fees {
		for _, tier := range powers(56) {
			if got, want := slices.Contains(Economical(powers(56), fee), tier), tier > fee.Fee(tier); got != want {
				t.Errorf("%v with fee %v: %v", tier, fee, got)
			}
		}
	}
}

func FuzzSelection(f *testing.F) {
	f.Add([]byte{1, 0, 3, 2}, uint64(700), uint8(0))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 2, 1, 9}, uint64(900), uint8(1))
	f.Add([]byte{255, 255}, uint64(1)<<63, uint8(2))
	f.Fuzz(func(t *testing.T, notes []byte, requested uint64, fee uint8) {
		if len(notes) > 40 || requested == 0 {
			return
		}
		held := Counts{}
		for i, n := range notes {
			held[1<<i] = int(n % 8)
		}
		checkSelection(t, held, wire.Amount(requested), fees[int(fee)%len(fees)])
	})
}

func FuzzChange(f *testing.F) {
	f.Add(uint64(2000), []byte{0, 1, 2}, uint8(10), uint8(2), uint8(1))
	f.Add(uint64(1)<<40, []byte{}, uint8(56), uint8(2), uint8(2))
	f.Fuzz(func(t *testing.T, amount uint64, notes []byte, top, sets, fee uint8) {
		tiers := powers(int(top) % 57)
		held := Counts{}
		for i, n := range notes {
			if i < len(tiers) {
				held[tiers[i]] = int(n)
			}
		}
		checkChange(t, wire.Amount(amount), held, tiers, int(sets%8), fees[int(fee)%len(fees)])
	})
}
