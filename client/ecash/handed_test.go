package ecash

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/notes"
	"satchel/fsm"
)

// The time after which e-cash is taken back begins when it is handed out, however
// long the guardians took to make it.
func TestTimeBeginsWhenHandedOut(t *testing.T) {
	plainStage(t, first, func(st *stage, live func(...act)) {
		live(has(1024, 1024), func(tl *teller) error {
			tl.switchAll(false)
			if err := tl.purse.Send(tl.ctx, opID(1), 512, nil, SendOptions{TakeBackAfter: time.Hour}); err != nil {
				return err
			}
			time.Sleep(2 * time.Hour)
			tl.switchAll(true)
			tl.c.Wake()
			if err := tl.until(opID(1), "given"); err != nil {
				return err
			}
			return tl.until(opID(1), "")
		}, func(tl *teller) error {
			steps, err := tl.c.Executor().History(tl.ctx, opID(1), 0)
			var given, called time.Time
			for _, rec := range steps {
				switch rec.Step {
				case "given":
					given = rec.At
				case "called back":
					called = rec.At
				}
			}
			if lay := called.Sub(given); err != nil || lay < time.Hour-time.Second || lay > time.Hour+time.Minute {
				return fmt.Errorf("it could be taken for %v: %v", lay, err)
			}
			return nil
		})
	})
}

// Part of a second is a second, not for ever.
func TestShortTimes(t *testing.T) {
	for after, want := range map[time.Duration]uint64{0: 0, 1: 1, time.Second: 1, time.Second + 1: 2, time.Hour: 3600} {
		if got := (SendOptions{TakeBackAfter: after}).terms().After; got != want {
			t.Errorf("%v is %d s, want %d", after, got, want)
		}
	}
}

// What became of e-cash is known when its steps have left the memory, too.
func TestHandedOutLongAgo(t *testing.T) {
	for name, test := range map[string]struct {
		acts  []act
		taken bool
	}{
		"taken":       {[]act{sends(1, 512, SendOptions{}), somebodySpends(1, 1), seesTaken(1)}, true},
		"called back": {[]act{sends(1, 512, SendOptions{}), takesBack(1)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			acts := append([]act{has(1024, 512)}, test.acts...)
			plain(t, first, append(acts, func(tl *teller) error {
				look := func() error {
					back := tl.purse.TakeBack(tl.ctx, opID(1))
					taken, err := tl.purse.CheckTaken(tl.ctx, opID(1))
					if taken != test.taken || back != nil || err != nil {
						return fmt.Errorf("taken %v %v, taking back: %v", taken, err, back)
					}
					byOthers, err := tl.purse.noteTaken(tl.ctx, opID(1))
					if byOthers != test.taken || err != nil {
						return fmt.Errorf("noted as taken %v %v", byOthers, err)
					}
					return nil
				}
				if err := look(); err != nil {
					return err
				}
				n, err := tl.c.Executor().Prune(tl.ctx, func(fsm.Record) bool { return false })
				if err != nil || n == 0 {
					return fmt.Errorf("%d machines pruned, %v", n, err)
				}
				if err := look(); err != nil {
					return fmt.Errorf("after pruning: %w", err)
				}
				return nil
			})...)
		})
	}
}

// E-cash that the wallet has taken back itself, while it asked whether somebody
// else has, is not taken.
func TestOwnTakeBackIsNotTaken(t *testing.T) {
	plain(t, first, has(1024, 512), sends(1, 512, SendOptions{}), takesBack(1), func(tl *teller) error {
		for _, n := range tl.givenNotes(opID(1)) {
			if spent, err := tl.purse.Generation.(notes.Teller).Spent(tl.ctx, n.Nonce); !spent || err != nil {
				return fmt.Errorf("note is spent: %v %v", spent, err)
			}
		}
		if taken, err := tl.purse.noteTaken(tl.ctx, opID(1)); taken || err != nil {
			return fmt.Errorf("taken: %v %v", taken, err)
		}
		if r := tl.c.Executor().Snapshot(); r.Has(tl.purse.takenKey(opID(1))) {
			return errors.New("it is marked as taken")
		}
		return nil
	})
}

// givenNotes returns the notes that an operation has handed out.
func (t *teller) givenNotes(op fsm.OpID) []note {
	steps, _ := t.c.Executor().History(t.ctx, op, 0)
	for _, rec := range steps {
		if s, ok := rec.State.(given); ok {
			return s.Notes
		}
	}
	return nil
}

// A transaction that is refused once, and replaced, is nothing to tell of.
func TestReceivedInTheEnd(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		story{of: g, twice: true, change: holdTransaction(1), tell: do(receives("gift", 1536), func(tl *teller) error {
			s, err := tl.summary(tl.received("gift"))
			if s.State != client.Done || s.Amount != g.factor*1536 || s.Why != "" || s.Aside != 0 {
				return fmt.Errorf("shown as %+v %v", s, err)
			}
			return err
		})}.perform(t)
	})
}
