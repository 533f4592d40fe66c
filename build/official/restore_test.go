//go:build unix

package official

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/client/wire"
)

// patience is for how long the official client may recover. Before it reads
// anything it derives a hundred notes of each of 57 tiers, most of a minute's work.
const patience = 5 * time.Minute

// A ledger has what is known of who owns what: the books of the federation, and
// the notes that belong to nobody in the test.
type ledger struct {
	t          testing.TB
	federation *devfed.Federation
	others     wire.Amount // what others have, msat
}

// openLedger starts a federation whose sessions end when the test says so, and in which
// somebody else has e-cash.
func openLedger(t testing.TB) *ledger {
	l := &ledger{t: t, federation: startFederation(t, devfed.Options{Session: -1}), others: 12_345}
	ecash(t, l.federation, l.others)
	return l
}

// behave makes all guardians tell a lie, or none.
func (l *ledger) behave(lie liar.Lie) {
	l.t.Helper()
	for i := range l.federation.Guardians() {
		if err := l.federation.Behave(i, guardian.Behaviour{State: guardian.On, Lie: lie}); err != nil {
			l.t.Fatal(err)
		}
	}
}

func (l *ledger) closeSession() {
	l.t.Helper()
	if _, err := l.federation.CloseSession(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// owned is what the words own: whatever nobody else has, whether or not a wallet
// knows of it, in msat.
func (l *ledger) owned() wire.Amount { return l.federation.Audit().Outstanding - l.others }

// take lets somebody take e-cash.
func (l *ledger) take(notes string) {
	l.t.Helper()
	parsed, err := wire.ParseOOBNotes(notes)
	if err == nil {
		_, err = l.federation.Faucet.Redeem(l.t.Context(), parsed)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

// A payer is either wallet.
type payer interface {
	redeem(notes string)
	send(amount wire.Amount) (notes string)
	spare() (notes string) // hands out notes that it has
	issue(notes string)    // until the federation has accepted it
	backUp()
	stop()
}

// live lets a wallet receive and pay, with change, and hand e-cash out that nobody
// takes. Then guardians keep their shares back, and the wallet reissues e-cash. It
// makes a backup, goes on paying, and is killed before it has the new notes. The
// last of that is in the session that still runs. It returns what was handed out
// before the backup, in msat.
func (l *ledger) live(w payer, backup bool) (early wire.Amount) {
	l.t.Helper()
	w.redeem(ecash(l.t, l.federation, 200<<10))
	l.take(w.send(50 << 10))
	l.closeSession()
	early = worth(l.t, w.send(30<<10))
	l.behave(liar.SilentShares)
	w.issue(ecash(l.t, l.federation, 63<<10))
	if backup {
		w.backUp()
	}
	l.closeSession()
	w.spare()
	l.take(w.spare())
	w.stop()
	l.behave("")
	return early
}

// A way of restoring: from the list of notes or from the sessions, with a backup
// or without.
type way struct{ history, backup bool }

func (w way) String() string {
	from, with := "list", "words alone"
	if w.history {
		from = "sessions"
	}
	if w.backup {
		with = "backup"
	}
	return from + ", " + with
}

// lost is what no wallet finds again: who reads the sessions since a backup learns
// nothing of notes that were handed out before it.
func (w way) lost(early wire.Amount) wire.Amount {
	if w.history && w.backup {
		return early
	}
	return 0
}

func (w way) past(l *ledger) {
	if w.history {
		l.behave(liar.FailRecovery)
	}
}

var fromList, fromSessions = []way{{}, {backup: true}}, []way{{history: true}, {history: true, backup: true}}

// TestRestoreThere restores words of our wallet in the official client, which pays
// with what it has found and receives; and then here again. It reads sessions: see
// TestListThere.
func TestRestoreThere(t *testing.T) {
	for _, way := range fromSessions {
		t.Run(way.String(), func(t *testing.T) {
			l := openLedger(t)
			first := openWallet(t)
			first.join(l.federation.Invite())
			lost := way.lost(l.live(first, way.backup))
			way.past(l)
			words, owned := first.mnemonic, l.owned()

			theirs := Start(t)
			theirs.SetWords(words...)
			theirs.Restore(l.federation.Invite(), !way.backup)
			took := theirs.Restored(owned-lost, patience)
			t.Logf("the words own %d msat, of which %d cannot be found; the official client had the rest after %v", owned, lost, took)
			l.take(theirs.Spend(40 << 10))
			theirs.Redeem(ecash(t, l.federation, 25<<10))
			if has := theirs.Balance(); has != l.owned()-lost {
				t.Errorf("the official client has %d msat and the words own %d", has, l.owned())
			}
			theirs.Kill()
			l.restoreHere(words, lost)
		})
	}
}

// TestRestoreHere restores words of the official client in our wallet.
func TestRestoreHere(t *testing.T) {
	for _, way := range slices.Concat(fromList, fromSessions) {
		t.Run(way.String(), func(t *testing.T) {
			l := openLedger(t)
			theirs := Start(t)
			words := theirs.MakeWords()
			theirs.Join(l.federation.Invite())
			lost := way.lost(l.live(official{theirs}, way.backup))
			way.past(l)
			l.restoreHere(words, lost)
		})
	}
}

// restoreHere restores words in a new wallet of ours and pays with all that it
// finds, which is all that the words own but for what is lost, and fees.
func (l *ledger) restoreHere(words []string, lost wire.Amount) {
	l.t.Helper()
	owned, fees := l.owned(), l.federation.Audit().Fees
	w := openWallet(l.t, words...)
	w.join(l.federation.Invite())
	w.restored()
	balance, aside := w.has()
	fees = l.federation.Audit().Fees - fees
	l.t.Logf("the words own %d msat, of which %d cannot be found; we have %d and %d aside, for fees of %d", owned, lost, balance, aside, fees)
	if balance == 0 || balance+aside+fees+lost != owned || balance+aside+lost != l.owned() {
		l.t.Errorf("the words own %d msat now", l.owned())
	}
	l.behave("")
	w.redeem(ecash(l.t, l.federation, 25<<10))
	balance, aside = w.has()
	l.take(w.spend(balance))
	if rest := aside + lost; l.owned() != rest {
		l.t.Errorf("we have paid with everything and the words own %d msat, want %d", l.owned(), rest)
	}
}

// official makes a payer of a client.
type official struct{ *Client }

func (c official) redeem(notes string)            { c.Redeem(notes) }
func (c official) send(amount wire.Amount) string { return c.Spend(amount) }
func (c official) spare() string                  { return c.Spend(c.smallest()) }
func (c official) issue(notes string)             { c.Issue(notes) }
func (c official) backUp()                        { c.BackUp() }
func (c official) stop()                          { c.Kill() }

// smallest is the amount of the smallest note that it has, of those that are worth
// claiming. When others are taken in the session that runs, who restores cannot
// know, and puts them aside.
func (c official) smallest() wire.Amount {
	amounts := slices.Sorted(maps.Keys(c.counts()))
	return amounts[slices.IndexFunc(amounts, func(a wire.Amount) bool { return a >= 1<<10 })]
}

// TestOtherWords restores words that own nothing, in both.
func TestOtherWords(t *testing.T) {
	l := openLedger(t)
	rich := openWallet(t)
	rich.join(l.federation.Invite())
	l.live(rich, true)
	theirs := Start(t)
	theirs.SetWords(words...)
	fromSessions[0].past(l)
	theirs.Restore(l.federation.Invite(), true)
	theirs.Restored(0, patience)
	l.behave("")
	ours := openWallet(t, words...)
	ours.join(l.federation.Invite())
	ours.restored()
	if balance, aside := ours.has(); balance+aside != 0 {
		t.Errorf("with other words we have %d msat and %d aside", balance, aside)
	}
	if has := theirs.Balance(); has != 0 || l.owned() == 0 {
		t.Errorf("with other words the official client has %d msat of %d", has, l.owned())
	}
}

// TestOtherDerivation finds what was made of the words as fedimint-cli does.
func TestOtherDerivation(t *testing.T) {
	for _, way := range []way{fromList[0], fromSessions[0]} {
		t.Run(way.String(), func(t *testing.T) {
			l := openLedger(t)
			first := openWallet(t)
			first.joinUnder("single", l.federation.Invite())
			l.live(first, false)
			way.past(l)
			l.restoreHere(first.mnemonic, 0)
		})
	}
}

// TestListThere shows why the official client is made to read sessions: the one of
// this version dies when it gets the list of notes, of a trap. It takes the time
// of a clock that WebAssembly has not. When this test fails, restore there from
// lists, too.
func TestListThere(t *testing.T) {
	l := openLedger(t)
	first := openWallet(t)
	first.join(l.federation.Invite())
	first.redeem(ecash(t, l.federation, 8<<10))
	theirs := Start(t)
	theirs.browser.Accept(`RuntimeError: unreachable`)
	theirs.SetWords(first.mnemonic...)
	theirs.Restore(l.federation.Invite(), true)
	for trapped := false; !trapped; {
		for _, m := range theirs.browser.Console() {
			trapped = trapped || strings.Contains(m.String(), "RuntimeError: unreachable")
		}
		var ms *float64
		if theirs.call("restored", &ms, l.owned()); ms != nil {
			t.Fatal("the official client has recovered from the list of notes")
		}
	}
}
