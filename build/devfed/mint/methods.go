package mint

import (
	"context"
	"encoding/json"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// methods are the module's API 0.1.
var methods = map[string]consensus.Method{
	"note_spent":                     noteSpent,
	"blind_nonce_used":               blindNonceUsed,
	"recovery_count":                 countRecovery,
	"recovery_slice":                 sliceRecovery,
	"recovery_slice_hash":            hashRecovery,
	"recovery_blind_nonce_outpoints": findOutpoints,
}

func noteSpent(_ context.Context, call consensus.Call) (any, error) {
	nonce, err := rpc.Params[wire.PublicKey](call.Params)
	if err != nil {
		return nil, err
	}
	return call.View.Has(spentKey(nonce)), nil
}

func blindNonceUsed(_ context.Context, call consensus.Call) (any, error) {
	blind, err := rpc.Params[wire.G1](call.Params)
	if err != nil {
		return nil, err
	}
	if err := checkPoint(blind); err != nil {
		return nil, err
	}
	return call.View.Has(blindKey(blind)), nil
}

func checkPoint(blind wire.G1) error {
	if _, err := tbs.ParseBlindedMessage(blind); err != nil {
		return rpc.BadRequest("%v", err)
	}
	return nil
}

func countRecovery(_ context.Context, call consensus.Call) (any, error) {
	return recoveryCount(call.View), rpc.NoParams(call.Params)
}

func sliceRecovery(_ context.Context, call consensus.Call) (any, error) {
	slice, err := requestedSlice(call)
	if err != nil {
		return nil, err
	}
	return wire.SerdeBase64Of(slice), nil
}

func hashRecovery(_ context.Context, call consensus.Call) (any, error) {
	slice, err := requestedSlice(call)
	if err != nil {
		return nil, err
	}
	return wire.HashOf(slice), nil
}

// requestedSlice reads params [start, end]. Where they point beyond the last
// item the slice is short.
func requestedSlice(call consensus.Call) (wire.MintRecoverySlice, error) {
	bounds, err := rpc.Params[[]json.RawMessage](call.Params)
	if err != nil {
		return nil, err
	}
	if len(bounds) != 2 {
		return nil, rpc.BadRequest("a range has two bounds, not %d", len(bounds))
	}
	start, err := rpc.Params[uint64](bounds[0])
	if err != nil {
		return nil, err
	}
	end, err := rpc.Params[uint64](bounds[1])
	if err != nil {
		return nil, err
	}
	return recoverySlice(call.View, start, end), nil
}

func findOutpoints(_ context.Context, call consensus.Call) (any, error) {
	blinds, err := rpc.Params[[]wire.G1](call.Params)
	if err != nil {
		return nil, err
	}
	points := make([]wire.OutPoint, len(blinds))
	for i, blind := range blinds {
		value, ok := call.View.Get(blindKey(blind))
		if !ok {
			return nil, rpc.BadRequest("blind nonce not found")
		}
		points[i] = consensus.Stored[wire.OutPoint](value)
	}
	return points, nil
}
