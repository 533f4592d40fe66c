package guardian

import (
	"context"
	"encoding/json"

	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

func (g *Guardian) sessionStatus(_ context.Context, params json.RawMessage) (any, error) {
	index, err := rpc.Params[uint64](params)
	if err != nil {
		return nil, err
	}
	status := g.shared.Ledger.Session(index)
	return wire.SerdeOf(wire.SessionStatus{State: status.State, Items: status.Items}), nil
}

func (g *Guardian) signedSessionStatus(_ context.Context, params json.RawMessage) (any, error) {
	index, err := rpc.Params[uint64](params)
	if err != nil {
		return nil, err
	}
	return wire.SerdeBase64Of(g.shared.Ledger.Session(index)), nil
}

func (g *Guardian) awaitSessionOutcome(ctx context.Context, params json.RawMessage) (any, error) {
	signed, err := g.awaitSession(ctx, params)
	if err != nil {
		return nil, err
	}
	return wire.SerdeOf(signed.Outcome), nil
}

func (g *Guardian) awaitSignedSessionOutcome(ctx context.Context, params json.RawMessage) (any, error) {
	signed, err := g.awaitSession(ctx, params)
	if err != nil {
		return nil, err
	}
	return wire.SerdeOf(signed), nil
}

func (g *Guardian) awaitSession(ctx context.Context, params json.RawMessage) (wire.SignedSessionOutcome, error) {
	index, err := rpc.Params[uint64](params)
	if err != nil {
		return wire.SignedSessionOutcome{}, err
	}
	return g.shared.Ledger.AwaitSession(ctx, index)
}
