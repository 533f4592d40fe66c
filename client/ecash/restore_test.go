package ecash

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

// haste keeps what was read so often that there is something to be killed between.
var haste = pace{chapters: 2, items: 3, derived: 5}

// restoreStories are told by a wallet whose words had notes before.
var restoreStories = map[string]story{
	"restored": {
		others: true,
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{512, 128}, []wire.Amount{1024}), spentBefore(1), restores),
	},
	"nothing to restore": {others: true, tell: restores},
	"restored, and used": {
		others: true,
		tell:   do(past([]wire.Amount{512, 256}), restores, receives("gift", 1600), orders(1, 512, SendOptions{}), takesBack(1)),
	},
	"used while it is restored": {
		others: true,
		anyEnd: true,
		tell:   do(past([]wire.Amount{128, 256}, []wire.Amount{512, 512}), begins, together(restores, receivesSoon("gift", 600))),
	},
	"taken while it is restored": {
		others: true,
		anyEnd: true,
		tell: do(past([]wire.Amount{512, 512}, []wire.Amount{512}), together(restores, func(t *teller) error {
			if _, err := t.world.Gate(t.ctx, "somebody"); err != nil {
				return err
			}
			return spentBefore(0)(t)
		})),
	},
	"another device is at work": {
		others: true,
		tell: do(past([]wire.Amount{1024, 1024}, []wire.Amount{1024}), restores, anotherDevice,
			searchesAgain),
	},
	"restored from sessions": {
		only:   first,
		others: true,
		change: fromSessions(9),
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{512, 128}, []wire.Amount{1024}), spentBefore(1), restores),
	},
	"restored from sessions that nobody signs": {
		only:   first,
		others: true,
		change: fromSessions(4),
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{1024}), spentBefore(1), restores),
	},
	"restored from a backup": {
		only:   first,
		others: true,
		change: fromSessions(9),
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{1024}), restoresBackup),
	},
	"restored, and somebody has meddled with a note": {
		others: true,
		anyEnd: true, // what was meddled with comes later, or not, and the change is another
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{1024}, []wire.Amount{512}), overwritten(0, 2), spentBefore(2), restores),
	},
	"meddled with, and a guardian lies": {
		others: true,
		anyEnd: true,
		lies:   liesOf(toyfed.BadShares()),
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{1024}), overwritten(1), restores),
	},
	"a guardian lies about the past": {
		others: true,
		lies:   liesOf(toyfed.FalseRecovery(), toyfed.BadShares()),
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{1024}), spentBefore(1), restores),
	},
	"a guardian lies about sessions": {
		only:   first,
		others: true,
		lies:   liesOf(toyfed.FalseSessions()),
		change: fromSessions(9),
		tell:   do(past([]wire.Amount{512, 256}, []wire.Amount{1024}), spentBefore(1), restores),
	},
}

func liesOf(kinds ...map[string]toyfed.Lie) (lies []toyfed.Lie) {
	for _, kind := range kinds {
		for _, name := range slices.Sorted(maps.Keys(kind)) {
			lies = append(lies, kind[name])
		}
	}
	return lies
}

// fromSessions makes guardians too old to list notes.
func fromSessions(minor uint32) func(*toyfed.Setup) {
	return func(s *toyfed.Setup) { s.NoRecovery, s.Core = true, wire.Version{Minor: minor} }
}

// past lets the federation have issued notes to the words, by one transaction for
// each list of amounts.
func past(txs ...[]wire.Amount) act {
	return func(t *teller) error {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.had != nil {
			return nil
		}
		p := t.purse.Plan(fsm.OpID{})
		for _, amounts := range txs {
			d, err := t.purse.Draw(p, t.of.scaled(amounts...))
			if err != nil {
				return err
			}
			var outputs []wire.DynOutput
			for _, o := range d.Outputs {
				outputs = append(outputs, wire.DynOutput{Dyn: wire.DynOf(t.purse.ID, o)})
			}
			t.fed.Grant(outputs...)
			t.had = append(t.had, d.Requests...)
		}
		return nil
	}
}

// spentBefore lets whoever had the nth of these notes spend it.
func spentBefore(n int) act {
	return func(t *teller) error {
		t.fed.SpendOf(t.of.kind, t.had[n].Nonce, t.had[n].Amount)
		return nil
	}
}

// overwritten lets somebody issue the least of notes under the blinded nonces of
// some of these.
func overwritten(some ...int) act {
	return func(t *teller) error {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.meddled {
			return nil
		}
		t.meddled = true
		for _, n := range some {
			t.fed.Overwrite(t.of.kind, t.had[n].Blinded, 1)
		}
		return nil
	}
}

// restores looks for what the words have.
func restores(t *teller) error { return t.search("search", client.Search{}) }

