package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"satchel/client"
	"satchel/client/archive"
	"satchel/client/secret"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// exported is what a wallet's file has after it was written and read.
func exported(t *testing.T, ctx context.Context, w *client.Wallet) archive.Archive {
	t.Helper()
	a, err := w.Export(ctx)
	if err != nil {
		t.Fatal(err)
	}
	text, err := archive.Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	read, err := archive.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	read.Unread += a.Unread
	return read
}

// fileOf is the file of a wallet that has joined and received.
func fileOf(t *testing.T, fed *toyfed.Federation) (a archive.Archive) {
	t.Helper()
	newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
		words(t, ctx, w)
		joined(t, ctx, w, fed, secret.Double)
		claim(t, ctx, w, fed, "gift")
		a = exported(t, ctx, w)
	})
	if len(a.Federations) != 1 || a.Federations[0].Unknown || a.Federations[0].Balance == 0 || len(a.History) != 1 {
		t.Fatalf("the first file has %+v", a)
	}
	return a
}

func take(t *testing.T, ctx context.Context, w *client.Wallet, a archive.Archive) {
	t.Helper()
	if err := w.Import(ctx, a); err != nil {
		t.Fatal(err)
	}
}

// A federation that came with a file and cannot be joined now is in the next file,
// with its invitation, its label and its history, and says that its balance is not
// known. Once it is joined the label is still there.
func TestFileOfFederationsNotJoined(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		first := fileOf(t, fed)
		first.Federations[0].Label, first.Omitted = "of the market", 3
		d := newDevice(fed, 2)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			take(t, ctx, w, first)
			older := first
			older.Made, older.Federations = first.Made-1, slices.Clone(first.Federations)
			older.Federations[0].Label = "an older one"
			take(t, ctx, w, older)
		})
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			next := exported(t, ctx, w)
			if len(next.Federations) != 1 || len(next.History) != 1 || next.Omitted != 3 {
				t.Fatalf("the next file has %+v", next)
			}
			f := next.Federations[0]
			if f.Label != "of the market" || f.Invite.String() != first.Federations[0].Invite.String() || !f.Unknown {
				t.Errorf("the next file has %+v", f)
			}
			if invited, err := w.Invited(); err != nil || len(invited) != 1 || invited[0].ID != f.ID {
				t.Errorf("invited to %v, %v", invited, err)
			}
			settle(t, ctx, joined(t, ctx, w, fed, secret.Double))
			if invited, err := w.Invited(); err != nil || len(invited) != 0 {
				t.Errorf("still invited to %v, %v", invited, err)
			}
			next = exported(t, ctx, w)
			if len(next.Federations) != 1 || next.Federations[0].Label != "of the market" || next.Federations[0].Unknown {
				t.Errorf("the file after that has %+v", next.Federations)
			}
		})
	})
}

// What cannot be read when a file is made is not written as if it were nothing: of
// a federation whose store is lost, which is being restored, or whose entry is
// damaged.
func TestFileSaysWhatIsUnknown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		id := fed.Config().FederationID()
		d := newDevice(fed, 1)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			join(t, ctx, w, fed)
			claim(t, ctx, w, fed, "gift")
		})
		whole := d.stores["federation-"+id.String()]
		d.stores["federation-"+id.String()] = kv.NewMemory()
		unknown := func(ctx context.Context, w *client.Wallet) {
			t.Helper()
			if a := exported(t, ctx, w); len(a.Federations) != 1 || !a.Federations[0].Unknown {
				t.Errorf("the file has %+v", a.Federations)
			}
		}
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			if _, err := w.Client(id); !errors.Is(err, client.ErrStoreLost) {
				t.Fatal(err)
			}
			unknown(ctx, w)
			if err := w.Restore(ctx, id); err != nil {
				t.Fatal(err)
			}
			unknown(ctx, w) // the search has begun, and found nothing yet
			c, err := w.Client(id)
			if err != nil {
				t.Fatal(err)
			}
			settle(t, ctx, c)
			if a := exported(t, ctx, w); a.Federations[0].Unknown || a.Federations[0].Balance == 0 {
				t.Errorf("the file has %+v", a.Federations)
			}
		})
		d.stores["federation-"+id.String()] = whole
		p := d.platform()
		p.Store = func(name string) kv.Store {
			if name == "wallet" {
				return rotten{d.store(name), "f/"}
			}
			return d.store(name)
		}
		w, err := client.OpenWallet(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if a := exported(t, t.Context(), w); len(a.Federations) != 0 || a.Unread != 1 {
			t.Errorf("the file has %+v", a)
		}
	})
}

// A wallet that takes its own file in has everything once, in what it shows and in
// its next file.
func TestOwnFileChangesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			c := joined(t, ctx, w, fed, secret.Double)
			claim(t, ctx, w, fed, "gift")
			claim(t, ctx, w, fed, "second")
			before := exported(t, ctx, w)
			take(t, ctx, w, before)
			if old, err := w.Archived(ctx, c.FederationID(), archive.Entry{}, 100); err != nil || len(old) != 0 {
				t.Errorf("shown twice are %+v, %v", old, err)
			}
			if after := exported(t, ctx, w); len(before.History) != 2 || !slices.Equal(after.History, before.History) || len(after.Federations) != 1 {
				t.Errorf("the next file has %+v, the first %+v", after, before)
			}
			again := before.History[0] // received once more, after a restore
			again.Began--
			take(t, ctx, w, archive.Archive{Words: before.Words, History: []archive.Entry{again}})
			if old, err := w.Archived(ctx, c.FederationID(), archive.Entry{}, 100); err != nil || len(old) != 1 {
				t.Errorf("of another time are %+v, %v", old, err)
			}
		})
	})
}

// manyEntries are so many operations of a federation, all of the same time.
func manyEntries(id wire.FederationID, n int) (list []archive.Entry) {
	for i := range n {
		e := archive.Entry{Federation: id, Began: 1_700_000_000_000, Title: "receive"}
		copy(e.ID[:], fmt.Sprintf("%032d", i))
		list = append(list, e)
	}
	return list
}

// A page of the history goes on after its last entry, also where many are of one
// millisecond.
func TestArchivedPages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
			own, id := words(t, ctx, w), wire.FederationID{7}
			take(t, ctx, w, archive.Archive{Words: own, History: manyEntries(id, 25)})
			seen := map[wire.OperationID]bool{}
			for last := (archive.Entry{}); ; {
				page, err := w.Archived(ctx, id, last, 10)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page {
					seen[e.ID] = true
				}
				if len(page) < 10 {
					break
				}
				last = page[9]
			}
			if len(seen) != 25 {
				t.Errorf("%d of 25 were seen", len(seen))
			}
		})
	})
}

// What has no room in a file is counted, again and again.
func TestFileCountsWhatItOmits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
			a := archive.Archive{Words: words(t, ctx, w), History: manyEntries(wire.FederationID{7}, 10_002), Omitted: 5}
			for range 2 {
				take(t, ctx, w, a)
			}
			next := exported(t, ctx, w)
			if len(next.History) != 10_000 || next.Omitted != 7 {
				t.Errorf("the next file has %d operations and omits %d", len(next.History), next.Omitted)
			}
		})
	})
}
