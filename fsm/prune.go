package fsm

import (
	"context"

	"satchel/fsm/kv"
)

// Prune moves the steps of finished operations to the cold map, where
// [Executor.History] and [Executor.Watch] still find them: whole operations in
// which every machine is final and none of them is claimed by keep. Each
// operation takes one transaction. It returns how many machines have left the
// memory.
func (x *Executor) Prune(ctx context.Context, keep func(Record) bool) (int, error) {
	pruned := 0
	for _, op := range x.finished(x.db.Snapshot(), keep) {
		var n int
		err := x.Update(ctx, func(tx *Tx) error {
			n = x.prune(tx, op)
			return nil
		})
		if err != nil {
			return pruned, err
		}
		pruned += n
	}
	return pruned, nil
}

// finished lists the operations that can be pruned.
func (x *Executor) finished(r *kv.Reader, keep func(Record) bool) []OpID {
	var ops []OpID
	var op OpID
	begun, ok := false, false
	flush := func() {
		if begun && ok {
			ops = append(ops, op)
		}
	}
	for key, v := range r.Under(standing) {
		rec, err := decodeRecord(v)
		if err == nil && rec.standingKey() != key {
			err = errRecord
		}
		if err == nil {
			_, err = x.resolve(&rec)
		}
		if keyOp := OpID([]byte(key[len(standing):][:len(op)])); !begun || keyOp != op {
			flush()
			begun, ok, op = true, true, keyOp
		}
		ok = ok && err == nil && rec.Final && !keep(rec)
	}
	flush()
	return ops
}

func (x *Executor) prune(tx *Tx, op OpID) (machines int) {
	for rec := range x.Machines(&tx.Reader, op) {
		if !rec.Final {
			return 0 // a machine has been started since
		}
	}
	for key, v := range tx.Under(Under(op)) {
		rec, err := decodeRecord(v)
		if err != nil {
			continue
		}
		tx.Delete(key)
		tx.PutCold(rec.leftKey(), v)
		machines++
	}
	for key, v := range tx.Under(left + string(op[:])) {
		tx.Delete(key)
		tx.PutCold(key, v)
	}
	tx.Put(moved+string(op[:]), nil)
	return machines
}
