package kv_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"satchel/fsm/kv"
	"satchel/fsm/kv/kvtest"
)

type memoryPlace struct{ *kv.Memory }

func (p memoryPlace) Open(testing.TB) kv.Store { return p.Handle() }
func (p memoryPlace) Evict(testing.TB)         { p.Memory.Evict() }

func TestMemory(t *testing.T) {
	kvtest.Run(t, func(testing.TB) kvtest.Place { return memoryPlace{kv.NewMemory()} })
}

func open(t *testing.T, s kv.Store) *kv.DB {
	t.Helper()
	db, err := kv.Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// The map agrees with a plain Go map under random work, snapshots included.
func TestMapModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	db := open(t, kv.NewMemory().Handle())
	model := map[string]string{}
	old, oldModel := db.Snapshot(), fmt.Sprint(model)
	for round := range 300 {
		err := db.Update(context.Background(), func(tx *kv.Tx) error {
			for range rnd.IntN(20) {
				k := fmt.Sprintf("%c/%d", 'a'+rnd.IntN(3), rnd.IntN(60))
				if rnd.IntN(3) == 0 {
					tx.Delete(k)
					delete(model, k)
				} else {
					v := fmt.Sprint(round)
					tx.Put(k, []byte(v))
					model[k] = v
				}
			}
			compare(t, &tx.Reader, model, rnd)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		compare(t, db.Snapshot(), model, rnd)
	}
	if fmt.Sprint(collect(old, "")) != oldModel {
		t.Fatal("a snapshot changed")
	}
}

func collect(r *kv.Reader, prefix string) map[string]string {
	m := map[string]string{}
	for k, v := range r.Under(prefix) {
		m[k] = string(v)
	}
	return m
}

func compare(t *testing.T, r *kv.Reader, model map[string]string, rnd *rand.Rand) {
	t.Helper()
	prefix := []string{"", "a/", "b/1", "c/", "zzz"}[rnd.IntN(5)]
	var want []string
	for k, v := range model {
		if strings.HasPrefix(k, prefix) {
			want = append(want, k+"="+v)
		}
		if got, ok := r.Get(k); !ok || string(got) != v {
			t.Fatalf("get %q: %q %v, want %q", k, got, ok, v)
		}
	}
	sort.Slice(want, func(i, j int) bool {
		a, _, _ := strings.Cut(want[i], "=")
		b, _, _ := strings.Cut(want[j], "=")
		return a < b
	})
	var up, down []string
	for k, v := range r.Under(prefix) {
		up = append(up, k+"="+string(v))
	}
	for k, v := range r.UnderDown(prefix, "") {
		down = append(down, k+"="+string(v))
	}
	slices.Reverse(down)
	if !slices.Equal(up, want) || !slices.Equal(down, want) {
		t.Fatalf("under %q:\n up   %v\n down %v\n want %v", prefix, up, down, want)
	}
	if len(want) > 1 {
		bound, _, _ := strings.Cut(want[len(want)/2], "=")
		for k := range r.UnderDown(prefix, bound) {
			if k >= bound {
				t.Fatalf("%q is not before %q", k, bound)
			}
			break
		}
	}
}

func TestUnderDownAtTheEndOfAllKeys(t *testing.T) {
	db := open(t, kv.NewMemory().Handle())
	keys := []string{"\xff", "\xff\xff", "\xff\xff\x01", "\xfe\xff"}
	db.Update(context.Background(), func(tx *kv.Tx) error {
		for _, k := range keys {
			tx.Put(k, nil)
		}
		return nil
	})
	var got []string
	for k := range db.Snapshot().UnderDown("\xff\xff", "") {
		got = append(got, k)
	}
	if !slices.Equal(got, []string{"\xff\xff\x01", "\xff\xff"}) {
		t.Fatalf("%q", got)
	}
	got = nil
	for k := range db.Snapshot().UnderDown("\xfe", "") {
		got = append(got, k)
	}
	if !slices.Equal(got, []string{"\xfe\xff"}) {
		t.Fatalf("%q", got)
	}
}

func TestFailedFunctionWritesNothing(t *testing.T) {
	memory := kv.NewMemory()
	db := open(t, memory.Handle())
	no := errors.New("no")
	if err := db.Update(context.Background(), func(tx *kv.Tx) error { tx.Put("a", nil); return no }); err != no {
		t.Fatal(err)
	}
	func() {
		defer func() { recover() }()
		db.Update(context.Background(), func(tx *kv.Tx) error { tx.Put("a", nil); panic(no) })
	}()
	if err := db.Update(context.Background(), func(tx *kv.Tx) error { return nil }); err != nil {
		t.Fatalf("after a panic: %v", err)
	}
	if r := db.Snapshot(); r.Has("a") || r.Seq() != 0 {
		t.Fatalf("a is there: %v, commit %d", r.Has("a"), r.Seq())
	}
}

// failing lets the n-th commit end in an error, with or without its effect.
type failing struct {
	kv.Store
	n      int
	effect bool
	tried  int
}

var errDisk = errors.New("disk on fire")

func (f *failing) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	f.tried++
	if f.tried != f.n {
		return f.Store.Commit(ctx, seq, batch)
	}
	if f.effect {
		f.Store.Commit(ctx, seq, batch)
	}
	return errDisk
}

// Fault 4: after a failed commit nothing is written, whatever its outcome was;
// opening again shows what is really there.
func TestFailedCommitCloses(t *testing.T) {
	for _, effect := range []bool{false, true} {
		memory := kv.NewMemory()
		f := &failing{Store: memory.Handle(), n: 2, effect: effect}
		db := open(t, f)
		put := func(k string) error {
			return db.Update(context.Background(), func(tx *kv.Tx) error { tx.Put(k, nil); return nil })
		}
		if err := put("1"); err != nil {
			t.Fatal(err)
		}
		if err := put("2"); !errors.Is(err, kv.ErrClosed) || !errors.Is(err, errDisk) {
			t.Fatalf("failed commit: %v", err)
		}
		if err := put("3"); !errors.Is(err, errDisk) || f.tried != 2 {
			t.Fatalf("after it: %v, %d commits", err, f.tried)
		}
		again := open(t, memory.Handle())
		if got := again.Snapshot().Has("2"); got != effect {
			t.Fatalf("effect %v: entry there: %v", effect, got)
		}
		if db.Snapshot().Has("2") {
			t.Fatal("closed map shows a write of unknown outcome")
		}
	}
}

// Fault 5: whenever the program dies, the store holds the commits 1 to k whole.
func TestCrashClonesAreWhole(t *testing.T) {
	memory := kv.NewMemory()
	spy := &cloning{Store: memory.Handle(), memory: memory}
	db := open(t, spy)
	rnd := rand.New(rand.NewPCG(3, 4))
	want := []string{fmt.Sprint(collect(db.Snapshot(), ""))}
	for i := range 5000 {
		db.Update(context.Background(), func(tx *kv.Tx) error {
			for range 1 + rnd.IntN(4) {
				tx.Put(fmt.Sprint("k", rnd.IntN(30)), []byte(fmt.Sprint(i)))
			}
			return nil
		})
		want = append(want, fmt.Sprint(collect(db.Snapshot(), "")))
	}
	for i, clone := range spy.clones {
		r := open(t, clone.Handle()).Snapshot()
		if got := fmt.Sprint(collect(r, "")); got != want[r.Seq()] || int(r.Seq()) != i/2+i%2 {
			t.Fatalf("clone %d at commit %d: %s, want %s", i, r.Seq(), got, want[r.Seq()])
		}
	}
	if len(spy.clones) < 10_000 {
		t.Fatalf("only %d clones", len(spy.clones))
	}
}

type cloning struct {
	kv.Store
	memory *kv.Memory
	clones []*kv.Memory
}

func (c *cloning) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	c.clones = append(c.clones, c.memory.Clone())
	err := c.Store.Commit(ctx, seq, batch)
	c.clones = append(c.clones, c.memory.Clone())
	return err
}

