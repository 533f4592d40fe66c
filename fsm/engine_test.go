package fsm_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"satchel/fsm"
	"satchel/fsm/kv"
)

var rewrite = flag.Bool("rewrite", false, "rewrite golden files")

// Steps of the machines below: a letter says which machine, so that each type
// belongs to one.
type (
	aOne   struct{ text }
	aTwo   struct{ text }
	aThree struct{ text }
	bOne   struct{ text }
	bTwo   struct{ text }
)

type text string

func (t text) AppendBinary(b []byte) ([]byte, error) { return append(b, t...), nil }

func decode[S any](wrap func(text) S) func([]byte) (S, error) {
	return func(b []byte) (S, error) {
		if strings.Contains(string(b), "undecodable") {
			return *new(S), errors.New("undecodable")
		}
		return wrap(text(b)), nil
	}
}

var (
	dOne   = decode(func(t text) aOne { return aOne{t} })
	dTwo   = decode(func(t text) aTwo { return aTwo{t} })
	dThree = decode(func(t text) aThree { return aThree{t} })
	dBOne  = decode(func(t text) bOne { return bOne{t} })
	dBTwo  = decode(func(t text) bTwo { return bTwo{t} })
)

// A bench runs an executor in a bubble.
type bench struct {
	*testing.T
	memory *kv.Memory
	x      *fsm.Executor
	ctx    context.Context
	stop   func() error // ends Run and returns what it returned
}

func newBench(t *testing.T, memory *kv.Memory, machines ...*fsm.Machine) *bench {
	t.Helper()
	x, err := fsm.Open(t.Context(), memory.Handle(), machines...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- x.Run(ctx) }()
	return &bench{t, memory, x, ctx, func() error { cancel(); return <-ran }}
}

