package ecash

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

// A loss is a story in which the wallet is killed somewhere and its store is lost.
// Another one restores from a backup that was made at some moment before, with
// guardians that have nothing but sessions, and reads none that was over then, as
// the reference does. Whatever the wallet was about then and since, nothing is
// missing.
type loss struct {
	*stage
	which *rand.Rand
	omit  omission

	made  []*snapshot
	after *stage    // what the second wallet does, once the first is no more
	from  *snapshot // what it has
}

// A snapshot is a backup, and the e-cash that the wallet had begun to claim when it
// was made.
type snapshot struct {
	backup wire.MintBackup
	begun  map[string]bool // by name
}

// An omission is a mistake: it leaves something out of a backup.
type omission func(l *loss, m *Purse, r *kv.Reader, b *wire.MintBackup)

// thenLost is the story and the loss.
func (s story) thenLost(omit omission) func(*sim.World) sim.Scenario {
	s.of, s.others = first, true
	change := s.change
	s.change = func(f *toyfed.Setup) {
		if change != nil {
			change(f)
		}
		fromSessions(9)(f)
	}
	return func(w *sim.World) sim.Scenario {
		l := &loss{which: w.Rand("which backup"), omit: omit}
		s := s
		s.entered = l.backUp
		l.stage = s.stage(w)
		return sim.Scenario{Live: l.live, Always: l.always, Check: l.check}
	}
}

// backUp makes a backup after every step.
func (l *loss) backUp(c *client.Client, _ fsm.Record) error {
	if l.after != nil {
		return nil
	}
	m, r := purseOf(c, l.of), c.Executor().Snapshot()
	saved, err := m.Save(r, l.fed.Sessions())
	if err != nil {
		return err
	}
	made := &snapshot{saved.(wire.MintBackup), map[string]bool{}}
	for name, o := range l.texts {
		made.begun[name] = r.Has(begun(name)) || fsm.Exists(r, fsm.OpID(o.of.text(l.id(), o.notes).ReceiveID()))
	}
	if l.omit != nil {
		l.omit(l, m, r, &made.backup)
	}
	l.made = append(l.made, made)
	return nil
}

// outside are the notes of e-cash that the wallet had not begun to claim.
func (l *loss) outside() map[wire.PublicKey]wire.Amount {
	outside, inside := map[wire.PublicKey]wire.Amount{}, map[wire.PublicKey]wire.Amount{}
	for name, o := range l.texts {
		to := outside
		if l.from.begun[name] {
			to = inside
		}
		for _, n := range listed(o.of.text(l.id(), o.notes)) {
			to[n.Nonce] = n.Amount
		}
	}
	maps.DeleteFunc(outside, func(nonce wire.PublicKey, _ wire.Amount) bool { return inside[nonce] > 0 })
	return outside
}

func (l *loss) live(ctx context.Context) error {
	if l.after == nil && len(l.made) == 0 {
		if err := l.stage.live(ctx); err != nil {
			return err
		}
	}
	if l.after == nil {
		l.lose()
	}
	return l.after.live(ctx)
}

// lose ends the first wallet. One of its backups is the last that was made: that
// of the moment, or an earlier one.
func (l *loss) lose() {
	l.from = l.made[len(l.made)-1]
	if l.which.IntN(2) > 0 {
		l.from = l.made[l.which.IntN(len(l.made))]
	}
	search := client.Search{Backup: map[wire.ModuleID][]byte{toyfed.MintID: wire.Encode(l.from.backup)}}
	s := story{of: l.of, scheme: l.scheme, others: true, plant: func(f *faulty) { f.machine = hurriedSearch(f.Purse) }, tell: func(t *teller) error { return t.search("restore", search) }}
	l.after = &stage{
		story: s, world: l.world, device: "another wallet", disk: l.world.Memory("another wallet"), fed: l.fed, now: l.now,
		texts: map[string]outside{}, ends: map[fsm.OpID]client.Summary{}, random: l.random,
	}
}

// check holds what the second wallet has against what the federation owes, less
// what the first one never had.
func (l *loss) check() error {
	if l.after.broken != nil {
		return l.after.broken
	}
	c, r, err := l.after.reopen()
	if err != nil {
		return err
	}
	m := purseOf(c, l.of)
	has, inFlight, err := l.after.claimOf(c, r)
	if err != nil || inFlight != 0 {
		return fmt.Errorf("%v still in flight (%v)", inFlight, err)
	}
	mine := map[wire.PublicKey]bool{}
	for n := range m.AsideNotes(r) {
		mine[n.Nonce] = true
		if l.fed.Spent(n.Nonce) { // it brings nothing to find out
			has -= n.Amount
		}
	}
	owes := l.fed.Audit().Outstanding()
	for nonce, amount := range l.outside() {
		if !mine[nonce] && !l.fed.Spent(nonce) {
			owes -= amount
		}
	}
	if has != owes {
		return fmt.Errorf("the federation owes %v, of the store that was lost %v are back", owes, has)
	}
	return l.after.checkNotes(c, r)
}

