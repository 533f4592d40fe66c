//go:build unix

package logfile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"satchel/fsm/kv"
	"satchel/fsm/kv/kvtest"
	"satchel/fsm/kv/logfile"
)

type place string

func (p place) Open(testing.TB) kv.Store { return logfile.Open(string(p)) }

func (p place) Evict(t testing.TB) {
	if err := os.Remove(string(p)); err != nil {
		t.Fatal(err)
	}
}

func TestStore(t *testing.T) {
	kvtest.Run(t, func(t testing.TB) kvtest.Place { return place(filepath.Join(t.TempDir(), "map")) })
}

// history commits n times and returns how the map and the file looked after
// each commit.
func history(t *testing.T, path string, n int) (maps []string, sizes []int64) {
	t.Helper()
	ctx := context.Background()
	db, err := kv.Open(ctx, logfile.Open(path))
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	note := func() {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		maps, sizes = append(maps, show(db)), append(sizes, info.Size())
	}
	note()
	for i := range n {
		err := db.Update(ctx, func(tx *kv.Tx) error {
			for range 1 + rnd.IntN(3) {
				tx.Put(fmt.Sprint("k", rnd.IntN(9)), []byte(fmt.Sprint(i)))
			}
			tx.Delete(fmt.Sprint("k", rnd.IntN(9)))
			tx.PutCold(fmt.Sprint("h", i), nil)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		note()
	}
	return maps, sizes
}

func show(db *kv.DB) string {
	s := fmt.Sprint(db.Snapshot().Seq())
	for k, v := range db.Snapshot().Under("") {
		s += fmt.Sprintf(" %s=%s", k, v)
	}
	return s
}

// Fault 5: a file that was cut off anywhere holds the commits that were whole.
func TestCutAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map")
	maps, sizes := history(t, path, 150)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := path + ".cut"
	clones := 0
	for n := 0; n <= len(whole); n++ {
		for _, zeros := range []int{0, 40} {
			if err := os.WriteFile(cut, append(whole[:n:n], make([]byte, zeros)...), 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := kv.Open(context.Background(), logfile.Open(cut))
			if n < int(sizes[0]) && zeros > 0 {
				continue // a header with zeros in it is another file
			}
			if err != nil {
				t.Fatalf("cut at %d, %d zeros: %v", n, zeros, err)
			}
			k := 0
			for k+1 < len(sizes) && sizes[k+1] <= int64(n+zeros) && onlyZeros(whole[min(int64(n), sizes[k+1]):sizes[k+1]]) {
				k++
			}
			if got := show(db); got != maps[k] {
				t.Fatalf("cut at %d, %d zeros: %s, want %s", n, zeros, got, maps[k])
			}
			err = db.Update(context.Background(), func(tx *kv.Tx) error { tx.Put("more", nil); return nil })
			if err != nil {
				t.Fatalf("cut at %d: writing on: %v", n, err)
			}
			clones++
		}
	}
	if clones < 10_000 {
		t.Fatalf("only %d clones", clones)
	}
}

func onlyZeros(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}

// A byte that changes before the last frame is reported, and nothing is thrown
// away.
func TestDamageInTheMiddle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map")
	_, sizes := history(t, path, 10)
	whole, _ := os.ReadFile(path)
	for n := int(sizes[0]); n < int(sizes[len(sizes)-2]); n++ {
		flipped := append([]byte(nil), whole...)
		flipped[n] ^= 0x40
		if err := os.WriteFile(path, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := kv.Open(context.Background(), logfile.Open(path)); !errors.Is(err, logfile.ErrDamaged) {
			t.Fatalf("byte %d: %v", n, err)
		}
		if now, _ := os.ReadFile(path); string(now) != string(flipped) {
			t.Fatalf("byte %d: file changed", n)
		}
	}
}

func TestCompaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map")
	ctx := context.Background()
	db, err := kv.Open(ctx, logfile.Open(path))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		err := db.Update(ctx, func(tx *kv.Tx) error {
			tx.Put("big", make([]byte, 100_000))
			tx.Put("n", []byte(fmt.Sprint(i)))
			tx.PutCold(fmt.Sprint("h", i), []byte("cold"))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	before := show(db)
	again, err := kv.Open(ctx, logfile.Open(path))
	if err != nil || show(again) != before {
		t.Fatal("content changed", err)
	}
	info, _ := os.Stat(path)
	if info.Size() > 200_000 {
		t.Fatalf("%d bytes after compaction", info.Size())
	}
	page, _, err := again.Page(ctx, "h", "", 100)
	if len(page) != 40 || err != nil {
		t.Fatalf("%d cold entries, %v", len(page), err)
	}
	if err := db.Update(ctx, func(tx *kv.Tx) error { tx.Put("n", nil); return nil }); !errors.Is(err, kv.ErrFenced) {
		t.Fatalf("the writer of the old file: %v", err)
	}
	if err := again.Update(ctx, func(tx *kv.Tx) error { tx.Put("n", nil); return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestForeignFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map")
	text := "something else that is long enough to be taken for a header"
	os.WriteFile(path, []byte(text), 0o600)
	if _, _, err := logfile.Open(path).Load(context.Background()); !errors.Is(err, logfile.ErrDamaged) {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile(path); string(now) != text {
		t.Fatal("file changed")
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := logfile.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := logfile.Lock(path); !errors.Is(err, logfile.ErrLocked) {
		t.Fatal(err)
	}
	unlock()
	if unlock, err = logfile.Lock(path); err != nil {
		t.Fatal(err)
	}
	unlock()
}
