// Package kvtest holds what every [kv.Store] must pass. A platform's test calls
// [Run] with a way to make its store.
package kvtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"satchel/fsm/kv"
)

// A Place is where one map is kept: a file, a database, a memory. Open returns
// a new Store on it, as another process or tab would; Evict removes the map.
type Place interface {
	Open(t testing.TB) kv.Store
	Evict(t testing.TB)
}

// Run tests the stores of places made by place.
func Run(t *testing.T, place func(testing.TB) Place) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Place)
	}{
		{"empty", empty},
		{"keeps what was committed", keeps},
		{"batch is whole", batchIsWhole},
		{"awkward keys and values", awkward},
		{"cold is apart and paged", cold},
		{"second writer is fenced", fenced},
		{"gap is fenced", gap},
		{"recreated store is fenced", recreated},
		{"load makes a writer anew", loadAgain},
		{"database on top", database},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, place(t)) })
	}
}

func load(t testing.TB, s kv.Store) (uint64, map[string]string) {
	t.Helper()
	seq, entries, err := s.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for k, v := range entries {
		m[k] = string(v)
	}
	return seq, m
}

func commit(t testing.TB, s kv.Store, seq uint64, batch ...kv.Write) {
	t.Helper()
	if err := s.Commit(context.Background(), seq, batch); err != nil {
		t.Fatalf("commit %d: %v", seq, err)
	}
}

func refuse(t testing.TB, s kv.Store, seq uint64, batch ...kv.Write) {
	t.Helper()
	if err := s.Commit(context.Background(), seq, batch); !errors.Is(err, kv.ErrFenced) {
		t.Fatalf("commit %d: got %v, want ErrFenced", seq, err)
	}
}

func put(k, v string) kv.Write { return kv.Write{Key: k, Value: []byte(v)} }

func expect(t testing.TB, p Place, seq uint64, want map[string]string) {
	t.Helper()
	got, entries := load(t, p.Open(t))
	if got != seq || !maps.Equal(entries, want) {
		t.Fatalf("loaded %d %q, want %d %q", got, entries, seq, want)
	}
}

func empty(t *testing.T, p Place) { expect(t, p, 0, map[string]string{}) }

func keeps(t *testing.T, p Place) {
	s := p.Open(t)
	load(t, s)
	commit(t, s, 1, put("a", "1"), put("b", "2"))
	commit(t, s, 2, put("a", "3"), kv.Write{Key: "b", Delete: true}, kv.Write{Key: "never", Delete: true})
	commit(t, s, 3, put("c", "4"))
	expect(t, p, 3, map[string]string{"a": "3", "c": "4"})
}

func batchIsWhole(t *testing.T, p Place) {
	s := p.Open(t)
	load(t, s)
	var batch []kv.Write
	want := map[string]string{}
	for i := range 1000 {
		k := fmt.Sprintf("k%04d", i)
		batch = append(batch, put(k, k))
		want[k] = k
	}
	commit(t, s, 1, batch...)
	expect(t, p, 1, want)
}

func awkward(t *testing.T, p Place) {
	s := p.Open(t)
	load(t, s)
	want := map[string]string{
		"":             "empty key",
		"\x00":         "zero",
		"\xff\xfe\x80": "not utf-8",
		"long":         string(make([]byte, 1<<20)),
		"nothing":      "",
	}
	var batch []kv.Write
	for k, v := range want {
		batch = append(batch, put(k, v))
	}
	commit(t, s, 1, batch...)
	expect(t, p, 1, want)
}

