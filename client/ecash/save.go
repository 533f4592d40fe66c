package ecash

import (
	"slices"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// Save implements [client.Saver]: what can be spent, and what was asked for. What
// was handed out is not in it.
func (m *Purse) Save(r *kv.Reader, session uint64) (wire.Appender, error) {
	s, ok := m.Generation.(notes.Saver)
	if !ok {
		return nil, nil
	}
	var asked []notes.Found
	for rec := range m.Executor().All(r) {
		if p, ok := rec.State.(issuing); ok && rec.Machine == m.name("issuance") {
			for i, q := range p.Wanted {
				at := wire.OutPoint{TxID: p.At.TxID, Index: p.At.Indices.Start + uint64(i)}
				asked = append(asked, notes.Found{Request: q, At: &at})
			}
		}
	}
	return s.Save(r, slices.Collect(m.notes(r)), asked, session)
}
