package ln

import (
	"encoding/binary"
	"fmt"
	"slices"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

const blocks = "blocks/"

// vote returns how many blocks a guardian has voted for.
func vote(view consensus.View, peer wire.PeerID) uint64 {
	value, ok := view.Get(peerKey(blocks, peer))
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64(value)
}

func propose(view consensus.View, peer wire.PeerID, world consensus.World) []wire.Appender {
	if world.Blocks <= vote(view, peer) {
		return nil
	}
	return []wire.Appender{wire.LNConsensusItem{Variant: wire.LNBlockCount, BlockCount: world.Blocks}}
}

// applyItem takes a vote in, which must be greater than the guardian's last one.
func applyItem(tx consensus.Tx, peer wire.PeerID, body []byte) error {
	item, err := wire.Decode[wire.LNConsensusItem](body)
	switch {
	case err != nil:
		return err
	case item.Unknown != nil || item.Variant != wire.LNBlockCount:
		return fmt.Errorf("guardian %d proposes an item of no use: %x", peer, body)
	case item.BlockCount <= vote(tx.View, peer):
		return fmt.Errorf("guardian %d has voted for %d before %d", peer, vote(tx.View, peer), item.BlockCount)
	}
	tx.Put(peerKey(blocks, peer), binary.BigEndian.AppendUint64(nil, item.BlockCount))
	return nil
}

// Blocks returns how many blocks the guardians agree on: the median of their votes,
// with zeros as the votes of guardians who have not voted, or who are not there. A
// federation counts as one of 3m+1 guardians.
func (l *Lightning) Blocks(view consensus.View) uint64 {
	counts := make([]uint64, 3*(l.threshold()/2)+1)
	i := 0
	for _, value := range view.Under(blocks) {
		counts[i] = binary.BigEndian.Uint64(value)
		i++
	}
	slices.Sort(counts)
	return counts[len(counts)/2]
}
