package recovery

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// An item is a recovery item of no module.
type item uint64

func (i item) Append(b []byte) []byte { return wire.AppendUint(b, uint64(i)) }

type items []item

// list is the list of module 3.
var list = List[items]{
	Method: func(name string) string { return "module_3_" + name },
	Decode: guardians.JSON[items],
}

const (
	countMethod = "module_3_recovery_count"
	hashMethod  = "module_3_recovery_slice_hash"
	dataMethod  = "module_3_recovery_slice"

	manyItems = 255_000
)

// kept returns those of the first n items that are asked for.
func kept(n uint64, asked [2]uint64) items {
	part := items{}
	for i := asked[0]; i < min(asked[1], n); i++ {
		part = append(part, item(i%1000+7))
	}
	return part
}

// has answers for a guardian that has the first n items.
func has(n uint64) script {
	return func(c call) any {
		switch c.method {
		case countMethod:
			return n
		case hashMethod:
			return hashOf(kept(n, params[[2]uint64](c)))
		case dataMethod:
			return kept(n, params[[2]uint64](c))
		}
		panic(c.method)
	}
}

var honest = has(manyItems)

// instead answers some methods with something else.
func instead(method string, lie func(items) any) script {
	return func(c call) any {
		if c.method == method {
			return lie(kept(manyItems, params[[2]uint64](c)))
		}
		return honest(c)
	}
}

// later has n items until a time has passed, and then all.
func later(n uint64, after time.Duration) script {
	began := time.Now()
	return func(c call) any {
		if time.Since(began) < after {
			return has(n)(c)
		}
		return honest(c)
	}
}

// read reads items and checks that they are all there, in their order.
func read(t *testing.T, g *guardians.Federation, start, end uint64) {
	t.Helper()
	next := start
	for slice, err := range Slices(t.Context(), g, list, start, end) {
		if err != nil {
			t.Fatal(err)
		}
		want := [2]uint64{next, min(next+SliceSize, end)}
		if slice.Start != want[0] || slice.End != want[1] || !slices.Equal(slice.Items, kept(end, want)) {
			t.Fatalf("slice from %d to %d with %d items, want %v", slice.Start, slice.End, len(slice.Items), want)
		}
		next = slice.End
	}
	if next != end {
		t.Errorf("ends at %d, want %d", next, end)
	}
}

func TestSlices(t *testing.T) {
	for name, c := range map[string]struct{ start, end uint64 }{
		"none": {0, 0}, "nothing left": {5, 5}, "one item": {0, 1}, "one slice": {0, 10_000},
		"two": {0, 10_001}, "all": {0, manyItems}, "the rest": {20_000, 47_000}, "the last": {manyItems - 1, manyItems},
	} {
		inTime(t, name, func(t *testing.T) {
			g, all := federation(many(4, honest)...)
			read(t, g, c.start, c.end)
			blamed(t, g)
			want := 0
			if c.end > c.start {
				want = int((c.end-c.start-1)/SliceSize) + 1
			}
			if n, _, _ := all.of(dataMethod); n != want {
				t.Errorf("%d downloads for %d slices", n, want)
			}
			all.idle(t)
		})
	}
}

func TestSlicesBackwards(t *testing.T) {
	g, _ := federation(many(4, honest)...)
	for slice := range Slices(t.Context(), g, list, 6, 5) {
		t.Errorf("there is a slice %+v", slice)
	}
}