// An entry with any byte changed is set aside, and the rest is exact.
func TestDamagedEntryIsSetAside(t *testing.T) {
	memory := kv.NewMemory()
	db := open(t, memory.Handle())
	db.Update(context.Background(), func(tx *kv.Tx) error {
		tx.Put("good", []byte("value"))
		tx.Put("bad", []byte("value"))
		return nil
	})
	_, entries, _ := memory.Handle().Load(context.Background())
	stored := entries["bad"]
	for i := range stored {
		flipped := slices.Clone(stored)
		flipped[i] ^= 1
		for _, bytes := range [][]byte{flipped, stored[:i]} {
			clone := memory.Clone()
			h := clone.Handle()
			seq, _, _ := h.Load(context.Background())
			h.Commit(context.Background(), seq+1, []kv.Write{{Key: "bad", Value: bytes}})
			db := open(t, clone.Handle())
			if d := db.Damaged(); len(d) != 1 || d[0].Key != "bad" || !slices.Equal(d[0].Value, bytes) {
				t.Fatalf("byte %d: damaged %v", i, d)
			}
			if r := db.Snapshot(); r.Has("bad") || !r.Has("good") {
				t.Fatalf("byte %d: wrong entries", i)
			}
		}
	}
}

func TestAwait(t *testing.T) {
	db := open(t, kv.NewMemory().Handle())
	ctx, cancel := context.WithCancel(context.Background())
	looked, got := make(chan bool, 100), make(chan string)
	go func() {
		v, err := kv.Await(ctx, db, "a/", func(r *kv.Reader) (string, bool) {
			v, ok := r.Get("a/2")
			looked <- ok
			return string(v), ok
		})
		got <- fmt.Sprint(v, err)
	}()
	put := func(k string) {
		if err := db.Update(ctx, func(tx *kv.Tx) error { tx.Put(k, []byte("v")); return nil }); err != nil {
			t.Error(err)
		}
	}
	<-looked
	put("b/2") // not under the prefix: nobody looks
	put("a/1")
	if <-looked {
		t.Fatal("found too early")
	}
	put("a/2")
	if v := <-got; v != "v<nil>" {
		t.Fatalf("got %q", v)
	}
	cancel()
	if _, err := kv.Await(ctx, db, "", func(*kv.Reader) (int, bool) { return 0, false }); err != context.Canceled {
		t.Fatalf("cancelled: %v", err)
	}
	db.Close(errDisk)
	if _, err := kv.Await(context.Background(), db, "", func(*kv.Reader) (int, bool) { return 0, false }); !errors.Is(err, errDisk) {
		t.Fatalf("closed: %v", err)
	}
}

// A transaction whose function is still at work when the DB is closed writes
// nothing, and Drain does not wait for it.
func TestCloseDuringUpdate(t *testing.T) {
	memory := kv.NewMemory()
	db := open(t, memory.Handle())
	err := db.Update(context.Background(), func(tx *kv.Tx) error {
		tx.Put("late", nil)
		db.Close(errDisk)
		return db.Drain(context.Background())
	})
	if !errors.Is(err, errDisk) {
		t.Fatalf("update: %v", err)
	}
	if seq, _, _ := memory.Handle().Load(context.Background()); seq != 0 || db.Snapshot().Has("late") {
		t.Fatalf("commit %d after Close", seq)
	}
}

// A transaction that waits for its turn ends with its context.
func TestUpdateWaitsWithContext(t *testing.T) {
	db := open(t, kv.NewMemory().Handle())
	ctx, cancel := context.WithCancel(context.Background())
	err := db.Update(context.Background(), func(*kv.Tx) error {
		done := make(chan error)
		go func() { done <- db.Update(ctx, func(*kv.Tx) error { return nil }) }()
		cancel()
		return <-done
	})
	if err != context.Canceled {
		t.Fatal(err)
	}
}
