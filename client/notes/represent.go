package notes

import "satchel/client/wire"

// Counts says how many notes of each amount there are, or are wanted.
type Counts map[wire.Amount]int

// CountsOf counts notes.
func CountsOf(some []Note) Counts {
	c := Counts{}
	for _, n := range some {
		c[n.Amount]++
	}
	return c
}

// Represent chooses the amounts of new notes that together cost, with a fee for
// each, at most amount, in msat. First it fills every tier up to sets notes,
// smallest tier first, counting those in have; then it takes the greatest that
// fit. tiers are ascending. What is left is less than the least tier costs.
func Represent(amount wire.Amount, have Counts, tiers []wire.Amount, sets int, fee wire.FeeConsensus) Counts {
	out := Counts{}
	take := func(tier wire.Amount, most uint64) {
		cost, err := tier.Add(fee.Fee(tier))
		if err != nil {
			return
		}
		k := min(uint64(amount/cost), most)
		if k > 0 {
			out[tier] += int(k)
			amount -= cost * wire.Amount(k)
		}
	}
	for _, tier := range tiers {
		take(tier, uint64(max(0, sets-have[tier])))
	}
	for i := len(tiers) - 1; i >= 0; i-- {
		take(tiers[i], uint64(amount))
	}
	return out
}

// Economical returns the tiers of which a note is worth more than it costs to
// spend it.
func Economical(tiers []wire.Amount, fee wire.FeeConsensus) []wire.Amount {
	var worth []wire.Amount
	for _, t := range tiers {
		if t > fee.Fee(t) {
			worth = append(worth, t)
		}
	}
	return worth
}

// Cost returns what notes cost to make, with a fee for each.
func (c Counts) Cost(fee wire.FeeConsensus) (sum wire.Amount, err error) {
	for t, n := range c {
		one, err := t.Add(fee.Fee(t))
		if err != nil {
			return 0, err
		}
		all, err := one.Mul(uint64(n))
		if err != nil {
			return 0, err
		}
		if sum, err = sum.Add(all); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Ascending returns the amounts one by one, smallest first.
func (c Counts) Ascending(tiers []wire.Amount) (amounts []wire.Amount) {
	for _, t := range tiers {
		for range c[t] {
			amounts = append(amounts, t)
		}
	}
	return amounts
}
