package client_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/ecash"
	"satchel/client/mint"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A desk is a wallet with e-cash and the dummy's coins, at a federation without
// a world.
type desk struct {
	t     *testing.T
	ctx   context.Context
	fed   *toyfed.Federation
	c     *client.Client
	mint  *ecash.Purse
	dummy *dummy.Dummy
}

func mintKind() client.Kind {
	return ecash.Mint(func() mint.Options { return mint.Options{Scheme: toy.New(), Gap: 5} })
}

// atDesk does something with a wallet that has these coins and one note of each
// of these amounts.
func atDesk(t *testing.T, coins, notes []wire.Amount, do func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{t: t, fed: toyfed.New(nil, toyfed.Setup{
			Signer: toy.New(), Guardians: 4, TopTier: 12, Fee: wire.FeeConsensus{Base: 100},
		})}
		c, err := d.fed.Open(t.Context(), "desk", kv.NewMemory().Handle(), nil, mintKind(), dummy.Kind())
		if err != nil {
			t.Fatal(err)
		}
		d.c, d.mint, d.dummy = c, c.Module(wire.KindMint).(*ecash.Purse), c.Module(dummy.Name).(*dummy.Dummy)
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- c.Run(ctx) }()
		d.ctx = ctx
		defer func() {
			cancel()
			<-ran
			time.Sleep(time.Minute)
		}()
		d.fund(coins, notes)
		do(d)
	})
}

