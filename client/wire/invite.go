package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// inviteHRP begins the bech32m form of an invite code.
const inviteHRP = "fed1"

// An InviteCode says where a federation is found and how its config is known
// to be its own. Consensus form: a list of parts (an enum), of which at least
// one names a guardian and at least one the federation:
//
//	0 {SafeURL, PeerID}   where a guardian is
//	1 {FederationID}      the first one counts
//	2 {String}            secret that the guardians' API asks for; the first one counts
//
// Parts of other variants are kept. JSON: the text of String.
type InviteCode struct {
	parts []Appender
}

type inviteAPI struct {
	url  SafeURL
	peer PeerID
}

func (p inviteAPI) Append(b []byte) []byte {
	return AppendEnum(b, 0, func(b []byte) []byte { return p.peer.Append(p.url.Append(b)) })
}

type inviteFederation FederationID

func (p inviteFederation) Append(b []byte) []byte { return AppendEnum(b, 1, FederationID(p).Append) }

type inviteSecret string

func (p inviteSecret) Append(b []byte) []byte {
	return AppendEnum(b, 2, func(b []byte) []byte { return AppendText(b, string(p)) })
}

func readInvitePart(d *Decoder) (part Appender) {
	d.Enum(func(variant uint64) {
		d.charge(48)
		switch variant {
		case 0:
			part = inviteAPI{url: Read[SafeURL](d), peer: Read[PeerID](d)}
		case 1:
			part = inviteFederation(Read[FederationID](d))
		case 2:
			part = inviteSecret(d.Text())
		default:
			part = *d.Unknown(variant)
		}
	})
	return part
}

// NewInviteCode returns a code with so many of the guardians that one of them is
// honest, the first ones by number. There must be at least one. apiSecret may
// be nil.
func NewInviteCode(id FederationID, guardians map[PeerID]SafeURL, apiSecret *string) (InviteCode, error) {
	if len(guardians) == 0 {
		return InviteCode{}, errors.New("invite code without a guardian")
	}
	var code InviteCode
	for _, peer := range Keys(guardians)[:OneHonest(len(guardians))] {
		code.parts = append(code.parts, inviteAPI{guardians[peer], peer})
	}
	code.addRest(id, apiSecret)
	return code, nil
}

// addRest adds the parts that follow the guardians.
func (c *InviteCode) addRest(id FederationID, apiSecret *string) {
	c.parts = append(c.parts, inviteFederation(id))
	if apiSecret != nil {
		c.parts = append(c.parts, inviteSecret(*apiSecret))
	}
}

// ParseInviteCode reads either text of a code: bech32m, or bech32 with the older
// checksum, with "fed1" before the separator; or base32 after "fedimint".
// Blanks around it must be trimmed before.
func ParseInviteCode(s string) (InviteCode, error) {
	code, err := parseInviteCode(s)
	if err != nil {
		return InviteCode{}, fmt.Errorf("invite code %.40q: %w", s, err)
	}
	return code, nil
}

func parseInviteCode(s string) (InviteCode, error) {
	if rest, ok := cutTextPrefix(s); ok {
		data, err := decodeBase32(rest)
		if err != nil {
			return InviteCode{}, err
		}
		return Decode[InviteCode](data)
	}
	hrp, data, err := DecodeBech32(s)
	if err != nil {
		return InviteCode{}, err
	}
	if hrp != inviteHRP {
		return InviteCode{}, fmt.Errorf("begins with %.20q, want %q", hrp, inviteHRP)
	}
	return Decode[InviteCode](data)
}

// FederationID returns the id that the config must have.
func (c InviteCode) FederationID() FederationID {
	id, _ := firstPart[inviteFederation](c.parts)
	return FederationID(id)
}

// Guardians returns the guardians that the code names. The later of two parts
// for one guardian counts.
func (c InviteCode) Guardians() map[PeerID]SafeURL {
	guardians := make(map[PeerID]SafeURL)
	for _, part := range c.parts {
		if api, ok := part.(inviteAPI); ok {
			guardians[api.peer] = api.url
		}
	}
	return guardians
}

// APISecret returns what the guardians' API asks for, or nil.
func (c InviteCode) APISecret() *string {
	if secret, ok := firstPart[inviteSecret](c.parts); ok {
		return (*string)(&secret)
	}
	return nil
}

// String returns the bech32m form, or for a code that is too long for it the
// base32 form.
func (c InviteCode) String() string {
	if s := encodeBech32m(inviteHRP, Encode(c)); len(s) <= MaxBech32 {
		return s
	}
	return c.Base32()
}

// Base32 returns the other text: base32 after "fedimint".
func (c InviteCode) Base32() string { return textPrefix + encodeBase32(Encode(c)) }

// Append appends the consensus form.
func (c InviteCode) Append(b []byte) []byte { return AppendVec(b, c.parts) }

// Decode reads the consensus form.
func (c *InviteCode) Decode(d *Decoder) {
	c.parts = ReadVecFunc(d, readInvitePart)
	if d.Err() != nil {
		return
	}
	if _, ok := firstPart[inviteAPI](c.parts); !ok {
		d.Fail("invite code names no guardian")
	}
	if _, ok := firstPart[inviteFederation](c.parts); !ok {
		d.Fail("invite code names no federation")
	}
}

// MarshalJSON returns the text of String.
func (c InviteCode) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// UnmarshalJSON reads either text.
func (c *InviteCode) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	code, err := ParseInviteCode(s)
	*c = code
	return err
}
