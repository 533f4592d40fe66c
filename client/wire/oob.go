package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// OOBNotes is e-cash of the mint of the first generation as people hand it to
// each other (out of band). Who has it can spend it. Consensus form: a list of
// parts (an enum), in any order:
//
//	0 {MintNotes}
//	1 {FederationPrefix}
//	2 {list of (PeerID, SafeURL), FederationID}   an invite code, without its secret
//	3 {String}                                    that secret
//
// The first part of a kind counts. There must be one with notes and one with
// the prefix or an invite; if there are both they must agree. The list of the
// invite is not empty. Parts of other variants are kept. JSON: the text of
// Base64.
//
// Whether the notes are worth anything is not known before their signatures are
// verified and a guardian says that they are not spent.
type OOBNotes struct {
	parts []Appender
}

type oobNotes MintNotes

func (p oobNotes) Append(b []byte) []byte { return AppendEnum(b, 0, MintNotes(p).Append) }

type oobPrefix FederationPrefix

func (p oobPrefix) Append(b []byte) []byte { return AppendEnum(b, 1, FederationPrefix(p).Append) }

// An enclosedInvite is the invite code in e-cash of either generation, which is
// variant 2 in both.
type enclosedInvite struct {
	guardians []inviteAPI
	id        FederationID
}

func (p enclosedInvite) Append(b []byte) []byte {
	return AppendEnum(b, 2, func(b []byte) []byte {
		b = AppendVecFunc(b, p.guardians, func(b []byte, g inviteAPI) []byte { return g.url.Append(g.peer.Append(b)) })
		return p.id.Append(b)
	})
}

func readEnclosedInvite(d *Decoder) enclosedInvite {
	return enclosedInvite{
		guardians: ReadVecFunc(d, func(d *Decoder) inviteAPI {
			peer := Read[PeerID](d)
			return inviteAPI{Read[SafeURL](d), peer}
		}),
		id: Read[FederationID](d),
	}
}

// An enclosedSecret is the invite code's secret, which is variant 3 in e-cash of
// either generation.
type enclosedSecret string

func (p enclosedSecret) Append(b []byte) []byte {
	return AppendEnum(b, 3, func(b []byte) []byte { return AppendText(b, string(p)) })
}

// enclose returns the parts that carry an invite code, of which only the first
// guardian is kept.
func enclose(code InviteCode) []Appender {
	guardian, _ := firstPart[inviteAPI](code.parts)
	parts := []Appender{enclosedInvite{[]inviteAPI{guardian}, code.FederationID()}}
	if secret, ok := firstPart[inviteSecret](code.parts); ok {
		parts = append(parts, enclosedSecret(secret))
	}
	return parts
}

// enclosed returns the invite code that parts carry, or nil.
func enclosed(parts []Appender) *InviteCode {
	invite, ok := firstPart[enclosedInvite](parts)
	if !ok || len(invite.guardians) == 0 {
		return nil
	}
	code := &InviteCode{[]Appender{invite.guardians[0]}}
	var secret *string
	if s, ok := firstPart[enclosedSecret](parts); ok {
		secret = (*string)(&s)
	}
	code.addRest(invite.id, secret)
	return code
}

// firstPart returns the first of the parts of an enum's list that is a T.
func firstPart[T Appender](parts []Appender) (part T, ok bool) {
	for _, p := range parts {
		if part, ok = p.(T); ok {
			break
		}
	}
	return part, ok
}

// NewOOBNotes returns notes of the federation whose id begins with prefix.
func NewOOBNotes(prefix FederationPrefix, notes MintNotes) OOBNotes {
	return OOBNotes{[]Appender{oobPrefix(prefix), oobNotes(notes)}}
}

// NewOOBNotesWithInvite returns notes with what someone needs who has not joined
// the federation: the first guardian of the code, and its secret.
func NewOOBNotesWithInvite(notes MintNotes, code InviteCode) OOBNotes {
	o := NewOOBNotes(code.FederationID().Prefix(), notes)
	o.parts = append(o.parts, enclose(code)...)
	return o
}

// ParseOOBNotes reads every text of notes: base32 after "fedimint", base64 of
// RFC 4648 with padding in either alphabet. White space anywhere is ignored.
// E-cash without notes is refused.
func ParseOOBNotes(s string) (OOBNotes, error) {
	data, err := decodeOOBText(s)
	if err != nil {
		return OOBNotes{}, err
	}
	o, err := Decode[OOBNotes](data)
	if err == nil && o.Notes().Count() == 0 {
		err = errors.New("e-cash without notes")
	}
	if err != nil {
		return OOBNotes{}, err
	}
	return o, nil
}

// decodeOOBText does not quote what it cannot read: it may be worth something.
func decodeOOBText(s string) ([]byte, error) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	if rest, ok := cutTextPrefix(s); ok {
		if data, err := decodeBase32(rest); err == nil {
			return data, nil
		}
	}
	if data, err := base64.URLEncoding.Strict().DecodeString(s); err == nil {
		return data, nil
	}
	if data, err := base64.StdEncoding.Strict().DecodeString(s); err == nil {
		return data, nil
	}
	return nil, fmt.Errorf("e-cash of %d characters is neither base64 nor %q and base32", len(s), textPrefix)
}

