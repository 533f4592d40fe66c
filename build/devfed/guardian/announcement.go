package guardian

import (
	"context"
	"encoding/json"
	"fmt"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A submission has, beside the members of what is submitted, whose it is.
type submission struct {
	Peer *wire.PeerID `json:"peer_id"`
}

// submitted reads what a guardian says of itself, and its broadcast key.
func submitted[T any](g *Guardian, params json.RawMessage) (v T, peer wire.PeerID, key wire.PublicKey, err error) {
	if v, err = rpc.Params[T](params); err != nil {
		return v, 0, key, err
	}
	s, err := rpc.Params[submission](params)
	if err != nil {
		return v, 0, key, err
	}
	if s.Peer == nil {
		return v, 0, key, rpc.BadRequest("missing field peer_id")
	}
	key, ok := g.shared.Config.BroadcastKeys[*s.Peer]
	if !ok {
		return v, 0, key, rpc.BadRequest("Peer not in federation")
	}
	return v, *s.Peer, key, nil
}

func (g *Guardian) announcements() any {
	r := g.shared.DB.Snapshot()
	all := make(map[wire.PeerID]wire.SignedAPIAnnouncement)
	for peer := range g.shared.Config.Guardians {
		all[peer] = g.announcement(r, peer)
	}
	return all
}

// announcement is the one that was submitted last, or the first one, with which
// every guardian begins: the url of the config, with nonce 0.
func (g *Guardian) announcement(r *kv.Reader, peer wire.PeerID) wire.SignedAPIAnnouncement {
	if value, ok := r.Get(peerKey("announcement", peer)); ok {
		return consensus.Stored[wire.SignedAPIAnnouncement](value)
	}
	first := wire.APIAnnouncement{URL: g.shared.Config.Guardians[peer].URL}
	return wire.SignedAPIAnnouncement{Announcement: first, Signature: g.shared.sign(peer, first.SigningHash())}
}

func (g *Guardian) submitAnnouncement(ctx context.Context, params json.RawMessage) (any, error) {
	a, peer, key, err := submitted[wire.SignedAPIAnnouncement](g, params)
	if err != nil {
		return nil, err
	}
	if a.Verify(key) != nil {
		return nil, rpc.BadRequest("Invalid signature")
	}
	return nil, g.shared.DB.Update(ctx, func(tx *kv.Tx) error {
		last := g.announcement(&tx.Reader, peer).Announcement
		switch {
		case a.Announcement == last:
			return nil
		case a.Announcement.Nonce <= last.Nonce:
			return rpc.BadRequest("Outdated or redundant announcement")
		}
		tx.Put(peerKey("announcement", peer), wire.Encode(a))
		return nil
	})
}

func (g *Guardian) metadata() any {
	r := g.shared.DB.Snapshot()
	all := make(map[wire.PeerID]wire.SignedGuardianMetadata)
	for peer := range g.shared.Config.Guardians {
		all[peer] = g.metadataOf(r, peer)
	}
	return all
}

// metadataOf is what was submitted last, or the url of the config, as of the
// founding of the federation.
func (g *Guardian) metadataOf(r *kv.Reader, peer wire.PeerID) wire.SignedGuardianMetadata {
	if value, ok := r.Get(peerKey("metadata", peer)); ok {
		return consensus.Stored[wire.SignedGuardianMetadata](value)
	}
	first := wire.GuardianMetadata{
		URLs:    []wire.SafeURL{g.shared.Config.Guardians[peer].URL},
		PkarrID: g.shared.pkarrID(peer),
		Seconds: g.shared.Founded,
	}
	content, err := json.Marshal(first)
	if err != nil {
		panic(fmt.Sprintf("guardian: metadata is no JSON: %v", err))
	}
	m := wire.SignedGuardianMetadata{Content: string(content), Metadata: first}
	m.Signature = g.shared.sign(peer, m.SigningHash())
	return m
}

func (g *Guardian) submitMetadata(ctx context.Context, params json.RawMessage) (any, error) {
	m, peer, key, err := submitted[wire.SignedGuardianMetadata](g, params)
	if err != nil {
		return nil, err
	}
	if err := m.Verify(key, uint64(g.shared.Now().Unix())); err != nil {
		return nil, rpc.BadRequest("Invalid signature or timestamp: %v", err)
	}
	return nil, g.shared.DB.Update(ctx, func(tx *kv.Tx) error {
		last := g.metadataOf(&tx.Reader, peer)
		switch {
		case m.Content == last.Content:
			return nil
		case m.Metadata.Seconds <= last.Metadata.Seconds:
			return rpc.BadRequest("New metadata timestamp is not newer than existing")
		}
		tx.Put(peerKey("metadata", peer), wire.Encode(m))
		return nil
	})
}
