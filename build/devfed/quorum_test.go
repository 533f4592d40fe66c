package devfed_test

import (
	"slices"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/wire"
)

// TestOneOff does everything with one of four guardians off, whichever it is.
func TestOneOff(t *testing.T) {
	f := start(t, devfed.Options{Offline: 1})
	for off := range wire.PeerID(4) {
		heal(t, f)
		behave(t, f, off, guardian.Behaviour{State: guardian.Off})
		on := slices.DeleteFunc([]wire.PeerID{0, 1, 2, 3}, func(peer wire.PeerID) bool { return peer == off })
		p := open(t, f, on...)
		coins := p.pay(p.draw(f, 2048), 1024, 512)
		p.pay(coins, 1024)
		count, err := f.CloseSession(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s := p.some()
		signed := decode[wire.SignedSessionOutcome](t, ask[wire.Serde](s, "await_signed_session_outcome", count-1))
		if err := signed.Verify(count-1, p.config.BroadcastKeys); err != nil {
			t.Error(err)
		}
		if _, ok := signed.Signatures[off]; ok || len(signed.Signatures) != 3 {
			t.Errorf("guardian %d is off, and the signers are %v", off, signed.Signatures)
		}
	}
}

// TestNoQuorum submits to a federation that cannot agree on anything, and heals
// it.
func TestNoQuorum(t *testing.T) {
	for _, n := range []int{1, 4, 7} {
		f := start(t, devfed.Options{Guardians: n})
		p := open(t, f)
		coins := p.draw(f, 2048)
		stall(t, f)
		if n == 1 { // nobody is left to submit to
			heal(t, f)
			p = open(t, f, 0)
			p.pay(coins, 1024)
			continue
		}
		first, second := p.sockets[0], p.sockets[1]
		requests := newRequests(t, 1024, 256)
		tx := p.transaction(coins, requests)
		submitted := map[int]bool{first.send("submit_transaction", wire.SerdeOf(tx)): true, first.send("submit_transaction", wire.SerdeOf(tx)): true}
		awaited := second.send("await_outputs_outcomes", outPoints(tx.TxID(), 0, 2))
		conflict := p.transaction(coins, nil)
		second.send("submit_transaction", wire.SerdeOf(conflict))
		until(t, func() bool { return f.Waiting() == 2 }) // the same transaction waits once
		if got := ask[bool](first, "module_1_note_spent", coins[0].note.SpendKey.PublicKey()); got {
			t.Error("a note was spent without a quorum")
		}
		heal(t, f)
		// One of the two conflicting transactions is accepted, the other refused;
		// guardians that got neither know which.
		verdicts := map[bool]int{}
		for range 2 {
			r := first.receive()
			if !submitted[r.ID] {
				t.Fatalf("response %+v", r)
			}
			verdicts[p.verdict(tx, r.Result) == ""]++
		}
		if len(verdicts) != 1 {
			t.Errorf("one transaction has two verdicts: %v", verdicts)
		}
		if r := second.receive(); verdicts[true] > 0 {
			other := second.receive()
			if r.ID != awaited {
				r, other = other, r
			}
			if text := p.verdict(conflict, other.Result); text != textSpent {
				t.Errorf("the conflicting transaction: %q", text)
			}
		} else if text := p.verdict(conflict, r.Result); text != "" {
			t.Errorf("both were refused, the other with %q", text)
		}
		if got := ask[bool](first, "module_1_note_spent", coins[0].note.SpendKey.PublicKey()); !got {
			t.Error("the note is not spent after all")
		}
	}
}

// TestAcceptedAfterTheClientIsGone submits during a stall and hangs up.
func TestAcceptedAfterTheClientIsGone(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f, 0)
	tx := p.transaction(p.draw(f, 1024), nil)
	stall(t, f)
	p.sockets[0].send("submit_transaction", wire.SerdeOf(tx))
	until(t, func() bool { return f.Waiting() == 1 })
	p.sockets[0].conn.CloseNow()
	heal(t, f)
	later := dial(t, p.config.Guardians[3].URL.Full())
	if got := ask[wire.TxID](later, "await_transaction", tx.TxID()); got != tx.TxID() {
		t.Errorf("awaited %v", got)
	}
}

// TestManyGuardians runs the largest federation, with as many guardians off as
// it can do without.
func TestManyGuardians(t *testing.T) {
	f := start(t, devfed.Options{Guardians: 10, Offline: 3})
	p := open(t, f, 0, 1, 2, 3, 4, 5, 6)
	p.pay(p.draw(f, 2048), 1024, 512)
	if got := len(f.Invite().Guardians()); got != 4 {
		t.Errorf("the invite code names %d guardians, want 4", got)
	}
	for _, n := range []int{-1, 11} {
		if _, err := devfed.Start(t.Context(), devfed.Options{Guardians: n}); err == nil {
			t.Errorf("a federation of %d guardians", n)
		}
	}
}
