package toyfed

import (
	"iter"

	"satchel/client/wire"
)

// items are a part of the list for recovery. Consensus form: a list. JSON: a list
// of what the second generation has for each.
type items []wire.Appender

// Append appends the consensus form.
func (s items) Append(b []byte) []byte { return wire.AppendVec(b, s) }

// accepted yields the transactions that were accepted, in their order. What other
// people do is among them.
func (f *Federation) accepted() iter.Seq2[wire.TxID, wire.Transaction] {
	f.mu.Lock()
	defer f.mu.Unlock()
	order, txs := f.books.order, f.books.txs
	return func(yield func(wire.TxID, wire.Transaction) bool) {
		for _, id := range order {
			f.mu.Lock()
			tx := txs[id]
			f.mu.Unlock()
			if !yield(id, tx) {
				return
			}
		}
	}
}

// items lists what the mint issued and spent: for each transaction its inputs and
// then its outputs.
func (m *mint) items() items {
	all := items{}
	for _, tx := range m.f.accepted() {
		for _, i := range tx.Inputs {
			if n, ok := m.readInput(i.Body); ok && i.Module == m.id {
				all = append(all, m.spentItem(n))
			}
		}
		for _, o := range tx.Outputs {
			if n, ok := m.readOutput(o.Body); ok && o.Module == m.id {
				all = append(all, m.issuedItem(n))
			}
		}
	}
	return all
}

// serveRecovery answers what mints of both generations are asked for recovery.
func (m *mint) serveRecovery(c call) (answer any, known bool, err error) {
	if m.f.NoRecovery && m.kind() == wire.KindMint {
		return nil, false, nil
	}
	switch c.method {
	case "recovery_count":
		return len(m.items()), true, nil
	case "recovery_slice":
		s, err := m.part(c.request)
		return m.slice(s), true, err
	case "recovery_slice_hash":
		s, err := m.part(c.request)
		return wire.HashOf(s), true, err
	}
	return nil, false, nil
}

// part returns what there is of a slice of the list.
func (m *mint) part(request []byte) (items, error) {
	bounds, err := parse[[2]uint64](request)
	if err != nil {
		return nil, err
	}
	all := m.items()
	end := min(bounds[1], uint64(len(all)))
	return all[min(bounds[0], end):end], nil
}
