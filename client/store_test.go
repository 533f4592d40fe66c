package client_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/secret"
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
			time.Sleep(time.Minute) // it has written down what it found out after joining
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

// After a failed commit of its own store the wallet ends, and one that is opened
// anew goes on with what is stored.
func TestFailedCommitOfTheWallet(t *testing.T) {
	for nth := 1; nth <= 2; nth++ { // of the words, and of the membership
		bubble(t, func(t *testing.T) {
			fed := toyFederation(4, nil)
			d := newDevice(fed, 1)
			commits := 0
			d.fail = func(store string, commit func() error) error {
				if store != "wallet" {
					return commit()
				}
				if commits++; commits != nth {
					return commit()
				}
				return kv.ErrFull
			}
			err := d.running(t, func(ctx context.Context, w *client.Wallet) {
				if _, err := w.MakeWords(ctx); err == nil {
					p, err := w.Preview(ctx, fed.Invite(0))
					if err != nil {
						t.Fatal(err)
					}
					if _, err := w.Join(ctx, p, "toy", secret.Double, false); !errors.Is(err, kv.ErrFull) {
						t.Errorf("joined with no room left: %v", err)
					}
				}
				<-ctx.Done()
			})
			if !errors.Is(err, kv.ErrFull) || !errors.Is(err, kv.ErrClosed) {
				t.Errorf("ended with %v", err)
			}
			d.running(t, func(ctx context.Context, w *client.Wallet) {
				if !w.HasWords() {
					words(t, ctx, w)
				}
				join(t, ctx, w, fed)
				claim(t, ctx, w, fed, "gift")
				whole(t, w, fed)
			})
		})
	}
}

// A federation's store that is gone is not begun anew: the keys of the notes that
// were in it would be used a second time. One that is left over from other words
// is not used either.
func TestLostStores(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		d := newDevice(fed, 1)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			join(t, ctx, w, fed)
			claim(t, ctx, w, fed, "gift")
		})
		store := "federation-" + fed.Config().FederationID().String()
		kept := d.stores[store]
		delete(d.stores, store)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			if _, err := w.Client(fed.Config().FederationID()); !errors.Is(err, client.ErrStoreLost) {
				t.Errorf("opened an empty store: %v", err)
			}
		})

		d.stores = map[string]*kv.Memory{store: kept}
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			p, err := w.Preview(ctx, fed.Invite(0))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Join(ctx, p, "toy", secret.Double, false); !errors.Is(err, client.ErrOtherWords) {
				t.Errorf("joined on the store of other words: %v", err)
			}
		})
	})
}

// A rotten store has a flipped bit in every entry under a prefix.
type rotten struct {
	kv.Store
	prefix string
}

func (s rotten) Load(ctx context.Context) (uint64, map[string][]byte, error) {
	seq, entries, err := s.Store.Load(ctx)
	for key, value := range entries {
		if strings.HasPrefix(key, s.prefix) {
			entries[key] = append(value[:len(value)-1:len(value)-1], value[len(value)-1]^1)
		}
	}
	return seq, entries, err
}

// A federation's store is the one of then also when its mark cannot be read.
func TestDamagedMark(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		d := newDevice(fed, 1)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			join(t, ctx, w, fed)
			claim(t, ctx, w, fed, "gift")
		})
		p := d.platform()
		p.Store = func(name string) kv.Store { return rotten{d.store(name), "c/secret"} }
		w, err := client.OpenWallet(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		whole(t, w, fed)
	})
}

// A federation whose entry cannot be read is told, and comes back with its money
// when it is joined again. Without the words nothing goes on.
func TestDamagedWalletStore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		d := newDevice(fed, 1)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			join(t, ctx, w, fed)
			claim(t, ctx, w, fed, "gift")
		})
		open := func(prefix string) (*client.Wallet, error) {
			p := d.platform()
			p.Store = func(name string) kv.Store {
				if name == "wallet" {
					return rotten{d.store(name), prefix}
				}
				return d.store(name)
			}
			return client.OpenWallet(t.Context(), p)
		}
		if _, err := open("w/"); !errors.Is(err, client.ErrWordsDamaged) {
			t.Errorf("opened without the words: %v", err)
		}
		w, err := open("f/")
		if err != nil {
			t.Fatal(err)
		}
		if ids := w.Damaged(); len(ids) != 1 || ids[0] != fed.Config().FederationID() {
			t.Errorf("damaged: %v", ids)
		}
		join(t, t.Context(), w, fed)
		whole(t, w, fed)
		if ids := w.Damaged(); len(ids) != 0 {
			t.Errorf("still damaged: %v", ids)
		}
		if w, err = open("g/"); err != nil || len(w.Damaged()) > 0 {
			t.Errorf("what is only shown keeps the wallet closed: %v", err)
		}
	})
}
