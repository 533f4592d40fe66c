package recovery

import (
	"context"
	"maps"
	"slices"
	"sort"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// countLinger is how long the guardians beyond a threshold are waited for when a
// count is asked.
const countLinger = time.Second

// Count asks for a number that only rises, such as that of a module's recovery
// items ("module_<id>_recovery_count") or of the completed sessions
// ("session_count"). It returns how far the federation has come for certain:
// the documentation of the package tells what that is.
//
// The error is a guardians.UndecidedError if no threshold of guardians answers,
// or confirms the number within about a minute, and wraps
// guardians.ErrUnreachable if some guardians say nothing at all.
func Count(ctx context.Context, g *guardians.Federation, method string) (uint64, error) {
	q := guardians.Question{Method: method, Linger: countLinger}
	said, err := poll(ctx, g, q, guardians.JSON[uint64], guardians.Threshold[uint64]())
	if err != nil {
		return 0, err
	}
	count, confirmed := reached(slices.Collect(maps.Values(said)), g.Size())
	if confirmed {
		return count, nil
	}
	return again(ctx, func(ctx context.Context) (uint64, error) {
		return poll(ctx, g, guardians.Question{Method: method}, guardians.JSON[uint64], confirm(count))
	})
}

// reached returns the highest number that an honest guardian must have reached,
// by what at least a threshold of n guardians say, and whether a threshold has.
func reached(said []uint64, n int) (count uint64, confirmed bool) {
	sort.Slice(said, func(i, j int) bool { return said[i] > said[j] })
	count = said[wire.OneHonest(n)-1]
	return count, said[wire.Threshold(n)-1] >= count
}

// confirm decides for a count once a threshold says that it has reached it.
func confirm(count uint64) guardians.Decider[uint64, uint64] {
	all := guardians.AgreeFunc(func(_, _ uint64) bool { return true })
	return guardians.Decider[uint64, uint64]{Decide: func(p guardians.Poll[uint64]) (uint64, guardians.Verdict) {
		_, verdict := all.Decide(counting(p, func(said uint64) bool { return said >= count }))
		return count, verdict
	}}
}
