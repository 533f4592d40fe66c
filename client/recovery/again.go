package recovery

import (
	"context"
	"time"
)

const (
	// attempts is how often something is tried, which with the pauses between
	// them takes a minute at least.
	attempts = 12
	// After a failure there is a pause, longer after each one.
	firstPause   = 250 * time.Millisecond
	longestPause = 10 * time.Second
)

// again tries something until it works, the attempts are used up, or ctx ends.
func again[R any](ctx context.Context, attempt func(context.Context) (R, error)) (R, error) {
	pause := firstPause
	for n := 1; ; n++ {
		result, err := attempt(ctx)
		switch {
		case err == nil:
			return result, nil
		case ctx.Err() != nil:
			return result, ctx.Err()
		case n == attempts:
			return result, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return result, ctx.Err()
		}
		pause = min(2*pause, longestPause)
	}
}
