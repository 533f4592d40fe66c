package client

import (
	"context"
	"errors"

	"satchel/client/backup"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// prepareSearch finds out whether the words have anything in the federation that
// this store does not know, and returns nil if not. imported says that they were
// made by another wallet, which may have derived otherwise.
func (c *Client) prepareSearch(ctx context.Context, imported, restore bool) (*Search, error) {
	s := &Search{Others: imported, Backup: map[wire.ModuleID][]byte{}}
	b, found, err := c.findBackup(ctx, backup.NewKeys(c.setup.Secret))
	if err != nil {
		return nil, err
	}
	if found {
		if err := c.notice(ctx, whose(b)); err != nil {
			return nil, err
		}
		for id, part := range b.Modules {
			s.Backup[id] = part.Body
		}
	}
	if !imported && !found && !restore {
		return nil, nil
	}
	return s, nil
}

// beginSearch lets every module look for what belongs to the words.
func (c *Client) beginSearch(tx *fsm.Tx, s Search) error {
	for _, id := range c.sortedModules() {
		if m, ok := c.modules[id].(Searcher); ok {
			if err := m.BeginSearch(tx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// SearchAgain looks for what another device with the words has done: notes of this
// wallet that it has spent, and notes that it has made.
func (c *Client) SearchAgain(ctx context.Context) error {
	return c.Update(ctx, func(tx *fsm.Tx) error { return c.beginSearch(tx, Search{Again: true, Others: true}) })
}

// Searching reports whether a search goes on.
func (c *Client) Searching(r *kv.Reader) bool {
	for _, m := range c.modules {
		if s, ok := m.(Searcher); ok && s.Searching(r) {
			return true
		}
	}
	return false
}

// Restore brings a federation back whose store is lost: everything that the words
// have in it is looked for.
func (w *Wallet) Restore(ctx context.Context, id wire.FederationID) error {
	done, err := w.turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	if _, err := w.Client(id); !errors.Is(err, ErrStoreLost) {
		return err
	}
	m, err := w.membership(w.db.Snapshot(), id)
	if err != nil {
		return err
	}
	c, err := w.open(ctx, m)
	if err != nil {
		return err
	}
	s, err := c.prepareSearch(ctx, w.db.Snapshot().Has(importedKey), true)
	if err == nil {
		err = c.claim(ctx, m.SecretHash, s)
	}
	if err != nil {
		c.circle.Close()
		return err
	}
	w.put(id, &slot{client: c})
	return nil
}
