package client

import (
	"maps"
	"slices"
	"time"

	"satchel/client/guardians"
	"satchel/client/secret"
	"satchel/client/wire"
)

// A Membership is what a wallet keeps about a federation that it has joined,
// apart from the federation's own store.
type Membership struct {
	ID     wire.FederationID
	Name   string // by which callers of the official client's verbs know it
	Joined time.Time

	Config wire.ClientConfig

	// Pending is a config that guardians have agreed on since, to be used from
	// the next start. It differs only in modules that were added.
	Pending *wire.ClientConfig

	// Derivation is how the secrets follow from the words, and SecretHash tells
	// whether the words are still the same.
	Derivation secret.Derivation
	SecretHash [8]byte

	APISecret *string

	// What guardians said last.
	Versions      guardians.Versions
	Announcements guardians.Announcements
	Metadata      guardians.Metadata
}

const membershipVersion = 1

// Append appends the form in which memberships are kept.
func (m Membership) Append(b []byte) []byte {
	b = wire.AppendByte(b, membershipVersion)
	b = m.ID.Append(b)
	b = wire.AppendText(b, m.Name)
	b = wire.AppendUint(b, uint64(max(0, m.Joined.UnixMilli())))
	b = m.Config.Append(b)
	b = wire.AppendOption(b, m.Pending)
	b = wire.AppendByte(b, byte(m.Derivation))
	b = append(b, m.SecretHash[:]...)
	b = appendSecret(b, m.APISecret)
	b = m.Versions.Core.Append(b)
	b = wire.AppendMap(b, m.Versions.Modules)
	b = wire.AppendMap(b, m.Announcements)
	return wire.AppendMap(b, m.Metadata)
}

// Decode reads that form.
func (m *Membership) Decode(d *wire.Decoder) {
	if v := d.Byte(); v != membershipVersion {
		d.Fail("membership of version %d", v)
	}
	m.ID.Decode(d)
	m.Name = d.Text()
	m.Joined = time.UnixMilli(int64(d.Uint64()))
	m.Config.Decode(d)
	m.Pending = wire.ReadOption[wire.ClientConfig](d)
	derivation, err := secret.ParseDerivation(d.Byte())
	if err != nil {
		d.Fail("%v", err)
	}
	m.Derivation = derivation
	d.Fixed(m.SecretHash[:])
	m.APISecret = readSecret(d)
	m.Versions.Core.Decode(d)
	m.Versions.Modules = wire.ReadMap[wire.ModuleID, wire.Version](d)
	m.Announcements = wire.ReadMap[wire.PeerID, wire.SignedAPIAnnouncement](d)
	m.Metadata = wire.ReadMap[wire.PeerID, wire.SignedGuardianMetadata](d)
}

func appendSecret(b []byte, s *string) []byte {
	b = wire.AppendBool(b, s != nil)
	if s != nil {
		b = wire.AppendText(b, *s)
	}
	return b
}

func readSecret(d *wire.Decoder) *string {
	if !d.Bool() {
		return nil
	}
	s := d.Text()
	return &s
}

// urls returns where the guardians are now.
func (m *Membership) urls() map[wire.PeerID]wire.PeerURL {
	return guardians.EffectiveURLs(m.Config.Guardians, m.Announcements, m.Metadata)
}

// extends reports whether config says all that m.Config does and at most adds
// modules to it: only such a change may be taken over.
func (m *Membership) extends(config wire.ClientConfig) bool {
	if !config.EqualGlobal(m.Config) {
		return false
	}
	for _, id := range slices.Collect(maps.Keys(m.Config.Modules)) {
		now, ok := config.Modules[id]
		if !ok || wire.HashOf(now) != wire.HashOf(m.Config.Modules[id]) {
			return false
		}
	}
	return true
}
