package consensus_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

// TestFunding checks sums per unit, and that a refusal changes nothing.
func TestFunding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, db := open(t)
		issue(t, l, 100, 1000, limit)
		before := db.Snapshot().Seq()
		for _, c := range []struct {
			inputs  []wire.DynInput
			outputs []wire.DynOutput
			want    string
		}{
			{[]wire.DynInput{in(plain, 100)}, []wire.DynOutput{out(plain, 92)}, "The transaction is unbalanced (in=100 msat, out=92 msat, fee=9 msat)"},
			{[]wire.DynInput{in(plain, 1000)}, []wire.DynOutput{out(other, 10)}, "The transaction is unbalanced (in=0 msat, out=10 msat, fee=1 msat)"},
			{[]wire.DynInput{in(other, 100)}, []wire.DynOutput{out(other, 90), out(plain, 1)}, "The transaction is unbalanced (in=0 msat, out=1 msat, fee=0 msat)"},
			{[]wire.DynInput{in(other, 8), in(plain, 8)}, []wire.DynOutput{out(other, 9), out(plain, 9)}, "The transaction is unbalanced (in=8 msat, out=9 msat, fee=0 msat)"},
			{nil, []wire.DynOutput{out(plain, limit), out(plain, limit)}, "The transaction is unbalanced (in=0 msat, out=0 msat, fee=0 msat)"},
			{[]wire.DynInput{in(plain, limit), in(plain, limit+1)}, nil, "The transaction is unbalanced (in=0 msat, out=0 msat, fee=0 msat)"},
			{nil, []wire.DynOutput{out(plain, limit), out(plain, limit-1)}, "The transaction is unbalanced (in=0 msat, out=0 msat, fee=0 msat)"}, // with the fee
			{nil, []wire.DynOutput{out(plain, limit+1)}, "The transaction had an invalid output: 3-" + fmt.Sprintf("%x", wire.Encode(wire.Amount(limit+1)))},
			{[]wire.DynInput{in(plain, 13)}, nil, "The transaction did not have the correct number of signatures"},
			{[]wire.DynInput{in(plain, 100)}, []wire.DynOutput{out(plain, 91)}, ""},
		} {
			if got := submit(t, l, transaction(t, l, c.inputs, c.outputs)); got != c.want {
				t.Errorf("%v -> %v: %q, want %q", c.inputs, c.outputs, got, c.want)
			}
		}
		if now := db.Snapshot().Seq(); now != before+1 {
			t.Errorf("%d commits for one accepted transaction", now-before)
		}
		if got := l.Audit(); got.Issued != 1100+limit || got.Fees != 9 || got.Outstanding != 1100+limit-9 {
			t.Errorf("%+v", got)
		}
	})
}

// TestOverpaying leaves what is too much with the federation.
func TestOverpaying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		issue(t, l, 100)
		if got := submit(t, l, transaction(t, l, []wire.DynInput{in(plain, 100)}, []wire.DynOutput{out(plain, 20)})); got != "" {
			t.Error(got)
		}
		if got := submit(t, l, transaction(t, l, nil, nil)); got != "" {
			t.Errorf("an empty transaction: %s", got)
		}
		if got := l.Audit(); got != (consensus.Audit{Issued: 100, Outstanding: 20, Fees: 80}) {
			t.Errorf("%+v", got)
		}
	})
}

// TestRedeem takes value out, and refuses what is spent or not signed.
func TestRedeem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		issue(t, l, 100, 50)
		good := transaction(t, l, []wire.DynInput{in(plain, 100)}, nil)
		if _, err := l.Redeem(t.Context(), good.Wire); err != nil {
			t.Fatal(err)
		}
		unsigned := wire.Transaction{Inputs: []wire.DynInput{in(plain, 50)}}
		elsewhere := transaction(t, l, []wire.DynInput{in(plain, 50)}, []wire.DynOutput{out(plain, 40)}).Wire
		for _, tx := range []wire.Transaction{good.Wire, transaction(t, l, []wire.DynInput{in(plain, 100)}, nil).Wire, unsigned, elsewhere} {
			if _, err := l.Redeem(t.Context(), tx); err == nil {
				t.Errorf("redeemed %v", tx.Inputs)
			}
		}
		if got := l.Audit(); got != (consensus.Audit{Issued: 150, Outstanding: 50, Redeemed: 100}) {
			t.Errorf("%+v", got)
		}
	})
}

