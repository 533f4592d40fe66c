package toyfed

import "satchel/client/wire"

// Grant takes outputs into consensus that nobody pays for, by a transaction of
// their own, and returns its id.
func (f *Federation) Grant(outputs ...wire.DynOutput) wire.TxID {
	f.mu.Lock()
	defer f.mu.Unlock()
	tx := wire.Transaction{Outputs: outputs}
	next := f.books.clone()
	for _, o := range outputs {
		if _, _, refused := f.output(next, o, true); refused != nil {
			panic("toyfed: grant: " + refused.Text(f.config.Kinds()))
		}
	}
	next.add(tx)
	f.books = next
	return tx.TxID()
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
