package guardians

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"satchel/client/wire"
)

// Announcements and Metadata are what guardians have signed about themselves,
// each guardian's last word by its number.
type (
	Announcements = map[wire.PeerID]wire.SignedAPIAnnouncement
	Metadata      = map[wire.PeerID]wire.SignedGuardianMetadata
)

// DecodeAnnouncements returns a Decode for the answers to "api_announcements".
// keys are the broadcast keys of the config; if it has none, nothing can be
// verified, and all announcements are left out. An answer with an announcement
// of an unknown guardian or with a bad signature is refused whole: an honest
// guardian passes on none.
func DecodeAnnouncements(keys map[wire.PeerID]wire.PublicKey) Decode[Announcements] {
	return func(peer wire.PeerID, answer json.RawMessage) (Announcements, error) {
		all, err := JSON[Announcements](peer, answer)
		if err != nil || len(keys) == 0 {
			return nil, err
		}
		for _, about := range wire.Keys(all) {
			if err := signedBy(keys, about, all[about].Verify); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
}

// DecodeMetadata returns a Decode for the answers to "guardian_metadata", like
// DecodeAnnouncements. now is the time in seconds since the start of 1970.
// Metadata that is too far ahead of it is left out, and accuses nobody: it is
// the clock of its author that is wrong, or ours, not that of the guardian who
// passes it on.
func DecodeMetadata(keys map[wire.PeerID]wire.PublicKey, now uint64) Decode[Metadata] {
	return func(peer wire.PeerID, answer json.RawMessage) (Metadata, error) {
		all, err := JSON[Metadata](peer, answer)
		if err != nil || len(keys) == 0 {
			return nil, err
		}
		for _, about := range wire.Keys(all) {
			m := all[about]
			if m.Verify(keys[about], now) == nil {
				continue
			}
			atItsTime := func(key wire.PublicKey) error { return m.Verify(key, m.Metadata.Seconds) }
			if err := signedBy(keys, about, atItsTime); err != nil {
				return nil, err
			}
			delete(all, about)
		}
		return all, nil
	}
}

// signedBy checks a signature with a guardian's key.
func signedBy(keys map[wire.PeerID]wire.PublicKey, peer wire.PeerID, verify func(wire.PublicKey) error) error {
	key, ok := keys[peer]
	if !ok {
		return fmt.Errorf("guardian %d is not of this federation", peer)
	}
	if err := verify(key); err != nil {
		return fmt.Errorf("guardian %d: %w", peer, err)
	}
	return nil
}

// NewestAnnouncements returns, of what is known already and of what several
// guardians answered, the announcement with the highest nonce of each guardian.
func NewestAnnouncements(known Announcements, answers map[wire.PeerID]Announcements) Announcements {
	return newest(known, answers, func(a wire.SignedAPIAnnouncement) uint64 { return a.Announcement.Nonce })
}

// NewestMetadata returns, of what is known already and of what several
// guardians answered, the newest metadata of each guardian.
func NewestMetadata(known Metadata, answers map[wire.PeerID]Metadata) Metadata {
	return newest(known, answers, func(m wire.SignedGuardianMetadata) uint64 { return m.Metadata.Seconds })
}

func newest[T any](known map[wire.PeerID]T, answers map[wire.PeerID]map[wire.PeerID]T, age func(T) uint64) map[wire.PeerID]T {
	all := make(map[wire.PeerID]T, len(known))
	maps.Copy(all, known)
	for _, peer := range wire.Keys(answers) {
		for about, value := range answers[peer] {
			if old, ok := all[about]; !ok || age(value) > age(old) {
				all[about] = value
			}
		}
	}
	return all
}

// EffectiveURLs returns where the guardians of a config are now. It is the
// first of: the urls of a guardian's metadata, that of its announcement, that
// of the config.
//
// The reference ends there. But a guardian set up for iroh publishes metadata
// with its iroh:// url by itself, which would hide a wss:// address that its
// operator has announced. So the first url that can be spoken here counts, if
// there is one.
func EffectiveURLs(config map[wire.PeerID]wire.PeerURL, announced Announcements, metadata Metadata) map[wire.PeerID]wire.PeerURL {
	urls := make(map[wire.PeerID]wire.PeerURL, len(config))
	for peer, at := range config {
		candidates := slices.Clone(metadata[peer].Metadata.URLs)
		if a, ok := announced[peer]; ok {
			candidates = append(candidates, a.Announcement.URL)
		}
		candidates = append(candidates, at.URL)
		at.URL = candidates[max(slices.IndexFunc(candidates, speaks), 0)]
		urls[peer] = at
	}
	return urls
}
