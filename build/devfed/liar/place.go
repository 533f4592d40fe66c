package liar

import (
	"encoding/json"
	"fmt"
	"math"

	"satchel/client/wire"
)

// Lies about where guardians are.
const (
	AnnouncementForged   Lie = "announcement-forged"
	AnnouncementStranger Lie = "announcement-stranger"
	AnnouncementMoved    Lie = "announcement-moved"
	MetadataForged       Lie = "metadata-forged"
	MetadataStranger     Lie = "metadata-stranger"
	MetadataMoved        Lie = "metadata-moved"
	MetadataFuture       Lie = "metadata-future"
)

var (
	announcements = []string{"api_announcements"}
	metadata      = []string{"guardian_metadata"}
)

var aboutTheirPlace = []falsehood{
	{AnnouncementForged, "says that all others have moved away, without their signatures", announcements, told(forgedAnnouncements)},
	{AnnouncementStranger, "gives an announcement of a guardian that is not there", announcements, told(strangersAnnouncement)},
	{AnnouncementMoved, "says with its signature that it has moved to where nobody answers", announcements, told(movedAnnouncement)},
	{MetadataForged, "gives newer metadata of all others, without their signatures", metadata, told(forgedMetadata)},
	{MetadataStranger, "gives metadata of a guardian that is not there", metadata, told(strangersMetadata)},
	{MetadataMoved, "gives newer metadata of itself, with its signature, that point to where nobody answers", metadata, told(movedMetadata)},
	{MetadataFuture, "gives metadata of itself, with its signature, from a hundred years ahead", metadata, told(futureMetadata)},
}

type (
	allAnnouncements = map[wire.PeerID]wire.SignedAPIAnnouncement
	allMetadata      = map[wire.PeerID]wire.SignedGuardianMetadata
)

// A century is the number of seconds in a hundred years.
const century = 100 * 365 * 24 * 3600

func (c *call) sign(hash wire.Hash) wire.Signature { return c.signAs(c.Key, hash) }

func (c *call) signAs(key wire.SecretKey, hash wire.Hash) wire.Signature {
	signature, err := key.Sign(hash)
	if err != nil {
		panic(fmt.Sprintf("liar: signing as %d: %v", c.ID, err))
	}
	return signature
}

func (c *call) announce(peer wire.PeerID, nonce uint64) wire.SignedAPIAnnouncement {
	a := wire.APIAnnouncement{URL: nowhere(peer), Nonce: nonce}
	return wire.SignedAPIAnnouncement{Announcement: a, Signature: c.sign(a.SigningHash())}
}

func forgedAnnouncements(c *call, all allAnnouncements) any {
	for peer := range all {
		a := c.announce(peer, math.MaxUint32)
		a.Signature[0] ^= 1
		all[peer] = a
	}
	return all
}

func strangersAnnouncement(c *call, all allAnnouncements) any {
	stranger := wire.PeerID(len(c.Config.Guardians))
	all[stranger] = c.announce(stranger, 1)
	return all
}

func movedAnnouncement(c *call, all allAnnouncements) any {
	all[c.ID] = c.announce(c.ID, all[c.ID].Announcement.Nonce+1)
	return all
}

func (c *call) describe(peer wire.PeerID, seconds uint64) wire.SignedGuardianMetadata {
	m := wire.GuardianMetadata{URLs: []wire.SafeURL{nowhere(peer)}, PkarrID: "nobody", Seconds: seconds}
	content, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("liar: metadata is no JSON: %v", err))
	}
	signed := wire.SignedGuardianMetadata{Content: string(content), Metadata: m}
	signed.Signature = c.sign(signed.SigningHash())
	return signed
}

func forgedMetadata(c *call, all allMetadata) any {
	for peer, honest := range all {
		m := c.describe(peer, honest.Metadata.Seconds+1)
		m.Signature[0] ^= 1
		all[peer] = m
	}
	return all
}

func strangersMetadata(c *call, all allMetadata) any {
	stranger := wire.PeerID(len(c.Config.Guardians))
	all[stranger] = c.describe(stranger, all[c.ID].Metadata.Seconds)
	return all
}

func movedMetadata(c *call, all allMetadata) any {
	all[c.ID] = c.describe(c.ID, all[c.ID].Metadata.Seconds+1)
	return all
}

func futureMetadata(c *call, all allMetadata) any {
	all[c.ID] = c.describe(c.ID, all[c.ID].Metadata.Seconds+century)
	return all
}
