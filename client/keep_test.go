package client_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/backup"
	"satchel/client/ecash"
	"satchel/client/guardians"
	"satchel/client/secret"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// oldFederation is one whose guardians list no notes.
func oldFederation() *toyfed.Federation {
	return toyfed.New(nil, toyfed.Setup{
		Signer: toy.New(), Guardians: 4, TopTier: 10, Fee: wire.FeeConsensus{Base: 100}, NoRecovery: true,
	})
}

// backs waits until the guardians have a backup of what there is.
func backs(t *testing.T, c *client.Client) {
	t.Helper()
	time.Sleep(20 * time.Minute)
	if _, current := c.BackedUp(c.Executor().Snapshot()); !current {
		t.Fatal("there is no backup")
	}
}

// E-cash that was handed out, and that nobody has taken, comes back, be there a
// backup or not.
func TestHandedOutComesBack(t *testing.T) {
	for name, make := range map[string]func() *toyfed.Federation{
		"list": func() *toyfed.Federation { return toyFederation(4, nil) }, "sessions": oldFederation,
	} {
		for _, backup := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", backup ", backup), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					fed := make()
					first, second := newDevice(fed, 1), newDevice(fed, 2)
					var same secret.Words
					var had wire.Amount
					first.running(t, func(ctx context.Context, w *client.Wallet) {
						same = words(t, ctx, w)
						c := join(t, ctx, w, fed)
						for _, gift := range []string{"first", "second", "third"} {
							claim(t, ctx, w, fed, gift)
						}
						had = c.Balance(c.Executor().Snapshot())
						if _, err := c.Module(wire.KindMint).(*ecash.Purse).SpendAtLeast(ctx, 600, ecash.SendOptions{}); err != nil {
							t.Fatal(err)
						}
						if backup {
							backs(t, c)
						}
					})
					comesBack(t, second, fed, same, had)
				})
			})
		}
	}
}

// comesBack restores with words that had so much. Whatever is not a fee is there:
// all that the federation owes.
func comesBack(t *testing.T, d *device, fed *toyfed.Federation, same secret.Words, had wire.Amount) {
	t.Helper()
	d.running(t, func(ctx context.Context, w *client.Wallet) {
		if err := w.SetWords(ctx, same); err != nil {
			t.Fatal(err)
		}
		has, sums := settle(t, ctx, joined(t, ctx, w, fed, secret.Double))
		s := sums["restore"]
		if has+s.Fee+s.Aside < had || has == 0 || fed.Audit().Outstanding() != has+s.Aside {
			t.Errorf("had %v, has %v, owed %v: %+v", had, has, fed.Audit().Outstanding(), s)
		}
	})
}

// The last backup is that of a device which does not know what another one has
// done. Nothing is missing all the same.
func TestBackupsOfTwoDevicesMissNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := oldFederation()
		first, second, third := newDevice(fed, 1), newDevice(fed, 2), newDevice(fed, 3)
		first.running(t, func(ctx context.Context, w *client.Wallet) {
			same := words(t, ctx, w)
			c := join(t, ctx, w, fed)
			for i := range 6 {
				claim(t, ctx, w, fed, fmt.Sprint("gift ", i))
			}
			backs(t, c)
			var has wire.Amount
			second.running(t, func(ctx context.Context, other *client.Wallet) {
				if err := other.SetWords(ctx, same); err != nil {
					t.Fatal(err)
				}
				settle(t, ctx, joined(t, ctx, other, fed, secret.Double))
				claim(t, ctx, other, fed, "second")
				oc, err := other.Client(fed.Config().FederationID())
				if err != nil {
					t.Fatal(err)
				}
				has, _ = settle(t, ctx, oc)
				backs(t, oc)
			})
			if err := c.BackUp(ctx); err != nil {
				t.Fatal(err)
			}
			comesBack(t, third, fed, same, has)
		})
	})
}

// A wallet of another make with the words is told of, once for each backup that it
// makes.
func TestBackupsOfOtherMakesAreToldOf(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
			same := words(t, ctx, w)
			c := join(t, ctx, w, fed)
			keys := backup.NewKeys(secret.Double.Client(same.Root(), fed.Config().FederationID()))
			for i, test := range []struct {
				session uint64 // of the backup that the other makes, 0 for none
				told    bool
			}{{0, false}, {1, true}, {0, false}, {2, true}, {2, false}, {3, true}} {
				if test.session > 0 {
					putBackup(t, ctx, fed, keys, wire.ClientBackup{SessionCount: test.session, Metadata: []byte("{}")}, c.Now())
					time.Sleep(time.Second)
				}
				if err := c.BackUp(ctx); err != nil {
					t.Fatal(err)
				}
				e, ok := c.Elsewhere(c.Executor().Snapshot())
				if told := ok && !e.Dismissed; told != test.told || ok && e.Device != (client.Device{}) {
					t.Errorf("%d: told %v, want %v: %+v", i, told, test.told, e)
				}
				if err := c.DismissElsewhere(ctx); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
			}
		})
	})
}

// putBackup has the guardians keep a backup.
func putBackup(t *testing.T, ctx context.Context, fed *toyfed.Federation, keys backup.Keys, b wire.ClientBackup, at time.Time) {
	t.Helper()
	payload, err := keys.Seal(b, newDevice(fed, 9).random)
	if err != nil {
		t.Fatal(err)
	}
	q := guardians.Question{Method: "backup", Params: keys.Sign(payload, wire.TimeOf(at))}
	if _, err := guardians.Ask(ctx, fed.Connect(guardians.Options{}), q, guardians.JSON[*struct{}], guardians.Threshold[*struct{}]()); err != nil {
		t.Fatal(err)
	}
}