// searchesAgain looks for what another device has done.
func searchesAgain(t *teller) error { return t.search("search again", client.Search{Again: true}) }

// begins begins to look for what the words have. A wallet makes no notes before.
func begins(t *teller) error { return t.begin("search", client.Search{}) }

func (t *teller) begin(name string, s client.Search) error {
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		if tx.Has(begun(name)) {
			return nil
		}
		tx.Put(begun(name), nil)
		for _, m := range t.purses(t.c) {
			if err := m.BeginSearch(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *teller) search(name string, s client.Search) error {
	if err := t.begin(name, s); err != nil {
		return err
	}
	for op := range t.c.Operations(t.c.Executor().Snapshot(), 0) {
		sum, err := t.c.Summary(t.ctx, op)
		if err == nil && sum.Title == "restore" {
			err = t.until(op.ID, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// receivesSoon claims e-cash as soon as the wallet can.
func receivesSoon(name string, amount wire.Amount) act {
	return func(t *teller) error {
		for {
			err := receives(name, amount)(t)
			if !errors.Is(err, client.ErrSearching) {
				return err
			}
			_, err = fsm.Await(t.ctx, t.c.Executor(), t.purse.phaseKey(), func(r *kv.Reader) (bool, bool) { return true, t.purse.ready(r) })
			if err != nil {
				return err
			}
		}
	}
}

// anotherDevice spends the greatest note of the wallet, which it knows from the
// words.
func anotherDevice(t *teller) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.elsewhere {
		return nil
	}
	t.elsewhere = true
	for n := range t.purse.notes(t.c.Executor().Snapshot()) {
		t.fed.SpendOf(t.of.kind, n.Nonce, n.Amount)
		break
	}
	return nil
}

// restoresBackup restores with a backup that has two notes: one of another device,
// and one of the first transaction that had not been signed.
func restoresBackup(t *teller) error {
	text := t.text(t.of, "saved", []wire.Amount{1024})
	saved := wire.MintBackup{
		Notes: wire.MintNotes{}, SessionCount: 1, NextIndices: map[wire.Amount]uint64{512: 1, 256: 1},
	}
	for amount, n := range text.All() {
		saved.Notes[amount] = append(saved.Notes[amount], n)
	}
	id, _ := t.fed.Granted(0)
	for i, q := range t.had[:2] {
		saved.Pending = append(saved.Pending, wire.MintPendingNote{
			OutPoint: wire.OutPoint{TxID: id, Index: uint64(i)}, Amount: q.Amount, Request: q.Keys,
		})
	}
	return t.search("search", client.Search{Backup: map[wire.ModuleID][]byte{t.purse.ID: wire.Encode(saved)}})
}

// Of a wallet of both generations everything is found. Which of the two the notes
// become depends on who knows first what it may make.
func TestBothGenerationsAreRestored(t *testing.T) {
	s := story{of: first, beside: second, others: true, anyEnd: true, tell: do(past([]wire.Amount{512, 1024}, []wire.Amount{1024}), restores)}
	sim.Explore(t, sim.Plan{Seeds: max(1, *seeds/5), Faults: 4, Kill: true}, s.scenario)
}

// What is found is what is there: all that was issued and not spent, once.
func TestRestoredIsWhatIsThere(t *testing.T) {
	for _, g := range both {
		t.Run(g.name, func(t *testing.T) {
			s := story{of: g, others: true, tell: do(past([]wire.Amount{512, 256}, []wire.Amount{512, 1024}), spentBefore(2), restores, func(tl *teller) error {
				for op := range tl.c.Operations(tl.c.Executor().Snapshot(), 0) {
					sum, err := tl.summary(op.ID)
					want := tl.of.scaled(512 + 256 + 1024)[0]
					if err != nil || sum.Amount != want || sum.Change != int64(want-sum.Fee) {
						return fmt.Errorf("%+v, want %v (%v)", sum, want, err)
					}
				}
				return nil
			})}
			s.perform(t)
		})
	}
}

// A search that believes what one guardian says of a slice loses money, or makes it
// up: see the mistakes. Here the cursor never goes back, whoever kills the wallet.
func TestSearchNeverBeginsAnew(t *testing.T) {
	last := map[uint64]uint64{}
	s := restoreStories["restored"]
	s.of = first
	s.entered = func(rec fsm.Record) error {
		if at, ok := rec.State.(scanning); ok {
			if at.Next < last[rec.ID] {
				return fmt.Errorf("search goes back from %d to %d", last[rec.ID], at.Next)
			}
			last[rec.ID] = at.Next
		}
		return nil
	}
	sim.Explore(t, sim.Plan{Seeds: 1, Faults: 4, Kill: true}, func(w *sim.World) sim.Scenario {
		clear(last)
		return s.scenario(w)
	})
}
