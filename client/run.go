package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// reopenAfter is how long to wait before a federation's store is opened again
// after a failure.
const reopenAfter = time.Second

// Run drives all federations until ctx ends, or until another owner has taken
// the wallet over: then it returns an error that matches [kv.ErrFenced]. After
// any other failure of a federation's store, that federation is opened again,
// and shows what is really stored.
func (w *Wallet) Run(ctx context.Context) error {
	ctx, halt := context.WithCancelCause(ctx)
	defer halt(nil)
	var running sync.WaitGroup
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
		return context.Cause(ctx)
	}
}

// keepRunning runs one federation, again and again.
func (w *Wallet) keepRunning(ctx context.Context, id wire.FederationID) error {
	for {
		c, err := w.Client(id)
		if err == nil {
			err = w.runClient(ctx, id, c)
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, kv.ErrFenced):
			return fmt.Errorf("federation %v: %w", id, err)
		}
		select {
		case <-time.After(reopenAfter):
		case <-ctx.Done():
			return nil
		}
		if err := w.reopen(ctx, id); err != nil {
			return err
		}
	}
}

func (w *Wallet) runClient(ctx context.Context, id wire.FederationID, c *Client) error {
	ctx, cancel := context.WithCancel(ctx)
	var refreshing sync.WaitGroup
	refreshing.Go(func() { w.keepFresh(ctx, id, c) })
	err := c.Run(ctx)
	cancel()
	refreshing.Wait()
	return err
}

// reopen replaces the client of a federation by one that reads its store.
func (w *Wallet) reopen(ctx context.Context, id wire.FederationID) error {
	m, err := w.membership(w.db.Snapshot(), id)
	if err != nil {
		return err
	}
	s := &slot{}
	s.client, s.err = w.open(ctx, m)
	w.put(id, s)
	return nil
}

func (w *Wallet) put(id wire.FederationID, s *slot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clients[id] = s
	close(w.changed)
	w.changed = make(chan struct{})
}
