package liar

import (
	"context"
	"encoding/json"
	"slices"

	"satchel/build/devfed/meta"
	"satchel/client/wire"
)

// Lies about what guardians keep: backups, meta values and spent notes.
const (
	BackupDropped Lie = "backup-dropped"
	BackupOld     Lie = "backup-old"
	BackupNone    Lie = "backup-none"
	BackupForged  Lie = "backup-forged"
	BackupOther   Lie = "backup-other"
	MetaOther     Lie = "meta-other"
	MetaNoObject  Lie = "meta-no-object"
	MetaRevision  Lie = "meta-revision"
	MetaNone      Lie = "meta-none"
	SpentInverted Lie = "spent-inverted"
)

var (
	kept      = []string{"backup"}
	recovered = []string{"recover"}
	metaValue = []string{"module_*_get_consensus"}
)

var aboutStores = []falsehood{
	{BackupDropped, "says that it keeps a backup and drops it", kept, always(nil)},
	{BackupOld, "says that it keeps a backup and drops it if it has an older one", kept, keepsOld},
	{BackupNone, "says that it has no backup", recovered, always(nil)},
	{BackupForged, "gives a backup that is garbage, and newer than any", recovered, always(map[string]any{
		"timestamp": wire.SystemTime{Secs: 1 << 40}, "data": wire.HexBytes(slices.Repeat([]byte{0xab}, 4096+28)),
	})},
	{BackupOther, "gives the backup of somebody else, or none if it has no other", recovered, otherBackup},
	{MetaOther, "gives another meta value, of the next revision", metaValue, told(otherValue)},
	{MetaNoObject, "gives a meta value that is no object", metaValue, told(noObject)},
	{MetaRevision, "gives another revision of the meta value", []string{"module_*_get_consensus_rev"}, always(1 << 20)},
	{MetaNone, "says that there is no meta value", []string{"module_*_get_consensus", "module_*_get_consensus_rev"}, always(nil)},
	{SpentInverted, "says that spent notes are new, and new ones spent", []string{"module_*_note_spent", "module_*_blind_nonce_used"}, told(func(_ *call, yes bool) any { return !yes })},
}

// keepsOld does as if it took a backup. What is wrong with the request of one
// that it drops is not told.
func keepsOld(ctx context.Context, c *call) (any, error) {
	var request struct {
		ID wire.PublicKey `json:"id"`
	}
	if json.Unmarshal(c.params, &request) == nil && c.Backup(func(id wire.PublicKey) bool { return id == request.ID }) != nil {
		return nil, nil
	}
	return c.honest(ctx)
}

func otherBackup(ctx context.Context, c *call) (any, error) {
	if _, err := c.honest(ctx); err != nil {
		return nil, err
	}
	var owner wire.PublicKey
	if err := json.Unmarshal(c.params, &owner); err != nil {
		return nil, err
	}
	return c.Backup(func(id wire.PublicKey) bool { return id != owner }), nil
}

func otherValue(_ *call, v meta.Value) any {
	return meta.Value{Revision: v.Revision + 1, Value: []byte(`{"federation_name":"Totally the same federation","federation_successor":"fed1nowhere"}`)}
}

func noObject(_ *call, v meta.Value) any {
	return meta.Value{Revision: v.Revision, Value: []byte(`["no","object"]`)}
}
