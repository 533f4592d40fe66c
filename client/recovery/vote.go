package recovery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// pollTimeout is how long a question to all guardians may take before it is
// asked anew: one that was behind may have caught up, while another is silent.
const pollTimeout = 20 * time.Second

// poll asks all guardians once.
func poll[A, R any](ctx context.Context, g *guardians.Federation, q guardians.Question, decode guardians.Decode[A], d guardians.Decider[A, R]) (R, error) {
	limited, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	result, err := guardians.Ask(limited, g, q, decode, d)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("%w: %s is undecided after %v", guardians.ErrUnreachable, q.Method, pollTimeout)
	}
	return result, err
}

// A vote is an answer that a threshold of guardians gives, who of them did, and
// who of those that were heard until then gave another one.
type vote[A any] struct {
	value       A
	by, against []wire.PeerID
}

// voting decides as soon as a threshold of guardians has given the same answer,
// of those that count.
func voting[A any](counts func(A) bool, same func(A, A) bool) guardians.Decider[A, vote[A]] {
	agree := guardians.AgreeFunc(same)
	return guardians.Decider[A, vote[A]]{Decide: func(p guardians.Poll[A]) (v vote[A], verdict guardians.Verdict) {
		p = counting(p, counts)
		v.value, verdict = agree.Decide(p)
		for _, a := range p.Answers {
			if same(v.value, a.Value) {
				v.by = append(v.by, a.Peer)
			} else {
				v.against = append(v.against, a.Peer)
			}
		}
		return v, verdict
	}}
}

// counting returns a poll in which the other answers are as good as none.
func counting[A any](p guardians.Poll[A], counts func(A) bool) guardians.Poll[A] {
	all := len(p.Answers)
	p.Answers = slices.DeleteFunc(slices.Clone(p.Answers), func(a guardians.Answer[A]) bool { return !counts(a.Value) })
	p.Failed += all - len(p.Answers)
	return p
}
