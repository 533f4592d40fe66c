package client_test

import (
	"context"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/secret"
)

// A device whose clock is behind that of another one with the same words makes its
// backups all the same, and each of the two is told of the other.
func TestClockBehindAnother(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		first, second := newDevice(fed, 1), newDevice(fed, 2)
		second.late = 30 * time.Minute
		var same secret.Words
		backUp := func(ctx context.Context, w *client.Wallet) (knows bool) {
			t.Helper()
			c, err := w.Client(fed.Config().FederationID())
			if err == nil {
				err = c.BackUp(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, knows = c.Elsewhere(c.Executor().Snapshot())
			return knows
		}
		first.running(t, func(ctx context.Context, w *client.Wallet) {
			same = words(t, ctx, w)
			joined(t, ctx, w, fed, secret.Double)
			claim(t, ctx, w, fed, "gift")
			backUp(ctx, w)
		})
		second.running(t, func(ctx context.Context, w *client.Wallet) {
			if err := w.SetWords(ctx, same); err != nil {
				t.Fatal(err)
			}
			settle(t, ctx, joined(t, ctx, w, fed, secret.Double))
			if !backUp(ctx, w) || !backUp(ctx, w) {
				t.Error("the second is not told of the first")
			}
		})
		first.running(t, func(ctx context.Context, w *client.Wallet) {
			if !backUp(ctx, w) {
				t.Error("the first is not told of the second")
			}
		})
	})
}
