package ecash

import (
	"fmt"
	"testing"

	"satchel/client/notes"
	"satchel/client/wire"
)

// secondStories are those of the second generation alone, whose guardians do not
// tell which note is spent, and whose wallets keep their notes in another way.
var secondStories = map[string]story{
	"one of three is spent": { // which is found by halves
		others: true, anyEnd: true, // the notes of the halves depend on which comes first
		tell: somebodyHasSpent(1, three),
	},
	"two of three are spent": {
		others: true, anyEnd: true,
		tell: somebodyHasSpent(2, three),
	},
	"all of three are spent": {
		others: true,
		tell:   somebodyHasSpent(3, three),
	},
	"refused for another reason": { // which says nothing about any note
		twice:  true,
		change: holdTransaction(1),
		tell:   receives("gift", 1536),
	},
	"refused for another reason, and one is spent": {
		twice: true, others: true, anyEnd: true,
		change: holdTransaction(1),
		tell:   somebodyHasSpent(1, three),
	},
	"a great note is broken": {
		tell: do(has(1024, 1024, 1024, 1024), receives("gift", 600), sends(1, 256, SendOptions{}), takesBack(1)),
	},
	"a great note is broken, and what came in is spent": { // own notes survive it
		others: true,
		tell: do(has(1024, 1024, 1024, 1024), func(t *teller) error {
			t.spendNotes(t.ecash("gift", 1536), 1)
			return nil
		}, receives("gift", 1536)),
	},
	"crowded": {
		tell: do(has(128, 128, 128, 128, 128, 128, 128, 128, 1024), receives("gift", 600)),
	},
	"crowded, and ordered": {
		tell: do(has(128, 128, 128, 128, 128, 128, 128, 128, 128, 1024), orders(1, 512, SendOptions{}), takesBack(1)),
	},
}

// three is e-cash of three notes.
func three(t *teller) notes.Text { return t.many("gift", 3, 2048) }

// Where guardians do not tell which notes are spent, halves find them, all of them
// and no others, by not too many transactions.
func TestHalvesFindWhatIsSpent(t *testing.T) {
	const all, amount = 16, 2048
	for _, gone := range []int{0, 1, 2, 7, all - 1, all} {
		t.Run(fmt.Sprint(gone, " gone"), func(t *testing.T) {
			story{of: second, others: true, change: allOn, tell: func(tl *teller) error {
				tl.spendNotes(tl.many("gift", all, amount), gone)
				if err := tl.receive(tl.many("gift", all, amount)); err != nil {
					return err
				}
				op := tl.received("gift")
				s, err := tl.summary(op)
				if s.Amount != wire.Amount(all-gone)*amount || s.Gone != wire.Amount(gone)*amount || s.Aside != 0 || err != nil {
					return fmt.Errorf("shown as %+v %v", s, err)
				}
				if most := 1 + min(2*all, 2*gone*5); tl.transactions(op) > most {
					return fmt.Errorf("%d transactions, at most %d will do", tl.transactions(op), most)
				}
				return nil
			}}.perform(t)
		})
	}
}

// Of small notes of which one is spent most come back, though none of them brings
// anything by itself.
func TestHalvesOfSmallNotes(t *testing.T) {
	story{of: second, others: true, change: allOn, tell: func(tl *teller) error {
		text := tl.text(second, "gift", []wire.Amount{512, 512, 512, 512, 4096, 4096, 4096, 4096})
		tl.spendNotes(text, 1)
		if err := tl.receive(text); err != nil {
			return err
		}
		s, err := tl.summary(tl.received("gift"))
		if s.Gone != 4096 || s.Aside > 512 || err != nil {
			return fmt.Errorf("shown as %+v %v", s, err)
		}
		return nil
	}}.perform(t)
}
