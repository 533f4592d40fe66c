package ecash

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"satchel/client/notes"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// stories that must end the same whatever goes wrong.
var stories = map[string]story{
	"receive": {tell: receives("gift", 600)},
	"hand out and take back": {
		tell: do(has(1024, 512), sends(1, 512, SendOptions{}), takesBack(1)),
	},
	"order, hand out, take back": {
		tell: do(has(1024, 128), orders(1, 512, SendOptions{}), takesBack(1)),
	},
	"handed out and taken": {
		others: true,
		tell:   do(has(1024, 512), sends(1, 512, SendOptions{}), somebodySpends(1, 1), takesBack(1)),
	},
	"taken, and seen to be": {
		only:   first,
		others: true,
		tell:   do(has(1024, 512), sends(1, 512, SendOptions{}), somebodySpends(1, 1), seesTaken(1)),
	},
	"partly taken": { // what is left is claimed together, though one note of it brings nothing
		others: true,
		tell:   do(has(512, 512, 256), sends(1, 1280, SendOptions{}), somebodySpends(1, 1), takesBack(1)),
	},
	"taken back by the clock": {
		tell: do(has(1024, 512), sends(1, 512, SendOptions{TakeBackAfter: time.Hour}), ends(1)),
	},
	"the clock is too late": {
		others: true,
		tell: do(has(1024, 512), sends(1, 512, SendOptions{TakeBackAfter: time.Hour}),
			somebodySpends(1, 1), ends(1)),
	},
	"partly spent e-cash comes in": {
		others: true,
		tell: do(func(t *teller) error {
			t.spendNotes(t.ecash("gift", 1536), 1)
			return nil
		}, receives("gift", 1536)),
	},
	"one is spent among small ones": {
		others: true,
		tell:   somebodyHasSpent(1, small("gift")),
	},
	"all but one are spent": { // which by itself brings nothing
		others: true,
		tell:   somebodyHasSpent(3, small("gift")),
	},
	"spent one after the other": { // while the wallet claims them
		others: true,
		anyEnd: true,
		tell: func(t *teller) error {
			return together(func(t *teller) error { return t.receive(small("gift")(t)) }, func(t *teller) error {
				for n := range 3 {
					if _, err := t.world.Gate(t.ctx, "somebody"); err != nil {
						return err
					}
					t.spendNotes(small("gift")(t), n+1)
				}
				return nil
			})(t)
		},
	},
	"an index is used twice": {
		only:  first,
		twice: true,
		tell:  do(receives("gift", 600), losesIndices, receives("second", 600)),
	},
	"refused for good": { // in pairs, and then each by itself
		helpless: true, twice: true,
		change: func(s *toyfed.Setup) {
			oneGuardian(s)
			s.Hold = func(tx wire.Transaction) bool { return true }
		},
		tell: receives("gift", 1536),
	},
	"one is refused for good": {
		helpless: true, twice: true,
		change: func(s *toyfed.Setup) {
			oneGuardian(s)
			s.Hold = func(tx wire.Transaction) bool { return spends(tx, 1024) }
		},
		tell: receives("gift", 1536),
	},
	"half of the indices are damaged": {
		only:   first,
		rotten: isIndex('i'),
		tell:   do(receives("gift", 600), receives("second", 600)),
	},
	"own e-cash comes home": {
		others: true, // for a moment it is counted where it was and where it comes to
		tell:   do(has(1024, 512), sends(1, 512, SendOptions{}), comesHome(1), ends(1)),
	},
	"refused for a while": {
		twice:  true,
		change: holdTransaction(1),
		tell: do(has(1024, 128), orders(1, 512, SendOptions{}), func(t *teller) error {
			t.fed.Reconsider()
			return nil
		}),
	},
	"double clicks": {
		tell: do(has(1024, 512), together(receives("gift", 600), receives("gift", 600)),
			together(orders(1, 512, SendOptions{}), orders(1, 512, SendOptions{})),
			together(takesBack(1), takesBack(1))),
	},
	"much at once": {
		anyEnd: true, // who is first gets the better notes
		tell: do(receives("gift", 5000),
			together(receives("second", 600), orders(1, 512, SendOptions{}), sends(2, 768, SendOptions{})), takesBack(2)),
	},
	"taken while it is called back": {
		others: true,
		anyEnd: true, // who is first has it
		tell: do(has(1024, 512, 512), sends(1, 1024, SendOptions{}), together(takesBack(1), func(t *teller) error {
			if _, err := t.world.Gate(t.ctx, "somebody"); err != nil {
				return err
			}
			return somebodySpends(1, 1)(t)
		})),
	},
	"comes home while it is called back": {
		others: true,
		anyEnd: true,
		tell:   do(has(1024, 512), sends(1, 512, SendOptions{}), together(comesHome(1), takesBack(1)), ends(1)),
	},
	"e-cash that overlaps": {
		others: true,
		anyEnd: true,
		tell:   together(overlapping(512, 1024), overlapping(1024, 256)),
	},
	"crowded": {
		only:   first, // what is of the second stands with its own stories
		change: func(s *toyfed.Setup) { s.Fee, s.TopTier = wire.FeeConsensus{}, 1 },
		tell:   do(has(2, 2, 2, 2, 2, 2, 2, 2, 2, 1), receives("gift", 2)),
	},
	"a guardian lies": {
		lies: allLies(),
		tell: do(receives("gift", 600), has(1024), orders(1, 512, SendOptions{}), takesBack(1)),
	},
	"two tabs": { // the fence lets one go on
		tabs: 2,
		tell: do(receives("gift", 1536), sends(1, 512, SendOptions{}), takesBack(1)),
	},
	"old guardians": {
		only:   first,
		change: oldCore,
		tell:   do(has(1024), orders(1, 512, SendOptions{})),
	},
}

