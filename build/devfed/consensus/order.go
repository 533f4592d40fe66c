package consensus

import (
	"context"

	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A proposal is something that waits for its turn in the order.
type proposal struct {
	id   *wire.TxID // nil if it is no transaction
	run  func(*kv.Tx) error
	done chan struct{}
	err  error // set before done is closed
}

// wait returns what became of the proposal, or the error of ctx, which leaves
// the proposal where it is.
func (p *proposal) wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *proposal) finish(err error) {
	p.err = err
	close(p.done)
}

// enqueue puts a proposal at the end of the queue. A transaction that is in the
// queue already stays where it is.
func (l *Ledger) enqueue(id *wire.TxID, run func(*kv.Tx) error) *proposal {
	p := &proposal{id: id, run: run, done: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		p.finish(ErrStopped)
		return p
	}
	if id != nil {
		if same, ok := l.waiting[*id]; ok {
			return same
		}
		l.waiting[*id] = p
	}
	l.queue = append(l.queue, p)
	l.wake()
	return p
}

func (l *Ledger) wake() {
	select {
	case l.ring <- struct{}{}:
	default: // it has not looked since the last time
	}
}

// Run gives each proposal its turn, one after the other, as long as there is a
// quorum. It returns when ctx ends, which is no error, or when the state can no
// longer be written; then all proposals fail.
func (l *Ledger) Run(ctx context.Context) error {
	defer l.stop()
	for ctx.Err() == nil {
		p := l.next()
		if p == nil {
			select {
			case <-l.ring:
				continue
			case <-ctx.Done():
				continue
			}
		}
		err := l.db.Update(ctx, p.run)
		l.remove(p)
		p.finish(err)
		if err := l.db.Err(); err != nil {
			return err
		}
	}
	return nil
}

// next takes the first proposal out of the queue, or returns nil if there is
// none or no quorum.
func (l *Ledger) next() *proposal {
	if !l.Quorum() {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return nil
	}
	p := l.queue[0]
	l.queue = l.queue[1:]
	return p
}

// Waiting returns how many proposals wait for their turn.
func (l *Ledger) Waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue)
}

// remove lets a transaction be proposed again.
func (l *Ledger) remove(p *proposal) {
	if p.id == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waiting, *p.id)
}

func (l *Ledger) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	for _, p := range l.queue {
		p.finish(ErrStopped)
	}
	l.queue, l.waiting = nil, nil
}
