package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// How long to wait before a federation's store is opened again after a failure:
// at first, and when it fails again and again.
const (
	reopenFirst   = time.Second
	reopenLongest = time.Minute
)

// inMemory is how many of the newest operations keep their steps in memory. Those
// of older ones are read from the disk, once they are final.
const inMemory = 100

// Run drives all federations until ctx ends, or the wallet's own store fails. The
// error matches [kv.ErrFenced] when another owner has taken the wallet over;
// after any other one, a wallet that is opened anew shows what is really stored.
// A federation whose store fails is opened again by itself.
func (w *Wallet) Run(ctx context.Context) error {
	ctx, halt := context.WithCancelCause(ctx)
	defer halt(nil)
	var running sync.WaitGroup
	running.Go(func() { halt(w.failure(ctx)) })
	started := map[wire.FederationID]bool{}
	for {
		changed := w.Changed()
		for m, err := range w.Memberships() {
			if err != nil {
				halt(err)
				break
			}
			if started[m.ID] {
				continue
			}
			started[m.ID] = true
			running.Go(func() {
				if err := w.keepRunning(ctx, m.ID); err != nil {
					halt(err)
				}
			})
		}
		select {
		case <-changed:
			continue
		case <-ctx.Done():
		}
		running.Wait()
		w.db.Close(context.Cause(ctx))
		w.db.Drain(context.Background())
		return context.Cause(ctx)
	}
}

// failure waits until a commit of the wallet's own store fails.
func (w *Wallet) failure(ctx context.Context) error {
	_, err := kv.Await(ctx, w.db, "", func(*kv.Reader) (struct{}, bool) { return struct{}{}, false })
	return err
}

// keepRunning runs one federation, again and again.
func (w *Wallet) keepRunning(ctx context.Context, id wire.FederationID) error {
	for pause := reopenFirst; ; pause = min(2*pause, reopenLongest) {
		c, err := w.Client(id)
		if err == nil {
			calm := time.NewTimer(reopenLongest)
			err = w.runClient(ctx, id, c)
			if !calm.Stop() {
				pause = reopenFirst
			}
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, kv.ErrFenced):
			return fmt.Errorf("federation %v: %w", id, err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
		if err := w.reopen(ctx, id, c); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

func (w *Wallet) runClient(ctx context.Context, id wire.FederationID, c *Client) error {
	ctx, cancel := context.WithCancel(ctx)
	var refreshing sync.WaitGroup
	refreshing.Go(func() { w.keepFresh(ctx, id, c) })
	refreshing.Go(func() { w.keepReports(ctx, id, c) })
	refreshing.Go(func() { c.tidy(ctx) })
	refreshing.Go(func() { c.keepBackup(ctx) })
	err := c.Run(ctx)
	cancel()
	refreshing.Wait()
	return err
}

// tidy keeps the steps of old operations out of the memory. What goes wrong ends
// the client anyway.
func (c *Client) tidy(ctx context.Context) {
	for {
		newest, oldest := c.remembered()
		if oldest > 0 {
			c.x.Prune(ctx, func(rec fsm.Record) bool {
				op, ok := c.Operation(c.x.Snapshot(), rec.Op)
				return !ok || op.Number >= oldest
			})
		}
		_, err := fsm.Await(ctx, c.x, timeline, func(*kv.Reader) (bool, bool) {
			now, _ := c.remembered()
			return true, now >= newest+inMemory
		})
		if err != nil {
			return
		}
	}
}

// remembered returns the numbers of the newest operation and of the oldest one
// whose steps stay in memory, or 0 if there are none.
func (c *Client) remembered() (newest, oldest uint64) {
	n := 0
	for op := range c.Operations(c.x.Snapshot(), 0) {
		if n++; n == 1 {
			newest = op.Number
		}
		if n == inMemory {
			return newest, op.Number
		}
	}
	return newest, 0
}

// reopen replaces the client of a federation that has failed, or that there is
// none, by one that reads its store. There is never more than one that runs.
func (w *Wallet) reopen(ctx context.Context, id wire.FederationID, failed *Client) error {
	done, err := w.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	if now, err := w.Client(id); err == nil && now != failed {
		return nil // somebody else has done it
	}
	m, err := w.membership(w.db.Snapshot(), id)
	if err != nil {
		return err
	}
	s := &slot{}
	s.client, s.err = w.openJoined(ctx, m)
	w.put(id, s)
	return nil
}

func (w *Wallet) put(id wire.FederationID, s *slot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clients[id] = s
	w.announce()
}

// announce tells who waits on [Wallet.Changed]. The caller holds mu.
func (w *Wallet) announce() {
	close(w.changed)
	w.changed = make(chan struct{})
}
