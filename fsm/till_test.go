package fsm_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

// The tests' little economy: a purse (the program) sends money to a till (the
// world) in payments that the till takes or refuses, and gets a receipt for
// what it took. Money is in the purse, on its way, or in the till.

const (
	fortune  = 100
	payments = 3
)

// A till takes payments. It must survive the purse's deaths, so it belongs to
// the world.
type till struct {
	mu    sync.Mutex
	taken map[uint64]int // by the payment's number
	drawn atomic.Uint64  // random numbers so far
}

func (b *till) ask(number uint64, amount int) (taken bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if amount%2 == 1 {
		return false, nil
	}
	b.taken[number] = amount // the same number twice is the same payment
	return true, nil
}

func (b *till) receipt(number uint64) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.taken[number]; !ok {
		return 0, errors.New("not taken yet")
	}
	return b.taken[number], nil
}

func (b *till) total() (sum int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range b.taken {
		sum += n
	}
	return sum
}

// The steps of a payment.
type (
	asking  struct{ Number, Amount uint64 }
	holding struct{ Number, Amount uint64 }
	paid    struct{ Amount uint64 }
	back    struct{ Amount uint64 }
)

func words(n ...uint64) (b []byte) {
	for _, v := range n {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	return b
}

func split(b []byte, n int) ([]uint64, error) {
	if len(b) != 8*n {
		return nil, fmt.Errorf("%d bytes, want %d", len(b), 8*n)
	}
	v := make([]uint64, n)
	for i := range v {
		v[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return v, nil
}

func (s asking) AppendBinary(b []byte) ([]byte, error) {
	return append(b, words(s.Number, s.Amount)...), nil
}
func (s holding) AppendBinary(b []byte) ([]byte, error) {
	return append(b, words(s.Number, s.Amount)...), nil
}
func (s paid) AppendBinary(b []byte) ([]byte, error) { return append(b, words(s.Amount)...), nil }
func (s back) AppendBinary(b []byte) ([]byte, error) { return append(b, words(s.Amount)...), nil }

func decodeAsking(b []byte) (asking, error) {
	v, err := split(b, 2)
	if err != nil {
		return asking{}, err
	}
	return asking{v[0], v[1]}, nil
}

func decodeHolding(b []byte) (holding, error) {
	v, err := split(b, 2)
	if err != nil {
		return holding{}, err
	}
	return holding{v[0], v[1]}, nil
}

func decodePaid(b []byte) (paid, error) {
	v, err := split(b, 1)
	if err != nil {
		return paid{}, err
	}
	return paid{v[0]}, nil
}

func decodeBack(b []byte) (back, error) {
	v, err := split(b, 1)
	if err != nil {
		return back{}, err
	}
	return back{v[0]}, nil
}

// A purse is the program. mistake plants one.
type purse struct {
	world   *sim.World
	till    *till
	mistake string
	exec    *fsm.Executor // of one tab
}

func (p *purse) payment() *fsm.Machine {
	edges := []fsm.Edge[asking]{
		fsm.On("answered", p.ask, p.answered, "holding", "back"),
	}
	if p.mistake == "refund by timeout" {
		edges = append(edges, fsm.On("timed out",
			func(ctx context.Context, s asking) (struct{}, error) { return struct{}{}, sleep(ctx, time.Minute) },
			func(tx *fsm.Tx, s asking, _ struct{}) (fsm.State, error) {
				credit(tx, s.Amount)
				return back{s.Amount}, nil
			}, "back"))
	}
	return fsm.Define("payment",
		fsm.At("asking", decodeAsking, edges...),
		fsm.At("holding", decodeHolding,
			fsm.On("receipt", p.receipt, p.received, "paid")),
		fsm.At("paid", decodePaid),
		fsm.At("back", decodeBack))
}

// A verdict is the till's answer to one payment.
type verdict struct {
	number uint64
	taken  bool
}

func (p *purse) ask(ctx context.Context, s asking) (verdict, error) {
	v := verdict{number: s.Number}
	if p.mistake == "randomness inside an await" {
		v.number = uint64(time.Now().UnixNano()) + p.till.drawn.Add(1)
	}
	taken, err := sim.Call(ctx, p.world, fmt.Sprintf("ask %d", s.Number), func() (bool, error) { return p.till.ask(v.number, int(s.Amount)) })
	switch {
	case err != nil && ctx.Err() == nil && !errors.Is(err, sim.ErrKilled) && p.mistake == "error taken for a refusal":
		return v, nil
	case err == nil && !taken && p.mistake == "write outside the transaction":
		// The refund is a transaction of its own.
		return v, p.exec.Update(ctx, func(tx *fsm.Tx) error { credit(tx, s.Amount); return nil })
	}
	v.taken = taken
	return v, err
}

func (p *purse) answered(tx *fsm.Tx, s asking, v verdict) (fsm.State, error) {
	if v.taken {
		return holding{v.number, s.Amount}, nil
	}
	if p.mistake != "write outside the transaction" {
		credit(tx, s.Amount)
	}
	return back{s.Amount}, nil
}

func (p *purse) receipt(ctx context.Context, s holding) (int, error) {
	return sim.Call(ctx, p.world, fmt.Sprintf("receipt %d", s.Number), func() (int, error) { return p.till.receipt(s.Number) })
}

func (p *purse) received(tx *fsm.Tx, s holding, amount int) (fsm.State, error) {
	if uint64(amount) != s.Amount {
		return nil, fmt.Errorf("receipt for %d, want %d", amount, s.Amount)
	}
	return paid{s.Amount}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func balance(r *kv.Reader) uint64 {
	b, ok := r.Get("balance")
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func credit(tx *fsm.Tx, amount uint64) { tx.Put("balance", words(balance(&tx.Reader)+amount)) }
