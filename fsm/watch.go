package fsm

import (
	"context"
	"iter"
	"slices"
	"sort"

	"satchel/fsm/kv"
)

// Watch yields every step of op that was entered after commit number seq, in
// order, and then waits for more. Nothing is buffered, so nothing can be lost:
// it reads what is stored. It ends with an error when ctx ends or the executor
// stops. It must not be used inside Update, where it would wait for itself.
func (x *Executor) Watch(ctx context.Context, op OpID, seq uint64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			steps, err := x.Next(ctx, op, seq)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, rec := range steps {
				if !yield(rec, nil) {
					return
				}
				seq = rec.Entered
			}
		}
	}
}

// Next waits until op has entered a step after commit number seq, and returns
// all such steps, in order.
func (x *Executor) Next(ctx context.Context, op OpID, seq uint64) ([]Record, error) {
	for {
		steps, err := x.History(ctx, op, seq)
		if err != nil || len(steps) > 0 {
			return steps, err
		}
		_, err = Await(ctx, x, Under(op), func(r *kv.Reader) (struct{}, bool) {
			for rec := range x.Machines(r, op) {
				if rec.Entered > seq {
					return struct{}{}, true
				}
			}
			return struct{}{}, false
		})
		if err != nil {
			return nil, err
		}
	}
}

// History returns every step of op that was entered after commit number seq, in
// order. Steps that this version cannot decode have no State.
func (x *Executor) History(ctx context.Context, op OpID, seq uint64) ([]Record, error) {
	r := x.db.Snapshot()
	var steps []Record
	add := func(stored []byte) {
		rec, err := decodeRecord(stored)
		if err != nil || rec.Entered <= seq {
			return
		}
		x.resolve(&rec)
		steps = append(steps, rec)
	}
	for _, v := range r.Under(Under(op)) {
		add(v)
	}
	for _, v := range r.Under(left + string(op[:])) {
		add(v)
	}
	if r.Has(moved + string(op[:])) {
		if err := x.cold(ctx, op, add); err != nil {
			return nil, err
		}
	}
	sort.Slice(steps, func(i, j int) bool {
		a, b := &steps[i], &steps[j]
		if a.Entered != b.Entered {
			return a.Entered < b.Entered
		}
		return a.Order < b.Order
	})
	// What was pruned since the snapshot was taken has been read twice.
	return slices.CompactFunc(steps, func(a, b Record) bool { return a.Entered == b.Entered && a.Order == b.Order }), nil
}

// coldPage is how many entries are read from the store at once.
const coldPage = 100

func (x *Executor) cold(ctx context.Context, op OpID, add func([]byte)) error {
	for before := ""; ; {
		entries, next, err := x.db.Page(ctx, left+string(op[:]), before, coldPage)
		if err != nil {
			return err
		}
		for _, e := range entries {
			add(e.Value)
		}
		if next == "" {
			return nil
		}
		before = next
	}
}
