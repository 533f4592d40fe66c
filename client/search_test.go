package client_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/secret"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// settle waits until nothing is on its way in a federation, and returns the
// balance and the sums of the log.
func settle(t *testing.T, ctx context.Context, c *client.Client) (balance wire.Amount, sums map[string]client.Summary) {
	t.Helper()
	_, err := fsm.Await(ctx, c.Executor(), "", func(r *kv.Reader) (bool, bool) {
		return true, !c.Searching(r) && len(c.Executor().Active()) == 0
	})
	if err != nil {
		t.Fatal(err)
	}
	sums = map[string]client.Summary{}
	r := c.Executor().Snapshot()
	for op := range c.Operations(r, 0) {
		s, err := c.Summary(ctx, op)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := sums[s.Title]; !ok { // the newest one
			sums[s.Title] = s
		}
	}
	return c.Balance(r), sums
}

func joined(t *testing.T, ctx context.Context, w *client.Wallet, fed *toyfed.Federation, d secret.Derivation) *client.Client {
	t.Helper()
	p, err := w.Preview(ctx, fed.Invite(0))
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.Join(ctx, p, "", d, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Words from elsewhere bring their e-cash along, under whichever derivation they
// had it.
func TestWordsBringTheirMoney(t *testing.T) {
	for name, test := range map[string]struct{ then, now secret.Derivation }{
		"same": {secret.Double, secret.Double}, "from the command line": {secret.Single, secret.Double},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				fed := toyFederation(4, nil)
				first, second := newDevice(fed, 1), newDevice(fed, 2)
				var same secret.Words
				var had wire.Amount
				first.running(t, func(ctx context.Context, w *client.Wallet) {
					same = words(t, ctx, w)
					c := joined(t, ctx, w, fed, test.then)
					claim(t, ctx, w, fed, "gift")
					had, _ = settle(t, ctx, c)
				})
				second.running(t, func(ctx context.Context, w *client.Wallet) {
					if err := w.SetWords(ctx, same); err != nil {
						t.Fatal(err)
					}
					has, sums := settle(t, ctx, joined(t, ctx, w, fed, test.now))
					s := sums["restore"]
					if s.State != client.Done || s.Amount != had || has != had-s.Fee || fed.Audit().Outstanding() != has {
						t.Errorf("had %v, has %v, owed %v: %+v", had, has, fed.Audit().Outstanding(), s)
					}
					claim(t, ctx, w, fed, "second") // with keys that were not used
				})
				if burnt := fed.Audit().Burnt; burnt != 0 {
					t.Errorf("%v were burnt", burnt)
				}
			})
		})
	}
}

// Words that nobody has used find nothing, and the wallet goes on.
func TestUnusedWordsFindNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
			same, err := secret.NewWords(newDevice(fed, 9).random)
			if err == nil {
				err = w.SetWords(ctx, same)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, sums := settle(t, ctx, joined(t, ctx, w, fed, secret.Double))
			if s := sums["restore"]; s.State != client.Done || s.Amount != 0 || s.Change != 0 {
				t.Errorf("%+v", s)
			}
			claim(t, ctx, w, fed, "gift")
		})
	})
}

// A federation's store that is lost comes back with the words.
func TestLostStoreIsRestored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		d := newDevice(fed, 1)
		var had wire.Amount
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			c := join(t, ctx, w, fed)
			claim(t, ctx, w, fed, "gift")
			had, _ = settle(t, ctx, c)
		})
		id := fed.Config().FederationID()
		d.stores["federation-"+id.String()] = kv.NewMemory()
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			if _, err := w.Client(id); !errors.Is(err, client.ErrStoreLost) {
				t.Fatalf("the store is lost: %v", err)
			}
			if err := w.Restore(ctx, id); err != nil {
				t.Fatal(err)
			}
			c, err := w.Client(id)
			if err != nil {
				t.Fatal(err)
			}
			if has, sums := settle(t, ctx, c); sums["restore"].Amount != had || has != had-sums["restore"].Fee {
				t.Errorf("had %v, has %v: %+v", had, has, sums["restore"])
			}
		})
	})
}

// Two devices with the same words: the second is warned when it joins, the first
// when it makes its next backup. It finds out what the second has taken, and
// nothing vanishes without a word.
func TestTwoDevicesAreWarned(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		first, second := newDevice(fed, 1), newDevice(fed, 2)
		first.running(t, func(ctx context.Context, w *client.Wallet) {
			same := words(t, ctx, w)
			c := join(t, ctx, w, fed)
			for _, gift := range []string{"first", "second", "third", "fourth"} {
				claim(t, ctx, w, fed, gift)
			}
			had, _ := settle(t, ctx, c)
			time.Sleep(time.Minute)
			if _, current := c.BackedUp(c.Executor().Snapshot()); !current {
				t.Fatal("a minute after there is no backup")
			}
			second.running(t, func(ctx context.Context, other *client.Wallet) {
				if err := other.SetWords(ctx, same); err != nil {
					t.Fatal(err)
				}
				oc := joined(t, ctx, other, fed, secret.Double)
				if e, ok := oc.Elsewhere(oc.Executor().Snapshot()); !ok || e.Device == (client.Device{}) || e.At.IsZero() {
					t.Errorf("the second device is not warned: %v %v", e, ok)
				}
				settle(t, ctx, oc)
				time.Sleep(20 * time.Minute)
			})
			if err := c.BackUp(ctx); err != nil {
				t.Fatal(err)
			}
			if _, ok := c.Elsewhere(c.Executor().Snapshot()); !ok {
				t.Error("the first device is not warned")
			}
			if err := c.SearchAgain(ctx); err != nil {
				t.Fatal(err)
			}
			has, sums := settle(t, ctx, c)
			s := sums["restore"]
			if s.Gone != had || has+s.Fee != s.Amount {
				t.Errorf("had %v, has %v: %+v", had, has, s)
			}
			if owed := fed.Audit().Outstanding(); has == 0 || has+s.Aside != owed {
				t.Errorf("has %v and %v aside, owed %v", has, s.Aside, owed)
			}
			if err := c.DismissElsewhere(ctx); err != nil {
				t.Fatal(err)
			}
			if e, _ := c.Elsewhere(c.Executor().Snapshot()); !e.Dismissed {
				t.Error("still warned")
			}
		})
	})
}
