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
