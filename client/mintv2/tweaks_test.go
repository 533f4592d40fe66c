package mintv2

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/wire"
)

// A source is random numbers that depend on a seed. It remembers what was read.
type source struct {
	mu    sync.Mutex
	rand  *rand.Rand
	reads []wire.MintTweak
}

func newSource(seed uint64) *source { return &source{rand: rand.New(rand.NewPCG(seed, 1))} }

func (s *source) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b {
		b[i] = byte(s.rand.Uint64())
	}
	if len(b) == len(wire.MintTweak{}) {
		s.reads = append(s.reads, wire.MintTweak(b))
	}
	return len(b), nil
}

func (s *source) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.reads)
}

// stock is how many tweaks are ready.
func (t *tweaks) stock() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.ready)
}

var someFilter = [32]byte{1, 2, 3}

func testTweaks(s *source, zeros int) *tweaks {
	return newTweaks(someFilter, Options{Random: s, Zeros: zeros})
}

// take takes a tweak, and checks that it is one of the wallet's.
func (t *tweaks) take(tb testing.TB) wire.MintTweak {
	tb.Helper()
	tweak, err := t.next()
	if err != nil {
		tb.Fatal(err)
	}
	if !passes(tweak, t.filter, t.zeros) {
		tb.Fatalf("%v does not pass", tweak)
	}
	return tweak
}

// Zeros are counted from the first bit of the hash.
func TestHowManyTweaksPass(t *testing.T) {
	rnd := newSource(1)
	for zeros, want := range map[int]int{0: 1 << 14, 1: 1 << 13, 3: 1 << 11, 8: 1 << 6} {
		got := 0
		for range 1 << 14 {
			var tweak wire.MintTweak
			rnd.Read(tweak[:])
			if passes(tweak, someFilter, zeros) {
				got++
			}
		}
		if got < want-want/3-1 || got > want+want/3+1 {
			t.Errorf("%d zeros: %d of %d pass, want about %d", zeros, got, 1<<14, want)
		}
	}
}

// Nobody gets a tweak that somebody else got, whether it was found ahead of time
// or not.
func TestTweaksAreUsedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Mint{tweaks: testTweaks(newSource(2), 6)}
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		const takers, each = 8, 100
		all := make(chan wire.MintTweak, takers*each)
		var taking sync.WaitGroup
		for range takers {
			taking.Go(func() {
				for i := range each {
					all <- m.tweaks.take(t)
					if i%20 == 0 {
						time.Sleep(time.Second) // some are found ahead
					}
				}
			})
		}
		taking.Wait()
		cancel()
		close(all)
		seen := map[wire.MintTweak]bool{}
		for tweak := range all {
			if seen[tweak] {
				t.Fatalf("%v was given out twice", tweak)
			}
			seen[tweak] = true
		}
		if len(seen) != takers*each {
			t.Errorf("%d tweaks, want %d", len(seen), takers*each)
		}
	})
}

// Every search begins at a random place: nobody can tell from two tweaks whether
// they are of one wallet.
func TestSearchesBeginAnywhere(t *testing.T) {
	s := newSource(3)
	tweaks := testTweaks(s, 8)
	for n := range 200 {
		got := tweaks.take(t)
		if s.count() != n+1 {
			t.Fatalf("tweak %d: random numbers were drawn %d times", n, s.count())
		}
		began := s.reads[n]
		if string(got[8:]) != string(began[8:]) {
			t.Fatalf("tweak %d: %v is far from %v, where the search began", n, got, began)
		}
		if far := binary.LittleEndian.Uint64(got[:]) - binary.LittleEndian.Uint64(began[:]); far > 1<<13 {
			t.Fatalf("tweak %d: %d tries", n, far)
		}
	}
}

// Counting goes on from the greatest number to the least.
func TestSearchesDoNotOverflow(t *testing.T) {
	tweaks := testTweaks(newSource(4), 4)
	for i := range tweaks.at {
		tweaks.at[i] = 0xff
	}
	tweaks.tried = 1
	got := tweaks.take(t)
	if low := binary.LittleEndian.Uint64(got[:]); low != 1<<64-1 && low > 1<<10 {
		t.Errorf("%v", got)
	}
}

// Tweaks are found ahead of time, and then nobody waits: no hash is computed for
// those.
func TestTweaksAreFoundAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource(5)
		m := &Mint{tweaks: testTweaks(s, 10)}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go m.Run(ctx)
		m.tweaks.take(t)
		time.Sleep(time.Minute)
		m.tweaks.take(t)
		time.Sleep(time.Minute)
		if got := m.tweaks.stock(); got != ahead { // the one that was taken was replaced
			t.Fatalf("%d tweaks are ready", got)
		}
		cancel() // or those that are taken would be replaced at once
		synctest.Wait()
		drawn := s.count()
		for range ahead {
			m.tweaks.take(t)
		}
		if got := s.count(); got != drawn {
			t.Errorf("for tweaks that were ready %d searches began", got-drawn)
		}
	})
}

// Whoever asks what a transaction would cost is going to need tweaks.
func TestQuotesAnnounceTransactions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Mint{tweaks: testTweaks(newSource(8), 4)}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go m.Run(ctx)
		time.Sleep(time.Minute)
		if got := m.tweaks.stock(); got != 0 {
			t.Errorf("%d tweaks were found before anybody wanted any", got)
		}
		d, err := m.Draw(&client.Plan{Quote: true}, []wire.Amount{512, 1024})
		if err != nil || len(d.Requests) != 2 || len(d.Outputs) != 0 {
			t.Errorf("%d requests, %d outputs, %v", len(d.Requests), len(d.Outputs), err)
		}
		time.Sleep(time.Minute)
		if got := m.tweaks.stock(); got != ahead {
			t.Errorf("%d tweaks are ready", got)
		}
	})
}

// Looking for tweaks ends when the wallet is closed, in whatever it is.
func TestSearchStops(t *testing.T) {
	for name, zeros := range map[string]int{"that finds": 4, "that finds nothing": 64} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &Mint{tweaks: testTweaks(newSource(6), zeros)}
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					m.Run(ctx)
					close(ended)
				}()
				m.tweaks.wanted <- struct{}{}
				time.Sleep(time.Second / 2)
				cancel()
				synctest.Wait()
				select {
				case <-ended:
				default:
					t.Error("the search goes on")
				}
			})
		})
	}
}

// While tweaks are looked for, others get their turn: every few tries.
func TestSearchGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Mint{tweaks: testTweaks(newSource(7), 64)}
		ctx, cancel := context.WithCancel(t.Context())
		go m.Run(ctx)
		m.tweaks.wanted <- struct{}{}
		time.Sleep(time.Second)
		cancel()
		synctest.Wait()
		if turns := int(time.Second / pause); m.tweaks.tried != turns*triesAtOnce && m.tweaks.tried != (turns+1)*triesAtOnce {
			t.Errorf("%d tries in %d turns", m.tweaks.tried, turns)
		}
	})
}

var errNoEntropy = errors.New("no entropy")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errNoEntropy }

// Without random numbers there are no tweaks.
func TestNoRandomNumbers(t *testing.T) {
	tweaks := newTweaks(someFilter, Options{Random: broken{}, Zeros: 1})
	if tweak, err := tweaks.next(); !errors.Is(err, errNoEntropy) {
		t.Errorf("%v %v", tweak, err)
	}
	if tweaks.search() {
		t.Error("the search goes on")
	}
}
