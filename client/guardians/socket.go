package guardians

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"sync"
	"time"

	"satchel/client/wire"
)

const (
	requestTimeout = 65 * time.Second // guardians give up after 60
	dialTimeout    = 15 * time.Second
	dialInterval   = time.Second // between the beginnings of two dials
	minPause       = 500 * time.Millisecond
	maxPause       = 10 * time.Second
	quietTime      = 10 * time.Second // in which guardians ping, and a lost network goes unnoticed
	probeTimeout   = 5 * time.Second
)

var errClosed = fmt.Errorf("%w: closed", ErrUnreachable)

// A Socket is a guardian behind a WebSocket. All calls share one connection,
// which is opened when the first of them needs it.
//
// After a lost connection or a refused one the next is opened no sooner than
// after a pause, which grows from half a second to ten, and never within a
// second of the last. A call made meanwhile waits for that attempt and shares
// its fate; without a call nothing is attempted. A call is never sent twice.
type Socket struct {
	url    wire.SafeURL
	dial   Dialer
	opts   SocketOptions
	scheme error // an ErrScheme if the url is not spoken
	health *record

	life context.Context
	end  context.CancelCauseFunc

	mu       sync.Mutex
	conn     *connection // nil if there is none
	attempt  *attempt    // the dial that is to come or under way, or nil
	dials    uint64      // how many have begun
	began    time.Time   // when the last of them did
	failures int         // dials and connections in a row that brought no answer
	failed   time.Time   // when the last of these ended
}

// SocketOptions are the same for all guardians of a federation.
type SocketOptions struct {
	// Secret is the federation's API secret, "" for none.
	Secret string
	// Seed scatters the pauses of different clients, so that they do not all
	// come back to a guardian at the same moment. Equal seeds repeat them.
	Seed uint64
}

// An attempt is a dial for which calls wait.
type attempt struct {
	hurry  chan struct{} // closed to end the pause before it
	once   sync.Once
	cancel context.CancelFunc // ends the dial; nil before it
	done   chan struct{}      // closed when conn or err is set
	conn   *connection
	err    error
}

// NewSocket returns the guardian at url. It does not connect before the first
// call. If the scheme of url is none of ws and wss, all calls fail with
// ErrScheme.
func NewSocket(url wire.SafeURL, dial Dialer, opts SocketOptions) *Socket {
	s := &Socket{url: url, dial: dial, opts: opts}
	s.life, s.end = context.WithCancelCause(context.Background())
	if !speaks(url) {
		s.scheme = schemeError(url)
	}
	return s
}

// Sockets returns the guardians at their urls, for New.
func Sockets(urls map[wire.PeerID]wire.PeerURL, dial Dialer, opts SocketOptions) map[wire.PeerID]Member {
	members := make(map[wire.PeerID]Member, len(urls))
	for peer, at := range urls {
		members[peer] = Member{at.Name, at.URL, NewSocket(at.URL, dial, opts)}
	}
	return members
}

// report makes the socket tell r of its connection, before its first call.
func (s *Socket) report(r *record) {
	s.health = r
	if s.scheme != nil {
		r.set(Unsupported, s.scheme)
	}
}

// Call implements Guardian. Besides the time a guardian has for its answer, 65
// seconds, a call takes as long as it takes to connect, which is 25 s at most.
func (s *Socket) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	if s.scheme != nil {
		return nil, s.scheme
	}
	enveloped, err := envelope(params)
	if err != nil {
		return nil, fmt.Errorf("request %s: %w", method, err)
	}
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	return c.call(ctx, method, enveloped)
}

// Close ends the connection and all calls, for good.
func (s *Socket) Close() { s.end(errClosed) }

// Wake says that the network may be back: the device woke up, the page became
// visible. It cuts a pause short, gives up a dial that takes long, and tests
// whether a connection on which nothing has arrived for a while still carries
// anything: sleep and a change of network leave connections that are dead and do
// not know it.
func (s *Socket) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = 0
	if a := s.attempt; a != nil {
		a.once.Do(func() { close(a.hurry) })
		if a.cancel != nil && time.Since(s.began) > probeTimeout {
			a.cancel()
		}
	}
	if s.conn != nil {
		s.conn.probe()
	}
}

