package mint

import (
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// Save implements [notes.Saver] in the form of the reference, which reads it.
func (m *Mint) Save(r *kv.Reader, some []notes.Note, asked []notes.Found, session uint64) (wire.Appender, error) {
	b := wire.MintBackup{Notes: notes.Grouped(some), SessionCount: session, NextIndices: map[wire.Amount]uint64{}}
	for _, f := range asked {
		b.Pending = append(b.Pending, wire.MintPendingNote{OutPoint: *f.At, Amount: f.Amount, Request: f.Keys})
	}
	for _, tier := range m.tiers {
		next, err := m.index(r, tier)
		if err != nil {
			return nil, err
		}
		if next > 0 {
			b.NextIndices[tier] = next
		}
	}
	return b, nil
}
