package lnv2

import (
	"encoding/binary"
	"fmt"
	"slices"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

// tables are where votes are kept, by the variant of their item.
var tables = map[uint64]string{wire.LNV2BlockCountVote: "blocks/", wire.LNV2UnixTimeVote: "time/"}

func peerKey(table string, peer wire.PeerID) string {
	return table + string(binary.BigEndian.AppendUint16(nil, uint16(peer)))
}

// propose is the vote for the minute and then the one for the blocks, as far as
// the guardian has not voted for as much.
func propose(view consensus.View, peer wire.PeerID, world consensus.World) (items []wire.Appender) {
	for _, item := range []wire.LNV2ConsensusItem{
		{Variant: wire.LNV2UnixTimeVote, Vote: world.Seconds / 60 * 60},
		{Variant: wire.LNV2BlockCountVote, Vote: world.Blocks},
	} {
		if item.Vote > number(view, peerKey(tables[item.Variant], peer)) {
			items = append(items, item)
		}
	}
	return items
}

// applyItem takes a vote in, which must be greater than the guardian's last one.
func applyItem(tx consensus.Tx, peer wire.PeerID, body []byte) error {
	item, err := wire.Decode[wire.LNV2ConsensusItem](body)
	if err != nil {
		return err
	}
	if item.Unknown != nil {
		return fmt.Errorf("no lnv2 consensus item has variant %d", item.Unknown.Variant)
	}
	key := peerKey(tables[item.Variant], peer)
	if last := number(tx.View, key); item.Vote <= last {
		return fmt.Errorf("guardian %d has voted for %d before %d", peer, last, item.Vote)
	}
	putNumber(tx, key, item.Vote)
	return nil
}

// Blocks returns how many blocks the guardians agree on.
func (l *Lightning) Blocks(view consensus.View) uint64 {
	return l.agreed(view, wire.LNV2BlockCountVote)
}

// Seconds returns the time that the guardians agree on, a minute, in seconds since
// the start of 1970.
func (l *Lightning) Seconds(view consensus.View) uint64 {
	return l.agreed(view, wire.LNV2UnixTimeVote)
}

// agreed returns the greatest number for which, or for more, a threshold of the
// guardians has voted.
func (l *Lightning) agreed(view consensus.View, variant uint64) uint64 {
	var votes []uint64
	for _, value := range view.Under(tables[variant]) {
		votes = append(votes, binary.BigEndian.Uint64(value))
	}
	if len(votes) < l.threshold() {
		return 0
	}
	slices.Sort(votes)
	return votes[len(votes)-l.threshold()]
}