// TestOrder stops the order and sees what waits, what is the same, and what the
// end of the one who asked changes.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		issue(t, l, 100)
		l.SetOnline(0, false)
		l.SetOnline(2, false)
		if l.Quorum() || l.Online(2) || !l.Online(3) {
			t.Error("two of four are a quorum")
		}
		tx := transaction(t, l, []wire.DynInput{in(plain, 100)}, nil)
		rival := transaction(t, l, []wire.DynInput{in(plain, 100)}, []wire.DynOutput{out(plain, 1)})
		type verdict struct {
			name string
			err  error
		}
		given := make(chan verdict, 4)
		verdicts := make(map[string]error)
		collect := func() {
			synctest.Wait()
			for len(given) > 0 {
				v := <-given
				verdicts[v.name] = v.err
			}
		}
		for _, c := range []struct {
			name string
			tx   *consensus.Transaction
		}{{"first", tx}, {"again", tx}, {"rival", rival}} {
			go func() { given <- verdict{c.name, l.Submit(context.Background(), 1, c.tx)} }()
			synctest.Wait()
		}
		gone, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := l.Issue(gone, []wire.DynOutput{out(plain, 5)}, [8]byte{1})
			given <- verdict{"gone", err}
		}()
		synctest.Wait()
		cancel()
		collect()
		if l.Waiting() != 3 || len(verdicts) != 1 || !errors.Is(verdicts["gone"], context.Canceled) {
			t.Errorf("%d wait, verdicts %v", l.Waiting(), verdicts)
		}
		l.SetOnline(0, true)
		collect()
		if verdicts["first"] != nil || verdicts["again"] != nil || verdicts["rival"] == nil || len(verdicts) != 4 {
			t.Errorf("verdicts %v", verdicts)
		}
		if got := l.Audit(); got != (consensus.Audit{Issued: 100, Fees: 100}) {
			t.Errorf("what was issued to nobody: %+v", got)
		}
		items := l.Session(0).Items
		if len(items) != 2 || items[1].Peer != 1 {
			t.Errorf("items %+v", items)
		}
		if err := l.Submit(t.Context(), 3, tx); err != nil {
			t.Errorf("submitted after it was accepted: %v", err)
		}
	})
}

// TestCheckedOnlyWhenSubmitted has two outputs of which only one is admitted,
// unless both are in the order already.
func TestCheckedOnlyWhenSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		issue(t, l, 100, 200, 300)
		l.SetOnline(0, false)
		l.SetOnline(2, false)
		var accepted atomic.Int32
		for _, amount := range []wire.Amount{100, 200} {
			go func() {
				if l.Submit(context.Background(), 1, transaction(t, l, []wire.DynInput{in(plain, amount)}, []wire.DynOutput{out(plain, 17)})) == nil {
					accepted.Add(1)
				}
			}()
			synctest.Wait()
		}
		l.SetOnline(0, true)
		synctest.Wait()
		if got := accepted.Load(); got != 2 {
			t.Errorf("%d of 2 were accepted", got)
		}
		if got, want := submit(t, l, transaction(t, l, []wire.DynInput{in(plain, 300)}, []wire.DynOutput{out(plain, 17)})), "The transaction had an invalid output: 3-11"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestItems appends what a module takes, and undoes what it refuses.
func TestItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		if err := l.ProposeItem(t.Context(), 2, plain, wire.Amount(5)); err != nil {
			t.Error(err)
		}
		if err := l.ProposeItem(t.Context(), 2, plain, wire.Amount(1)); err == nil {
			t.Error("a module took what it refuses")
		}
		if value, _ := l.View(plain).Get("item"); string(value) != "\x05" {
			t.Errorf("the item is %x", value)
		}
		if items := l.Session(0).Items; len(items) != 1 || items[0].Item.Module == nil || items[0].Peer != 2 {
			t.Errorf("items %+v", items)
		}
	})
}

// TestWhatDoesNotDecode is refused before it is a transaction.
func TestWhatDoesNotDecode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		for want, tx := range map[string]wire.Transaction{
			"input 0: module 9 takes no inputs":   {Inputs: []wire.DynInput{in(9, 1)}},
			"input 0: module 1 takes no inputs":   {Inputs: []wire.DynInput{in(1, 1)}},
			"output 1: module 9 takes no outputs": {Outputs: []wire.DynOutput{out(plain, 1), out(9, 1)}},
		} {
			if _, err := l.Decode(wire.Encode(tx)); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		malformed := wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.Dyn{Module: plain, Body: []byte{1, 2}}}}}
		if _, err := l.Decode(wire.Encode(malformed)); err == nil {
			t.Error("a malformed input")
		}
		if _, err := l.Decode(append(wire.Encode(wire.Transaction{}), 0)); err == nil {
			t.Error("a byte too many")
		}
	})
}

// TestKeepSessions watches sessions end in virtual time.
func TestKeepSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go l.KeepSessions(ctx, 3*time.Second)
		step := func(d time.Duration, want uint64) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if got := l.SessionCount(); got != want {
				t.Errorf("%d sessions, want %d", got, want)
			}
		}
		step(time.Second, 0)
		issue(t, l, 1)
		step(2*time.Second, 1) // a session with an item ends at the next tick
		step(2*time.Minute, 1) // one without goes on
		step(time.Minute+3*time.Second, 2)
		issue(t, l, 2)
		l.SetOnline(0, false)
		l.SetOnline(1, false)
		step(time.Hour, 2) // nobody signs
		l.SetOnline(0, true)
		step(3*time.Second, 3)

		awaited := make(chan error, 1)
		go func() {
			_, err := l.AwaitSession(t.Context(), 3)
			awaited <- err
		}()
		step(3*time.Minute+3*time.Second, 4)
		if err := <-awaited; err != nil {
			t.Error(err)
		}
	})
}

// TestSigners checks that every guardian signs, and always as many as it takes.
func TestSigners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		signed := map[wire.PeerID]int{}
		for range 8 {
			count, err := l.CloseSession(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			signatures := l.Session(count - 1).Signatures
			if len(signatures) != 3 {
				t.Errorf("%d signatures", len(signatures))
			}
			for peer := range signatures {
				signed[peer]++
			}
		}
		for peer := range wire.PeerID(4) {
			if signed[peer] != 6 {
				t.Errorf("guardian %d signed %d of 8 sessions", peer, signed[peer])
			}
		}
	})
}

// TestOutcome asks for outputs that are there and that are not.
func TestOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := open(t)
		id, err := l.Issue(t.Context(), []wire.DynOutput{out(plain, 5), out(other, 6)}, [8]byte{})
		if err != nil {
			t.Fatal(err)
		}
		modules, err := l.AwaitTransaction(t.Context(), id)
		if err != nil || len(modules) != 2 || modules[0] != plain || modules[1] != other {
			t.Errorf("modules %v, %v", modules, err)
		}
		if got := l.Outcome(3, plain, wire.OutPoint{TxID: id}); got == nil || got.Module != plain || string(got.Body) != "\x03" {
			t.Errorf("outcome %v", got)
		}
		if got := l.Outcome(3, plain, wire.OutPoint{TxID: id, Index: 1}); got != nil {
			t.Errorf("outcome %v", got)
		}
	})
}
