package client_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/mint"
	"satchel/client/secret"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A device is what a wallet runs on. Its stores outlive the wallet.
type device struct {
	fed  *toyfed.Federation
	late time.Duration // how far its clock is behind

	mu     sync.Mutex
	stores map[string]*kv.Memory
	fail   func(store string, commit func() error) error // what becomes of commits
	random *rand.ChaCha8
}

func newDevice(fed *toyfed.Federation, seed byte) *device {
	return &device{fed: fed, stores: map[string]*kv.Memory{}, random: rand.NewChaCha8([32]byte{seed})}
}

func (d *device) platform() client.Platform {
	return client.Platform{
		Store: d.store, Dial: d.fed.Dial, Random: d.random, Now: func() time.Time { return time.Now().Add(-d.late) },
		Kinds: []client.Kind{mintKind()},
	}
}

func (d *device) store(name string) kv.Store {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stores[name] == nil {
		d.stores[name] = kv.NewMemory()
	}
	return failing{d.stores[name].Handle(), name, d}
}

// A failing store fails as the device wants it to.
type failing struct {
	kv.Store
	name   string
	device *device
}

func (f failing) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	commit := func() error { return f.Store.Commit(ctx, seq, batch) }
	f.device.mu.Lock()
	fail := f.device.fail
	f.device.mu.Unlock()
	if fail == nil {
		return commit()
	}
	return fail(f.name, commit)
}

func toyFederation(n int, lie toyfed.Lie) *toyfed.Federation {
	return toyfed.New(nil, toyfed.Setup{
		Signer: toy.New(), Guardians: n, TopTier: 10, Fee: wire.FeeConsensus{Base: 100}, Lie: lie,
	})
}

// running opens the device's wallet, runs it while do lasts, and returns how it
// ended.
func (d *device) running(t *testing.T, do func(context.Context, *client.Wallet)) (end error) {
	t.Helper()
	w, err := client.OpenWallet(t.Context(), d.platform())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	ran := make(chan error, 1)
	go func() {
		err := w.Run(ctx)
		cancel(err)
		ran <- err
	}()
	defer func() {
		cancel(errOver)
		end = <-ran
	}()
	do(ctx, w)
	return nil
}

var errOver = errors.New("over")

// bubble runs a test in virtual time and lets what was asked come to its end.
func bubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f(t)
		time.Sleep(2 * time.Minute)
	})
}

func join(t *testing.T, ctx context.Context, w *client.Wallet, fed *toyfed.Federation) *client.Client {
	t.Helper()
	p, err := w.Preview(ctx, fed.Invite(0))
	if err != nil {
		t.Fatal(err)
	}
	for {
		c, err := w.Join(ctx, p, "toy", secret.Double, false)
		if err == nil {
			return c
		}
		if !errors.Is(err, kv.ErrClosed) {
			t.Fatal(err)
		}
	}
}

func words(t *testing.T, ctx context.Context, w *client.Wallet) secret.Words {
	t.Helper()
	words, err := w.MakeWords(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// claim takes e-cash in and waits until all of it is there.
func claim(t *testing.T, ctx context.Context, w *client.Wallet, fed *toyfed.Federation, name string) {
	t.Helper()
	n := 0
	notes := fed.Mint(1536, func() wire.SecretKey {
		n++
		return keyOf(fmt.Sprint(name, n))
	})
	text := wire.NewOOBNotes(fed.Prefix(), notes)
	for {
		c, err := w.Client(fed.Config().FederationID())
		if err == nil {
			_, err = c.Module(wire.KindMint).(*ecash.Purse).Receive(ctx, mint.Text{OOBNotes: text}, nil)
		}
		if err == nil || errors.Is(err, ecash.ErrReceived) {
			_, err = fsm.Await(ctx, c.Executor(), "", func(r *kv.Reader) (bool, bool) {
				for rec := range c.Executor().All(r) {
					if !rec.Final {
						return false, false
					}
				}
				return true, true
			})
		}
		if err == nil {
			return
		}
		if ctx.Err() != nil || !errors.Is(err, kv.ErrClosed) {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond) // until it is opened again
	}
}

// whole holds the wallet's balance against the federation's books.
func whole(t *testing.T, w *client.Wallet, fed *toyfed.Federation) {
	t.Helper()
	c, err := w.Client(fed.Config().FederationID())
	if err != nil {
		t.Fatal(err)
	}
	if got, owes := c.Balance(c.Executor().Snapshot()), fed.Audit().Outstanding(); got != owes || got == 0 {
		t.Errorf("balance %v, the federation owes %v", got, owes)
	}
}

func TestWalletIsThereAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		d := newDevice(fed, 1)
		var was secret.Words
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			if _, err := w.Preview(ctx, fed.Invite(0)); err != nil {
				t.Error(err)
			}
			was = words(t, ctx, w)
			join(t, ctx, w, fed)
			claim(t, ctx, w, fed, "gift")
		})
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			if is, err := w.Words(); err != nil || !slices.Equal(is.Entropy(), was.Entropy()) {
				t.Errorf("the words are other ones: %v", err)
			}
			whole(t, w, fed)
			if id, err := w.Named("toy"); err != nil || id != fed.Config().FederationID() {
				t.Errorf("federation %v %v", id, err)
			}
			if got := w.ByPrefix(fed.Prefix()); len(got) != 1 {
				t.Errorf("by its prefix: %v", got)
			}
		})
	})
}

func TestJoiningIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed, other := toyFederation(4, nil), toyFederation(7, nil)
		d := newDevice(fed, 1)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			p, err := w.Preview(ctx, fed.Invite(0))
			if err != nil {
				t.Fatal(err)
			}
			refused := func(p *client.Preview, name string, want error) {
				t.Helper()
				if _, err := w.Join(ctx, p, name, secret.Double, false); !errors.Is(err, want) {
					t.Errorf("%v, want %v", err, want)
				}
			}
			refused(p, "toy", client.ErrNoWords)
			words(t, ctx, w)
			if _, err := w.MakeWords(ctx); !errors.Is(err, client.ErrHasWords) {
				t.Error(err)
			}
			join(t, ctx, w, fed)
			refused(p, "another name", client.ErrJoined)
			q := &client.Preview{ID: other.Config().FederationID(), Config: other.Config(), Invite: other.Invite(0)}
			refused(q, "toy", client.ErrNameTaken)
			if _, err := w.Named("nobody"); !errors.Is(err, client.ErrNotJoined) {
				t.Error(err)
			}
			if _, err := w.Client(q.ID); !errors.Is(err, client.ErrNotJoined) {
				t.Error(err)
			}
		})
	})
}