func (b *bench) start(op byte, states ...fsm.State) {
	b.Helper()
	err := b.x.Update(b.ctx, func(tx *fsm.Tx) error {
		for _, s := range states {
			tx.Start(fsm.OpID{op}, s)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) steps(op byte) (steps []string) {
	for rec := range b.x.Machines(b.x.Snapshot(), fsm.OpID{op}) {
		steps = append(steps, rec.Step)
	}
	return steps
}

func (b *bench) expect(op byte, want ...string) {
	b.Helper()
	if got := b.steps(op); !slices.Equal(got, want) {
		b.Fatalf("operation %d stands at %q, want %q", op, got, want)
	}
}

// simple is a machine of one edge.
func simple(await func(context.Context, aOne) (string, error), apply func(*fsm.Tx, aOne, string) (fsm.State, error)) *fsm.Machine {
	return fsm.Define("a",
		fsm.At("one", dOne, fsm.On("go", await, apply, "two")),
		fsm.At("two", dTwo))
}

func at(_ context.Context, s aOne) (string, error) { return string(s.text), nil }

func toTwo(_ *fsm.Tx, _ aOne, v string) (fsm.State, error) { return aTwo{text(v)}, nil }

func after(d time.Duration) func(context.Context, aOne) (string, error) {
	return func(ctx context.Context, s aOne) (string, error) { return string(s.text), sleep(ctx, d) }
}

func TestDefineRefuses(t *testing.T) {
	edge := func(to ...string) fsm.Edge[aOne] { return fsm.On("go", at, toTwo, to...) }
	for name, define := range map[string]func(){
		"no steps":         func() { fsm.Define("m") },
		"no name":          func() { fsm.Define("", fsm.At("one", dOne)) },
		"unknown step":     func() { fsm.Define("m", fsm.At("one", dOne, edge("nowhere"))) },
		"edge to nothing":  func() { fsm.Define("m", fsm.At("one", dOne, edge())) },
		"unreachable step": func() { fsm.Define("m", fsm.At("one", dOne), fsm.At("two", dTwo)) },
		"same step twice":  func() { fsm.Define("m", fsm.At("one", dOne, edge("one")), fsm.At("one", dTwo)) },
		"same state twice": func() { fsm.Define("m", fsm.At("one", dOne, edge("two")), fsm.At("two", dOne)) },
		"same event twice": func() { fsm.Define("m", fsm.At("one", dOne, edge("one"), edge("one"))) },
		"same machine twice": func() {
			fsm.Open(context.Background(), kv.NewMemory().Handle(),
				fsm.Define("m", fsm.At("one", dOne)), fsm.Define("m", fsm.At("two", dTwo)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if v := recover(); v == nil || !strings.HasPrefix(fmt.Sprint(v), "fsm: ") {
					t.Fatalf("recovered %v", v)
				}
			}()
			define()
		})
	}
}

// Two machines whose states are of the same types are told apart by name.
func TestSharedStates(t *testing.T) {
	twin := func(name string) *fsm.Machine {
		return fsm.Define(name, fsm.At("one", dOne, fsm.On("go", at, toTwo, "two")), fsm.At("two", dTwo))
	}
	x, err := fsm.Open(t.Context(), kv.NewMemory().Handle(), twin("m"), twin("n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, start := range map[string]func(*fsm.Tx){
		"by type alone":   func(tx *fsm.Tx) { tx.Start(fsm.OpID{1}, aOne{}) },
		"unknown machine": func(tx *fsm.Tx) { tx.StartIn(fsm.OpID{1}, "o", aOne{}) },
		"another's state": func(tx *fsm.Tx) { tx.StartIn(fsm.OpID{1}, "n", aTwo{}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if v := recover(); v == nil || !strings.HasPrefix(fmt.Sprint(v), "fsm: ") {
					t.Errorf("recovered %v", v)
				}
			}()
			x.Update(t.Context(), func(tx *fsm.Tx) error {
				start(tx)
				return nil
			})
		})
	}
	if err := x.Update(t.Context(), func(tx *fsm.Tx) error {
		tx.StartIn(fsm.OpID{1}, "n", aOne{})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error)
	go func() { ran <- x.Run(ctx) }()
	last, err := fsm.Await(ctx, x, fsm.Under(fsm.OpID{1}), func(r *kv.Reader) (rec fsm.Record, ok bool) {
		for rec = range x.Machines(r, fsm.OpID{1}) {
			ok = rec.Final
		}
		return rec, ok
	})
	cancel()
	if <-ran; err != nil || last.Machine != "n" || last.Step != "two" {
		t.Errorf("%s stands in %s (%v)", last.Machine, last.Step, err)
	}
}

func TestMermaid(t *testing.T) {
	m := fsm.Define("parcel",
		fsm.At("packed", dOne, fsm.On("collected", at, toTwo, "on its way")),
		fsm.At("on its way", dTwo, fsm.On("delivered", func(context.Context, aTwo) (int, error) { return 0, nil },
			func(*fsm.Tx, aTwo, int) (fsm.State, error) { return nil, nil }, "done", "packed")),
		fsm.At("done", dThree))
	golden(t, "parcel.mmd", m.Mermaid())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		os.MkdirAll("testdata", 0o777)
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Fatalf("%s is stale (%v); run with -rewrite. Now:\n%s", path, err, got)
	}
}

func TestMovesAndTellsHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, kv.NewMemory(), simple(after(time.Hour), toTwo))
		b.start(1, aOne{"x"}, aOne{"y"})
		var seen []string
		for rec, err := range b.x.Watch(b.ctx, fsm.OpID{1}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, fmt.Sprintf("%d.%d %s %s %v", rec.Entered, rec.Order, rec.Event, rec.Step, rec.State))
			if len(seen) == 4 {
				break
			}
		}
		if !slices.Equal(seen[:2], []string{"1.0  one {x}", "1.1  one {y}"}) || !strings.Contains(seen[3], "go two") {
			t.Fatalf("%q", seen)
		}
		if n := len(b.x.Active()); n != 0 {
			t.Fatalf("%d machines still run", n)
		}
		if err := b.stop(); err != context.Canceled {
			t.Fatal(err)
		}
	})
}

