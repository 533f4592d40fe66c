package ln

import (
	"bytes"
	"context"
	"crypto/sha256"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

const (
	gateways = "gateway/"

	// maxTTL is how long a registration is valid at most.
	maxTTL = 24 * time.Hour
	// maxMillionths is the highest fee, all of the payment.
	maxMillionths = 1_000_000
)

// A registration is a gateway that has registered with a guardian. Consensus form:
// gateway, time and an Option of nonce and signature.
type registration struct {
	info       wire.LNGateway
	validUntil wire.SystemTime
	auth       *wire.LNRegistrationAuth
}

// Append appends the consensus form.
func (r registration) Append(b []byte) []byte {
	b = wire.AppendBool(r.validUntil.Append(r.info.Append(b)), r.auth != nil)
	if r.auth != nil {
		b = r.auth.Signature.Append(wire.AppendUint(b, r.auth.Nonce))
	}
	return b
}

// Decode reads the consensus form.
func (r *registration) Decode(d *wire.Decoder) {
	r.info.Decode(d)
	r.validUntil.Decode(d)
	if d.Bool() {
		r.auth = &wire.LNRegistrationAuth{Nonce: d.Uint64()}
		r.auth.Signature.Decode(d)
	}
}

func (r registration) expired(now time.Time) bool { return r.validUntil.Time().Before(now) }

// announcement returns the registration as somebody with another clock can use it.
func (r registration) announcement(now time.Time) wire.LNAnnouncement {
	left := max(0, r.validUntil.Time().Sub(now))
	ttl := wire.Duration{Secs: uint64(left / time.Second), Nanos: uint32(left % time.Second)}
	return wire.LNAnnouncement{Info: r.info, TTL: ttl, Auth: r.auth}
}

func gatewayKey(guardian wire.PeerID, id wire.PublicKey) string {
	return peerKey(gateways, guardian) + string(id[:])
}

func (l *Lightning) listGateways(_ context.Context, call consensus.Call) (any, error) {
	if err := rpc.NoParams(call.Params); err != nil {
		return nil, err
	}
	now, list := l.now(), []wire.LNAnnouncement{}
	for _, value := range call.View.Under(peerKey(gateways, call.Guardian)) {
		if r := consensus.Stored[registration](value); !r.expired(now) {
			list = append(list, r.announcement(now))
		}
	}
	return list, nil
}

// registerGateway keeps what a gateway says of itself, but for whether the
// federation has vetted it.
func (l *Lightning) registerGateway(ctx context.Context, call consensus.Call) (any, error) {
	a, err := rpc.Params[wire.LNAnnouncement](call.Params)
	switch {
	case err != nil:
		return nil, err
	case a.Info.Fees.Millionths > maxMillionths:
		return nil, rpc.BadRequest("Gateway registration fee of %d proportional millionths exceeds the payment itself", a.Info.Fees.Millionths)
	case a.Verify(l.keys.Commitment[0]) != nil:
		return nil, rpc.BadRequest("Invalid gateway registration signature")
	}
	now := l.now()
	var refusal error
	err = call.Update(ctx, func(tx consensus.Tx) {
		forgetExpired(tx, call.Guardian, now)
		refusal = register(tx, call.Guardian, a, now)
	})
	if err != nil {
		return nil, err
	}
	return nil, refusal
}

func forgetExpired(tx consensus.Tx, guardian wire.PeerID, now time.Time) {
	prefix := peerKey(gateways, guardian)
	var expired []string
	for id, value := range tx.Under(prefix) {
		if consensus.Stored[registration](value).expired(now) {
			expired = append(expired, prefix+id)
		}
	}
	for _, key := range expired {
		tx.Delete(key)
	}
}

// register keeps the signature with the highest nonce. A lower nonce changes
// nothing, but may make what is registered valid for longer.
func register(tx consensus.Tx, guardian wire.PeerID, a wire.LNAnnouncement, now time.Time) error {
	key := gatewayKey(guardian, a.Info.ID)
	if last, ok := stored[registration](tx.View, key); ok && last.auth != nil {
		switch {
		case a.Auth == nil:
			return rpc.BadRequest("Gateway registration is signed and cannot be replaced by an unsigned one")
		case a.Auth.Nonce <= last.auth.Nonce && !bytes.Equal(wire.Encode(a.Info), wire.Encode(last.info)):
			return rpc.BadRequest("Gateway registration nonce must increase to change settings, got %d but stored %d", a.Auth.Nonce, last.auth.Nonce)
		case a.Auth.Nonce < last.auth.Nonce:
			a.Auth = last.auth
		}
	}
	ttl := maxTTL
	if a.TTL.Secs < uint64(maxTTL/time.Second) {
		ttl = time.Duration(a.TTL.Secs)*time.Second + time.Duration(a.TTL.Nanos)
	}
	tx.Put(key, wire.Encode(registration{a.Info, wire.TimeOf(now.Add(ttl)), a.Auth}))
	return nil
}

// challenge returns what a gateway has to sign to be removed.
func challenge(view consensus.View, guardian wire.PeerID, id wire.PublicKey) (wire.Hash, bool) {
	r, ok := stored[registration](view, gatewayKey(guardian, id))
	return sha256.Sum256(r.validUntil.Append(id[:])), ok
}

func removalChallenge(_ context.Context, call consensus.Call) (any, error) {
	id, err := rpc.Params[wire.PublicKey](call.Params)
	if err != nil {
		return nil, err
	}
	if hash, ok := challenge(call.View, call.Guardian, id); ok {
		return hash, nil
	}
	return nil, nil
}

// removeGateway answers whether the gateway was there and had signed to be removed
// by this guardian.
func (l *Lightning) removeGateway(ctx context.Context, call consensus.Call) (any, error) {
	request, err := rpc.Params[wire.LNRemoveGatewayRequest](call.Params)
	if err != nil {
		return nil, err
	}
	removed := false
	err = call.Update(ctx, func(tx consensus.Tx) {
		hash, ok := challenge(tx.View, call.Guardian, request.Gateway)
		message := wire.LNRemovalMessage(l.keys.Commitment[0], call.Guardian, hash)
		signature, signed := request.Signatures[call.Guardian]
		if removed = ok && signed && request.Gateway.XOnly().Verify(message, signature) == nil; removed {
			tx.Delete(gatewayKey(call.Guardian, request.Gateway))
		}
	})
	if err != nil {
		return nil, err
	}
	return removed, nil
}
