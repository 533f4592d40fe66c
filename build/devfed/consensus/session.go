package consensus

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// idleSession is how long a session without items goes on, which is the length
// of every session of a real federation.
const idleSession = 3 * time.Minute

func itemPrefix(session uint64) string {
	return "item/" + string(binary.BigEndian.AppendUint64(nil, session)) + "/"
}

func sessionKey(index uint64) string {
	return "session/" + string(binary.BigEndian.AppendUint64(nil, index))
}

// appendItem writes an accepted item at the end of the running session.
func (l *Ledger) appendItem(tx *kv.Tx, peer wire.PeerID, item wire.ConsensusItem) {
	prefix := itemPrefix(sessionCount(&tx.Reader))
	var index uint32
	if rest, ok := last(&tx.Reader, prefix); ok {
		index = binary.BigEndian.Uint32([]byte(rest)) + 1
	}
	key := prefix + string(binary.BigEndian.AppendUint32(nil, index))
	tx.Put(key, wire.Encode(wire.AcceptedItem{Item: item, Peer: peer}))
}

func sessionCount(r *kv.Reader) uint64 {
	rest, ok := last(r, "session/")
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64([]byte(rest)) + 1
}

// SessionCount returns how many sessions are complete, which is the index of the
// running one.
func (l *Ledger) SessionCount() uint64 { return sessionCount(l.db.Snapshot()) }

// Session returns a session as it is now.
func (l *Ledger) Session(index uint64) wire.SessionStatusV2 {
	return session(l.db.Snapshot(), index)
}

func session(r *kv.Reader, index uint64) wire.SessionStatusV2 {
	count := sessionCount(r)
	if index > count {
		return wire.SessionStatusV2{State: wire.SessionInitial}
	}
	status := wire.SessionStatusV2{State: wire.SessionPending}
	for _, value := range r.Under(itemPrefix(index)) {
		status.Items = append(status.Items, Stored[wire.AcceptedItem](value))
	}
	if index < count {
		status.State = wire.SessionComplete
		status.Signatures = storedSignatures(r, index)
	}
	return status
}

func storedSignatures(r *kv.Reader, index uint64) map[wire.PeerID]wire.Signature {
	value, ok := r.Get(sessionKey(index))
	if !ok {
		panic(fmt.Sprintf("consensus: session %d is missing", index))
	}
	d := wire.NewDecoder(value)
	signatures := wire.ReadMap[wire.PeerID, wire.Signature](d)
	if err := d.Finish(); err != nil {
		panic(fmt.Sprintf("consensus: the signatures of session %d do not decode: %v", index, err))
	}
	return signatures
}

// AwaitSession waits until a session is complete.
func (l *Ledger) AwaitSession(ctx context.Context, index uint64) (wire.SignedSessionOutcome, error) {
	return kv.Await(ctx, l.db, "session/", func(r *kv.Reader) (wire.SignedSessionOutcome, bool) {
		if index >= sessionCount(r) {
			return wire.SignedSessionOutcome{}, false
		}
		return session(r, index).Signed(), true
	})
}

// CloseSession completes the running session when its turn has come, and returns
// how many are complete then.
func (l *Ledger) CloseSession(ctx context.Context) (count uint64, err error) {
	err = l.enqueue(nil, func(tx *kv.Tx) error {
		index := sessionCount(&tx.Reader)
		count = index + 1
		return l.sign(tx, index)
	}).wait(ctx)
	return count, err
}

func (l *Ledger) sign(tx *kv.Tx, index uint64) error {
	signers, ok := l.signers(index)
	if !ok {
		return fmt.Errorf("session %d: too few guardians are on to sign it", index)
	}
	hash := session(&tx.Reader, index).Signed().Outcome.SigningHash(index, l.public)
	signatures := make(map[wire.PeerID]wire.Signature, len(signers))
	for _, peer := range signers {
		signature, err := l.secret[peer].Sign(hash)
		if err != nil {
			return err
		}
		signatures[peer] = signature
	}
	tx.Put(sessionKey(index), wire.AppendMap(nil, signatures))
	return nil
}

// KeepSessions completes sessions until ctx ends: one that has items at the next
// tick, so that nothing waits longer than every; one without items after three
// minutes, because each costs room for ever.
func (l *Ledger) KeepSessions(ctx context.Context, every time.Duration) {
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	begun := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticks.C:
			reader := l.db.Snapshot()
			_, used := last(reader, itemPrefix(sessionCount(reader)))
			if !used && now.Sub(begun) < idleSession {
				continue
			}
			if _, err := l.CloseSession(ctx); err == nil {
				begun = time.Now()
			}
		}
	}
}
