package mint

import (
	"slices"

	"satchel/client/notes"
	"satchel/client/wire"
)

// How the wallet keeps its notes.
const (
	// changeSets is how many notes of each tier change should bring about.
	changeSets = 2

	// A tier with more than crowded notes makes the next transaction take along
	// what is above roomy in each tier, at most consolidated of them.
	crowded      = 8
	roomy        = 4
	consolidated = 20
)

// Balance implements [notes.Generation] as the reference does: it consolidates,
// pays what is missing, and makes change of what is left.
func (m *Mint) Balance(held []notes.Note, in, out wire.Amount, alone bool) (b notes.Balancing, err error) {
	if !alone {
		b.Spend = m.crowd(held)
	}
	if in, out, err = m.charge(b.Spend, in, out); err != nil {
		return b, err
	}
	rest := notes.Without(held, b.Spend)
	if out > in {
		extra, err := notes.AtLeast(slices.Values(rest), out-in, m.keys.Fee)
		if err != nil {
			return b, err
		}
		b.Spend, rest = append(b.Spend, extra...), notes.Without(rest, extra)
		if in, out, err = m.charge(extra, in, out); err != nil {
			return b, err
		}
	}
	b.Make = notes.Represent(in-out, notes.CountsOf(rest), m.worth, changeSets, m.keys.Fee).Ascending(m.worth)
	return b, nil
}

// charge counts notes and their fees.
func (m *Mint) charge(some []notes.Note, in, out wire.Amount) (wire.Amount, wire.Amount, error) {
	for _, n := range some {
		var err error
		if in, err = in.Add(n.Amount); err != nil {
			return 0, 0, err
		}
		if out, err = out.Add(m.keys.Fee.Fee(n.Amount)); err != nil {
			return 0, 0, err
		}
	}
	return in, out, nil
}

// crowd chooses the notes that are taken along because there are too many: when
// a tier is crowded, from every tier what is above roomy, smallest tiers first.
func (m *Mint) crowd(held []notes.Note) (chosen []notes.Note) {
	byTier := map[wire.Amount][]notes.Note{}
	isCrowded := false
	for _, n := range held {
		byTier[n.Amount] = append(byTier[n.Amount], n)
		isCrowded = isCrowded || len(byTier[n.Amount]) > crowded
	}
	if !isCrowded {
		return nil
	}
	for _, tier := range m.worth {
		some := byTier[tier]
		k := min(len(some)-roomy, consolidated-len(chosen))
		if k > 0 {
			chosen = append(chosen, some[:k]...)
		}
	}
	return chosen
}