// lossStories are those in which every step is left that can be left with
// guardians of the first generation that list nothing.
func lossStories() map[string]story {
	some := map[string]story{}
	for _, name := range []string{
		"receive", "hand out and take back", "order, hand out, take back", "handed out and taken", "partly taken",
		"taken, and seen to be", "partly spent e-cash comes in", "one is spent among small ones", "all but one are spent",
		"own e-cash comes home", "much at once", "e-cash that overlaps", "taken while it is called back",
	} {
		some[name] = stories[name]
	}
	for _, name := range []string{"restored from sessions", "restored from a backup", "used while it is restored", "taken while it is restored"} {
		some[name] = restoreStories[name]
	}
	return some
}

func TestBackupsOfEveryMomentHaveEverything(t *testing.T) {
	all := lossStories()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: max(1, *seeds/6), Faults: 4, Kill: true}, all[name].thenLost(nil))
		})
	}
}

// leftOut leaves out what stands in a step.
func leftOut(step string) omission {
	return func(_ *loss, m *Purse, r *kv.Reader, b *wire.MintBackup) {
		left := &baggage{seen: map[wire.PublicKey]bool{}}
		for rec := range m.Executor().All(r) {
			if rec.Step == step {
				m.pack(left, rec.State)
			}
		}
		out := map[wire.PublicKey]bool{}
		for _, n := range left.notes {
			out[n.Nonce] = true
		}
		for _, q := range left.asked {
			out[q.Nonce] = true
		}
		for amount, some := range b.Notes {
			b.Notes[amount] = slices.DeleteFunc(some, func(n wire.MintSpendableNote) bool { return out[toyfed.PublicKey(n.SpendKey)] })
		}
		b.Pending = slices.DeleteFunc(b.Pending, func(p wire.MintPendingNote) bool { return out[toyfed.PublicKey(p.Request.SpendKey)] })
	}
}

// asIfSearched says of a backup that is made during a search that it has all.
func asIfSearched(l *loss, _ *Purse, _ *kv.Reader, b *wire.MintBackup) {
	b.SessionCount = l.fed.Sessions()
}

func TestOmissionsFromBackupsAreFound(t *testing.T) {
	all := lossStories()
	for name, c := range map[string]struct {
		story string
		omit  omission
	}{
		"notes on their way":            {"receive", leftOut("issuing")},
		"notes that are ordered":        {"order, hand out, take back", leftOut("packing")},
		"notes that are being spent":    {"receive", leftOut("spending")},
		"notes that are called back":    {"hand out and take back", leftOut("claiming")},
		"notes that are asked about":    {"partly taken", leftOut("asking")},
		"notes that are handed out":     {"hand out and take back", leftOut("given")},
		"notes that were found":         {"restored from sessions", leftOut("regaining")},
		"notes that were not found yet": {"restored from sessions", asIfSearched},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sim.Search(t, sim.Plan{Seeds: 200, Faults: 4, Kill: true}, all[c.story].thenLost(c.omit))
			if err == nil {
				t.Fatal("not found")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			t.Log(first)
		})
	}
}

// What a backup has, and what came later, is there before the sessions are read that
// were over when it was made.
func TestBackupBringsBackSooner(t *testing.T) {
	var quiet atomic.Bool
	quiet.Store(true)
	s := story{
		of: first, others: true,
		change: func(s *toyfed.Setup) {
			fromSessions(9)(s)
			s.Lie = toyfed.Lie(func(q toyfed.Question) (any, error) {
				if string(q.Params) == "0" && quiet.Load() {
					return nil, errors.New("not now")
				}
				return q.Honest()
			}).About("signed_session_status", "session_status")
		},
		tell: do(past([]wire.Amount{512, 256}, []wire.Amount{1024}), func(tl *teller) error {
			done := make(chan error)
			go func() { done <- restoresBackup(tl) }()
			time.Sleep(10 * time.Minute)
			sum, err := tl.restored()
			if want := wire.Amount(512 + 256 + 1024 + 1024); err != nil || sum.Amount != want || sum.Final {
				t.Errorf("%+v, want %v so far (%v)", sum, want, err)
			}
			quiet.Store(false)
			return <-done
		}),
	}
	s.perform(t)
}

// Of every step that is not an end something is in a backup, or it is one that has
// all sessions read.
func TestEveryStepIsInBackups(t *testing.T) {
	m := anyPurse(t, first)
	for _, machine := range m.Machines() {
		for _, e := range machine.Edges() {
			b := &baggage{whole: true, seen: map[wire.PublicKey]bool{}}
			m.pack(b, steps[e[0]].seed)
			if b.whole && len(b.notes)+len(b.asked) == 0 {
				t.Errorf("nothing of %s at %s is in a backup", machine.Name(), e[0])
			}
		}
	}
}
