package fsm_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"satchel/fsm"
	"satchel/fsm/kv"
)

// An await that ignores its context holds Run up no longer than the grace time;
// what it answers then meets a closed executor.
func TestGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, kv.NewMemory(), simple(func(context.Context, aOne) (string, error) { time.Sleep(time.Hour); return "late", nil }, toTwo))
		b.start(1, aOne{})
		synctest.Wait()
		begin := time.Now()
		b.stop()
		if d := time.Since(begin); d != b.x.Grace {
			t.Fatalf("Run returned after %v", d)
		}
		time.Sleep(2 * time.Hour)
		b.expect(1, "one")
		if err := b.x.Update(t.Context(), func(tx *fsm.Tx) error { tx.Put("k", nil); return nil }); !errors.Is(err, kv.ErrClosed) {
			t.Fatalf("update after Run: %v", err)
		}
	})
}

// A slow store commits at its own pace.
type slowStore struct {
	kv.Store
	commits time.Duration
}

func (s *slowStore) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	time.Sleep(s.commits)
	return s.Store.Commit(ctx, seq, batch)
}

// Run waits for a commit that the store has begun, however long it takes and
// whether or not an await holds it up for the grace time.
func TestNothingIsCommittedAfterRun(t *testing.T) {
	for name, await := range map[string]func(context.Context, aOne) (string, error){
		"awaits have ended":       after(24 * time.Hour),
		"an await does not end":   func(context.Context, aOne) (string, error) { time.Sleep(24 * time.Hour); return "", nil },
		"a driver is committing":  after(0),
		"an await ends meanwhile": func(context.Context, aOne) (string, error) { time.Sleep(10 * time.Second); return "", nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := kv.NewMemory()
				store := &slowStore{Store: memory.Handle()}
				x, err := fsm.Open(t.Context(), store, simple(await, toTwo))
				if err != nil {
					t.Fatal(err)
				}
				err = x.Update(t.Context(), func(tx *fsm.Tx) error { tx.Start(fsm.OpID{1}, aOne{}); return nil })
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				ran := make(chan error, 1)
				store.commits = time.Minute
				go func() { ran <- x.Run(ctx) }()
				synctest.Wait()
				go x.Update(t.Context(), func(tx *fsm.Tx) error { tx.Put("k", nil); return nil })
				synctest.Wait()
				cancel()
				<-ran
				at, _, _ := memory.Handle().Load(t.Context())
				if at != 2 {
					t.Errorf("Run returned at commit %d, before the one that was under way", at)
				}
				time.Sleep(48 * time.Hour)
				if now, _, _ := memory.Handle().Load(t.Context()); now != at {
					t.Errorf("commit %d after Run had returned", now)
				}
			})
		})
	}
}

// Shutdown in the middle of anything commits nothing afterwards, and the next
// executor goes on.
func TestShutdownAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := kv.NewMemory()
		m := func() *fsm.Machine { return simple(after(time.Minute), toTwo) }
		b := newBench(t, memory, m())
		b.start(1, aOne{"x"})
		time.Sleep(30 * time.Second)
		if err := b.stop(); err != context.Canceled {
			t.Fatal(err)
		}
		if err := b.x.Run(t.Context()); err != fsm.ErrRunning {
			t.Fatalf("second Run: %v", err)
		}
		seq, _, _ := memory.Handle().Load(t.Context())
		time.Sleep(time.Hour)
		if now, _, _ := memory.Handle().Load(t.Context()); now != seq {
			t.Fatal("committed after Run had returned")
		}
		b = newBench(t, memory, m())
		time.Sleep(2 * time.Minute)
		b.expect(1, "two")
		b.stop()
	})
}

// Fault 17: who was taken over stops at its next transaction.
func TestTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := kv.NewMemory()
		m := func() *fsm.Machine { return simple(after(time.Minute), toTwo) }
		one := newBench(t, memory, m())
		one.start(1, aOne{"x"})
		two := newBench(t, memory, m())
		two.start(2, aOne{"y"})
		time.Sleep(time.Hour)
		if err := one.stop(); !errors.Is(err, kv.ErrFenced) {
			t.Fatalf("first owner ended with %v", err)
		}
		two.expect(1, "two")
		two.expect(2, "two")
		two.stop()
	})
}
