package dummy

import (
	"context"

	"satchel/client/wire"
	"satchel/fsm"
)

// pending is a coin that waits for a transaction.
type pending struct {
	TxID wire.TxID
	Coin
}

func (p pending) Append(b []byte) []byte { return p.Coin.Append(p.TxID.Append(b)) }

func (p *pending) Decode(d *wire.Decoder) {
	p.TxID.Decode(d)
	p.Coin.Decode(d)
}

func (p pending) AppendBinary(b []byte) ([]byte, error) { return p.Append(b), nil }

// The steps of a coin that is spent, and of one that is made.
type (
	leaving  struct{ pending }
	left     struct{ pending }
	restored struct{ pending }

	coming struct{ pending }
	came   struct{ pending }
	failed struct{ pending }
)

// Machines implements [client.Module].
func (m *Dummy) Machines() []*fsm.Machine {
	return []*fsm.Machine{
		fsm.Define("dummy/input",
			fsm.At("leaving", wire.Decode[leaving],
				fsm.On("accepted",
					func(ctx context.Context, s leaving) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
					func(_ *fsm.Tx, s leaving, _ struct{}) (fsm.State, error) { return left(s), nil }, "left"),
				fsm.On("rejected",
					func(ctx context.Context, s leaving) (string, error) { return m.Rejection(ctx, s.TxID) },
					func(tx *fsm.Tx, s leaving, _ string) (fsm.State, error) {
						m.Put(tx, s.Coin)
						return restored(s), nil
					}, "restored")),
			fsm.At("left", wire.Decode[left]),
			fsm.At("restored", wire.Decode[restored])),
		fsm.Define("dummy/output",
			fsm.At("coming", wire.Decode[coming],
				fsm.On("accepted",
					func(ctx context.Context, s coming) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
					func(tx *fsm.Tx, s coming, _ struct{}) (fsm.State, error) {
						m.Put(tx, s.Coin)
						return came(s), nil
					}, "came"),
				fsm.On("rejected",
					func(ctx context.Context, s coming) (string, error) { return m.Rejection(ctx, s.TxID) },
					func(_ *fsm.Tx, s coming, _ string) (fsm.State, error) { return failed(s), nil }, "failed")),
			fsm.At("came", wire.Decode[came]),
			fsm.At("failed", wire.Decode[failed])),
	}
}
