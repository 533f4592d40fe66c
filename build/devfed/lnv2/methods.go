package lnv2

import (
	"context"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// maxBatch is how many incoming contracts may be asked for at once.
const maxBatch = 1024

// methods are the module's API 0.0. Where the reference looks every ten seconds
// whether something has expired, these answer at once.
func (l *Lightning) methods() map[string]consensus.Method {
	return map[string]consensus.Method{
		"consensus_block_count":        l.blockCount,
		"await_incoming_contract":      l.awaitIncoming,
		"await_incoming_contracts":     awaitStream,
		"await_preimage":               l.awaitPreimage,
		"decryption_key_share":         l.decryptionKeyShare,
		"outgoing_contract_expiration": l.expiration,
		"gateways":                     gateways,
		"add_gateway":                  forOwner(Vet),
		"remove_gateway":               forOwner(Unvet),
	}
}

func (l *Lightning) blockCount(_ context.Context, call consensus.Call) (any, error) {
	if err := rpc.NoParams(call.Params); err != nil {
		return nil, err
	}
	return l.Blocks(call.View), nil
}

// awaitUnless answers what find finds, or null when it has found nothing and it is
// too late.
func awaitUnless[T any](ctx context.Context, call consensus.Call, find func(consensus.View) (T, bool), late func(consensus.View) bool) (any, error) {
	view, err := call.AwaitUntil(ctx, func(view consensus.View) bool {
		_, ok := find(view)
		return ok || late(view)
	})
	if err != nil {
		return nil, err
	}
	if found, ok := find(view); ok {
		return found, nil
	}
	return nil, nil
}

func (l *Lightning) awaitIncoming(ctx context.Context, call consensus.Call) (any, error) {
	wanted, err := rpc.Params[rpc.Pair[wire.ContractID, uint64]](call.Params)
	if err != nil {
		return nil, err
	}
	return awaitUnless(ctx, call,
		func(view consensus.View) (wire.OutPoint, bool) { return Funded(view, wanted.First) },
		func(view consensus.View) bool { return wanted.Second <= l.Seconds(view) })
}

func (l *Lightning) awaitPreimage(ctx context.Context, call consensus.Call) (any, error) {
	wanted, err := rpc.Params[rpc.Pair[wire.OutPoint, uint64]](call.Params)
	if err != nil {
		return nil, err
	}
	return awaitUnless(ctx, call,
		func(view consensus.View) (wire.Preimage, bool) { return PreimageOf(view, wanted.First) },
		func(view consensus.View) bool { return wanted.Second <= l.Blocks(view) })
}

// A Batch is a part of the stream of incoming contracts, and the index behind it.
type Batch = rpc.Pair[[]wire.LNV2IncomingContract, uint64]

func awaitStream(ctx context.Context, call consensus.Call) (any, error) {
	wanted, err := rpc.Params[rpc.Pair[uint64, uint64]](call.Params)
	if err != nil {
		return nil, err
	}
	start, n := wanted.First, wanted.Second
	if n == 0 || n > maxBatch {
		return nil, rpc.BadRequest("Batch size must be in 1..=%d", maxBatch)
	}
	view, err := call.AwaitUntil(ctx, func(view consensus.View) bool { return streamLength(view) > start })
	if err != nil {
		return nil, err
	}
	contracts, next := fromStream(view, start, n)
	return Batch{First: contracts, Second: next}, nil
}

// decryptionKeyShare waits until the contract is funded.
func (l *Lightning) decryptionKeyShare(ctx context.Context, call consensus.Call) (any, error) {
	at, err := rpc.Params[wire.OutPoint](call.Params)
	if err != nil {
		return nil, err
	}
	view, err := call.Await(ctx, pointKey(ephemeral, at))
	if err != nil {
		return nil, err
	}
	key, _ := Ephemeral(view, at)
	return l.Share(call.Guardian, key), nil
}

// An Expiration is the id of an outgoing contract and how many blocks it has left.
type Expiration = rpc.Pair[wire.ContractID, uint64]

func (l *Lightning) expiration(_ context.Context, call consensus.Call) (any, error) {
	at, err := rpc.Params[wire.OutPoint](call.Params)
	if err != nil {
		return nil, err
	}
	c, ok := Outgoing(call.View, at)
	if !ok {
		return nil, nil
	}
	left := c.Expiration - min(c.Expiration, l.Blocks(call.View))
	return Expiration{First: c.ID(), Second: left}, nil
}
