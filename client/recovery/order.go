package recovery

import (
	"context"
	"iter"
	"sync"
)

// inOrder yields the results of the tasks 0 to n-1 in that order, up to the
// first error, which is that of ctx once it has ended. There is a window of
// tasks at a time, running or with their results: the one whose result is being
// used and those after it. When the iteration ends, no task runs any more.
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
			o := <-begun[0]
			if ctx.Err() != nil {
				o.err = ctx.Err()
			}
			if !yield(o.result, o.err) || o.err != nil {
				return
			}
			begun = begun[1:]
		}
	}
}