// connect returns the connection, after opening it if need be.
func (s *Socket) connect(ctx context.Context) (*connection, error) {
	s.mu.Lock()
	if s.life.Err() != nil {
		s.mu.Unlock()
		return nil, errClosed
	}
	if s.conn != nil {
		defer s.mu.Unlock()
		return s.conn, nil
	}
	a := s.attempt
	if a == nil {
		a = &attempt{hurry: make(chan struct{}), done: make(chan struct{})}
		s.attempt = a
		go s.open(a)
	}
	s.mu.Unlock()
	select {
	case <-a.done:
		return a.conn, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// open makes an attempt.
func (s *Socket) open(a *attempt) {
	s.pause(a)
	ctx, cancel := context.WithTimeout(s.life, dialTimeout)
	s.mu.Lock()
	s.dials++
	s.began = time.Now()
	a.cancel = cancel
	s.mu.Unlock()
	s.health.connecting()
	conn, err := s.dial(ctx, s.url, s.opts.Secret)
	if err != nil {
		err = s.dialError(ctx, err)
	}
	cancel()

	s.mu.Lock()
	s.attempt = nil
	if a.err = err; err == nil {
		a.conn = newConnection(s.life, conn, s.lost)
		s.conn = a.conn
	} else {
		s.fail()
	}
	s.mu.Unlock()
	switch {
	case s.life.Err() != nil: // closed meanwhile
	case err == nil:
		s.health.set(Up, nil)
	default:
		s.health.set(Down, err)
	}
	if a.conn != nil {
		a.conn.run()
	}
	close(a.done)
}

func (s *Socket) dialError(ctx context.Context, err error) error {
	switch {
	case s.life.Err() != nil:
		return errClosed
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%w: no connection to %s within %v", ErrUnreachable, s.url, dialTimeout)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: connecting to %s was given up to try anew", ErrUnreachable, s.url)
	default:
		return fmt.Errorf("%w: no connection to %s: %v", ErrUnreachable, s.url, err)
	}
}

// lost notes that a connection has ended.
func (s *Socket) lost(c *connection, cause error) {
	s.mu.Lock()
	s.conn = nil
	if c.answers() {
		s.failures = 0
	}
	s.fail()
	s.mu.Unlock()
	if s.life.Err() != nil {
		return
	}
	if errors.Is(cause, ErrMisbehaved) {
		s.health.misbehaved("", cause.Error())
	}
	s.health.set(Down, cause)
}

// fail notes a failure; s.mu is held.
func (s *Socket) fail() {
	s.failures++
	s.failed = time.Now()
}

// pause waits until it is time to dial.
func (s *Socket) pause(a *attempt) {
	s.mu.Lock()
	number, failures := s.dials, s.failures
	soonest := s.began.Add(dialInterval)
	due := s.failed.Add(reconnectPause(s.url.String(), s.opts.Seed, number, failures))
	s.mu.Unlock()
	if number == 0 {
		return
	}
	s.sleep(time.Until(due), a.hurry)
	s.sleep(time.Until(soonest), nil)
}

// sleep waits for a time, until hurry, or until the socket is closed.
func (s *Socket) sleep(d time.Duration, hurry <-chan struct{}) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-hurry:
	case <-s.life.Done():
	}
}

// reconnectPause returns the pause after a number of failures in a row: the
// Fibonacci numbers times half a second, plus up to half a second that depends
// on url, seed and the number of the dial, ten seconds at most.
func reconnectPause(url string, seed, dial uint64, failures int) time.Duration {
	if failures == 0 {
		return 0
	}
	pause, next := minPause, minPause
	for range failures - 1 {
		if pause, next = next, pause+next; pause > maxPause {
			break
		}
	}
	h := fnv.New64a()
	io.WriteString(h, url)
	fmt.Fprint(h, " ", seed, dial)
	jitter := time.Duration(h.Sum64() % uint64(minPause))
	return min(pause, maxPause-minPause) + jitter
}

// speaks reports whether a Socket can reach url.
func speaks(url wire.SafeURL) bool { return url.Scheme() == "ws" || url.Scheme() == "wss" }
