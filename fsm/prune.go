package fsm

import (
	"context"
	"strings"

	"satchel/fsm/kv"
)

// Prune moves the steps of finished operations to the cold map, where
// [Executor.History] and [Executor.Watch] still find them: whole operations in
// which every machine is final and none of them is claimed by keep. Each
// operation takes one transaction. It returns how many machines have left the
// memory.
//
// It may be called at any time and as often as one likes, while machines run
// and others watch them. An operation that gets another machine afterwards can
// be pruned again. When there is nothing to do, Prune looks at the machines in
// memory and commits nothing.
//
// [Executor.Machines] does not show machines that have been pruned: one that
// waits for a machine of another operation asks [Executor.History] too.
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
	op, ok := "", false // what the keys of an operation begin with, and whether it can be pruned
	flush := func() {
		if ok {
			ops = append(ops, OpID([]byte(op[len(standing):])))
		}
	}
	for key, v := range r.Under(standing) {
		if op == "" || !strings.HasPrefix(key, op) {
			flush()
			op, ok = key[:min(len(key), len(standing)+len(OpID{}))], true
		}
		ok = ok && x.prunable(key, v, keep)
	}
	flush()
	return ops
}

// prunable reports whether a machine is final, can be read, and is not claimed
// by keep.
func (x *Executor) prunable(key string, v []byte, keep func(Record) bool) bool {
	rec, err := decodeRecord(v)
	if err != nil || rec.standingKey() != key || !rec.Final {
		return false
	}
	_, err = x.resolve(&rec)
	return err == nil && !keep(rec)
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
	if machines == 0 {
		return 0 // another Prune was first
	}
	for key, v := range tx.Under(left + string(op[:])) {
		tx.Delete(key)
		tx.PutCold(key, v)
	}
	tx.Put(moved+string(op[:]), nil)
	return machines
}
