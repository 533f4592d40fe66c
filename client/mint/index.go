package mint

import (
	"encoding/binary"
	"errors"
	"fmt"

	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// ErrIndexDamaged reports that the wallet cannot read which notes of a tier it
// has asked for before. It asks for no note of that tier then: an index that is
// used twice makes e-cash that nobody can spend.
var ErrIndexDamaged = errors.New("stored index of e-cash notes is damaged")

// The next index of a tier is kept twice. Both entries change in the same
// commit and each has a checksum, so one that can be read is the last that was
// written, and the other one is written anew with the next notes. That nothing
// is stored means 0 only where nothing is damaged either.
func (m *Mint) indexKeys(tier wire.Amount) [2]string {
	return [2]string{m.host.Key("i", bigEndian(uint64(tier))), m.host.Key("j", bigEndian(uint64(tier)))}
}

// index returns the next index of a tier.
func (m *Mint) index(r *kv.Reader, tier wire.Amount) (next uint64, err error) {
	known := false
	for _, key := range m.indexKeys(tier) {
		if v, ok := r.Get(key); ok {
			next, known = max(next, binary.BigEndian.Uint64(v)), true
		}
	}
	if known {
		return next, nil
	}
	for _, key := range m.indexKeys(tier) {
		for _, e := range m.host.Executor().Damaged() {
			if e.Key == key {
				return 0, fmt.Errorf("%w: notes of %v", ErrIndexDamaged, tier)
			}
		}
	}
	return 0, nil
}

func (m *Mint) setIndex(tx *fsm.Tx, tier wire.Amount, next uint64) {
	for _, key := range m.indexKeys(tier) {
		tx.Put(key, []byte(bigEndian(next)))
	}
}

func bigEndian(n uint64) string { return string(binary.BigEndian.AppendUint64(nil, n)) }
