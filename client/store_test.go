package client_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"satchel/client"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// After a failed commit nothing is written until the store has been read again,
// which happens by itself and soon.
func TestFailedCommits(t *testing.T) {
	for name, durable := range map[string]bool{"lost": false, "made, but not acknowledged": true} {
		t.Run(name, func(t *testing.T) {
			for nth := 1; ; nth++ {
				failed := false
				bubble(t, func(t *testing.T) {
					fed := toyFederation(4, nil)
					d := newDevice(fed, 1)
					commits := 0
					var failedAt time.Time
					d.fail = func(store string, commit func() error) error {
						if !strings.HasPrefix(store, "federation") {
							return commit()
						}
						if commits++; commits != nth {
							if failed && time.Since(failedAt) > 2*time.Second && commits == nth+1 {
								t.Errorf("the next commit came after %v", time.Since(failedAt))
							}
							return commit()
						}
						failed, failedAt = true, time.Now()
						if durable {
							commit()
						}
						return errors.New("disk is full")
					}
					err := d.running(t, func(ctx context.Context, w *client.Wallet) {
						words(t, ctx, w)
						join(t, ctx, w, fed)
						claim(t, ctx, w, fed, "gift")
						claim(t, ctx, w, fed, "second")
						whole(t, w, fed)
					})
					if !errors.Is(err, errOver) {
						t.Error(err)
					}
					if fed.Audit().Burnt != 0 || len(fed.Doubles()) > 0 {
						t.Error(fed.Audit(), fed.Doubles())
					}
				})
				if !failed {
					if nth < 5 {
						t.Errorf("%d commits", nth-1)
					}
					return
				}
			}
		})
	}
}

// The owner from whom the wallet was taken over stops.
func TestTwoOwners(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		d := newDevice(fed, 1)
		err := d.running(t, func(ctx context.Context, old *client.Wallet) {
			words(t, ctx, old)
			join(t, ctx, old, fed)
			claim(t, ctx, old, fed, "gift")
			d.running(t, func(ctx context.Context, w *client.Wallet) {
				claim(t, ctx, w, fed, "second")
				whole(t, w, fed)
				c, err := old.Client(fed.Config().FederationID())
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Update(ctx, func(tx *fsm.Tx) error { tx.Put("x", nil); return nil }); !errors.Is(err, kv.ErrFenced) {
					t.Errorf("the old owner wrote: %v", err)
				}
			})
			<-ctx.Done()
		})
		if !errors.Is(err, kv.ErrFenced) {
			t.Errorf("the old owner ended with %v", err)
		}
	})
}
