package wire

import (
	"encoding/json"
	"fmt"
)

// ECash is e-cash of the mint of the second generation as people hand it to
// each other. Who has it can spend it. Consensus form: a list of parts (an
// enum), in any order:
//
//	0 {FederationID}
//	1 {MintV2SpendableNote}
//	2 {list of (PeerID, SafeURL), FederationID}   an invite code, without its secret
//	3 {String}                                    that secret
//	4 {AmountUnit}                                left out for bitcoin
//
// The first part of a kind counts, but every note does. Any list decodes, an
// empty one too. Parts of other variants are kept. JSON: the text of Base32.
//
// Whether the notes are worth anything is not known before their signatures are
// verified and spending them has succeeded.
type ECash struct {
	parts []Appender
}

type ecashFederation FederationID

func (p ecashFederation) Append(b []byte) []byte { return AppendEnum(b, 0, FederationID(p).Append) }

type ecashNote MintV2SpendableNote

func (p ecashNote) Append(b []byte) []byte { return AppendEnum(b, 1, MintV2SpendableNote(p).Append) }

type ecashUnit AmountUnit

func (p ecashUnit) Append(b []byte) []byte { return AppendEnum(b, 4, AmountUnit(p).Append) }

// NewECash returns notes of a federation's mint whose unit is unit.
func NewECash(id FederationID, notes []MintV2SpendableNote, unit AmountUnit) ECash {
	return newECash(id, notes, nil, unit)
}

// NewECashWithInvite returns notes with what someone needs who has not joined
// the federation: the first guardian of the code, and its secret.
func NewECashWithInvite(code InviteCode, notes []MintV2SpendableNote, unit AmountUnit) ECash {
	return newECash(code.FederationID(), notes, enclose(code), unit)
}

func newECash(id FederationID, notes []MintV2SpendableNote, invite []Appender, unit AmountUnit) ECash {
	parts := []Appender{ecashFederation(id)}
	for _, note := range notes {
		parts = append(parts, ecashNote(note))
	}
	parts = append(parts, invite...)
	if unit != Bitcoin {
		parts = append(parts, ecashUnit(unit))
	}
	return ECash{parts}
}

// ParseECash reads base32 after "fedimint". Blanks must be removed before.
// Since a text of the same form may be something else, what it returns may be
// without notes or without a federation; see ParseOOBNotes and ParseInviteCode.
func ParseECash(s string) (ECash, error) {
	rest, ok := cutTextPrefix(s)
	if !ok {
		return ECash{}, fmt.Errorf("e-cash of %d characters does not begin with %q", len(s), textPrefix)
	}
	data, err := decodeBase32(rest)
	if err != nil {
		return ECash{}, err
	}
	return Decode[ECash](data)
}

// FederationID returns the id of the federation, if there is one.
func (e ECash) FederationID() (id FederationID, ok bool) {
	part, ok := firstPart[ecashFederation](e.parts)
	return FederationID(part), ok
}

// Notes returns the notes in their order.
func (e ECash) Notes() []MintV2SpendableNote {
	var notes []MintV2SpendableNote
	for _, part := range e.parts {
		if note, ok := part.(ecashNote); ok {
			notes = append(notes, MintV2SpendableNote(note))
		}
	}
	return notes
}

// Unit returns the unit of the notes.
func (e ECash) Unit() AmountUnit {
	unit, _ := firstPart[ecashUnit](e.parts)
	return AmountUnit(unit)
}

// Total returns the sum of the notes, in msat if their unit is bitcoin. It fails
// for a denomination that no federation issues and with ErrAmount.
func (e ECash) Total() (Amount, error) {
	var total Amount
	for _, note := range e.Notes() {
		if note.Denomination > MaxDenomination {
			return 0, fmt.Errorf("note of denomination %d, at most %d are issued", uint8(note.Denomination), uint8(MaxDenomination))
		}
		var err error
		if total, err = total.Add(note.Denomination.Amount()); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Invite returns the invite code that came with the notes, or nil.
func (e ECash) Invite() *InviteCode { return enclosed(e.parts) }

// ReceiveID returns the id of the operation in which someone takes the notes
// in. The same notes with another invite have another id.
func (e ECash) ReceiveID() OperationID { return OperationID(HashOf(e)) }

// Base32 returns base32 after "fedimint".
func (e ECash) Base32() string { return textPrefix + encodeBase32(Encode(e)) }

// Append appends the consensus form.
func (e ECash) Append(b []byte) []byte { return AppendVec(b, e.parts) }

// Decode reads the consensus form.
func (e *ECash) Decode(d *Decoder) { e.parts = ReadVecFunc(d, readECashPart) }

func readECashPart(d *Decoder) (part Appender) {
	d.Enum(func(variant uint64) {
		d.charge(sizeOf[ecashNote]())
		switch variant {
		case 0:
			part = ecashFederation(Read[FederationID](d))
		case 1:
			part = ecashNote(Read[MintV2SpendableNote](d))
		case 2:
			part = readEnclosedInvite(d)
		case 3:
			part = enclosedSecret(d.Text())
		case 4:
			part = ecashUnit(Read[AmountUnit](d))
		default:
			part = *d.Unknown(variant)
		}
	})
	return part
}

// Format hides the notes from every verb.
func (e ECash) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "e-cash of %d notes", len(e.Notes())) }

// MarshalJSON returns the text of Base32.
func (e ECash) MarshalJSON() ([]byte, error) { return json.Marshal(e.Base32()) }

// UnmarshalJSON reads the text of Base32.
func (e *ECash) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	ecash, err := ParseECash(s)
	*e = ecash
	return err
}
