package ecash

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// hold makes the wallet hold just these notes. Nobody has signed them.
func (t *teller) hold(held notes.Counts) error {
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		for n := range t.mint.notes(&tx.Reader) {
			tx.Delete(t.mint.noteKey(n.Amount, n.Nonce))
		}
		for tier, k := range held {
			for i := range k {
				key := keyOf(fmt.Sprint(tier, " ", i))
				t.mint.put(tx, []note{{tier, toyfed.PublicKey(key), wire.MintSpendableNote{SpendKey: key}}})
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
func quiet(t *testing.T, change func(*toyfed.Setup), acts ...act) {
	t.Helper()
	st := story{change: change, others: true, tell: do(acts...)}.stage(nil)
	if err := st.live(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whatever goes in and out, the mint completes the transaction: it is balanced
// but for less than the least note costs, and no note is made or spent that is
// not worth its fee.
func TestTransactionsAreCompleted(t *testing.T) {
	for _, fee := range fees {
		t.Run(fmt.Sprint(fee), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(2, uint64(fee.Base)+fee.PartsPerMillion))
			quiet(t, withFee(fee, 12), func(tl *teller) error {
				for range 1000 {
					held := randomCounts(rnd, tl.mint.worth, 1+rnd.IntN(12))
					if err := tl.hold(held); err != nil {
						return err
					}
					out := wire.Amount(rnd.Uint64N(uint64(held.sum()) + 500))
					in := wire.Amount(rnd.Uint64N(uint64(held.sum()) + 500))
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
	p := tl.mint.Plan(fsm.OpID{})
	p.Quote = true
	fee := tl.mint.keys.Fee
	part, err := tl.mint.Complete(p, in, out)
	var poor *client.InsufficientError
	if errors.As(err, &poor) {
		if in+held.net(fee) >= out || poor.Have != held.sum() || poor.Need <= poor.Have {
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
	least := tl.mint.worth[0] + fee.Fee(tl.mint.worth[0])
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

// Too many notes of a tier are taken along with the next transaction: only then,
// at most so many, and enough of each tier stay.
func TestConsolidation(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 1))
	quiet(t, withFee(wire.FeeConsensus{Base: 100}, 12), func(tl *teller) error {
		for range 300 {
			held := randomCounts(rnd, tl.mint.worth, 1+rnd.IntN(14))
			if err := tl.hold(held); err != nil {
				return err
			}
			got := count(tl.mint.crowd(tl.mint.Plan(fsm.OpID{})))
			isCrowded, most, taken := false, 0, 0
			for tier, n := range held {
				isCrowded = isCrowded || n > crowded
				most += max(0, n-roomy)
				taken += got[tier]
				if got[tier] > max(0, n-roomy) {
					return fmt.Errorf("of %v %v are taken along", held, got)
				}
			}
			if want := min(most, consolidated); isCrowded && taken != want || !isCrowded && taken != 0 {
				return fmt.Errorf("of %v %v are taken along", held, got)
			}
			for i, small := range tl.mint.worth {
				for _, great := range tl.mint.worth[i+1:] {
					if got[small] < max(0, held[small]-roomy) && got[great] > 0 {
						return fmt.Errorf("of %v %v are taken along: the smallest come first", held, got)
					}
				}
			}
		}
		return nil
	})
}

// What a quote says is what sending costs, and the most that can be sent is the
// most for which there is a quote.
func TestMostIsTheGreatestAmountWithAQuote(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	quiet(t, withFee(wire.FeeConsensus{Base: 100}, 12), func(tl *teller) error {
		for range 200 {
			held := randomCounts(rnd, tl.mint.worth, rnd.IntN(4))
			if err := tl.hold(held); err != nil {
				return err
			}
			want := wire.Amount(0)
			for a := wire.Amount(512); a <= held.sum(); a += 512 {
				if q, err := tl.mint.Quote(a); err == nil && q.Amount == a {
					want = a
				}
			}
			got, err := tl.mint.Most()
			if err != nil || got != want {
				return fmt.Errorf("of %v: %v %v, want %v", held, got, err, want)
			}
		}
		return nil
	})
}
