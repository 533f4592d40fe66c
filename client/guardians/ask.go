package guardians

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"satchel/client/wire"
)

// lateWindow is how long contradictions are looked for in answers that come
// after the decision.
const lateWindow = 5 * time.Second

// A Question is something to ask all guardians of a federation.
type Question struct {
	Method string
	// Params is what the method takes, nil for nothing.
	Params any
	// Deterministic says that honest guardians never give different answers, so
	// that whoever contradicts a quorum misbehaves. The number of sessions is
	// not: guardians lag. The outcome of a transaction is.
	Deterministic bool
	// Linger is how long to wait, after a decision is possible, for answers that
	// would make it a richer one. 0 for most questions.
	Linger time.Duration
}

// Ask sends a question to all guardians at once and feeds their answers, in the
// order of arrival, to decode and then to a decider. It returns as soon as
// there is a decision, without waiting for the others, and an UndecidedError as
// soon as there can be none. It sends the question once to each guardian, with
// the parameters as json.RawMessage.
//
// decode checks one answer and turns it into a value. Its error makes the
// answer worthless, and is reported as misbehaviour of that guardian. It is
// never called twice at a time, but may be called for a few seconds after Ask
// has returned; the answers to a deterministic question are then still compared
// with the result.
func Ask[A, R any](ctx context.Context, f *Federation, q Question, decode Decode[A], d Decider[A, R]) (R, error) {
	var none R
	params, err := json.Marshal(q.Params)
	if err != nil {
		return none, fmt.Errorf("request %s: parameters: %w", q.Method, err)
	}
	in := &inquiry[A, R]{f: f, q: q, decode: decode, d: d, poll: Poll[A]{Size: f.Size()}, reasons: make(map[wire.PeerID]error)}
	// What was asked outlives ctx for the sake of late answers.
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	in.replies = send(calls, f, q.Method, params)
	result, err := in.decide(ctx)
	stop()
	if err == nil && in.accuses() && in.poll.Open() > 0 {
		go in.late(result, cancel)
		return result, nil
	}
	cancel()
	if err != nil {
		return none, err
	}
	return result, nil
}

// A reply is what became of the call to one guardian.
type reply struct {
	peer   wire.PeerID
	answer json.RawMessage
	err    error
}

// send calls all guardians. The channel has room for all replies.
func send(ctx context.Context, f *Federation, method string, params json.RawMessage) <-chan reply {
	replies := make(chan reply, f.Size())
	for _, peer := range f.peers {
		go func() {
			answer, err := f.members[peer].Call(ctx, method, params)
			replies <- reply{peer, answer, err}
		}()
	}
	return replies
}

// An inquiry is a question that is being asked.
type inquiry[A, R any] struct {
	f       *Federation
	q       Question
	decode  Decode[A]
	d       Decider[A, R]
	replies <-chan reply
	poll    Poll[A]
	said    []string // what the answers in poll say, quoted, if it matters
	reasons map[wire.PeerID]error
}

// decide takes replies until there is a decision or none can be.
func (in *inquiry[A, R]) decide(ctx context.Context) (R, error) {
	var enough <-chan time.Time
	for {
		result, verdict := in.d.Decide(in.poll)
		switch {
		case verdict == Undecidable:
			return result, &UndecidedError{in.q.Method, in.reasons}
		case verdict == Decided && (in.q.Linger == 0 || in.poll.Open() == 0):
			in.judge(result)
			return result, nil
		case verdict == Decided && enough == nil:
			timer := time.NewTimer(in.q.Linger)
			defer timer.Stop()
			enough = timer.C
		}
		select {
		case r := <-in.replies:
			if ctx.Err() == nil { // else it is why r failed
				in.take(r)
			}
		case <-enough:
			in.judge(result)
			return result, nil
		case <-ctx.Done():
			if verdict != Decided {
				return result, ctx.Err()
			}
			in.judge(result)
			return result, nil
		}
	}
}

// take adds a reply to the poll and returns its value, if it has one.
func (in *inquiry[A, R]) take(r reply) (value A, ok bool) {
	if r.err != nil {
		in.poll.Failed++
		in.reasons[r.peer] = r.err
		return value, false
	}
	value, err := in.decode(r.peer, r.answer)
	said := quote(r.answer)
	if err != nil {
		err = fmt.Errorf("%w: answer %s to %s: %w", ErrMisbehaved, said, in.q.Method, err)
		in.f.Report(r.peer, in.q.Method, err.Error())
		in.poll.Failed++
		in.reasons[r.peer] = err
		return value, false
	}
	in.poll.Answers = append(in.poll.Answers, Answer[A]{r.peer, value})
	in.said = append(in.said, said)
	in.reasons[r.peer] = answered{said}
	return value, true
}

// accuses reports whether an answer can be held against a guardian.
func (in *inquiry[A, R]) accuses() bool { return in.q.Deterministic && in.d.Contradicts != nil }

// judge reports the guardians whose answers contradict the result.
func (in *inquiry[A, R]) judge(result R) {
	if !in.accuses() {
		return
	}
	for i, answer := range in.poll.Answers {
		if in.d.Contradicts(result, answer.Value) {
			in.f.Report(answer.Peer, in.q.Method, "contradicts a quorum: "+in.said[i])
		}
	}
}

// late compares answers that come within a short while with the result.
func (in *inquiry[A, R]) late(result R, cancel context.CancelFunc) {
	defer cancel()
	// A panic of decode has nobody here to tell; the guardian's answer is not
	// needed, and the program should not end for it.
	defer func() { _ = recover() }()
	timer := time.NewTimer(lateWindow)
	defer timer.Stop()
	for in.poll.Open() > 0 {
		select {
		case r := <-in.replies:
			if value, ok := in.take(r); ok && in.d.Contradicts(result, value) {
				in.f.Report(r.peer, in.q.Method, "contradicts a quorum: "+quote(r.answer))
			}
		case <-timer.C:
			return
		}
	}
}
