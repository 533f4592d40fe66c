package recovery

import (
	"context"
	"iter"
	"sync"
)

// inOrder yields the results of the tasks 0 to n-1 in that order, up to the
// first error. It runs a window of them at a time: the one whose result is being
// used and those after it. When it ends, no task runs any more.
func inOrder[R any](ctx context.Context, window int, n uint64, task func(context.Context, uint64) (R, error)) iter.Seq2[R, error] {
	type outcome struct {
		result R
		err    error
	}
	return func(yield func(R, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		var begun []chan outcome // those whose results were not used yet, oldest first
		for i := range n {
			for next := i + uint64(len(begun)); next < n && len(begun) < window; next++ {
				done := make(chan outcome, 1)
				begun = append(begun, done)
				running.Go(func() {
					result, err := task(ctx, next)
					done <- outcome{result, err}
				})
			}
			var o outcome
			select {
			case o = <-begun[0]:
			case <-ctx.Done():
				o.err = ctx.Err()
			}
			if !yield(o.result, o.err) || o.err != nil {
				return
			}
			begun = begun[1:]
		}
	}
}
