package notes

import (
	"errors"
	"iter"

	"satchel/client"
	"satchel/client/wire"
)

// ErrNoExactAmount reports that no notes add up to just the amount, although
// there are enough of them. Reissuing some first helps.
var ErrNoExactAmount = errors.New("no notes add up to exactly this amount")

// AtLeast chooses notes that are worth at least requested, in msat, after a fee
// for each. notes come by descending amount. It takes what fits, greatest first,
// and for the rest the least single note that covers it. Notes that are worth no
// more than their fee are passed over.
func AtLeast(notes iter.Seq[Note], requested wire.Amount, fee wire.FeeConsensus) ([]Note, error) {
	if requested == 0 {
		return nil, nil
	}
	pending := requested
	var chosen []Note
	var big Note // the least note so far that covers what was pending when it came
	bigAt := -1  // how many had been chosen then
	for n := range notes {
		cost := fee.Fee(n.Amount)
		if n.Amount <= cost {
			continue
		}
		need, err := pending.Add(cost)
		switch {
		case err == nil && n.Amount == need:
			return append(chosen, n), nil
		case err == nil && n.Amount > need:
			big, bigAt = n, len(chosen)
		default:
			chosen = append(chosen, n)
			pending -= n.Amount - cost
		}
	}
	if bigAt >= 0 {
		return append(chosen[:bigAt], big), nil
	}
	return nil, &client.InsufficientError{Have: requested - pending, Need: requested}
}

// Exact chooses notes that are worth just requested, in msat, or fails with
// [ErrNoExactAmount]. Where amounts are powers of two it finds a choice whenever
// there is one.
func Exact(notes iter.Seq[Note], requested wire.Amount) ([]Note, error) {
	chosen, err := AtLeast(notes, requested, wire.FeeConsensus{})
	if err != nil {
		return nil, err
	}
	if Total(chosen) != requested {
		return nil, ErrNoExactAmount
	}
	return chosen, nil
}