// small is e-cash of a few small notes.
func small(name string) func(*teller) notes.Text {
	return func(t *teller) notes.Text { return t.many(name, 4, t.of.lone) }
}

// somebodyHasSpent claims e-cash of which somebody has spent so many notes.
func somebodyHasSpent(n int, text func(*teller) notes.Text) act {
	return func(t *teller) error {
		t.spendNotes(text(t), n)
		return t.receive(text(t))
	}
}

// losesIndices makes the wallet forget, once, which notes it has asked for.
func losesIndices(t *teller) error {
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		if tx.Has("lost") {
			return nil
		}
		tx.Put("lost", nil)
		for _, tier := range t.purse.Tiers() {
			for _, key := range indexKeys(t.purse, tier) {
				tx.Put(key, make([]byte, 8))
			}
		}
		return nil
	})
}

// indexKeys are where a purse of the first generation keeps the next index of a
// tier.
func indexKeys(m *Purse, tier wire.Amount) [2]string {
	return [2]string{m.Host.Key("i", bigEndian(uint64(tier))), m.Host.Key("j", bigEndian(uint64(tier)))}
}

// spends reports whether a transaction spends a note of an amount.
func spends(tx wire.Transaction, amount wire.Amount) bool {
	for _, i := range tx.Inputs {
		for _, g := range both {
			if got, _, ok := g.spentOf(i); ok && got == g.factor*amount {
				return true
			}
		}
	}
	return false
}

// overlapping claims e-cash of one note of each amount. Notes of the same amount
// are the same in every such act.
func overlapping(amounts ...wire.Amount) act {
	return func(t *teller) error {
		some := wire.MintNotes{}
		for _, a := range t.of.scaled(amounts...) {
			for _, n := range listed(t.text(t.of, fmt.Sprint(a), []wire.Amount{a})) {
				some[a] = append(some[a], n.MintSpendableNote)
			}
		}
		return t.receive(t.of.text(t.id(), some))
	}
}

func allLies() (lies []toyfed.Lie) {
	for _, kind := range []map[string]toyfed.Lie{
		toyfed.BadShares(), toyfed.FalseOutcomes(), toyfed.BadShapes(), {"replays": toyfed.Replays},
	} {
		for _, name := range slices.Sorted(maps.Keys(kind)) {
			lies = append(lies, kind[name])
		}
	}
	return lies
}

// shortStories are short enough to be killed twice at all pairs of steps.
var shortStories = map[string]story{
	"receive": {
		change: oneGuardian,
		tell:   receives("gift", 600),
	},
	"hand out and take back": {
		change: oneGuardian,
		tell:   do(has(512), sends(1, 512, SendOptions{}), takesBack(1)),
	},
	"order": {
		change: oneGuardian,
		tell:   do(has(1024), orders(1, 512, SendOptions{})),
	},
}

func oldCore(s *toyfed.Setup) { s.Core = wire.Version{Minor: 5} }

func oneGuardian(s *toyfed.Setup) { s.Guardians, s.Off = 1, nil }

// holdTransaction lets the federation refuse the nth transaction for a reason
// that passes.
func holdTransaction(n int) func(*toyfed.Setup) {
	return func(s *toyfed.Setup) {
		seen := map[wire.TxID]int{}
		s.Hold = func(tx wire.Transaction) bool {
			id := tx.TxID()
			if seen[id] == 0 {
				seen[id] = len(seen) + 1
			}
			return seen[id] == n
		}
	}
}
