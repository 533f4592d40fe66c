package mintv2

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"sync"
	"time"

	"satchel/client/secret"
	"satchel/client/wire"
)

// Zeros is with how many zero bits the hash of a tweak begins, in every wallet.
const Zeros = 16

// filter is the secret with which tweaks are hashed.
func filter(module secret.Secret) [32]byte { return [32]byte(module.RandomBytes(32)) }

// passes reports whether a tweak may be one of a wallet's.
func passes(tweak wire.MintTweak, filter [32]byte, zeros int) bool {
	var block [48]byte
	copy(block[:], tweak[:])
	copy(block[16:], filter[:])
	sum := sha256.Sum256(block[:])
	return binary.BigEndian.Uint64(sum[:])>>(64-zeros) == 0
}

// How tweaks are looked for: so many are kept ready, and while nobody waits for
// one there is a pause after every so many tries, in which others have their
// turn. A browser has but one thread for all.
const (
	ahead       = 48
	triesAtOnce = 2000
	pause       = 10 * time.Millisecond
)

// tweaks finds tweaks, about 65 000 tries for each.
type tweaks struct {
	filter [32]byte
	zeros  int
	random io.Reader
	wanted chan struct{} // told when there is room, and when some will be needed

	mu    sync.Mutex
	ready []wire.MintTweak
	at    wire.MintTweak // the next to try
	tried int            // since at was random
}

func newTweaks(filter [32]byte, o Options) *tweaks {
	return &tweaks{filter: filter, zeros: o.Zeros, random: o.Random, wanted: make(chan struct{}, 1)}
}

// announce says that tweaks will be needed soon.
func (t *tweaks) announce() {
	select {
	case t.wanted <- struct{}{}:
	default:
	}
}

// next returns a tweak that nobody else gets.
func (t *tweaks) next() (wire.MintTweak, error) {
	t.announce()
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.ready); n > 0 {
		tweak := t.ready[n-1]
		t.ready = t.ready[:n-1]
		return tweak, nil
	}
	for {
		if tweak, ok, err := t.try(); ok || err != nil {
			return tweak, err
		}
	}
}

// try tries one tweak. Every search begins at a random one, and goes on by
// counting, which is as good and takes less time.
func (t *tweaks) try() (found wire.MintTweak, ok bool, err error) {
	if t.tried == 0 {
		if _, err := io.ReadFull(t.random, t.at[:]); err != nil {
			return found, false, err
		}
	}
	found = t.at
	low := binary.LittleEndian.Uint64(t.at[:])
	binary.LittleEndian.PutUint64(t.at[:], low+1)
	t.tried++
	if !passes(found, t.filter, t.zeros) {
		return found, false, nil
	}
	t.tried = 0
	return found, true, nil
}

// Run finds tweaks ahead of time, so that nobody waits for them: from when
// somebody asks what a transaction would cost, or makes the first one.
func (m *Mint) Run(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-m.tweaks.wanted:
		case <-ctx.Done():
			return
		}
		for m.tweaks.search() && sleep(ctx, pause) {
		}
	}
}

// search tries some tweaks, and reports whether there is room for more.
func (t *tweaks) search() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for range triesAtOnce {
		if len(t.ready) >= ahead {
			return false
		}
		tweak, ok, err := t.try()
		if err != nil {
			return false
		}
		if ok {
			t.ready = append(t.ready, tweak)
		}
	}
	return true
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
