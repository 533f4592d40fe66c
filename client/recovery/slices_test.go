package recovery

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
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
		inTime(t, fmt.Sprint(n), func(t *testing.T) {
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
				var left time.Time
				for _, err := range Slices(ctx, g, list, 0, 55_000) {
					if last, left = err, time.Now(); leave && time.Since(began) >= moment*time.Millisecond {
						break
					}
				}
				all.stopped(t, dataMethod)
				if waited := time.Since(left); waited > 0 && (leave || last != nil) {
					t.Errorf("after %d ms it takes %v to stop", moment, waited)
				}
				if !leave && last != nil && !errors.Is(last, context.Canceled) {
					t.Errorf("after %d ms the error is %v", moment, last)
				}
				all.idle(t)
			})
		}
	}
}

// TestStopInside ends the context while a slice is used and others are there.
func TestStopInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := federation(many(4, honest)...)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var errs []error
		for _, err := range Slices(ctx, g, list, 0, manyItems) {
			errs = append(errs, err)
			time.Sleep(time.Minute)
			cancel()
		}
		if !slices.Equal(errs, []error{nil, context.Canceled}) {
			t.Errorf("errors %v", errs)
		}
	})
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
