package lnv2

import (
	"context"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// Which gateways are any good each guardian decides for itself, or rather its
// owner does.

const gateway = "gateway/"

// Vet puts a gateway on a guardian's list, and reports whether it is new there.
func Vet(tx consensus.Tx, guardian wire.PeerID, url wire.SafeURL) (isNew bool) {
	key := gatewayKey(guardian, url)
	isNew = !tx.Has(key)
	tx.Put(key, nil)
	return isNew
}

// Unvet takes a gateway off a guardian's list, and reports whether it was there.
func Unvet(tx consensus.Tx, guardian wire.PeerID, url wire.SafeURL) (was bool) {
	key := gatewayKey(guardian, url)
	was = tx.Has(key)
	tx.Delete(key)
	return was
}

func gatewayKey(guardian wire.PeerID, url wire.SafeURL) string {
	return peerKey(gateway, guardian) + string(wire.Encode(url))
}

func forOwner(method func(consensus.Tx, wire.PeerID, wire.SafeURL) bool) consensus.Method {
	return func(ctx context.Context, call consensus.Call) (result any, err error) {
		if !call.Owner {
			return nil, rpc.Unauthorized()
		}
		url, err := rpc.Params[wire.SafeURL](call.Params)
		if err != nil {
			return nil, err
		}
		err = call.Update(ctx, func(tx consensus.Tx) { result = method(tx, call.Guardian, url) })
		return result, err
	}
}

// gateways are in the order of the reference, which is that of their consensus
// forms: shorter urls first.
func gateways(_ context.Context, call consensus.Call) (any, error) {
	if err := rpc.NoParams(call.Params); err != nil {
		return nil, err
	}
	urls := []wire.SafeURL{}
	for encoded := range call.View.Under(peerKey(gateway, call.Guardian)) {
		urls = append(urls, consensus.Stored[wire.SafeURL]([]byte(encoded)))
	}
	return urls, nil
}