// The first edge wins at once, the loser's result is dropped, and Run waits for
// it although it ignores its context.
func TestLoserIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := fsm.Define("a",
			fsm.At("one", dOne,
				fsm.On("slow", func(context.Context, aOne) (string, error) { time.Sleep(time.Hour); return "slow", nil }, toTwo, "two"),
				fsm.On("fast", after(time.Second), func(*fsm.Tx, aOne, string) (fsm.State, error) { return aThree{"fast"}, nil }, "three")),
			fsm.At("two", dTwo), fsm.At("three", dThree))
		b := newBench(t, kv.NewMemory(), m)
		b.x.Grace = 2 * time.Hour
		b.start(1, aOne{})
		time.Sleep(2 * time.Second)
		b.expect(1, "three")
		begin := time.Now()
		b.stop()
		if d := time.Since(begin); d < 50*time.Minute {
			t.Fatalf("Run returned after %v, before the loser", d)
		}
		b.expect(1, "three")
	})
}

// Of results that arrive before the transaction begins, the edge declared first
// wins, whichever came first.
func TestTieGoesToTheFirst(t *testing.T) {
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		synctest.Test(t, func(t *testing.T) {
			var open [2]chan struct{}
			edge := func(i int, to fsm.State, name string) fsm.Edge[aOne] {
				open[i] = make(chan struct{})
				return fsm.On(name,
					func(context.Context, aOne) (string, error) { <-open[i]; return "", nil },
					func(*fsm.Tx, aOne, string) (fsm.State, error) { return to, nil }, name)
			}
			b := newBench(t, kv.NewMemory(), fsm.Define("a",
				fsm.At("one", dOne, edge(0, aTwo{}, "two"), edge(1, aThree{}, "three")),
				fsm.At("two", dTwo), fsm.At("three", dThree)))
			b.start(1, aOne{})
			err := b.x.Update(b.ctx, func(*fsm.Tx) error {
				for _, i := range order {
					synctest.Wait()
					close(open[i])
				}
				synctest.Wait()
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			b.expect(1, "two")
			b.stop()
		})
	}
}

// Fault 50: whatever goes wrong in one machine is reported, the others finish,
// and the bytes on disk do not change.
func TestStuck(t *testing.T) {
	for name, m := range map[string]*fsm.Machine{
		"await panics":  simple(func(context.Context, aOne) (string, error) { panic("no") }, toTwo),
		"await exits":   simple(func(context.Context, aOne) (string, error) { runtime.Goexit(); return "", nil }, toTwo),
		"apply panics":  simple(at, func(*fsm.Tx, aOne, string) (fsm.State, error) { panic("no") }),
		"apply exits":   simple(at, func(*fsm.Tx, aOne, string) (fsm.State, error) { runtime.Goexit(); return nil, nil }),
		"apply errs":    simple(at, func(tx *fsm.Tx, _ aOne, _ string) (fsm.State, error) { tx.Put("k", nil); return nil, errors.New("no") }),
		"wrong step":    simple(at, func(*fsm.Tx, aOne, string) (fsm.State, error) { return aOne{}, nil }),
		"foreign step":  simple(at, func(*fsm.Tx, aOne, string) (fsm.State, error) { return bTwo{}, nil }),
		"no step":       simple(at, func(*fsm.Tx, aOne, string) (fsm.State, error) { return nil, nil }),
		"cannot reload": simple(at, func(*fsm.Tx, aOne, string) (fsm.State, error) { return aTwo{"undecodable"}, nil }),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := kv.NewMemory()
				healthy := fsm.Define("b",
					fsm.At("one", dBOne, fsm.On("go",
						func(ctx context.Context, s bOne) (string, error) { return "", sleep(ctx, time.Minute) },
						func(*fsm.Tx, bOne, string) (fsm.State, error) { return bTwo{}, nil }, "two")),
					fsm.At("two", dBTwo))
				b := newBench(t, memory, m, healthy)
				b.start(1, aOne{"x"})
				_, before, _ := memory.Handle().Load(t.Context())
				b.start(2, bOne{"y"})
				time.Sleep(time.Hour)
				b.expect(1, "one")
				b.expect(2, "two")
				stuck := b.x.Stuck()
				if len(stuck) != 1 || stuck[0].Op != (fsm.OpID{1}) || stuck[0].Err == nil {
					t.Fatalf("%+v", stuck)
				}
				b.stop()
				_, after, _ := memory.Handle().Load(t.Context())
				for k, v := range before {
					if !bytes.Equal(after[k], v) {
						t.Fatalf("%q changed", k)
					}
				}
				if _, ok := after["k"]; ok {
					t.Fatal("a write of the undone transaction is there")
				}
			})
		})
	}
}

