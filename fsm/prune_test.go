package fsm_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"satchel/fsm"
	"satchel/fsm/kv"
)

func TestPrune(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := kv.NewMemory()
		await := func(ctx context.Context, s aOne) (string, error) {
			if s.text == "never" {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return string(s.text), nil
		}
		m := func() *fsm.Machine { return simple(await, toTwo) }
		b := newBench(t, memory, m())
		for op := range byte(150) {
			b.start(op, aOne{"x"}, aOne{"y"})
		}
		b.start(200, aOne{"x"}, aOne{"never"})
		b.start(201, aOne{"keep"})
		synctest.Wait()
		before, err := b.x.History(t.Context(), fsm.OpID{7}, 0)
		if err != nil || len(before) != 4 {
			t.Fatal(before, err)
		}
		n, err := b.x.Prune(t.Context(), func(rec fsm.Record) bool { return string(rec.Data) == "keep" })
		if n != 300 || err != nil {
			t.Fatalf("pruned %d, %v", n, err)
		}
		b.expect(7)
		b.expect(200, "two", "one")
		b.expect(201, "two")
		b.stop()

		b = newBench(t, memory, m())
		left := 0
		for range b.x.All(b.x.Snapshot()) {
			left++
		}
		after, err := b.x.History(t.Context(), fsm.OpID{7}, 0)
		if left != 3 || err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
			t.Fatalf("%d left; history %v (%v), want %v", left, after, err, before)
		}
		if !fsm.Exists(b.x.Snapshot(), fsm.OpID{7}) || fsm.Exists(b.x.Snapshot(), fsm.OpID{199}) {
			t.Fatal("Exists forgot a pruned operation")
		}
		if n, err := b.x.Prune(t.Context(), func(fsm.Record) bool { return true }); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		b.stop()
	})
}

// Two Prunes at once do what one does.
func TestPruneTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, kv.NewMemory(), simple(at, toTwo))
		b.start(1, aOne{"x"})
		synctest.Wait()
		var seq uint64
		n, err := b.x.Prune(b.ctx, func(fsm.Record) bool {
			if n, err := b.x.Prune(b.ctx, func(fsm.Record) bool { return false }); n != 1 || err != nil {
				t.Errorf("the first pruned %d, %v", n, err)
			}
			seq = b.x.Snapshot().Seq()
			return false
		})
		if now := b.x.Snapshot().Seq(); n != 0 || err != nil || now != seq {
			t.Errorf("the second pruned %d, %v, and made commit %d after %d", n, err, now, seq)
		}
		b.stop()
	})
}

// A pageHook is called before cold entries are read.
type pageHook struct {
	kv.Store
	before func()
}

func (p *pageHook) Page(ctx context.Context, prefix, before string, n int) ([]kv.Entry, error) {
	p.before()
	return p.Store.Page(ctx, prefix, before, n)
}

// An operation that goes on after it was pruned, and is pruned again while its
// history is read, has each step once.
func TestPruneDuringHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &pageHook{Store: kv.NewMemory().Handle(), before: func() {}}
		x, err := fsm.Open(t.Context(), store, simple(at, toTwo))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- x.Run(ctx) }()
		prune := func() {
			if n, err := x.Prune(ctx, func(fsm.Record) bool { return false }); n != 1 || err != nil {
				t.Errorf("pruned %d, %v", n, err)
			}
		}
		start := func() {
			x.Update(ctx, func(tx *fsm.Tx) error { tx.Start(fsm.OpID{1}, aOne{"x"}); return nil })
			synctest.Wait()
		}
		start()
		prune()
		start()
		store.before = prune
		steps, err := x.History(ctx, fsm.OpID{1}, 0)
		if err != nil || len(steps) != 4 {
			t.Errorf("%d steps, %v", len(steps), err)
		}
		cancel()
		<-ran
	})
}
