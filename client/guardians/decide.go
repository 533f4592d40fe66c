package guardians

import (
	"reflect"

	"satchel/client/wire"
)

// A Decider knows when enough has been said, and what follows from it. It is
// made of pure functions.
type Decider[A, R any] struct {
	// Decide judges how far a poll has come. Once it has decided, or found that
	// nothing can be decided, further answers do not change the verdict.
	Decide func(Poll[A]) (R, Verdict)

	// Contradicts reports whether an answer cannot be true if the result is.
	// Nil if answers do not contradict results.
	Contradicts func(R, A) bool
}

// A Poll is how far a question to all guardians has come.
type Poll[A any] struct {
	// Size is how many are asked.
	Size int
	// Answers that passed their check, in the order of arrival.
	Answers []Answer[A]
	// Failed is how many gave none, or one that did not pass.
	Failed int
}

// An Answer is what one guardian said.
type Answer[A any] struct {
	Peer  wire.PeerID
	Value A
}

// Open returns how many guardians may still answer.
func (p Poll[A]) Open() int { return p.Size - len(p.Answers) - p.Failed }

// byPeer returns the answers in a map.
func (p Poll[A]) byPeer() map[wire.PeerID]A {
	all := make(map[wire.PeerID]A, len(p.Answers))
	for _, answer := range p.Answers {
		all[answer.Peer] = answer.Value
	}
	return all
}

// A Verdict is what a Decider says of a poll.
type Verdict int

const (
	Undecided   Verdict = iota // further answers matter
	Decided                    // there is a result
	Undecidable                // there is none, whatever is still answered
)

// reach returns the verdict on having so many of something, if want are needed
// and that many more may come.
func reach(have, more, want int) Verdict {
	switch {
	case have >= want:
		return Decided
	case have+more < want:
		return Undecidable
	default:
		return Undecided
	}
}

// quorum returns how many of n must agree. It is never 0, so that nothing is
// decided by nobody.
func quorum(n int) int { return max(wire.Threshold(n), 1) }

// First decides with the first answer.
func First[A any]() Decider[A, Answer[A]] {
	return Decider[A, Answer[A]]{Decide: func(p Poll[A]) (first Answer[A], v Verdict) {
		if v = reach(len(p.Answers), p.Open(), 1); v == Decided {
			first = p.Answers[0]
		}
		return first, v
	}}
}

// AtLeast decides when there are k answers, with all that are there: for what
// each guardian tells of itself or has signed. With the Linger of a Question
// there are more of them.
func AtLeast[A any](k int) Decider[A, map[wire.PeerID]A] {
	return collect[A](func(int) int { return k })
}

// Threshold decides when a threshold of guardians has answered, with all
// answers that are there: for signature shares and the like.
func Threshold[A any]() Decider[A, map[wire.PeerID]A] { return collect[A](quorum) }

func collect[A any](want func(size int) int) Decider[A, map[wire.PeerID]A] {
	return Decider[A, map[wire.PeerID]A]{Decide: func(p Poll[A]) (all map[wire.PeerID]A, v Verdict) {
		if v = reach(len(p.Answers), p.Open(), max(want(p.Size), 1)); v == Decided {
			all = p.byPeer()
		}
		return all, v
	}}
}

// Agree decides when a threshold of guardians has given the same answer, in the
// sense of reflect.DeepEqual: the word of the federation.
func Agree[A any]() Decider[A, A] { return AgreeFunc(deepEqual[A]) }

// AgreeFunc is Agree for answers that are the same if equal says so, which must
// be an equivalence.
func AgreeFunc[A any](equal func(A, A) bool) Decider[A, A] {
	return Decider[A, A]{
		Decide: func(p Poll[A]) (A, Verdict) {
			value, votes := most(p.Answers, equal)
			return value, reach(votes, p.Open(), quorum(p.Size))
		},
		Contradicts: func(result, answer A) bool { return !equal(result, answer) },
	}
}

// most returns the answer given most often, the earliest of several, and how
// often it was given.
func most[A any](answers []Answer[A], equal func(A, A) bool) (value A, votes int) {
	for i, candidate := range answers {
		n := 1
		for _, other := range answers[i+1:] {
			if equal(candidate.Value, other.Value) {
				n++
			}
		}
		if n > votes {
			value, votes = candidate.Value, n
		}
	}
	return value, votes
}

func deepEqual[A any](a, b A) bool { return reflect.DeepEqual(a, b) }
