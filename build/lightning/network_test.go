package lightning_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/wire"
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
)

const now = 1_700_000_000

// A world is a network with a clock that stands still, and two nodes.
type world struct {
	*lightning.Network
	alice, bob *lightning.Node
	passed     time.Duration
}

func open(t *testing.T, store kv.Store) *world {
	t.Helper()
	w := &world{}
	var err error
	w.Network, err = lightning.Open(t.Context(), store, lightning.Options{
		Now: func() time.Time { return time.Unix(now, 0).Add(w.passed) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, node := range map[string]**lightning.Node{"alice": &w.alice, "bob": &w.bob} {
		if *node, err = w.Node(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func invoice(t *testing.T, n *lightning.Node, change ...func(*lightning.Request)) bolt11.Invoice {
	t.Helper()
	r := lightning.Request{Amount: 1000, Expiry: 60, Description: wire.InvoiceDescription{Direct: "tea"}}
	for _, c := range change {
		c(&r)
	}
	i, err := n.Invoice(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func hold(r *lightning.Request) {
	hash := preimage.Hash()
	r.Hash = &hash
}

var preimage = wire.Preimage{1, 2, 3}

func pay(t *testing.T, n *lightning.Node, i bolt11.Invoice) lightning.Payment {
	t.Helper()
	p, err := n.Pay(t.Context(), i, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func checkEarned(t *testing.T, n *lightning.Node, msat int64) {
	t.Helper()
	if got := n.Earned(); got != msat {
		t.Errorf("%s has earned %d msat, want %d", n.Alias(), got, msat)
	}
}

func TestInvoiceIsReal(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	i := invoice(t, w.alice)
	read, err := bolt11.Decode(i.String())
	if err != nil {
		t.Fatal(err)
	}
	if read.Network != "regtest" || read.Amount != 1000 || read.Payee != w.alice.Key() || read.Description != "tea" ||
		read.ExpiresAt() != now+60 || read.MinFinalCLTV != 144 || read.PaymentSecret == ([32]byte{}) {
		t.Errorf("invoice %+v", read)
	}
	hash := wire.Hash{9}
	i = invoice(t, w.alice, func(r *lightning.Request) { r.Description = wire.InvoiceDescription{Hash: &hash} })
	if i.DescriptionHash == nil || *i.DescriptionHash != hash {
		t.Errorf("description hash %v", i.DescriptionHash)
	}
	for _, r := range []lightning.Request{{Amount: 1}, {Expiry: 1}} {
		if _, err := w.alice.Invoice(t.Context(), r); err == nil {
			t.Errorf("an invoice for %+v", r)
		}
	}
	invoice(t, w.alice, hold)
	again := preimage.Hash()
	if _, err := w.alice.Invoice(t.Context(), lightning.Request{Amount: 5, Expiry: 5, Hash: &again}); !errors.Is(err, lightning.ErrExists) {
		t.Errorf("a second invoice for a payment hash: %v", err)
	}
}

func TestPay(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	i := invoice(t, w.bob)
	if _, ok, err := w.alice.Payment(t.Context(), i.PaymentHash); ok || err != nil {
		t.Fatal("there is a payment before there is one", err)
	}
	p := pay(t, w.alice, i)
	if p.State != lightning.Succeeded || p.Preimage.Hash() != i.PaymentHash || p.Amount != 1000 {
		t.Fatalf("payment %+v", p)
	}
	if state, got, ok := w.bob.State(i.PaymentHash); !ok || state != lightning.Settled || got != p.Preimage {
		t.Errorf("invoice is %v with %v", state, got)
	}
	if again := pay(t, w.alice, i); again != p {
		t.Errorf("asked again, it is %+v", again)
	}
	if kept, ok, err := w.alice.Payment(t.Context(), i.PaymentHash); !ok || kept != p || err != nil {
		t.Errorf("kept is %+v, %v", kept, err)
	}
	checkEarned(t, w.alice, -1000)
	checkEarned(t, w.bob, 1000)
}

// What cannot be paid fails, for good, and costs nothing.
func TestPaymentFails(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	carol, err := w.Node(t.Context(), "carol")
	if err != nil {
		t.Fatal(err)
	}
	other := open(t, kv.NewMemory().Handle())
	taken := invoice(t, w.bob)
	pay(t, carol, taken)
	main, err := bolt11.Sign(bolt11.Invoice{
		Network: "bitcoin", Amount: 1, Expiry: 9, MinFinalCLTV: 9, Features: bolt11.Basic(), Time: now,
	}, wire.SecretKey{5})
	if err != nil {
		t.Fatal(err)
	}
	free := main
	free.Network, free.Amount, free.PaymentHash = "regtest", 0, wire.Hash{1}
	expired := invoice(t, w.bob, func(r *lightning.Request) { r.Expiry = 1 })
	w.passed = 2 * time.Second
	for why, i := range map[string]bolt11.Invoice{
		"no route to the payee": invoice(t, w.bob, func(r *lightning.Request) { r.Unpayable = true }),
		"no route":              invoice(t, other.bob),
		"no unpaid invoice":     taken,
		"the node's own":        invoice(t, w.alice),
		"of bitcoin":            main,
		"no amount":             free,
		"expired":               expired,
	} {
		for range 2 {
			if p := pay(t, w.alice, i); p.State != lightning.Failed || !strings.Contains(p.Why, why) {
				t.Errorf("%s: %+v", why, p)
			}
		}
	}
	short := invoice(t, w.bob)
	if p, err := w.alice.Pay(t.Context(), short, 143); err != nil || p.State != lightning.Failed || !strings.Contains(p.Why, "144") {
		t.Errorf("a short delay: %+v, %v", p, err)
	}
	if p := pay(t, w.alice, short); p.State != lightning.Failed {
		t.Errorf("what has failed was tried again: %+v", p)
	}
	checkEarned(t, w.alice, 0)
	checkEarned(t, w.bob, 1000)
	checkEarned(t, carol, -1000)
}

// held pays a hold invoice and returns where the end of the payment arrives.
func held(t *testing.T, w *world) <-chan lightning.Payment {
	t.Helper()
	i := invoice(t, w.bob, hold)
	done := make(chan lightning.Payment, 1)
	go func() {
		p, _ := w.alice.Pay(context.WithoutCancel(t.Context()), i, 144)
		done <- p
	}()
	h, err := w.bob.Held(t.Context(), func(wire.Hash) bool { return true })
	if err != nil || h.Hash != i.PaymentHash || h.Amount != 1000 {
		t.Fatalf("held is %+v, %v", h, err)
	}
	checkEarned(t, w.alice, 0)
	checkEarned(t, w.bob, 0)
	return done
}

func TestHoldAndSettle(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	done := held(t, w)
	if p, ok, err := w.alice.Payment(t.Context(), preimage.Hash()); !ok || p.State != lightning.InFlight || err != nil {
		t.Errorf("payment %+v, %v", p, err)
	}
	for range 2 {
		if err := w.bob.Settle(t.Context(), preimage); err != nil {
			t.Fatal(err)
		}
	}
	if p := <-done; p.State != lightning.Succeeded || p.Preimage != preimage {
		t.Errorf("payment %+v", p)
	}
	if err := w.bob.Cancel(t.Context(), preimage.Hash()); !errors.Is(err, lightning.ErrEnded) {
		t.Errorf("cancelled after it was settled: %v", err)
	}
	checkEarned(t, w.alice, -1000)
	checkEarned(t, w.bob, 1000)
}

func TestHoldAndCancel(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	done := held(t, w)
	for range 2 {
		if err := w.bob.Cancel(t.Context(), preimage.Hash()); err != nil {
			t.Fatal(err)
		}
	}
	if p := <-done; p.State != lightning.Failed {
		t.Errorf("payment %+v", p)
	}
	if err := w.bob.Settle(t.Context(), preimage); !errors.Is(err, lightning.ErrEnded) {
		t.Errorf("settled after it was cancelled: %v", err)
	}
	if err := w.bob.Settle(t.Context(), wire.Preimage{7}); !errors.Is(err, lightning.ErrNotHeld) {
		t.Errorf("settled without a payment: %v", err)
	}
	checkEarned(t, w.alice, 0)
}

// An invoice that is not paid is held by nobody, and what is known is not new.
func TestHeldWaits(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	held(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	go cancel()
	_, err := w.bob.Held(ctx, func(wire.Hash) bool { asked++; return false })
	if !errors.Is(err, context.Canceled) || asked == 0 {
		t.Errorf("asked %d times, then %v", asked, err)
	}
	if err := w.bob.Settle(t.Context(), wire.Preimage{}); !errors.Is(err, lightning.ErrNotHeld) {
		t.Errorf("settled with another preimage: %v", err)
	}
}

// Fault 41: a hundred calls, one payment.
func TestPaidOnce(t *testing.T) {
	w := open(t, kv.NewMemory().Handle())
	i := invoice(t, w.bob)
	var calls sync.WaitGroup
	for range 100 {
		calls.Go(func() {
			if p, err := w.alice.Pay(context.WithoutCancel(t.Context()), i, 144); err != nil || p.State != lightning.Succeeded {
				t.Errorf("payment %+v, %v", p, err)
			}
		})
	}
	calls.Wait()
	checkEarned(t, w.alice, -1000)
}

// forgetful acknowledges nothing once it is told to.
type forgetful struct {
	kv.Store
	how *string
}

func (s forgetful) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	if *s.how == "lost" {
		return errors.New("lost")
	}
	err := s.Store.Commit(ctx, seq, batch)
	if *s.how == "late" {
		return errors.New("late")
	}
	return err
}

// The program ends while it commits a payment. It is there or it is not, on both
// sides, and whoever asks again pays once in all.
func TestCommitFails(t *testing.T) {
	for _, how := range []string{"lost", "late"} {
		t.Run(how, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "network")
			failing := ""
			w := open(t, forgetful{logfile.Open(path), &failing})
			i := invoice(t, w.bob)
			failing = how
			if _, err := w.alice.Pay(t.Context(), i, 144); !errors.Is(err, kv.ErrClosed) {
				t.Fatal(err)
			}
			if _, _, err := w.alice.Payment(t.Context(), i.PaymentHash); !errors.Is(err, kv.ErrClosed) {
				t.Errorf("a network that is closed knows of payments: %v", err)
			}
			again := open(t, logfile.Open(path))
			if again.alice.Key() != w.alice.Key() {
				t.Error("the node has another key")
			}
			_, known, err := again.alice.Payment(t.Context(), i.PaymentHash)
			if known != (how == "late") || err != nil {
				t.Errorf("payment is known: %v, %v", known, err)
			}
			if p := pay(t, again.alice, i); p.State != lightning.Succeeded {
				t.Errorf("payment %+v", p)
			}
			checkEarned(t, again.alice, -1000)
			checkEarned(t, again.bob, 1000)
		})
	}
}

// What is held outlives the program.
func TestHeldSurvives(t *testing.T) {
	memory := kv.NewMemory()
	w := open(t, memory.Handle())
	done := held(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if p := <-done; p.State != "" {
		t.Errorf("payment ended as %+v with the network", p)
	}
	again := open(t, memory.Handle())
	if _, err := again.bob.Held(t.Context(), func(wire.Hash) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if err := again.bob.Settle(t.Context(), preimage); err != nil {
		t.Fatal(err)
	}
	checkEarned(t, again.alice, -1000)
}
