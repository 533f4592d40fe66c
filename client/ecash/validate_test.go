package ecash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// countedCurve is the real scheme, that tells what it has done.
func countedCurve(g *generation) (*tbs.BLS, *tbs.Counter) {
	scheme, counter := tbs.V1(), &tbs.Counter{}
	if g == second {
		scheme = tbs.V2()
	}
	scheme.Batch.Counter = counter
	return scheme, counter
}

// Long texts that are not good are refused without much work: whoever pastes one
// does not wait for it.
func TestLongBadTexts(t *testing.T) {
	inEach(t, testLongBadTexts)
}

func testLongBadTexts(t *testing.T, g *generation) {
	scheme, counter := countedCurve(g)
	change := func(s *toyfed.Setup) { s.Off, s.Signer = nil, curves[g] }
	story{of: g, change: change, others: true, scheme: scheme, tell: func(tl *teller) error {
		rnd := rand.New(rand.NewPCG(1, 9))
		signed := minted(tl.stage, rnd, 512)[512][0].Signature // well-formed, of another note
		forged := func(n int) wire.MintNotes {
			some := wire.MintNotes{}
			for range n {
				some[512] = append(some[512], wire.MintSpendableNote{Signature: signed, SpendKey: keyOf(fmt.Sprint(rnd.Uint64()))})
			}
			return some
		}
		other := tl.id()
		other[0] ^= 1
		for name, test := range map[string]struct {
			text notes.Text
			want error
			most tbs.Counts
		}{
			"of another federation": {g.text(other, forged(800)), notes.ErrForeign, tbs.Counts{}},
			"too many":              {ours(tl.stage, forged(mostNotes+1)), ErrTooManyNotes, tbs.Counts{}},
			"of no tier":            {ours(tl.stage, wire.MintNotes{512: forged(99)[512], g.noTier(rnd): forged(1)[512]}), notes.ErrForged, tbs.Counts{}},
			"forged":                {ours(tl.stage, forged(800)), notes.ErrForged, tbs.Counts{Points: verifyAtOnce, MillerLoops: 2}},
		} {
			before := counter.Total()
			_, err := tl.purse.Receive(tl.ctx, test.text, nil)
			after := counter.Total()
			if !errors.Is(err, test.want) {
				return fmt.Errorf("%s: %v", name, err)
			}
			if loops, points := after.MillerLoops-before.MillerLoops, after.Points-before.Points; loops > test.most.MillerLoops || points > test.most.Points {
				return fmt.Errorf("%s: %d pairings, %d points", name, loops, points)
			}
		}
		return nil
	}}.tellOnly(t)
}

// The greatest text is received, by five transactions.
func TestMostNotes(t *testing.T) {
	inEach(t, testMostNotes)
}

func testMostNotes(t *testing.T, g *generation) {
	plain(t, g, func(tl *teller) error {
		text := tl.many("gift", mostNotes, g.lone)
		if err := tl.receive(text); err != nil {
			return err
		}
		_, err := tl.purse.Receive(tl.ctx, tl.many("greater gift", mostNotes+1, g.lone), nil)
		if !errors.Is(err, ErrTooManyNotes) || !strings.Contains(err.Error(), "at most 1000") {
			return fmt.Errorf("one more: %v", err)
		}
		return nil
	})
}

// While a long text is verified, others get their turn, and it can be stopped.
func TestVerificationGivesWay(t *testing.T) {
	plain(t, first, func(tl *teller) error {
		for n, turns := range map[int]int{1: 0, verifyAtOnce: 0, verifyAtOnce + 1: 1, 10 * verifyAtOnce: 9} {
			text := tl.many(fmt.Sprint(n), n, 256)
			began := time.Now()
			if amount, err := tl.purse.Validate(text); err != nil || amount != wire.Amount(n)*256 {
				return fmt.Errorf("%d notes: %v %v", n, amount, err)
			}
			if got := time.Since(began); got != time.Duration(turns)*time.Millisecond {
				return fmt.Errorf("%d notes give way for %v", n, got)
			}
		}
		ctx, cancel := context.WithCancel(tl.ctx)
		cancel()
		if _, _, err := tl.purse.validate(ctx, tl.many("long", 99, 256)); !errors.Is(err, context.Canceled) {
			return fmt.Errorf("stopped: %v", err)
		}
		return nil
	})
}
