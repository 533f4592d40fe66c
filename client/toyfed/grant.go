package toyfed

import "satchel/client/wire"

// Grant takes outputs into consensus that nobody pays for, by a transaction of
// their own, and returns its id.
func (f *Federation) Grant(outputs ...wire.DynOutput) wire.TxID {
	f.mu.Lock()
	defer f.mu.Unlock()
	tx := wire.Transaction{Outputs: outputs}
	id := tx.TxID()
	next := f.books.clone()
	for i, o := range outputs {
		amount, _, refused := f.output(next, o, wire.OutPoint{TxID: id, Index: uint64(i)}, true)
		if refused != nil {
			panic("toyfed: grant: " + refused.Text(f.config.Kinds()))
		}
		next.audit.Granted += amount
	}
	next.add(id, tx)
	f.adopt(next)
	return id
}

// Granted returns the id of the nth transaction in consensus, and false if there
// are not so many.
func (f *Federation) Granted(n int) (id wire.TxID, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n >= len(f.books.order) {
		return id, false
	}
	return f.books.order[n], true
}
