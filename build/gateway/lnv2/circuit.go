package lnv2

import (
	"context"
	"errors"

	"satchel/build/lightning"
	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// The steps of a payment that the node holds. They are those of the operation that
// funds the contract.
type (
	holding  struct{ wire.Hash }
	settling struct{ wire.Preimage }
	settled  struct{ wire.Hash }

	returning struct{ wire.Hash }
	returned  struct{ wire.Hash }

	// conflicted is a payment of which the node says that it ended the other way.
	conflicted struct {
		wire.Hash
		Why string
	}
)

func (s holding) AppendBinary(b []byte) ([]byte, error)   { return s.Append(b), nil }
func (s settling) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }
func (s settled) AppendBinary(b []byte) ([]byte, error)   { return s.Append(b), nil }
func (s returning) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s returned) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }

func (s conflicted) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.Append(b), s.Why), nil
}

func (s *conflicted) Decode(d *wire.Decoder) {
	s.Hash.Decode(d)
	s.Why = d.Text()
}

// circuit takes a payment that the node holds, or gives it back, as soon as it is
// known whether there is a preimage. By then the contract is paid for, so it does
// not give up.
func (m *Gateway) circuit() *fsm.Machine {
	return fsm.Define("gateway/circuit",
		fsm.At("holding", wire.Decode[holding],
			fsm.On("purchase ended",
				func(ctx context.Context, _ holding) (ending, error) { return await(ctx, m, fsm.Self(ctx).Op, received) },
				func(_ *fsm.Tx, s holding, e ending) (fsm.State, error) {
					if e.preimage == nil {
						return returning(s), nil
					}
					return settling{*e.preimage}, nil
				},
				"settling", "returning")),
		fsm.At("settling", wire.Decode[settling],
			client.Read(fsm.On("node answered",
				func(ctx context.Context, s settling) (string, error) { return conflict(m.node.Settle(ctx, s.Preimage)) },
				func(_ *fsm.Tx, s settling, why string) (fsm.State, error) {
					if why != "" {
						return conflicted{s.Preimage.Hash(), why}, nil
					}
					return settled{s.Preimage.Hash()}, nil
				},
				"settled", "conflicted"))),
		fsm.At("returning", wire.Decode[returning],
			client.Read(fsm.On("node answered",
				func(ctx context.Context, s returning) (string, error) { return conflict(m.node.Cancel(ctx, s.Hash)) },
				func(_ *fsm.Tx, s returning, why string) (fsm.State, error) {
					if why != "" {
						return conflicted{s.Hash, why}, nil
					}
					return returned(s), nil
				},
				"returned", "conflicted"))),
		fsm.At("settled", wire.Decode[settled]),
		fsm.At("returned", wire.Decode[returned]),
		fsm.At("conflicted", wire.Decode[conflicted]))
}

// conflict splits what a node says: why it will never do what it was asked, and
// an error that passes.
func conflict(err error) (why string, passing error) {
	if errors.Is(err, lightning.ErrEnded) || errors.Is(err, lightning.ErrNotHeld) {
		return err.Error(), nil
	}
	return "", err
}
