package mintv2

import (
	"sort"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
)

// How the wallet keeps its notes.
const (
	// target is how many notes of each denomination the wallet wants to have.
	target = 3

	// Of a denomination of which there are more than crowded notes, all beyond
	// target are taken along with the next transaction, at most consolidated of
	// them: a transaction must not become too large.
	crowded      = 6
	consolidated = 20
)

// Balance implements [notes.Generation] as the reference does, but that it counts
// the fees of all notes that are spent: it pays what is missing, first with notes
// of which there are many; breaks great notes, so that there are some of each
// denomination; and makes change of what is left.
func (m *Mint) Balance(held []notes.Note, in, out wire.Amount, alone bool) (b notes.Balancing, err error) {
	b.Spend, err = m.fund(held, out-min(in, out), alone)
	if err != nil {
		return b, err
	}
	for _, n := range b.Spend {
		if in, err = in.Add(n.Amount); err != nil {
			return b, err
		}
		if out, err = out.Add(m.fees.Fee(n.Amount)); err != nil {
			return b, err
		}
	}
	rest := notes.Without(held, b.Spend)
	great := rest
	if alone {
		great = nil
	}
	broken, made, left := m.rebalance(notes.CountsOf(rest), great, in-out)
	b.Spend = append(b.Spend, broken...)
	change := notes.Represent(left, nil, m.tiers, 0, m.fees)
	b.Make = append(made, change.Ascending(m.tiers)...)
	sort.Slice(b.Make, func(i, j int) bool { return b.Make[i] < b.Make[j] })
	b.Spend = notes.Sorted(b.Spend)
	return b, nil
}

// net is what a note is worth after the fee for spending it.
func (m *Mint) net(n notes.Note) wire.Amount {
	return n.Amount - min(n.Amount, m.fees.Fee(n.Amount))
}

// fund chooses notes that are worth at least missing msat after fees.
func (m *Mint) fund(held []notes.Note, missing wire.Amount, alone bool) (chosen []notes.Note, err error) {
	var wanted, spare []notes.Note // both by descending amount
	counts := notes.CountsOf(held)
	kept, taken, sum := notes.Counts{}, 0, wire.Amount(0)
	for _, n := range held {
		switch {
		case m.net(n) == 0:
			continue
		case kept[n.Amount] < target:
			kept[n.Amount]++
			wanted = append(wanted, n)
		case counts[n.Amount] > crowded && taken < consolidated && !alone:
			taken++
			chosen, sum = append(chosen, n), sum+m.net(n)
		default:
			spare = append(spare, n)
		}
	}
	for _, n := range append(spare, wanted...) {
		if sum >= missing {
			return chosen, nil
		}
		chosen, sum = append(chosen, n), sum+m.net(n)
	}
	if sum < missing {
		return nil, &client.InsufficientError{Have: sum, Need: missing}
	}
	return chosen, nil
}

// rebalance makes up for what is wanting of each denomination, smallest first, out
// of excess msat and of great notes that it breaks, each of which is thought of
// once. counts are the notes that there will be. It returns what is left of
// excess.
func (m *Mint) rebalance(counts notes.Counts, great []notes.Note, excess wire.Amount) (broken []notes.Note, made []wire.Amount, left wire.Amount) {
	for _, tier := range m.tiers {
		cost := tier + m.fees.Fee(tier)
		for wanting := target - counts[tier]; wanting > 0; wanting-- {
			if excess < cost {
				if len(great) == 0 {
					break
				}
				n := great[0]
				great = great[1:]
				if m.net(n) <= cost {
					break
				}
				broken, excess = append(broken, n), excess+m.net(n)
			}
			made, excess = append(made, tier), excess-cost
		}
	}
	return broken, made, excess
}
