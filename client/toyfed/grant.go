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

// Overwrite lets somebody issue a note under the blinded nonce of another one, for
// another amount: in a mint of the second generation anybody may, in one of the
// first with a dishonest guardian's help. The two are one note, which can be spent
// once, so the books leave the new one out.
func (f *Federation) Overwrite(kind wire.ModuleKind, blinded wire.G1, amount wire.Amount) {
	m := f.mintOf(kind)
	f.mu.Lock()
	defer f.mu.Unlock()
	output := wire.DynOutput{Dyn: wire.DynOf(m.id, m.output(issuedNote{amount: amount, blinded: blinded}))}
	tx := wire.Transaction{Outputs: []wire.DynOutput{output}}
	next := f.books.clone()
	next.add(tx.TxID(), tx)
	f.adopt(next)
}
