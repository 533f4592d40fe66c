package guardians

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	maxInFlight = 65535
	// maxUnasked is how many messages that answer nothing may come between two
	// that do. They cost battery and data; honest guardians send hardly any.
	maxUnasked = 1000
)

// A connection carries calls until it ends, which settles those in flight.
type connection struct {
	conn Conn
	life context.Context // its cause is why the connection ended
	end  context.CancelCauseFunc
	lost func(*connection, error)
	once sync.Once
	out  chan []byte

	mu       sync.Mutex
	next     uint64              // id of the next call
	inFlight map[uint64]*pending // by id
	deserted []desertion         // calls among them that nobody waits for, oldest first
	limits   map[int]int         // how many calls are in flight, by answer limit
	messages int                 // how many have arrived
	heard    time.Time           // when the last of them did, or the connection began: see wallClock
	answered bool                // whether any answered a call
	unasked  int                 // messages that answered nothing, since one did
	probing  bool
}

// pending is a call without an answer.
type pending struct {
	method string
	limit  int
	answer chan response // has room for one
}

// A desertion is a call whose caller has left. Its answer may still come, and
// is no fault of the guardian.
type desertion struct {
	id    uint64
	until time.Time
}

// A lostError is the end of a connection, for the calls that were in flight.
type lostError struct{ cause error }

func (e *lostError) Error() string { return e.cause.Error() }
func (e *lostError) Unwrap() error { return e.cause }

func newConnection(life context.Context, conn Conn, lost func(*connection, error)) *connection {
	c := &connection{
		conn: conn, lost: lost, out: make(chan []byte), heard: wallClock(),
		inFlight: make(map[uint64]*pending), limits: make(map[int]int),
	}
	c.life, c.end = context.WithCancelCause(life)
	return c
}

// run carries messages until the connection ends.
func (c *connection) run() {
	context.AfterFunc(c.life, func() { c.close(context.Cause(c.life)) })
	go c.receive()
	go c.send()
}

// close ends the connection. The socket knows before the calls do, so that
// those who call again find no dead connection.
func (c *connection) close(cause error) {
	c.once.Do(func() {
		c.lost(c, cause)
		c.end(cause)
		c.conn.Close()
	})
}

func (c *connection) receive() {
	for c.life.Err() == nil {
		message, err := c.conn.Receive(c.life, c.limit)
		if err == nil {
			err = c.take(message)
		}
		if err != nil {
			c.broken(err)
		}
	}
}

// send writes what the calls hand it. They do not write themselves because a
// write cut off in the middle ends the connection for all.
func (c *connection) send() {
	for {
		select {
		case message := <-c.out:
			if err := c.conn.Send(c.life, message); err != nil {
				c.broken(err)
			}
		case <-c.life.Done():
			return
		}
	}
}

func (c *connection) broken(err error) {
	if !errors.Is(err, ErrMisbehaved) {
		err = fmt.Errorf("%w: connection lost: %v", ErrUnreachable, err)
	}
	c.close(err)
}

// limit returns how many bytes the next message may have: as many as the
// largest of the answers that are waited for.
func (c *connection) limit() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.purge()
	limit := smallAnswer
	for l := range c.limits {
		limit = max(limit, l)
	}
	return limit
}

// take hands a message to the call that it answers.
func (c *connection) take(message []byte) error {
	r, err := decodeResponse(message)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.messages++
	c.heard = wallClock()
	p := c.inFlight[r.id]
	if !r.hasID || p == nil {
		if c.unasked++; c.unasked > maxUnasked {
			return fmt.Errorf("%w: more than %d messages that answer nothing", ErrMisbehaved, maxUnasked)
		}
		return nil
	}
	c.answered, c.unasked = true, 0
	c.forget(r.id)
	if len(message) > p.limit {
		r.err = fmt.Errorf("%w: answer to %s has %d bytes, at most %d are allowed", ErrMisbehaved, p.method, len(message), p.limit)
	}
	p.answer <- r
	return nil
}

// register takes up a call under the next id.
func (c *connection) register(method string) (uint64, *pending, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.purge()
	if len(c.inFlight) >= maxInFlight {
		return 0, nil, fmt.Errorf("%w: %d requests are in flight", ErrUnreachable, maxInFlight)
	}
	p := &pending{method, answerLimit(method), make(chan response, 1)}
	id := c.next
	c.next++
	c.inFlight[id] = p
	c.limits[p.limit]++
	return id, p, nil
}

// forget removes a call; c.mu is held.
func (c *connection) forget(id uint64) {
	p := c.inFlight[id]
	if p == nil {
		return
	}
	delete(c.inFlight, id)
	if c.limits[p.limit]--; c.limits[p.limit] == 0 {
		delete(c.limits, p.limit)
	}
}

// purge forgets deserted calls that will not be answered any more; c.mu is held.
func (c *connection) purge() {
	for len(c.deserted) > 0 && time.Now().After(c.deserted[0].until) {
		c.forget(c.deserted[0].id)
		c.deserted = c.deserted[1:]
	}
}

// desert notes that nobody waits for a call any more.
func (c *connection) desert(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inFlight[id] != nil {
		c.deserted = append(c.deserted, desertion{id, time.Now().Add(requestTimeout)})
	}
}

// call sends a request and waits for its answer.
func (c *connection) call(ctx context.Context, method string, enveloped json.RawMessage) (json.RawMessage, error) {
	id, p, err := c.register(method)
	if err != nil {
		return nil, err
	}
	defer c.desert(id)
	message, err := request(id, method, enveloped)
	if err != nil {
		return nil, err
	}
	messages := c.count()
	timer := time.NewTimer(requestTimeout)
	defer timer.Stop()
	out := c.out
	for {
		select {
		case out <- message:
			out = nil
			continue
		case r := <-p.answer:
			return r.result, r.err
		case <-ctx.Done():
			err = ctx.Err()
		case <-c.life.Done():
			err = &lostError{context.Cause(c.life)}
		case <-timer.C:
			err = c.timedOut(method, messages)
		}
		select { // an answer that is here counts
		case r := <-p.answer:
			return r.result, r.err
		default:
			return nil, err
		}
	}
}

// timedOut returns the error of a call that was not answered in time. If
// nothing at all has arrived since there were so many messages, the connection
// is taken to be dead.
func (c *connection) timedOut(method string, messages int) error {
	err := fmt.Errorf("%w: no answer to %s within %v", ErrUnreachable, method, requestTimeout)
	if c.count() == messages {
		c.close(err)
	}
	return err
}

// count returns how many messages have arrived.
func (c *connection) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.messages
}

// answers reports whether the connection ever answered a call.
func (c *connection) answers() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answered
}

// wallClock returns the time without the reading of the monotonic clock, which
// in some browsers stands still while the device sleeps. The wall clock may jump
// instead, which costs a probe too many or too few.
func wallClock() time.Time { return time.Now().Round(0) }

// probe ends the connection unless something arrives on it soon. It does
// nothing if something has arrived lately.
func (c *connection) probe() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.probing || time.Since(c.heard) < quietTime {
		return
	}
	c.probing = true
	messages := c.messages
	go func() {
		ctx, cancel := context.WithTimeout(c.life, probeTimeout)
		defer cancel()
		nothing, _ := envelope(nil)
		c.call(ctx, "session_count", nothing) // any answer is a sign of life
		c.mu.Lock()
		c.probing = false
		silent := c.messages == messages
		c.mu.Unlock()
		if silent {
			c.close(fmt.Errorf("%w: connection is silent", ErrUnreachable))
		}
	}()
}
