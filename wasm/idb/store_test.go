//go:build js

package idb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"satchel/fsm/kv"
	"satchel/fsm/kv/kvtest"
)

type place string

func (p place) Open(testing.TB) kv.Store { return Open(string(p)) }

func (p place) Evict(t testing.TB) {
	if err := Delete(context.Background(), string(p)); err != nil {
		t.Fatal(err)
	}
}

func TestStore(t *testing.T) {
	kvtest.Run(t, func(t testing.TB) kvtest.Place { return place(fresh(t)) })
}

// fresh returns the name of a database that ends with the test.
func fresh(t testing.TB) string {
	t.Cleanup(func() { place(t.Name()).Evict(t) })
	return t.Name()
}

func load(t testing.TB, s *Store) (seq uint64, entries map[string][]byte) {
	t.Helper()
	seq, entries, err := s.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return seq, entries
}

func loaded(t testing.TB) *Store {
	t.Helper()
	s := Open(fresh(t))
	load(t, s)
	return s
}

func put(s *Store, seq uint64, key string) error {
	return s.Commit(context.Background(), seq, []kv.Write{{Key: key, Value: []byte(key)}})
}

// Fault 7: every readwrite transaction is strict, by what the browser says.
func TestEveryCommitIsStrict(t *testing.T) {
	s := loaded(t)
	if s.Durability() != "" {
		t.Fatalf("before the first commit: %q", s.Durability())
	}
	turnLog() // which some commit does first
	patch(t, `IDBDatabase.prototype`, "transaction", `original => function(...args) {
		const tx = original.apply(this, args);
		if (tx.mode != "readonly") seen.push(tx.durability);
		return tx;
	}`)
	seen := script(`seen = []`)
	for seq := range uint64(50) {
		if err := put(s, seq+1, "k"); err != nil {
			t.Fatal(err)
		}
	}
	if put(s, 50, "k") != kv.ErrFenced || put(s, 52, "k") != kv.ErrFenced {
		t.Fatal("not fenced")
	}
	if seen.Length() != 50 || s.Durability() != "strict" {
		t.Fatalf("%d transactions, %q", seen.Length(), s.Durability())
	}
	for i := range seen.Length() {
		if d := seen.Index(i).String(); d != "strict" {
			t.Fatalf("transaction %d is %q", i, d)
		}
	}
}

// Each kind of call, also the ones that fail, releases its callbacks.
func TestCallbacksAreReleased(t *testing.T) {
	before := live
	s := loaded(t)
	other := Open(t.Name())
	load(t, other)
	baseline := live
	ctx := context.Background()
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	seq := uint64(0)
	for calls := 0; calls < 10_000; calls += 10 {
		seq++
		if err := put(s, seq, "k"); err != nil {
			t.Fatal(err)
		}
		if err := put(other, 1, "k"); err != kv.ErrFenced && seq > 1 {
			t.Fatal(err)
		}
		if _, _, err := Open(t.Name()).Load(cancelled); err != context.Canceled {
			t.Fatal(err)
		}
		for range 5 {
			if _, err := s.Page(ctx, "", "", 10); err != nil {
				t.Fatal(err)
			}
		}
		load(t, s)
		load(t, s)
	}
	if live != baseline {
		t.Fatalf("%d callbacks, %d at the start", live, baseline)
	}
	s.Close()
	other.Close()
	if live != before {
		t.Fatalf("%d callbacks after closing, %d before", live, before)
	}
}

// Loading asks for a bounded number of entries at once.
func TestLoadInChunks(t *testing.T) {
	patch(t, `IDBObjectStore.prototype`, "getAll", `original => function(range, count) {
		asked.push(count);
		return original.call(this, range, count);
	}`)
	asked := script(`asked = []`)
	s := loaded(t)
	seq := uint64(0)
	for _, n := range []int{chunk - 1, chunk, chunk + 1, 2 * chunk, 3*chunk + 7} {
		var batch []kv.Write
		for i := range n {
			batch = append(batch, kv.Write{Key: fmt.Sprintf("%04d", i), Value: []byte{byte(i)}})
		}
		seq++
		if err := s.Commit(context.Background(), seq, batch); err != nil {
			t.Fatal(err)
		}
		asked = script(`asked = []`)
		got, entries := load(t, s)
		if got != seq || len(entries) != n || entries[fmt.Sprintf("%04d", n-1)][0] != byte(n-1) {
			t.Fatalf("commit %d, %d entries of %d", got, len(entries), n)
		}
		if asked.Length() != n/chunk+1 || asked.Index(0).Int() != chunk {
			t.Fatalf("asked %d times for %d entries", asked.Length(), n)
		}
	}
}

// Pages agree with those of the store in memory, for awkward keys and bounds.
func TestPageModel(t *testing.T) {
	ctx := context.Background()
	rnd := rand.New(rand.NewPCG(7, 8))
	key := func(n int) string {
		b := make([]byte, rnd.IntN(n))
		for i := range b {
			b[i] = []byte{0, 1, 'a', 0xfe, 0xff}[rnd.IntN(5)]
		}
		return string(b)
	}
	s, model := loaded(t), kv.NewMemory().Handle()
	model.Load(ctx)
	var batch []kv.Write
	for range 300 {
		batch = append(batch, kv.Write{Key: key(6), Value: []byte(key(6)), Cold: true})
	}
	for _, store := range []kv.Store{s, model} {
		if err := store.Commit(ctx, 1, batch); err != nil {
			t.Fatal(err)
		}
	}
	for range 1000 {
		prefix, before, n := key(4), key(5), rnd.IntN(40)
		got, err := s.Page(ctx, prefix, before, n)
		want, _ := model.Page(ctx, prefix, before, n)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("prefix %q before %q: %q %v, want %q", prefix, before, got, err, want)
		}
	}
}

// Pages may be read while commits are made.
func TestPageWhileCommitting(t *testing.T) {
	s := loaded(t)
	ctx, stop := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() {
		for ctx.Err() == nil {
			if page, err := s.Page(ctx, "", "", 100); err != nil && ctx.Err() == nil || len(page) > 100 {
				failed <- fmt.Errorf("%d entries, %v", len(page), err)
				return
			}
		}
		failed <- nil
	}()
	for seq := range uint64(100) {
		if err := s.Commit(ctx, seq+1, []kv.Write{{Key: fmt.Sprint(seq), Cold: true}}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
}

// BenchmarkCommit makes a typical commit: ten entries of 200 bytes.
func BenchmarkCommit(b *testing.B) {
	s := loaded(b)
	var batch []kv.Write
	for i := range 10 {
		batch = append(batch, kv.Write{Key: fmt.Sprint(i), Value: make([]byte, 200)})
	}
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := s.Commit(context.Background(), s.head.seq+1, batch); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	for _, p := range []int{50, 95, 100} {
		b.ReportMetric(float64(took[(len(took)-1)*p/100].Microseconds())/1000, fmt.Sprintf("ms-p%d", p))
	}
}

// BenchmarkLoad loads ten thousand entries of 200 bytes.
func BenchmarkLoad(b *testing.B) {
	s := loaded(b)
	var batch []kv.Write
	for i := range 10_000 {
		batch = append(batch, kv.Write{Key: fmt.Sprint(i), Value: make([]byte, 200)})
	}
	if err := s.Commit(context.Background(), 1, batch); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		load(b, s)
	}
}
