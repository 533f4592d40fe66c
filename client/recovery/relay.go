package recovery

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

const (
	// hedgeAfter is how long a guardian has for its answer until another one is
	// asked for the same, and that one twice as long, and so on.
	hedgeAfter = 5 * time.Second
	// maxHedged is how many requests of a run are with several guardians at a
	// time. If more take long, it is the network, and to ask for everything
	// twice would only make it worse.
	maxHedged = 2
)

// errBehind is that a guardian has not come as far yet as it was asked for,
// which is no lie.
var errBehind = errors.New("guardian is behind")

// A request is something that any one guardian can answer.
type request[R any] struct {
	method string
	params any
	// accept checks an answer and turns it into a value. Its errors accuse the
	// guardian, except for errBehind.
	accept guardians.Decode[R]
}

// ask asks one guardian, and reports it if its answer is not accepted.
func (q request[R]) ask(ctx context.Context, g *guardians.Federation, peer wire.PeerID) (result R, err error) {
	answer, err := g.Guardian(peer).Call(ctx, q.method, q.params)
	if err != nil {
		return result, err
	}
	result, err = q.accept(peer, answer)
	if err != nil && !errors.Is(err, errBehind) {
		err = fmt.Errorf("%w: answer to %s: %w", guardians.ErrMisbehaved, q.method, err)
		g.Report(peer, q.method, err.Error())
	}
	return result, err
}

// relay asks one of the guardians, the next one when that fails or takes long,
// and so on, until one has given what is wanted. The error is a
// guardians.UndecidedError, or that of ctx.
func relay[R any](ctx context.Context, r *roster, from []wire.PeerID, q request[R]) (R, error) {
	ctx, cancel := context.WithCancel(ctx)
	b := baton[R]{
		roster: r, request: q, from: from,
		replies: make(chan reply[R], len(from)), reasons: make(map[wire.PeerID]error),
	}
	defer b.drop()
	defer cancel()
	return b.run(ctx)
}

// A baton is a request on its way through the guardians.
type baton[R any] struct {
	roster  *roster
	request request[R]
	from    []wire.PeerID
	asked   []wire.PeerID
	open    int  // how many of them have not answered
	hedged  bool // whether it counts among the roster's hedged
	replies chan reply[R]
	reasons map[wire.PeerID]error
	running sync.WaitGroup
}

// A reply is what became of asking one guardian.
type reply[R any] struct {
	peer   wire.PeerID
	result R
	err    error
}

// run passes the request on until there is a result, or nobody left.
func (b *baton[R]) run(ctx context.Context) (result R, err error) {
	patience := hedgeAfter
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var hedge chan<- struct{} // not nil once the last one is late, until the next one may be asked
	b.next(ctx)
	for b.open > 0 {
		select {
		case r := <-b.replies:
			if r.err == nil || ctx.Err() != nil {
				return r.result, r.err
			}
			b.open--
			b.reasons[r.peer] = r.err
			b.next(ctx)
			timer.Reset(patience)
			continue
		case <-timer.C:
			b.roster.strike(b.asked[len(b.asked)-1])
			if !b.hedged {
				hedge = b.roster.hedged
				continue
			}
		case hedge <- struct{}{}:
			b.hedged, hedge = true, nil
		}
		if b.next(ctx) {
			patience *= 2
			timer.Reset(patience)
		}
	}
	return result, &guardians.UndecidedError{Method: b.request.method, Reasons: b.reasons}
}

// next asks one more guardian, if there is one.
func (b *baton[R]) next(ctx context.Context) bool {
	peer, ok := b.roster.choose(b.from, b.asked)
	if !ok {
		return false
	}
	b.asked = append(b.asked, peer)
	b.open++
	b.running.Go(func() {
		result, err := b.request.ask(ctx, b.roster.g, peer)
		b.roster.ended(peer, err)
		b.replies <- reply[R]{peer, result, err}
	})
	return true
}

// drop waits for the guardians whose answers are not needed any more.
func (b *baton[R]) drop() {
	b.running.Wait()
	if b.hedged {
		<-b.roster.hedged
	}
}
