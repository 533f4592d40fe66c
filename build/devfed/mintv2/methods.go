package mintv2

import (
	"context"
	"maps"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// methods are the module's API 0.2.
func (m *Mint) methods() map[string]consensus.Method {
	all := ecash.Recovery(func(s ecash.Slice) any { return Slice(s) })
	maps.Copy(all, map[string]consensus.Method{
		"signature_shares":          m.shares,
		"recovery_signature_shares": m.sharesByNonce,
	})
	return all
}

// shares waits until the transaction is accepted, which is seen by its last
// output that is asked for. Outputs of other modules among them have no share.
// Of a range that is empty or runs backwards there is nothing to wait for.
func (m *Mint) shares(ctx context.Context, call consensus.Call) (any, error) {
	r, err := rpc.Params[wire.OutPointRange](call.Params)
	if err != nil {
		return nil, err
	}
	shares := []wire.G1{}
	if r.Indices.End <= r.Indices.Start {
		return shares, nil
	}
	at := wire.OutPoint{TxID: r.TxID, Index: r.Indices.End - 1}
	view, err := call.Await(ctx, ecash.OutputKey(at))
	if err != nil {
		return nil, err
	}
	for at.Index = r.Indices.Start; at.Index < r.Indices.End; at.Index++ {
		if note, ok := ecash.IssuedAt(view, at); ok {
			shares = append(shares, m.Sign(call.Guardian, note.Amount, note.Blind))
		}
	}
	return shares, nil
}

// sharesByNonce is for a wallet that recovers and does not know its
// transactions. It gives a share for every blind nonce or none at all.
func (m *Mint) sharesByNonce(ctx context.Context, call consensus.Call) (any, error) {
	blinds, err := rpc.Params[[]wire.G1](call.Params)
	if err != nil {
		return nil, err
	}
	notes := make([]ecash.Issued, len(blinds))
	for i, blind := range blinds {
		at, ok := ecash.OutPointOf(call.View, blind)
		if !ok {
			return nil, rpc.BadRequest("No blinded signature share found")
		}
		notes[i], _ = ecash.IssuedAt(call.View, at)
	}
	shares := make([]wire.G1, len(notes))
	for i, note := range notes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		shares[i] = m.Sign(call.Guardian, note.Amount, note.Blind)
	}
	return shares, nil
}
