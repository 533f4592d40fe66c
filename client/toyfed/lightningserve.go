package toyfed

import (
	"context"
	"encoding/json"
	"fmt"

	"satchel/client/wire"
	"satchel/fsm/sim"
)

// maxBatch is how many contracts may be asked for.
const maxBatch = 1024

// serve answers a question to the module. It reports false for what is not one of
// its methods.
func (l *lightning) serve(ctx context.Context, c call) (answer any, known bool, err error) {
	switch c.method {
	case "consensus_block_count":
		answer = l.f.Height()
	case "await_incoming_contract":
		answer, err = l.awaitIncoming(ctx, c)
	case "await_incoming_contracts":
		answer, err = l.awaitStream(ctx, c)
	case "await_preimage":
		answer, err = l.awaitPreimage(ctx, c)
	case "decryption_key_share":
		answer, err = l.awaitShare(ctx, c)
	case "outgoing_contract_expiration":
		answer, err = l.expiration(c.request)
	case "gateways":
		l.f.mu.Lock()
		defer l.f.mu.Unlock()
		answer = append([]wire.SafeURL{}, l.vetted[c.peer]...)
	default:
		return nil, false, nil
	}
	return answer, true, err
}

// parsePair reads a list of two.
func parsePair[A, B any](request []byte) (a A, b B, err error) {
	both, err := parse[[2]json.RawMessage](request)
	if err == nil {
		a, err = parse[A](both[0])
	}
	if err == nil {
		b, err = parse[B](both[1])
	}
	return a, b, err
}

// awaitIncoming waits until an incoming contract is funded, or its time is over.
func (l *lightning) awaitIncoming(ctx context.Context, c call) (*wire.OutPoint, error) {
	id, expiration, err := parsePair[wire.ContractID, uint64](c.request)
	if err != nil {
		return nil, err
	}
	return wait(ctx, l.f, c.gate, func(b *books) (*wire.OutPoint, bool) {
		if at, ok := b.latest(id); ok {
			return &at, true
		}
		return nil, expiration <= b.time
	})
}

// awaitStream waits until more than start incoming contracts were ever funded,
// and returns those that are not spent, and where to go on.
func (l *lightning) awaitStream(ctx context.Context, c call) (any, error) {
	start, n, err := parsePair[uint64, uint64](c.request)
	if err != nil {
		return nil, err
	}
	if n == 0 || n > maxBatch {
		return nil, badRequest(fmt.Sprintf("Batch size must be in 1..=%d", maxBatch))
	}
	return wait(ctx, l.f, c.gate, func(b *books) (any, bool) {
		all, next := []wire.LNV2IncomingContract{}, uint64(0)
		stream := b.incoming()
		for i := start; i < uint64(len(stream)) && uint64(len(all)) < n; i++ {
			if stream[i].Spent == Open {
				all, next = append(all, *stream[i].Incoming), i+1
			}
		}
		if len(all) == 0 {
			next = uint64(len(stream))
		}
		return []any{all, next}, uint64(len(stream)) > start
	})
}

// awaitPreimage waits until an outgoing contract is claimed, or has expired.
func (l *lightning) awaitPreimage(ctx context.Context, c call) (*wire.Preimage, error) {
	at, expiration, err := parsePair[wire.OutPoint, uint64](c.request)
	if err != nil {
		return nil, err
	}
	return wait(ctx, l.f, c.gate, func(b *books) (*wire.Preimage, bool) {
		if c := b.contract(at); c != nil && c.Outgoing != nil && c.Spent == Claimed {
			return &c.Preimage, true
		}
		return nil, expiration <= b.height
	})
}

// awaitShare waits until an incoming contract is funded, and makes the guardian's
// share of its decryption key.
func (l *lightning) awaitShare(ctx context.Context, c call) (wire.G1, error) {
	at, err := parse[wire.OutPoint](c.request)
	if err != nil {
		return wire.G1{}, err
	}
	contract, err := wait(ctx, l.f, c.gate, func(b *books) (*Contract, bool) {
		c := b.contract(at)
		return c, c != nil && c.Incoming != nil
	})
	if err != nil {
		return wire.G1{}, err
	}
	return l.share(c.peer, *contract.Incoming)
}

func (l *lightning) share(peer wire.PeerID, c wire.LNV2IncomingContract) (wire.G1, error) {
	return l.Encryption.Share(l.keys.Secret[peer], ciphertext(c))
}

// expiration tells how many blocks an outgoing contract has left.
func (l *lightning) expiration(request []byte) (any, error) {
	at, err := parse[wire.OutPoint](request)
	if err != nil {
		return nil, err
	}
	l.f.mu.Lock()
	defer l.f.mu.Unlock()
	c, ok := l.f.books.outgoing(at)
	if !ok {
		return nil, nil
	}
	return []any{c.ID(), blocksLeft(c, l.f.books.height)}, nil
}

// outgoing returns an outgoing contract that is not spent.
func (b *books) outgoing(at wire.OutPoint) (wire.LNV2OutgoingContract, bool) {
	if c := b.contract(at); c != nil && c.Outgoing != nil && c.Spent == Open {
		return *c.Outgoing, true
	}
	return wire.LNV2OutgoingContract{}, false
}

func blocksLeft(c wire.LNV2OutgoingContract, height uint64) uint64 {
	return c.Expiration - min(c.Expiration, height)
}

// wait waits until there is something to be found in the books. If it had to, the
// answer goes through a gate of its own, so that of several answers one comes
// first.
func wait[T any](ctx context.Context, f *Federation, gate string, look func(*books) (T, bool)) (T, error) {
	for waited := false; ; waited = true {
		f.mu.Lock()
		found, ok := look(f.books)
		changed := f.changed
		f.mu.Unlock()
		if ok {
			if waited && f.world != nil && gate != "" {
				return sim.Call(ctx, f.world, gate+" answers", func() (T, error) { return found, nil })
			}
			return found, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return *new(T), ctx.Err()
		}
	}
}