// TestSlicesOfEverySize reads the list of federations of different sizes, in
// which as many guardians as may be are off.
func TestSlicesOfEverySize(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 7, 10} {
		inTime(t, time.Duration(n).String(), func(t *testing.T) {
			fakes := many(n, honest)
			for i := range wire.MaxEvil(n) {
				fakes[2*i] = off()
			}
			g, _ := federation(fakes...)
			within(t, time.Second, func() { read(t, g, 0, manyItems) })
			blamed(t, g)
		})
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

// TestLiarsAndSlow has as many liars as may be, and one that is slow besides.
func TestLiarsAndSlow(t *testing.T) {
	for _, n := range []int{4, 7, 10} {
		for name, slow := range map[string]*fake{
			"data": slowly(honest, time.Minute, dataMethod),
			"hash": slowly(honest, 3*time.Second, hashMethod),
		} {
			inTime(t, name, func(t *testing.T) {
				fakes := many(n, honest)
				var liars []wire.PeerID
				for i := range wire.MaxEvil(n) {
					lie := [](func(items) any){dataLies["one changed"], dataLies["none"], dataLies["last dropped"]}[i]
					fakes[i] = &fake{script: instead(dataMethod, lie)}
					liars = append(liars, wire.PeerID(i))
					for _, honest := range fakes[i+1:] {
						honest.delay = func(call) time.Duration { return 2 * time.Millisecond }
					}
				}
				fakes[n-1] = slow
				g, _ := federation(fakes...)
				within(t, 20*time.Second, func() { read(t, g, 0, manyItems) })
				blamed(t, g, liars...)
			})
		}
	}
}

// TestSlowGuardians has one guardian of four that hardly serves.
func TestSlowGuardians(t *testing.T) {
	for name, c := range map[string]struct {
		fake *fake
		most time.Duration
	}{
		"off":               {off(), time.Second},
		"silent":            {silent(), time.Second},
		"slow with hashes":  {slowly(honest, time.Minute, hashMethod), time.Second},
		"slow with data":    {slowly(honest, time.Minute, dataMethod), 2 * hedgeAfter},
		"never sends data":  {slowly(honest, 1000*time.Hour, dataMethod), 2 * hedgeAfter},
		"refuses data":      {&fake{script: instead(dataMethod, func(items) any { return &guardians.AnswerError{Code: 500} })}, time.Second},
		"loses connections": {&fake{script: instead(dataMethod, func(items) any { return guardians.ErrUnreachable })}, time.Second},
	} {
		inTime(t, name, func(t *testing.T) {
			fakes := many(4, honest)
			for _, f := range fakes {
				f.delay = func(call) time.Duration { return 10 * time.Millisecond }
			}
			fakes[0] = c.fake
			g, all := federation(fakes...)
			within(t, c.most, func() { read(t, g, 0, manyItems) })
			blamed(t, g)
			if n, _, _ := c.fake.meter.of(dataMethod); n > maxDownloads {
				t.Errorf("asked %d times for data", n)
			}
			all.idle(t)
		})
	}
}

func TestLoadSpreads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fakes := many(4, honest)
		for i, f := range fakes {
			f.delay = func(call) time.Duration { return []time.Duration{50, 60, 70, 400}[i] * time.Millisecond }
		}
		g, _ := federation(fakes...)
		read(t, g, 0, manyItems)
		for i, f := range fakes {
			switch n, _, _ := f.meter.of(dataMethod); {
			case i < 3 && n < 4:
				t.Errorf("guardian %d is asked for %d slices only", i, n)
			case i == 3 && n > 4:
				t.Errorf("the slow guardian is asked for %d slices", n)
			}
		}
	})
}

// TestLagging has guardians that have not come to the end yet. Nobody lies.
func TestLagging(t *testing.T) {
	const end = 30_000
	for name, late := range map[string]func() []script{
		"one, for good":     func() []script { return []script{has(25_000)} },
		"one, with nothing": func() []script { return []script{has(0)} },
		"two, for a while": func() []script {
			return []script{later(25_000, 3*time.Second), later(20_000, 5*time.Second)}
		},
		"three, all as far": func() []script {
			return []script{later(25_000, 3*time.Second), later(25_000, 4*time.Second), later(25_000, 5*time.Second)}
		},
		"all, one by one": func() []script {
			return []script{later(0, time.Second), later(10_001, 4*time.Second), later(20_000, 7*time.Second), later(29_999, 20*time.Second)}
		},
		"all, all as far": func() []script {
			return []script{later(1, 9*time.Second), later(1, 9*time.Second), later(1, 9*time.Second), later(1, 9*time.Second)}
		},
	} {
		inTime(t, name, func(t *testing.T) {
			fakes := many(4, honest)
			for i, s := range late() {
				fakes[i] = &fake{script: s}
			}
			g, _ := federation(fakes...)
			within(t, 40*time.Second, func() { read(t, g, 0, end) })
			blamed(t, g)
		})
	}
}

// TestCaughtUp has a guardian that is heard while it lags and examined when it
// does not any more.
func TestCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fakes := many(4, honest)
		for _, f := range fakes {
			f.delay = func(call) time.Duration { return 10 * time.Millisecond }
		}
		fakes[3] = &fake{script: later(9_999, 15*time.Millisecond)}
		g, _ := federation(fakes...)
		read(t, g, 0, 10_000)
		if n, _, _ := fakes[3].meter.of(hashMethod); n != 2 {
			t.Errorf("asked %d times for the hash", n)
		}
		blamed(t, g)
	})
}

