package devfed_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// TestValueIsConserved lets several people at once do what they like: pay
// themselves, overpay, spend twice, give notes to each other and back to the
// faucet. What they hold at the end is what is outstanding.
func TestValueIsConserved(t *testing.T) {
	f := start(t, devfed.Options{})
	const people, turns = 4, 25
	held := make([]wire.Amount, people)
	gifts := make(chan coin, people*turns*8)
	var work sync.WaitGroup
	for i := range people {
		p := open(t, f)
		seed := rand.NewPCG(1, uint64(i))
		work.Go(func() {
			r := rand.New(seed)
			coins := p.draw(f, wire.Amount(1+r.IntN(1<<20)))
			for range turns {
				coins = p.turn(f, r, coins, gifts)
			}
			for _, c := range coins {
				held[i] += c.amount
			}
		})
	}
	work.Wait()
	close(gifts)
	for c := range gifts {
		held[0] += c.amount
	}
	total, err := wire.Sum(held...)
	if audit := f.Audit(); err != nil || audit.Outstanding != total {
		t.Errorf("people hold %v (%v), the audit is %+v", total, err, audit)
	}
}

// turn does something at random with coins and returns what is left and new.
func (p *purse) turn(f *devfed.Federation, r *rand.Rand, coins []coin, gifts chan coin) []coin {
	if len(coins) == 0 {
		return p.draw(f, wire.Amount(1+r.IntN(1<<20)))
	}
	n := 1 + r.IntN(min(len(coins), 4))
	r.Shuffle(len(coins), func(i, j int) { coins[i], coins[j] = coins[j], coins[i] })
	some, rest := coins[:n], append([]coin{}, coins[n:]...)
	switch r.IntN(6) {
	case 0: // give a coin away and take one
		gifts <- some[0]
		rest = append(rest, some[1:]...)
		select {
		case c := <-gifts:
			return append(rest, c)
		default:
			return rest
		}
	case 1: // back to the faucet
		notes := make(wire.MintNotes)
		for _, c := range some {
			notes[c.amount] = append(notes[c.amount], c.note)
		}
		if _, err := f.Faucet.Redeem(p.t.Context(), wire.NewOOBNotes(f.ID().Prefix(), notes)); err != nil {
			p.t.Error(err)
		}
		return rest
	case 2: // more out than in
		if p.submit(p.transaction(some, newRequests(p.t, 1<<30))) == "" {
			p.t.Error("value was made")
		}
		return coins
	case 3: // the same coins twice, at two guardians at once
		return append(rest, p.race(some)...)
	default: // for change
		if amounts, ok := change(r, some); ok {
			return append(rest, p.pay(some, amounts...)...)
		}
		return coins
	}
}

// race submits two transactions that spend the same coins, and returns what the
// accepted one gave.
func (p *purse) race(coins []coin) (won []coin) {
	requests := [2][]request{newRequests(p.t, 1), newRequests(p.t, 2)}
	var accepted []int
	var txs [2]wire.Transaction
	for i, peer := range []wire.PeerID{0, 1} {
		txs[i] = p.transaction(coins, requests[i])
		p.sockets[peer].send("submit_transaction", wire.SerdeOf(txs[i]))
	}
	for i, peer := range []wire.PeerID{0, 1} {
		if p.verdict(txs[i], p.sockets[peer].receive().Result) == "" {
			accepted = append(accepted, i)
		}
	}
	switch len(accepted) {
	case 0: // both cost more than they bring
		return coins
	case 1:
		return p.collect(txs[accepted[0]].TxID(), requests[accepted[0]])
	}
	p.t.Error("the same coins were spent twice")
	return nil
}

// change returns amounts that coins can pay for, fees included, or false if they
// do not pay for themselves.
func change(r *rand.Rand, coins []coin) (amounts []wire.Amount, ok bool) {
	const fee = 100
	var budget wire.Amount
	for _, c := range coins {
		budget += c.amount
	}
	if budget < fee*wire.Amount(len(coins)) {
		return nil, false
	}
	budget -= fee * wire.Amount(len(coins))
	for tier := wire.Amount(1 << 19); tier >= 1; tier /= 2 {
		if budget >= tier+fee && r.IntN(3) > 0 {
			amounts = append(amounts, tier)
			budget -= tier + fee
		}
	}
	return amounts, true
}
