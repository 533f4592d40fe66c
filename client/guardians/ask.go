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
	poll := Poll[A]{Size: f.Size()}
	var result R
	in := &inquiry{f: f, q: q, open: f.Size(), reasons: make(map[wire.PeerID]error)}
	in.accept = func(peer wire.PeerID, answer json.RawMessage) error {
		value, err := decode(peer, answer)
		if err == nil {
			poll.Answers = append(poll.Answers, Answer[A]{peer, value})
		}
		return err
	}
	in.count = func() (v Verdict) {
		poll.Failed = poll.Size - len(poll.Answers) - in.open
		result, v = d.Decide(poll)
		return v
	}
	if q.Deterministic && d.Contradicts != nil {
		in.contradicts = func(at int) bool { return d.Contradicts(result, poll.Answers[at].Value) }
	}
	if err := in.ask(ctx, params); err != nil {
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

// An inquiry is a question that is being asked. Only the functions in it know
// the types of answers and result: what is generic is in the program once for
// every pair of them, and people download it.
type inquiry struct {
	f       *Federation
	q       Question
	replies <-chan reply
	open    int      // how many guardians may still answer
	said    []quoted // the answers that were accepted
	reasons map[wire.PeerID]error

	// accept decodes an answer and adds it to the poll.
	accept func(wire.PeerID, json.RawMessage) error
	// count decides by the poll as it is now, and keeps the result.
	count func() Verdict
	// contradicts reports whether the accepted answer in that place cannot be
	// true if the result is. Nil if no answer can be held against a guardian.
	contradicts func(at int) bool
}

// A quoted answer is what a guardian said, for people to read.
type quoted struct {
	peer wire.PeerID
	text string
}

// ask asks all guardians and returns when there is a result. What contradicts it
// is reported, for a while also when it comes late.
func (in *inquiry) ask(ctx context.Context, params json.RawMessage) error {
	// What was asked outlives ctx for the sake of late answers.
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	in.replies = send(calls, in.f, in.q.Method, params)
	err := in.decide(ctx)
	stop()
	if err == nil && in.contradicts != nil && in.open > 0 {
		go in.late(cancel)
		return nil
	}
	cancel()
	return err
}

// decide takes replies until there is a decision or none can be.
func (in *inquiry) decide(ctx context.Context) error {
	var enough <-chan time.Time
	for {
		verdict := in.count()
		switch {
		case verdict == Undecidable:
			return &UndecidedError{in.q.Method, in.reasons}
		case verdict == Decided && (in.q.Linger == 0 || in.open == 0):
			in.judge()
			return nil
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
			in.judge()
			return nil
		case <-ctx.Done():
			if verdict != Decided {
				return ctx.Err()
			}
			in.judge()
			return nil
		}
	}
}

// take reports whether a reply is an answer that was accepted.
func (in *inquiry) take(r reply) bool {
	if r.err != nil {
		in.open--
		in.reasons[r.peer] = r.err
		return false
	}
	err := in.accept(r.peer, r.answer)
	said := quote(r.answer)
	in.open--
	if err != nil {
		err = fmt.Errorf("%w: answer %s to %s: %w", ErrMisbehaved, said, in.q.Method, err)
		in.f.Report(r.peer, in.q.Method, err.Error())
		in.reasons[r.peer] = err
		return false
	}
	in.said = append(in.said, quoted{r.peer, said})
	in.reasons[r.peer] = answered{said}
	return true
}

// judge reports the guardians whose answers contradict the result.
func (in *inquiry) judge() {
	if in.contradicts == nil {
		return
	}
	for at := range in.said {
		in.accuse(at)
	}
}

// accuse reports the guardian of an accepted answer if it contradicts the result.
func (in *inquiry) accuse(at int) {
	if in.contradicts(at) {
		in.f.Report(in.said[at].peer, in.q.Method, "contradicts a quorum: "+in.said[at].text)
	}
}

// late compares answers that come within a short while with the result.
func (in *inquiry) late(cancel context.CancelFunc) {
	defer cancel()
	// A panic of decode has nobody here to tell; the guardian's answer is not
	// needed, and the program should not end for it.
	defer func() { _ = recover() }()
	timer := time.NewTimer(lateWindow)
	defer timer.Stop()
	for in.open > 0 {
		select {
		case r := <-in.replies:
			if in.take(r) {
				in.accuse(len(in.said) - 1)
			}
		case <-timer.C:
			return
		}
	}
}
