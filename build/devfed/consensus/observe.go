package consensus

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A World is what a guardian sees of what no guardian decides.
type World struct {
	// Blocks is how many blocks the chain has, one more than the height of its
	// tip.
	Blocks uint64
	// Seconds is the time since the start of 1970.
	Seconds uint64
}

// Observe lets the guardians that are on look at the world, and puts what they
// propose into the order, all at one turn, for which it waits.
func (l *Ledger) Observe(ctx context.Context, world World) error {
	return l.enqueue(nil, func(tx *kv.Tx) error {
		for _, id := range slices.Sorted(maps.Keys(l.modules)) {
			if l.modules[id].Propose == nil {
				continue
			}
			for _, peer := range slices.Sorted(maps.Keys(l.secret)) {
				if l.Online(peer) {
					l.observe(tx, id, peer, world)
				}
			}
		}
		return nil
	}).wait(ctx)
}

func (l *Ledger) observe(tx *kv.Tx, id wire.ModuleID, peer wire.PeerID, world World) {
	module := l.modules[id]
	for _, item := range module.Propose(view(&tx.Reader, id), peer, world) {
		dyn := wire.DynConsensusItem{Dyn: wire.DynOf(id, item)}
		if err := module.ApplyItem(moduleTx(tx, id), peer, dyn.Body); err != nil {
			panic(fmt.Sprintf("consensus: module %d refuses what it has proposed: %v", id, err))
		}
		l.appendItem(tx, peer, wire.ConsensusItem{Module: &dyn})
	}
}