// Fault 13: what this version does not know is kept as it is.
func TestUnknownIsKept(t *testing.T) {
	newer := func() *fsm.Machine {
		return fsm.Define("a",
			fsm.At("one", dOne, fsm.On("go", at, toTwo, "two")),
			fsm.At("two", dTwo, fsm.On("never", func(ctx context.Context, _ aTwo) (int, error) { <-ctx.Done(); return 0, ctx.Err() },
				func(*fsm.Tx, aTwo, int) (fsm.State, error) { return nil, nil }, "two")))
	}
	other := fsm.Define("b", fsm.At("one", dBOne, fsm.On("go", func(ctx context.Context, _ bOne) (int, error) { <-ctx.Done(); return 0, ctx.Err() },
		func(*fsm.Tx, bOne, int) (fsm.State, error) { return nil, nil }, "one")))
	older := fsm.Define("a", fsm.At("one", dOne))
	olderB := fsm.Define("b", fsm.At("one", func([]byte) (bOne, error) { return bOne{}, errors.New("unknown version 2") }))
	synctest.Test(t, func(t *testing.T) {
		memory := kv.NewMemory()
		b := newBench(t, memory, newer(), other)
		b.start(1, aOne{"x"})
		b.start(2, bOne{"y"})
		synctest.Wait()
		b.stop()
		_, before, _ := memory.Handle().Load(t.Context())

		for _, machines := range [][]*fsm.Machine{{older}, {older, olderB}} {
			b = newBench(t, memory, machines...)
			time.Sleep(time.Hour)
			stuck := b.x.Stuck()
			if len(stuck) != 2 || stuck[0].Err == nil || stuck[1].Err == nil {
				t.Fatalf("stuck: %+v", stuck)
			}
			b.stop()
			_, after, _ := memory.Handle().Load(t.Context())
			if fmt.Sprint(before) != fmt.Sprint(after) {
				t.Fatal("stored bytes changed")
			}
		}

		b = newBench(t, memory, newer(), other)
		synctest.Wait()
		if n := len(b.x.Active()); n != 2 || len(b.x.Stuck()) != 0 {
			t.Fatalf("%d run, %v stuck after the upgrade", n, b.x.Stuck())
		}
		b.stop()
	})
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var log []time.Time
		tries := func() []time.Time { mu.Lock(); defer mu.Unlock(); return slices.Clone(log) }
		m := fsm.Define("a", fsm.At("one", dOne, fsm.On("go",
			func(context.Context, aOne) (string, error) {
				mu.Lock()
				defer mu.Unlock()
				log = append(log, time.Now())
				return "", errors.New("not yet")
			}, toTwo, "two")), fsm.At("two", dTwo))
		b := newBench(t, kv.NewMemory(), m)
		b.start(1, aOne{})
		time.Sleep(time.Hour)
		synctest.Wait()
		for i, at := range tries()[1:] {
			if d := at.Sub(tries()[i]); d < fsm.BackoffMin || d > fsm.BackoffMax {
				t.Fatalf("pause %d is %v", i, d)
			}
		}
		if n := len(tries()); n < 60 || n > 90 {
			t.Fatalf("%d attempts in an hour", n)
		}
		waits := b.x.Waits(1 << 16)
		if len(waits) != 1 || waits[0].Attempts != len(tries()) || waits[0].Err == nil || waits[0].Next.Before(time.Now()) {
			t.Fatalf("%+v", waits)
		}
		n := len(tries())
		b.x.Wake()
		synctest.Wait()
		if len(tries()) != n+1 {
			t.Fatal("Wake did not end the pause")
		}
		time.Sleep(10 * time.Second) // the back-off began anew
		synctest.Wait()
		if len(tries()) < n+3 {
			t.Fatalf("%d attempts in ten seconds after Wake", len(tries())-n)
		}
		b.stop()
	})
}