func cold(t *testing.T, p Place) {
	s := p.Open(t)
	load(t, s)
	frozen := func(k, v string) kv.Write { return kv.Write{Key: k, Value: []byte(v), Cold: true} }
	commit(t, s, 1, put("h/1", "hot"), frozen("h/1", "cold"), frozen("h/2", "b"), frozen("h/3", "c"), frozen("i/1", "other"))
	commit(t, s, 2, frozen("h/4", "d"), kv.Write{Key: "h/2", Delete: true, Cold: true})
	expect(t, p, 2, map[string]string{"h/1": "hot"})

	pages := func(prefix string, n int) (all []string) {
		for before := ""; ; {
			page, err := s.Page(context.Background(), prefix, before, n)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) > n {
				t.Fatalf("page of %d entries, asked for %d", len(page), n)
			}
			for _, e := range page {
				all = append(all, e.Key+"="+string(e.Value))
				before = e.Key
			}
			if len(page) == 0 {
				return all
			}
		}
	}
	want := []string{"h/4=d", "h/3=c", "h/1=cold"}
	for _, n := range []int{1, 2, 10} {
		if got := pages("h/", n); !slices.Equal(got, want) {
			t.Fatalf("pages of %d: %q, want %q", n, got, want)
		}
	}
	if got := pages("", 2); len(got) != 4 {
		t.Fatalf("all pages: %q", got)
	}
}

func fenced(t *testing.T, p Place) {
	one, two := p.Open(t), p.Open(t)
	load(t, one)
	commit(t, one, 1, put("a", "one"))
	load(t, two)
	commit(t, two, 2, put("a", "two"))
	refuse(t, one, 2, put("a", "late"))
	refuse(t, one, 2, put("b", "late again"))
	commit(t, two, 3, put("c", "two"))
	expect(t, p, 3, map[string]string{"a": "two", "c": "two"})
}

func gap(t *testing.T, p Place) {
	s := p.Open(t)
	load(t, s)
	commit(t, s, 1, put("a", "1"))
	refuse(t, s, 3, put("a", "3"))
	expect(t, p, 1, map[string]string{"a": "1"})
}

func recreated(t *testing.T, p Place) {
	s := p.Open(t)
	load(t, s)
	commit(t, s, 1, put("a", "old"))
	p.Evict(t)
	other := p.Open(t)
	load(t, other)
	commit(t, other, 1, put("b", "new"))
	refuse(t, s, 2, put("c", "from the store that is gone"))
	expect(t, p, 1, map[string]string{"b": "new"})
}

func loadAgain(t *testing.T, p Place) {
	one, two := p.Open(t), p.Open(t)
	load(t, one)
	load(t, two)
	commit(t, two, 1, put("a", "two"))
	refuse(t, one, 1, put("a", "one"))
	load(t, one)
	commit(t, one, 2, put("a", "one"))
	refuse(t, two, 2, put("a", "two"))
	expect(t, p, 2, map[string]string{"a": "one"})
}

func database(t *testing.T, p Place) {
	ctx := context.Background()
	db, err := kv.Open(ctx, p.Open(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		err := db.Update(ctx, func(tx *kv.Tx) error {
			tx.Put(fmt.Sprintf("n%02d", i), []byte{byte(i)})
			if i%3 == 0 {
				tx.Delete(fmt.Sprintf("n%02d", i/2))
			}
			tx.PutCold(fmt.Sprintf("h%02d", i), []byte{byte(i)})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	again, err := kv.Open(ctx, p.Open(t))
	if err != nil {
		t.Fatal(err)
	}
	a, b := db.Snapshot(), again.Snapshot()
	if a.Seq() != 20 || b.Seq() != 20 || len(again.Damaged()) != 0 {
		t.Fatalf("commit %d, loaded %d, %d damaged", a.Seq(), b.Seq(), len(again.Damaged()))
	}
	if x, y := maps.Collect(a.Under("")), maps.Collect(b.Under("")); fmt.Sprint(x) != fmt.Sprint(y) || len(x) == 0 {
		t.Fatalf("loaded %v, want %v", y, x)
	}
	page, next, err := again.Page(ctx, "h", "", 100)
	if err != nil || len(page) != 20 || next != "" {
		t.Fatalf("%d cold entries, next %q, %v", len(page), next, err)
	}
}
