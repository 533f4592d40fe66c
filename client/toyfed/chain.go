package toyfed

import (
	"context"
	"math"
	"time"
)

// Height returns the count of blocks that the guardians agree on.
func (f *Federation) Height() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.books.height
}

// Time returns the seconds since 1970 that the guardians agree on.
func (f *Federation) Time() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.books.time
}

// Mine lets n blocks be found.
func (f *Federation) Mine(n uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.books.height += n
	f.notify()
}

// SetTime lets guardians agree on another time, in seconds since 1970, unless it
// is earlier.
func (f *Federation) SetTime(seconds uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.books.time = max(f.books.time, seconds)
	f.notify()
}

// Pass lets time pass until ctx ends: whenever there is an outgoing contract, or
// an invoice of a gateway that nobody has paid, it waits for idle, then for a gate
// of the world, and then the first of these expires. With an idle of 0 that can
// happen at any time; with one that is longer than everybody's back-off, where
// nothing else happens.
func (f *Federation) Pass(ctx context.Context, idle time.Duration) error {
	l := f.mustLightning()
	for {
		_, err := wait(ctx, f, "", func(b *books) (struct{}, bool) {
			height, time := b.due(l)
			return struct{}{}, height > 0 || time > 0
		})
		if err != nil {
			return err
		}
		select {
		case <-time.After(idle):
		case <-ctx.Done():
			return ctx.Err()
		}
		if f.world != nil {
			if _, err := f.world.Gate(ctx, "time passes"); err != nil {
				return err
			}
		}
		f.expire()
	}
}

func (f *Federation) expire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	height, time := f.books.due(f.lightning)
	f.books.height, f.books.time = max(f.books.height, height), max(f.books.time, time)
	f.notify()
}

// never is beyond the expiration of anything that expires.
const never = math.MaxUint64 >> 8

// due returns the height and the time at which the next contract expires, or 0.
func (b *books) due(l *lightning) (height, time uint64) {
	sooner := func(at *uint64, expiration, now uint64) {
		if expiration > now && expiration < never && (*at == 0 || expiration < *at) {
			*at = expiration
		}
	}
	for _, c := range b.contracts {
		if c.Outgoing != nil && c.Spent == Open {
			sooner(&height, c.Outgoing.Expiration, b.height)
		}
	}
	for _, c := range b.ln.accounts {
		if c.Outgoing != nil && c.Amount > 0 && !c.Outgoing.Cancelled {
			sooner(&height, uint64(c.Outgoing.Timelock)+1, b.height)
		}
	}
	for _, g := range l.gateways {
		for _, o := range g.offers {
			if _, funded := b.latest(o.contract.ID()); !funded {
				sooner(&time, o.contract.Commitment.Expiration, b.time)
			}
		}
	}
	return height, time
}