// Prefix returns the first bytes of the id of the federation.
func (o OOBNotes) Prefix() FederationPrefix {
	if prefix, ok := firstPart[oobPrefix](o.parts); ok {
		return FederationPrefix(prefix)
	}
	invite, _ := firstPart[enclosedInvite](o.parts)
	return invite.id.Prefix()
}

// Notes returns the notes, which must not be changed.
func (o OOBNotes) Notes() MintNotes {
	notes, _ := firstPart[oobNotes](o.parts)
	return MintNotes(notes)
}

// Invite returns the invite code that came with the notes, or nil.
func (o OOBNotes) Invite() *InviteCode { return enclosed(o.parts) }

// SpendID returns the id of the operation in which someone hands out the notes.
func (o OOBNotes) SpendID() OperationID { return o.taggedID("oob-spend") }

// ReissueID returns the id of the operation in which someone takes the notes in.
func (o OOBNotes) ReissueID() OperationID { return o.taggedID("oob-reissue") }

func (o OOBNotes) taggedID(tag string) OperationID {
	return sha256.Sum256(o.Notes().Append([]byte(tag)))
}

// Base64 returns base64 of RFC 4648 with padding in the alphabet for urls, which
// is the text that the reference writes.
func (o OOBNotes) Base64() string { return base64.URLEncoding.EncodeToString(Encode(o)) }

// Base32 returns base32 after "fedimint", which makes smaller QR codes.
func (o OOBNotes) Base32() string { return textPrefix + encodeBase32(Encode(o)) }

// Append appends the consensus form.
func (o OOBNotes) Append(b []byte) []byte { return AppendVec(b, o.parts) }

// Decode reads the consensus form.
func (o *OOBNotes) Decode(d *Decoder) {
	if o.parts = ReadVecFunc(d, readOOBPart); d.Err() == nil {
		o.check(d)
	}
}

func readOOBPart(d *Decoder) (part Appender) {
	d.Enum(func(variant uint64) {
		d.charge(sizeOf[enclosedInvite]())
		switch variant {
		case 0:
			part = oobNotes(Read[MintNotes](d))
		case 1:
			part = oobPrefix(Read[FederationPrefix](d))
		case 2:
			part = readEnclosedInvite(d)
		case 3:
			part = enclosedSecret(d.Text())
		default:
			part = *d.Unknown(variant)
		}
	})
	return part
}

func (o OOBNotes) check(d *Decoder) {
	if _, ok := firstPart[oobNotes](o.parts); !ok {
		d.Fail("e-cash has no part with notes")
	}
	prefix, hasPrefix := firstPart[oobPrefix](o.parts)
	invite, hasInvite := firstPart[enclosedInvite](o.parts)
	switch {
	case !hasPrefix && !hasInvite:
		d.Fail("e-cash does not name its federation")
	case hasInvite && len(invite.guardians) == 0:
		d.Fail("e-cash has an invite without a guardian")
	case hasPrefix && hasInvite && FederationPrefix(prefix) != invite.id.Prefix():
		d.Fail("e-cash of federation %v has an invite to %v", FederationPrefix(prefix), invite.id)
	}
}

// Format hides the notes from every verb.
func (o OOBNotes) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "e-cash of federation %v", o.Prefix()) }

// MarshalJSON returns the text of Base64.
func (o OOBNotes) MarshalJSON() ([]byte, error) { return json.Marshal(o.Base64()) }

// UnmarshalJSON reads every text of notes.
func (o *OOBNotes) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	notes, err := ParseOOBNotes(s)
	*o = notes
	return err
}

// ReadableJSON returns an object that shows the parts:
// {"federation_id_prefix":hex,"notes":{msat:[{"nonce":hex,"signature":hex,"spend_key":hex}]},"invite":code}
// and for an unknown part its body in hex as "default_" and its variant.
func (o OOBNotes) ReadableJSON() ([]byte, error) {
	object := make(map[string]any)
	for _, part := range slices.Backward(o.parts) {
		switch part := part.(type) {
		case oobPrefix:
			object["federation_id_prefix"] = FederationPrefix(part)
		case oobNotes:
			object["notes"] = readableNotes(MintNotes(part))
		case Unknown:
			object["default_"+strconv.FormatUint(part.Variant, 10)] = hex.EncodeToString(part.Body)
		}
	}
	if code := o.Invite(); code != nil {
		object["invite"] = code
	}
	return json.Marshal(object)
}

type readableNote struct {
	Nonce PublicKey `json:"nonce"`
	MintSpendableNote
}

func readableNotes(notes MintNotes) map[Amount][]readableNote {
	readable := make(map[Amount][]readableNote, len(notes))
	for amount, list := range notes {
		readable[amount] = make([]readableNote, len(list))
		for i, note := range list {
			readable[amount][i] = readableNote{note.SpendKey.PublicKey(), note}
		}
	}
	return readable
}
