package liar

import (
	"context"
	"encoding/json"
	"slices"

	"satchel/build/devfed/meta"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// Lies about what guardians keep: backups, meta values, spent notes and what
// notes are recovered from.
const (
	BackupDropped   Lie = "backup-dropped"
	BackupNone      Lie = "backup-none"
	BackupForged    Lie = "backup-forged"
	MetaOther       Lie = "meta-other"
	MetaNoObject    Lie = "meta-no-object"
	MetaRevision    Lie = "meta-revision"
	MetaNone        Lie = "meta-none"
	SpentInverted   Lie = "spent-inverted"
	RecoveryMore    Lie = "recovery-more"
	RecoveryNothing Lie = "recovery-nothing"
	RecoveryForged  Lie = "recovery-forged"
	RecoveryMoved   Lie = "recovery-moved"
)

var (
	recovered     = []string{"recover"}
	metaValue     = []string{"module_*_get_consensus"}
	recoveryCount = []string{"module_*_recovery_count"}
)

var aboutStores = []falsehood{
	{BackupDropped, "says that it keeps a backup and drops it", []string{"backup"}, always(nil)},
	{BackupNone, "says that it has no backup", recovered, always(nil)},
	{BackupForged, "gives a backup that is garbage, and newer than any", recovered, always(map[string]any{
		"timestamp": wire.SystemTime{Secs: 1 << 40}, "data": wire.HexBytes(slices.Repeat([]byte{0xab}, 4096+28)),
	})},
	{MetaOther, "gives another meta value, of the next revision", metaValue, told(otherValue)},
	{MetaNoObject, "gives a meta value that is no object", metaValue, told(noObject)},
	{MetaRevision, "gives another revision of the meta value", []string{"module_*_get_consensus_rev"}, always(1 << 20)},
	{MetaNone, "says that there is no meta value", []string{"module_*_get_consensus", "module_*_get_consensus_rev"}, always(nil)},
	{SpentInverted, "says that spent notes are new, and new ones spent", []string{"module_*_note_spent", "module_*_blind_nonce_used"}, told(func(_ *call, yes bool) any { return !yes })},
	{RecoveryMore, "says that there are more recovery items than there are", recoveryCount, told(func(_ *call, count uint64) any { return count + 100_000 })},
	{RecoveryNothing, "says that there are no recovery items", recoveryCount, always(0)},
	{RecoveryForged, "gives recovery items in which every note is spent, and their hash", []string{"module_*_recovery_slice", "module_*_recovery_slice_hash"}, forgedSlice},
	{RecoveryMoved, "gives outpoints with their indices off by one", []string{"module_*_recovery_blind_nonce_outpoints"}, told(movedOutpoints)},
}

func otherValue(_ *call, v meta.Value) any {
	return meta.Value{Revision: v.Revision + 1, Value: []byte(`{"federation_name":"Totally the same federation","federation_successor":"fed1nowhere"}`)}
}

func noObject(_ *call, v meta.Value) any {
	return meta.Value{Revision: v.Revision, Value: []byte(`["no","object"]`)}
}

// forgedSlice is as long as the honest one.
func forgedSlice(ctx context.Context, c *call) (any, error) {
	var bounds [2]uint64
	if err := json.Unmarshal(c.params, &bounds); err != nil {
		return nil, rpc.BadRequest("%v", err)
	}
	slice := wire.MintRecoverySlice{}
	for i := bounds[0]; i < bounds[1] && len(slice) < 10_000; i++ {
		slice = append(slice, wire.MintRecoveryItem{Spent: true, Hash: wire.Hash160{0: byte(i), 19: 1}})
	}
	if generic(c.method) == "module_*_recovery_slice" {
		return wire.SerdeBase64Of(slice), nil
	}
	return wire.HashOf(slice), nil
}

func movedOutpoints(_ *call, points []wire.OutPoint) any {
	for i := range points {
		points[i].Index++
	}
	return points
}