// A long poll that ends without an answer is asked again soon.
func TestLongPollIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries atomic.Int32
		await := func(ctx context.Context, s aOne) (string, error) {
			tries.Add(1)
			if err := sleep(ctx, time.Minute); err != nil {
				return "", err
			}
			return "", errors.New("nothing yet")
		}
		m := fsm.Define("a", fsm.At("one", dOne, fsm.On("go", await, toTwo, "two").Backoff(time.Second, 10*time.Second)), fsm.At("two", dTwo))
		b := newBench(t, kv.NewMemory(), m)
		b.start(1, aOne{})
		time.Sleep(time.Hour)
		if n := tries.Load(); n < 57 {
			t.Fatalf("%d polls in an hour", n)
		}
		b.stop()
	})
}

func TestAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var awaits, applies int
		m := simple(
			func(context.Context, aOne) (string, error) { awaits++; return "", nil },
			func(tx *fsm.Tx, _ aOne, _ string) (fsm.State, error) {
				applies++
				tx.Put("k", []byte{byte(applies)})
				if applies < 3 {
					return nil, fmt.Errorf("note is gone: %w", fsm.ErrAgain)
				}
				return aTwo{}, nil
			})
		b := newBench(t, kv.NewMemory(), m)
		b.start(1, aOne{})
		time.Sleep(time.Minute)
		b.expect(1, "two")
		if v, _ := b.x.Snapshot().Get("k"); awaits != 3 || applies != 3 || v[0] != 3 || b.x.Snapshot().Seq() != 2 {
			t.Fatalf("%d awaits, %d applies, %v, commit %d", awaits, applies, v, b.x.Snapshot().Seq())
		}
		b.stop()
	})
}

// Awaits and applies are told whose they are.
func TestSelf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := simple(
			func(ctx context.Context, _ aOne) (string, error) { return fsm.Self(ctx).Op.String(), nil },
			func(tx *fsm.Tx, _ aOne, v string) (fsm.State, error) {
				if tx.Self.Op.String() != v || tx.Self.Step != "one" {
					return nil, fmt.Errorf("apply of %v/%s, await of %s", tx.Self.Op, tx.Self.Step, v)
				}
				return aTwo{}, nil
			})
		b := newBench(t, kv.NewMemory(), m)
		b.start(1, aOne{})
		b.start(2, aOne{})
		synctest.Wait()
		b.expect(1, "two")
		b.expect(2, "two")
		if rec := fsm.Self(t.Context()); rec.Step != "" {
			t.Fatal(rec)
		}
		b.stop()
	})
}

// Two equal states are two machines.
func TestEqualStatesDoNotCollide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, kv.NewMemory(), simple(at, toTwo))
		b.start(1, aOne{"x"}, aOne{"x"})
		b.start(1, aOne{"x"})
		synctest.Wait()
		b.expect(1, "two", "two", "two")
		b.stop()
	})
}

func TestStartNeedsAFirstStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, kv.NewMemory(), simple(at, toTwo))
		for _, s := range []fsm.State{aTwo{}, bOne{}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("started with a %T", s)
					}
				}()
				b.x.Update(b.ctx, func(tx *fsm.Tx) error { tx.Start(fsm.OpID{1}, s); return nil })
			}()
		}
		b.expect(1)
		b.stop()
	})
}
