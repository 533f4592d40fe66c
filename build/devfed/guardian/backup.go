package guardian

import (
	"context"
	"encoding/json"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

const (
	// maxBackup is the size in bytes of the largest payload that is kept.
	maxBackup = 128 << 10
	// maxLead is how far the timestamp of a backup may lie ahead.
	maxLead = time.Hour
)

// A backupRequest is what a client signs to have a backup kept. Consensus form:
// id, payload and timestamp.
type backupRequest struct {
	ID        *wire.PublicKey  `json:"id"`
	Payload   *wire.HexBytes   `json:"payload"`
	Timestamp *wire.SystemTime `json:"timestamp"`
	Signature *wire.Signature  `json:"signature"`
}

// Append appends what is signed.
func (r backupRequest) Append(b []byte) []byte {
	return r.Timestamp.Append(r.Payload.Append(r.ID.Append(b)))
}

func (r backupRequest) complete() bool {
	return r.ID != nil && r.Payload != nil && r.Timestamp != nil && r.Signature != nil
}

// A Snapshot is a backup that is kept. JSON: {"timestamp":time,"data":hex}.
// Consensus form: the fields in order.
type Snapshot struct {
	Timestamp wire.SystemTime `json:"timestamp"`
	Data      wire.HexBytes   `json:"data"`
}

// Append appends the consensus form.
func (s Snapshot) Append(b []byte) []byte { return s.Data.Append(s.Timestamp.Append(b)) }

// Decode reads the consensus form.
func (s *Snapshot) Decode(d *wire.Decoder) {
	s.Timestamp.Decode(d)
	s.Data.Decode(d)
}

func backupKey(peer wire.PeerID, id wire.PublicKey) string {
	return peerKey("backup", peer) + string(id[:])
}

// backup keeps one backup for each key, the newest. The checks and their order
// are those of the reference.
func (g *Guardian) backup(ctx context.Context, params json.RawMessage) (any, error) {
	r, err := rpc.Params[backupRequest](params)
	switch {
	case err != nil:
		return nil, err
	case !r.complete():
		return nil, rpc.BadRequest("a backup has id, payload, timestamp and signature")
	case r.ID.XOnly().Verify(wire.HashOf(r), *r.Signature) != nil:
		return nil, rpc.BadRequest("invalid request")
	case newer(*r.Timestamp, wire.TimeOf(g.shared.Now().Add(maxLead))):
		return nil, rpc.BadRequest("timestamp too far in the future")
	case len(*r.Payload) > maxBackup:
		return nil, rpc.BadRequest("snapshot too large")
	}
	return nil, g.shared.DB.Update(ctx, func(tx *kv.Tx) error {
		key := backupKey(g.id, *r.ID)
		if last, ok := storedSnapshot(&tx.Reader, key); ok && !newer(*r.Timestamp, last.Timestamp) {
			return rpc.BadRequest("timestamp too small")
		}
		tx.Put(key, wire.Encode(Snapshot{*r.Timestamp, *r.Payload}))
		return nil
	})
}

func newer(a, b wire.SystemTime) bool {
	return a.Secs > b.Secs || a.Secs == b.Secs && a.Nanos > b.Nanos
}

func storedSnapshot(r *kv.Reader, key string) (s Snapshot, ok bool) {
	value, ok := r.Get(key)
	if ok {
		s = consensus.Stored[Snapshot](value)
	}
	return s, ok
}

func (g *Guardian) recover(_ context.Context, params json.RawMessage) (any, error) {
	id, err := rpc.Params[wire.PublicKey](params)
	if err != nil {
		return nil, err
	}
	if s, ok := storedSnapshot(g.shared.DB.Snapshot(), backupKey(g.id, id)); ok {
		return s, nil
	}
	return nil, nil
}

// firstBackup returns the backup of the first owner whom of accepts, or nil.
func (g *Guardian) firstBackup(of func(wire.PublicKey) bool) any {
	prefix := peerKey("backup", g.id)
	for key, value := range g.shared.DB.Snapshot().Under(prefix) {
		if of(wire.PublicKey([]byte(key[len(prefix):]))) {
			return consensus.Stored[Snapshot](value)
		}
	}
	return nil
}
