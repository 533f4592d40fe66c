package client

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// reportsRest is how long to wait after writing down what guardians did wrong: one
// that does so all the time must not keep the disk busy.
const reportsRest = time.Minute

// keepReports writes down what guardians do wrong, for people to read later, until
// ctx ends.
func (w *Wallet) keepReports(ctx context.Context, id wire.FederationID, c *Client) {
	kept := w.reports(id)
	for all := range c.circle.Watch(ctx) {
		now := map[wire.PeerID][]guardians.Misbehaviour{}
		for _, h := range all {
			if len(h.Misbehaviours) > 0 {
				now[h.Peer] = h.Misbehaviours
			}
		}
		if maps.EqualFunc(now, kept, sameReports) {
			continue
		}
		kept = now
		text, err := json.Marshal(now)
		if err != nil {
			panic("client: reports cannot be written: " + err.Error())
		}
		err = w.db.Update(ctx, func(tx *kv.Tx) error {
			tx.Put(reports+string(id[:]), text)
			return nil
		})
		if err != nil {
			return // the wallet has ended
		}
		select {
		case <-time.After(reportsRest):
		case <-ctx.Done():
		}
	}
}

func sameReports(a, b []guardians.Misbehaviour) bool {
	return slices.EqualFunc(a, b, func(a, b guardians.Misbehaviour) bool {
		return a.Method == b.Method && a.What == b.What && a.Count == b.Count
	})
}

// reports returns what was written down. What cannot be read is left out: nothing
// but a display depends on it.
func (w *Wallet) reports(id wire.FederationID) (all map[wire.PeerID][]guardians.Misbehaviour) {
	if v, ok := w.db.Snapshot().Get(reports + string(id[:])); ok && json.Unmarshal(v, &all) != nil {
		return nil
	}
	return all
}
