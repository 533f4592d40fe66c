package mint

import (
	"context"
	"maps"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/build/devfed/rpc"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// methods are the module's API 0.1.
func methods() map[string]consensus.Method {
	all := ecash.Recovery(func(s ecash.Slice) any { return wire.SerdeBase64Of(s) })
	maps.Copy(all, map[string]consensus.Method{
		"note_spent":                     noteSpent,
		"blind_nonce_used":               blindNonceUsed,
		"recovery_blind_nonce_outpoints": findOutpoints,
	})
	return all
}

func noteSpent(_ context.Context, call consensus.Call) (any, error) {
	nonce, err := rpc.Params[wire.PublicKey](call.Params)
	if err != nil {
		return nil, err
	}
	return ecash.Spent(call.View, nonce), nil
}

func blindNonceUsed(_ context.Context, call consensus.Call) (any, error) {
	blind, err := rpc.Params[wire.G1](call.Params)
	if err != nil {
		return nil, err
	}
	if err := checkPoint(blind); err != nil {
		return nil, err
	}
	_, used := ecash.OutPointOf(call.View, blind)
	return used, nil
}

func checkPoint(blind wire.G1) error {
	if _, err := tbs.ParseBlindedMessage(blind); err != nil {
		return rpc.BadRequest("%v", err)
	}
	return nil
}

// findOutpoints does not check that what it is asked for are points: those that
// are none were never used.
func findOutpoints(_ context.Context, call consensus.Call) (any, error) {
	blinds, err := rpc.Params[[]wire.G1](call.Params)
	if err != nil {
		return nil, err
	}
	points := make([]wire.OutPoint, len(blinds))
	for i, blind := range blinds {
		at, ok := ecash.OutPointOf(call.View, blind)
		if !ok {
			return nil, rpc.BadRequest("blind nonce not found")
		}
		points[i] = at
	}
	return points, nil
}
