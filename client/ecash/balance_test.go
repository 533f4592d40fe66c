package ecash

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// hold makes the wallet hold just these notes. Nobody has signed them.
func (t *teller) hold(held notes.Counts) error {
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		for n := range t.purse.notes(&tx.Reader) {
			tx.Delete(t.purse.noteKey(n.Amount, n.Nonce))
		}
		for tier, k := range held {
			for i := range k {
				key := keyOf(fmt.Sprint(tier, " ", i))
				t.purse.put(tx, []note{{Amount: tier, Nonce: toyfed.PublicKey(key), MintSpendableNote: wire.MintSpendableNote{SpendKey: key}}})
			}
		}
		return nil
	})
}

// withFee is a federation with that fee and many tiers.
func withFee(fee wire.FeeConsensus, top int) func(*toyfed.Setup) {
	return func(s *toyfed.Setup) { s.Off, s.Fee, s.TopTier = nil, fee, top }
}

// quiet performs acts in a federation, and checks nothing at the end.
func quiet(t *testing.T, g *generation, change func(*toyfed.Setup), acts ...act) {
	t.Helper()
	st := story{of: g, change: change, others: true, tell: do(acts...)}.stage(nil)
	if err := st.live(t.Context()); err != nil {
		t.Error(err)
	}
}

// fees are the kinds of fees that federations take.
var fees = []wire.FeeConsensus{{}, {Base: 100}, {Base: 100, PartsPerMillion: 1000}}

// randomCounts is a wallet of up to most notes of each of some tiers.
func randomCounts(rnd *rand.Rand, tiers []wire.Amount, most int) notes.Counts {
	c := notes.Counts{}
	for _, t := range tiers {
		if rnd.IntN(3) > 0 {
			c[t] = rnd.IntN(most + 1)
		}
	}
	return c
}

// worthOfAll is what notes are worth after a fee for each.
func worthOfAll(c notes.Counts, fee wire.FeeConsensus) (sum wire.Amount) {
	for t, n := range c {
		sum += (t - min(t, fee.Fee(t))) * wire.Amount(n)
	}
	return sum
}

func sumOf(c notes.Counts) wire.Amount { return worthOfAll(c, wire.FeeConsensus{}) }

// Whatever goes in and out, the purse completes the transaction: it is balanced
// but for less than the least note costs, and no note is made or spent that is
// not worth its fee.
func TestTransactionsAreCompleted(t *testing.T) {
	for _, fee := range fees {
		inEach(t, func(t *testing.T, g *generation) {
			rnd := rand.New(rand.NewPCG(2, uint64(fee.Base)+fee.PartsPerMillion))
			quiet(t, g, withFee(fee, 14), func(tl *teller) error {
				for range 1000 {
					held := randomCounts(rnd, tl.purse.worth, 1+rnd.IntN(12))
					if err := tl.hold(held); err != nil {
						return err
					}
					out := wire.Amount(rnd.Uint64N(uint64(sumOf(held)) + 500))
					in := wire.Amount(rnd.Uint64N(uint64(sumOf(held)) + 500))
					if err := tl.checkCompletion(held, in, out); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}

func (tl *teller) checkCompletion(held notes.Counts, in, out wire.Amount) error {
	p := tl.purse.Plan(fsm.OpID{})
	p.Quote = true
	fee := tl.purse.Fee()
	part, err := tl.purse.Complete(p, in, out)
	var poor *client.InsufficientError
	if errors.As(err, &poor) {
		if in+worthOfAll(held, fee) >= out || poor.Have != sumOf(held) || poor.Need <= poor.Have {
			return fmt.Errorf("%v in, %v out, %v held: %v", in, out, held, err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	used, made := notes.Counts{}, notes.Counts{}
	for _, i := range part.Inputs {
		used[i.Amount]++
		in, out = in+i.Amount, out+fee.Fee(i.Amount)
	}
	for _, o := range part.Outputs {
		made[o.Amount]++
		out += o.Amount + fee.Fee(o.Amount)
	}
	least := tl.purse.worth[0] + fee.Fee(tl.purse.worth[0])
	if in < out || in-out >= least {
		return fmt.Errorf("%v in, %v out, with %v used and %v made", in, out, used, made)
	}
	for tier, n := range made {
		if tier <= fee.Fee(tier) {
			return fmt.Errorf("%d notes of %v are made", n, tier)
		}
	}
	for tier, n := range used {
		if tier <= fee.Fee(tier) || n > held[tier] {
			return fmt.Errorf("%d notes of %v are used of %v", n, tier, held)
		}
	}
	return nil
}

// What a quote says is what sending costs, and the most that can be sent is the
// most for which there is a quote.
func TestMostIsTheGreatestAmountWithAQuote(t *testing.T) {
	inEach(t, testMost)
}

func testMost(t *testing.T, g *generation) {
	rnd := rand.New(rand.NewPCG(2, 2))
	quiet(t, g, withFee(wire.FeeConsensus{Base: 100}, 12), func(tl *teller) error {
		for range 200 {
			held := randomCounts(rnd, tl.purse.worth, rnd.IntN(4))
			if err := tl.hold(held); err != nil {
				return err
			}
			want := wire.Amount(0)
			for a := wire.Amount(512); a <= sumOf(held); a += 512 {
				if q, err := tl.purse.Quote(a); err == nil && q.Amount == a {
					want = a
				}
			}
			got, err := tl.purse.Most()
			if err != nil || got != want {
				return fmt.Errorf("of %v: %v %v, want %v", held, got, err, want)
			}
		}
		return nil
	})
}
