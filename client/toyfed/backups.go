package toyfed

import (
	"time"

	"satchel/client/wire"
)

// maxLead is how far the timestamp of a backup may lie ahead.
const maxLead = time.Hour

// A backupKey is of one owner's backup at one guardian.
type backupKey struct {
	peer wire.PeerID
	id   wire.PublicKey
}

// backup keeps one backup for each owner, the newest.
func (f *Federation) backup(peer wire.PeerID, request []byte) (any, error) {
	r, err := parse[wire.SignedBackupRequest](request)
	switch {
	case err != nil:
		return nil, err
	case r.Verify() != nil:
		return nil, badRequest("invalid request")
	case r.Request.Timestamp.Time().After(time.Now().Add(maxLead)):
		return nil, badRequest("timestamp too far in the future")
	case len(r.Request.Payload) > wire.MaxBackupPayload:
		return nil, badRequest("snapshot too large")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	key := backupKey{peer, r.Request.ID}
	if last, ok := f.backups[key]; ok && !r.Request.Timestamp.Time().After(last.Timestamp.Time()) {
		return nil, badRequest("timestamp too small")
	}
	f.backups[key] = wire.ClientBackupSnapshot{Timestamp: r.Request.Timestamp, Data: r.Request.Payload}
	return nil, nil
}

// restore gives a backup back, or nil.
func (f *Federation) restore(peer wire.PeerID, request []byte) (any, error) {
	id, err := parse[wire.PublicKey](request)
	if err != nil {
		return nil, err
	}
	if s, ok := f.Backup(peer, id); ok {
		return s, nil
	}
	return nil, nil
}

// Backup returns the backup that a guardian has of an owner.
func (f *Federation) Backup(peer wire.PeerID, id wire.PublicKey) (wire.ClientBackupSnapshot, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.backups[backupKey{peer, id}]
	return s, ok
}