// fund gives the wallet money: notes arrive as e-cash does.
func (d *desk) fund(coins, notes []wire.Amount) {
	d.t.Helper()
	d.update(func(tx *fsm.Tx) error {
		for i, amount := range coins {
			key := keyOf(fmt.Sprint("coin ", i))
			d.fed.GiveCoin(key.PublicKey(), amount)
			d.dummy.Put(tx, dummy.Coin{Key: key, Amount: amount})
		}
		return nil
	})
	if len(notes) == 0 {
		return
	}
	n := 0
	text := wire.NewOOBNotes(d.fed.Prefix(), d.fed.MintEach(notes, func() wire.SecretKey {
		n++
		return keyOf(fmt.Sprint("note ", n))
	}))
	op, err := d.mint.Receive(d.ctx, mint.Text{OOBNotes: text}, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	d.settle(op)
}

func keyOf(name string) wire.SecretKey { return wire.SecretKey(wire.HashOf(wire.ModuleKind(name))) }

func (d *desk) update(fn func(*fsm.Tx) error) {
	d.t.Helper()
	if err := d.c.Update(d.ctx, fn); err != nil {
		d.t.Fatal(err)
	}
}

// settle waits until an operation is over.
func (d *desk) settle(op fsm.OpID) {
	d.t.Helper()
	_, err := fsm.Await(d.ctx, d.c.Executor(), fsm.Under(op), func(r *kv.Reader) (bool, bool) {
		for rec := range d.c.Executor().Machines(r, op) {
			if !rec.Final {
				return false, false
			}
		}
		return true, fsm.Exists(r, op)
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// balances are what the mint and the dummy have.
func (d *desk) balances() (notes, coins wire.Amount) {
	r := d.c.Executor().Snapshot()
	return d.mint.Balance(r), d.dummy.Balance(r)
}

// coinFor is a part that makes a coin for somebody.
func (d *desk) coinFor(amount wire.Amount) client.Part {
	return client.Part{
		Module:  toyfed.DummyID,
		Outputs: []client.Output{{Body: dummy.Output{Key: keyOf("somebody").PublicKey(), Amount: amount}, Amount: amount, Fee: dummy.Fee}},
		Lock:    func(*fsm.Tx, client.Placed) error { return nil },
	}
}

// gift is a part that brings in a coin that the wallet does not keep.
func (d *desk) gift(name string, amount wire.Amount) client.Part {
	key := keyOf(name)
	d.fed.GiveCoin(key.PublicKey(), amount)
	return client.Part{
		Module: toyfed.DummyID,
		Inputs: []client.Input{{Body: dummy.Input{Key: key.PublicKey()}, Amount: amount, Fee: dummy.Fee, Key: key, Public: key.PublicKey()}},
		Lock:   func(*fsm.Tx, client.Placed) error { return nil },
	}
}

// transact makes a transaction of parts and waits for its end.
func (d *desk) transact(op fsm.OpID, parts ...client.Part) (*client.Draft, error) {
	var draft *client.Draft
	err := d.c.Transact(d.ctx, op,
		func(p *client.Plan) (err error) {
			draft, err = p.Transaction(parts...)
			return err
		},
		func(tx *fsm.Tx, _ *client.Plan) error { return d.dummy.Begin(tx, op, dummy.Name, nil) })
	if err == nil {
		d.settle(op)
	}
	return draft, err
}

// What is missing is paid by the first cash module that can, whatever it is
// missing for; what is too much goes to the first.
func TestCashModulesAreAskedInOrder(t *testing.T) {
	for name, test := range map[string]struct {
		coins, notes []wire.Amount
		pay          wire.Amount
		byMint       bool
		fails        bool
	}{
		"notes pay for a coin":          {nil, []wire.Amount{4096}, 1000, true, false},
		"notes come first":              {[]wire.Amount{5000}, []wire.Amount{4096}, 1000, true, false},
		"coins when notes do not do":    {[]wire.Amount{5000}, []wire.Amount{1024}, 3000, false, false},
		"coins when there are no notes": {[]wire.Amount{5000}, nil, 3000, false, false},
		"too little of either":          {[]wire.Amount{500}, []wire.Amount{4096}, 5000, false, true},
		"nothing":                       {nil, nil, 1, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			atDesk(t, test.coins, test.notes, func(d *desk) {
				notes, coins := d.balances()
				_, err := d.transact(fsm.OpID{1}, d.coinFor(test.pay))
				var poor *client.InsufficientError
				if errors.As(err, &poor) != test.fails || err != nil && !test.fails {
					t.Fatal(err)
				}
				if test.fails && (poor.Have != notes+coins || poor.Need <= poor.Have) {
					t.Errorf("%v, there are %v of notes and %v of coins", poor, notes, coins)
				}
				nowNotes, nowCoins := d.balances()
				if got := nowNotes != notes; got != test.byMint {
					t.Errorf("notes: %v, were %v", nowNotes, notes)
				}
				if got := nowCoins != coins; got != (!test.byMint && !test.fails) {
					t.Errorf("coins: %v, were %v", nowCoins, coins)
				}
				if got := d.fed.Coin(keyOf("somebody").PublicKey()); test.fails && got != 0 || !test.fails && got != test.pay {
					t.Errorf("somebody got %v", got)
				}
			})
		})
	}
}

// When no module has enough by itself, the first gives all that it has.
func TestCashModulesPayTogether(t *testing.T) {
	atDesk(t, []wire.Amount{2500}, []wire.Amount{4096}, func(d *desk) {
		hadNotes, hadCoins := d.balances()
		draft, err := d.transact(fsm.OpID{1}, d.coinFor(4000))
		if err != nil {
			t.Fatal(err)
		}
		notes, coins := d.balances()
		if got := d.fed.Coin(keyOf("somebody").PublicKey()); got != 4000 || notes+coins+4000+draft.Fee != hadNotes+hadCoins {
			t.Errorf("somebody got %v, %v of notes and %v of coins are left, fee %v", got, notes, coins, draft.Fee)
		}
		if owes := d.fed.Audit().Outstanding(); owes != notes {
			t.Errorf("the federation owes %v, the wallet has %v", owes, notes)
		}
	})
}

func TestTooMuchBecomesChangeOfTheFirst(t *testing.T) {
	atDesk(t, nil, nil, func(d *desk) {
		draft, err := d.transact(fsm.OpID{1}, d.gift("gift", 2000))
		if err != nil {
			t.Fatal(err)
		}
		notes, coins := d.balances()
		if notes == 0 || coins != 0 || notes+draft.Fee != 2000 {
			t.Errorf("%v of notes, %v of coins, fee %v", notes, coins, draft.Fee)
		}
		if draft.Added.Start != 0 || draft.Added.End == 0 {
			t.Errorf("outputs that were added: %v", draft.Added)
		}
		if owes := d.fed.Audit().Outstanding(); owes != notes {
			t.Errorf("the federation owes %v, the wallet has %v", owes, notes)
		}
	})
}

func TestWhatIsEvenStaysAsItIs(t *testing.T) {
	atDesk(t, nil, []wire.Amount{4096}, func(d *desk) {
		before, _ := d.balances()
		draft, err := d.transact(fsm.OpID{1}, d.gift("gift", 2000+2*dummy.Fee), d.coinFor(2000))
		if err != nil {
			t.Fatal(err)
		}
		if now, _ := d.balances(); now != before || len(draft.Tx.Inputs) != 1 || len(draft.Tx.Outputs) != 1 || draft.Fee != 2*dummy.Fee {
			t.Errorf("%v of notes, were %v; %d inputs, %d outputs, fee %v", now, before, len(draft.Tx.Inputs), len(draft.Tx.Outputs), draft.Fee)
		}
	})
}

// Sums that do not fit are errors, wherever they come about.
func TestSumsThatOverflow(t *testing.T) {
	const half = 1 << 63
	atDesk(t, nil, []wire.Amount{4096}, func(d *desk) {
		for name, parts := range map[string][]client.Part{
			"outputs":            {d.coinFor(half), d.coinFor(half)},
			"output and fee":     {d.coinFor(1<<64 - 1)},
			"inputs":             {d.gift("a", half), d.gift("b", half)},
			"change of too much": {d.gift("c", 1<<64-1), d.coinFor(1<<64 - 5)},
		} {
			if _, err := d.transact(fsm.OpID{9}, parts...); !errors.Is(err, wire.ErrAmount) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A transaction that guardians would not take is not made.
func TestTransactionsHaveALimit(t *testing.T) {
	atDesk(t, nil, nil, func(d *desk) {
		var parts []client.Part
		for i := range 1000 {
			parts = append(parts, d.gift(fmt.Sprint(i), 1000))
		}
		if _, err := d.transact(fsm.OpID{1}, parts...); !errors.Is(err, client.ErrTooLarge) {
			t.Error(err)
		}
		if _, err := d.transact(fsm.OpID{1}, parts[:300]...); err != nil {
			t.Error(err)
		}
	})
}

// The same plan gives the same transaction, so that working it out again after a
// crash does not pay twice; another operation's is another one.
func TestPlansRepeat(t *testing.T) {
	atDesk(t, nil, []wire.Amount{4096}, func(d *desk) {
		draft := func(op fsm.OpID) wire.TxID {
			got, err := d.c.Plan(op).Transaction(d.coinFor(1000))
			if err != nil {
				t.Fatal(err)
			}
			return got.ID
		}
		if draft(fsm.OpID{1}) != draft(fsm.OpID{1}) {
			t.Error("the same plan gave two transactions")
		}
		if draft(fsm.OpID{1}) == draft(fsm.OpID{2}) {
			t.Error("two operations have the same transaction")
		}
	})
}

// A plan that is out of date changes nothing.
func TestPlansGoOutOfDate(t *testing.T) {
	atDesk(t, nil, []wire.Amount{4096}, func(d *desk) {
		first, second := d.c.Plan(fsm.OpID{1}), d.c.Plan(fsm.OpID{2})
		for _, p := range []*client.Plan{first, second} {
			if _, err := p.Transaction(d.coinFor(1000)); err != nil {
				t.Fatal(err)
			}
		}
		d.update(first.Commit)
		notes, _ := d.balances()
		if err := d.c.Update(d.ctx, second.Commit); !errors.Is(err, fsm.ErrAgain) {
			t.Errorf("stale plan: %v", err)
		}
		if now, _ := d.balances(); now != notes || fsm.Exists(d.c.Executor().Snapshot(), fsm.OpID{2}) {
			t.Errorf("stale plan left traces: %v, had %v", now, notes)
		}
		d.settle(fsm.OpID{1})
	})
}

func TestQuotesAreNotCommitted(t *testing.T) {
	atDesk(t, nil, []wire.Amount{4096}, func(d *desk) {
		p := d.c.Plan(fsm.OpID{1})
		p.Quote = true
		quote, err := p.Transaction(d.coinFor(1000))
		if err != nil {
			t.Fatal(err)
		}
		real, err := d.c.Plan(fsm.OpID{1}).Transaction(d.coinFor(1000))
		if err != nil || quote.Fee != real.Fee {
			t.Errorf("quoted %v, costs %v (%v)", quote.Fee, real.Fee, err)
		}
		defer func() {
			if recover() == nil {
				t.Error("a quote was committed")
			}
		}()
		p.Commit(nil)
	})
}

// An operation is begun once, however often and at once it is asked for.
func TestOperationsBeginOnce(t *testing.T) {
	atDesk(t, []wire.Amount{5000}, nil, func(d *desk) {
		errs := make(chan error)
		for range 20 {
			go func() {
				_, err := d.transact(fsm.OpID{1}, d.coinFor(100))
				errs <- err
			}()
		}
		begun := 0
		for range 20 {
			switch err := <-errs; {
			case err == nil:
				begun++
			case !errors.Is(err, client.ErrExists):
				t.Error(err)
			}
		}
		if _, coins := d.balances(); begun != 1 || coins != 5000-100-3*dummy.Fee {
			t.Errorf("begun %d times, %v are left", begun, coins)
		}
	})
}
