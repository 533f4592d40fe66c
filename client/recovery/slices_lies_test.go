package recovery

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// instead answers some methods with something else.
func instead(method string, lie func(items) any) script {
	return func(c call) any {
		if c.method == method {
			return lie(kept(manyItems, params[[2]uint64](c)))
		}
		return honest(c)
	}
}

// dataLies are what a guardian may send instead of a slice, of which it gave the
// true hash.
var dataLies = map[string]func(items) any{
	"first dropped": func(s items) any { return s[1:] },
	"last dropped":  func(s items) any { return s[:len(s)-1] },
	"one dropped":   func(s items) any { return slices.Delete(s, 77, 78) },
	"one changed":   func(s items) any { s[77]++; return s },
	"reordered":     func(s items) any { s[0], s[1] = s[1], s[0]; return s },
	"appended":      func(s items) any { return append(s, 7) },
	"inserted":      func(s items) any { return slices.Insert(s, 77, 7) },
	"twice":         func(s items) any { return append(s, s...) },
	"none":          func(items) any { return items{} },
	"null":          func(items) any { return nil },
	"no list":       func(items) any { return "items" },
	"no items":      func(items) any { return []string{"item"} },
	"another slice": func(s items) any { return kept(manyItems, [2]uint64{1, uint64(len(s)) + 1}) },
}

// hashLies are what a guardian may say of the hash of a slice that it has.
var hashLies = map[string]func(items) any{
	"by a bit":     func(s items) any { h := hashOf(s); h[31] ^= 1; return h },
	"of nothing":   func(items) any { return hashOf(items{}) },
	"of less":      func(s items) any { return hashOf(s[:len(s)-1]) },
	"of another":   func(s items) any { s[0]++; return hashOf(s) },
	"null":         func(items) any { return nil },
	"no hash":      func(items) any { return "00" },
	"of the bytes": func(items) any { return json.RawMessage(`[1,2,3]`) },
}

func TestLiars(t *testing.T) {
	for method, lies := range map[string]map[string]func(items) any{dataMethod: dataLies, hashMethod: hashLies} {
		for name, lie := range lies {
			inTime(t, method+"/"+name, func(t *testing.T) {
				fakes := many(4, honest)
				for _, f := range fakes {
					f.delay = func(call) time.Duration { return 10 * time.Millisecond }
				}
				// The first to answer, so that it is heard and asked.
				liar := &fake{script: instead(method, lie)}
				fakes[2] = liar
				g, _ := federation(fakes...)
				within(t, 2*time.Second, func() { read(t, g, 0, manyItems) })
				blamed(t, g, 2)
				switch n, _, _ := liar.meter.of(dataMethod); {
				case method == hashMethod && n > 0:
					t.Errorf("asked %d times for data whose hash it does not know", n)
				case n > maxDownloads:
					t.Errorf("asked %d times for data", n)
				}
			})
		}
	}
}

// TestLiarsStayOut has a guardian that lies once, and others that refuse to
// serve for a while.
func TestLiarsStayOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		busy := func(c call) any {
			if c.method == dataMethod && time.Since(began) < 20*time.Second {
				return &guardians.AnswerError{Code: 500}
			}
			return honest(c)
		}
		fakes := append([]*fake{{script: instead(dataMethod, dataLies["none"])}}, many(3, busy)...)
		g, _ := federation(fakes...)
		read(t, g, 0, manyItems)
		blamed(t, g, 0)
		if n, _, _ := fakes[0].meter.of(dataMethod); n > maxDownloads {
			t.Errorf("the liar is asked %d times for data", n)
		}
	})
}

// TestLiarOfOneHash has a guardian that lies about the first slice and knows all
// others.
func TestLiarOfOneHash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fakes := many(4, honest)
		for _, f := range fakes {
			f.delay = func(call) time.Duration { return 10 * time.Millisecond }
		}
		fakes[0] = &fake{script: func(c call) any {
			if c.method == hashMethod && params[[2]uint64](c)[0] == 0 {
				return wire.Hash{}
			}
			return honest(c)
		}}
		g, _ := federation(fakes...)
		known := -1
		for _, err := range Slices(t.Context(), g, list, 0, manyItems) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			n, _, _ := fakes[0].meter.of(dataMethod)
			if known < 0 {
				known = n
			}
			if n != known {
				t.Fatalf("the liar is asked for data %d times after it was caught", n-known)
			}
		}
		if known == 0 {
			t.Error("the liar was never asked for data")
		}
		blamed(t, g, 0)
	})
}

// TestLiarsAndSlow has as many liars as may be, and one that is slow besides.
func TestLiarsAndSlow(t *testing.T) {
	for _, n := range []int{4, 7, 10} {
		for name, slow := range map[string]*fake{
			"data": slowly(honest, time.Minute, dataMethod),
			"hash": slowly(honest, 3*time.Second, hashMethod),
		} {
			inTime(t, fmt.Sprint(n, name), func(t *testing.T) {
				fakes := many(n, honest)
				for _, f := range fakes {
					f.delay = func(call) time.Duration { return 2 * time.Millisecond }
				}
				var liars []wire.PeerID
				for i := range wire.MaxEvil(n) {
					lie := []string{"one changed", "none", "last dropped"}[i]
					fakes[i] = &fake{script: instead(dataMethod, dataLies[lie])}
					liars = append(liars, wire.PeerID(i))
				}
				fakes[n-1] = slow
				g, _ := federation(fakes...)
				within(t, 20*time.Second, func() { read(t, g, 0, manyItems) })
				blamed(t, g, liars...)
			})
		}
	}
}

// TestNoThreshold has two guardians of four with another list. Nothing is
// believed, and it is not known who lies.
func TestNoThreshold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := func(c call) any {
			switch c.method {
			case hashMethod:
				return hashOf(items{1})
			case dataMethod:
				return items{1}
			}
			return honest(c)
		}
		g, all := federation(append(many(2, honest), many(2, other)...)...)
		n := 0
		for slice, err := range Slices(t.Context(), g, list, 0, 1) {
			var undecided *guardians.UndecidedError
			if n++; !errors.As(err, &undecided) || len(slice.Items) > 0 {
				t.Errorf("items %v, %v", slice.Items, err)
			}
		}
		if n != 1 {
			t.Errorf("%d errors", n)
		}
		blamed(t, g)
		if downloads, _, _ := all.of(dataMethod); downloads > 0 {
			t.Errorf("%d downloads", downloads)
		}
	})
}