// TestFederationIsBehind asks for more than there is: nothing is made up, and
// nobody blamed.
func TestFederationIsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, all := federation(many(4, has(15_000))...)
		var got []uint64
		for slice, err := range Slices(t.Context(), g, list, 0, 20_000) {
			if err == nil {
				got = append(got, slice.End)
			} else if got = append(got, 0); !strings.Contains(err.Error(), errBehind.Error()) {
				t.Errorf("error is %v", err)
			}
		}
		if !slices.Equal(got, []uint64{10_000, 0}) {
			t.Errorf("slices end at %v", got)
		}
		blamed(t, g)
		all.idle(t)
	})
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

// TestGuardianComesBack has one guardian of three that is off for a while, where
// none can be missed.
func TestGuardianComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		away := func(c call) any {
			if time.Since(began) < 20*time.Second {
				return guardians.ErrUnreachable
			}
			return honest(c)
		}
		g, _ := federation(append(many(2, honest), &fake{script: away})...)
		within(t, 20*time.Second+longestPause, func() { read(t, g, 0, manyItems) })
		blamed(t, g)
	})
}

// TestWindow has a consumer that takes its time with the first slice.
func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, all := federation(many(4, honest)...)
		n := 0
		for slice, err := range Slices(t.Context(), g, list, 0, manyItems) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			n++
			held := min(n-1+sliceWindow, int((manyItems-1)/SliceSize)+1)
			if downloads, open, _ := all.of(dataMethod); downloads != held || open != 0 {
				t.Errorf("%d downloads, of which %d go on, while slice %d is used, which is the %dth", downloads, open, slice.Start, n)
			}
		}
		if _, _, highest := all.of(dataMethod); highest != maxDownloads {
			t.Errorf("%d downloads at a time", highest)
		}
		if _, _, highest := all.of(hashMethod); highest != 4*sliceWindow {
			t.Errorf("%d questions at a time", highest)
		}
	})
}

// TestSlowNetwork has a network on which everything takes long: then not much
// is asked for twice.
func TestSlowNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fakes []*fake
		for range 4 {
			fakes = append(fakes, slowly(honest, 30*time.Second, dataMethod))
		}
		g, all := federation(fakes...)
		read(t, g, 0, manyItems)
		blamed(t, g)
		if _, _, highest := all.of(dataMethod); highest > maxDownloads+2*maxHedged {
			t.Errorf("%d downloads at a time", highest)
		}
	})
}

// TestStop ends the iteration at each point in time at which something happens,
// by leaving the loop or by ending the context. Nothing goes on after that.
func TestStop(t *testing.T) {
	for moment := time.Duration(0); moment < 24; moment++ {
		for _, leave := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				fakes := many(4, honest)
				for i, f := range fakes {
					f.delay = func(call) time.Duration { return time.Duration(1+i) * time.Millisecond }
				}
				fakes[0].script = instead(hashMethod, hashLies["by a bit"])
				fakes[1].script = instead(dataMethod, dataLies["none"])
				g, all := federation(fakes...)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				began := time.Now()
				if !leave {
					time.AfterFunc(moment*time.Millisecond, cancel)
				}
				var last error
				for _, err := range Slices(ctx, g, list, 0, 55_000) {
					if last = err; leave && time.Since(began) >= moment*time.Millisecond {
						break
					}
				}
				if !leave && last != nil && !errors.Is(last, context.Canceled) {
					t.Errorf("after %d ms the error is %v", moment, last)
				}
				all.idle(t)
			})
		}
	}
}

// TestRandomTimes has guardians that answer at random times: the order is always
// the same.
func TestRandomTimes(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			fakes := many(4, honest)
			for _, f := range fakes {
				delays := make(chan time.Duration, 10_000)
				for range cap(delays) {
					delays <- time.Duration(random.ExpFloat64() * float64(time.Second))
				}
				f.delay = func(call) time.Duration { return <-delays }
			}
			g, _ := federation(fakes...)
			read(t, g, 0, 120_000)
			blamed(t, g)
		})
	}
}
