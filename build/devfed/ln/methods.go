package ln

import (
	"context"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// methods are the module's API 0.1.
func (l *Lightning) methods() map[string]consensus.Method {
	return map[string]consensus.Method{
		"block_count":                        plain(func(view consensus.View) any { return l.Blocks(view) }),
		"await_block_height":                 l.awaitBlockHeight,
		"account":                            find(Account),
		"await_account":                      await(Account, funded),
		"await_outgoing_contract_cancelled":  await(Account, cancelled),
		"get_decrypted_preimage_status":      preimageStatus,
		"await_preimage_decryption":          awaitPreimage,
		"offer":                              find(Offer),
		"await_offer":                        await(Offer, func(wire.LNOffer) bool { return true }),
		"list_gateways":                      l.listGateways,
		"register_gateway":                   l.registerGateway,
		"remove_gateway_challenge":           removalChallenge,
		"remove_gateway":                     l.removeGateway,
		"module_consensus_version":           plain(func(consensus.View) any { return version }),
		"supported_module_consensus_version": plain(func(consensus.View) any { return version }),
	}
}

// plain is a method without params that cannot fail.
func plain(result func(consensus.View) any) consensus.Method {
	return func(_ context.Context, call consensus.Call) (any, error) {
		if err := rpc.NoParams(call.Params); err != nil {
			return nil, err
		}
		return result(call.View), nil
	}
}

// find answers what is there, or null.
func find[ID, T any](get func(consensus.View, ID) (T, bool)) consensus.Method {
	return func(_ context.Context, call consensus.Call) (any, error) {
		id, err := rpc.Params[ID](call.Params)
		if err != nil {
			return nil, err
		}
		if found, ok := get(call.View, id); ok {
			return found, nil
		}
		return nil, nil
	}
}

// await waits for something that is as wanted.
func await[ID, T any](get func(consensus.View, ID) (T, bool), wanted func(T) bool) consensus.Method {
	return func(ctx context.Context, call consensus.Call) (any, error) {
		found, err := awaitFound(ctx, call, get, wanted)
		if err != nil {
			return nil, err
		}
		return found, nil
	}
}

func awaitFound[ID, T any](ctx context.Context, call consensus.Call, get func(consensus.View, ID) (T, bool), wanted func(T) bool) (found T, err error) {
	id, err := rpc.Params[ID](call.Params)
	if err != nil {
		return found, err
	}
	_, err = call.AwaitUntil(ctx, func(view consensus.View) (ok bool) {
		found, ok = get(view, id)
		return ok && wanted(found)
	})
	return found, err
}

func funded(wire.LNAccount) bool { return true }

func cancelled(a wire.LNAccount) bool { return a.Outgoing != nil && a.Outgoing.Cancelled }

func decrypted(a wire.LNAccount) bool {
	return a.Incoming != nil && a.Incoming.Decrypted.Variant != wire.PreimagePending
}

// awaitBlockHeight waits until there are more blocks than were asked for.
func (l *Lightning) awaitBlockHeight(ctx context.Context, call consensus.Call) (any, error) {
	height, err := rpc.Params[uint64](call.Params)
	if err != nil {
		return nil, err
	}
	_, err = call.AwaitUntil(ctx, func(view consensus.View) bool { return l.Blocks(view) > height })
	return nil, err
}

// A Status is an incoming contract and how far the guardians are with its preimage.
type Status = rpc.Pair[wire.LNIncomingAccount, wire.PreimageStatus]

// preimageStatus waits until the contract is funded.
func preimageStatus(ctx context.Context, call consensus.Call) (any, error) {
	account, err := awaitFound(ctx, call, Account, funded)
	switch {
	case err != nil:
		return nil, err
	case account.Incoming == nil:
		return nil, rpc.BadRequest("Contract is not an incoming contract")
	}
	status := wire.PreimageStatus{Variant: account.Incoming.Decrypted.Variant}
	if p := preimageOf(account); p != nil {
		status.Preimage = *p
	}
	return Status{First: incomingOf(account), Second: status}, nil
}

// A Decryption is an incoming contract and its preimage, or nil if that is invalid.
type Decryption = rpc.Pair[wire.LNIncomingAccount, *wire.Preimage]

func awaitPreimage(ctx context.Context, call consensus.Call) (any, error) {
	account, err := awaitFound(ctx, call, Account, decrypted)
	if err != nil {
		return nil, err
	}
	return Decryption{First: incomingOf(account), Second: preimageOf(account)}, nil
}

func incomingOf(a wire.LNAccount) wire.LNIncomingAccount {
	return wire.LNIncomingAccount{Amount: a.Amount, Contract: *a.Incoming}
}

// preimageOf returns the preimage that was found, or nil.
func preimageOf(a wire.LNAccount) *wire.Preimage {
	if a.Incoming.Decrypted.Variant != wire.PreimageFound {
		return nil
	}
	p := a.Incoming.Decrypted.Key.Preimage()
	return &p
}
