package wire

import (
	"encoding/hex"
	"strconv"
)

// A Denomination is what a note of the mint of the second generation is worth:
// 2^d msat, or as many parts of the mint's unit. Consensus form: one raw byte.
type Denomination uint8

// Federations have keys for all denominations from 0 to MaxDenomination.
// Clients make no notes below MinDenomination, since fees would eat them.
const (
	MinDenomination Denomination = 9
	MaxDenomination Denomination = 41
)

// Amount returns 2^d msat, or 0 for what no federation issues.
func (n Denomination) Amount() Amount {
	if n > MaxDenomination {
		return 0
	}
	return 1 << n
}

// String returns for example "2^9".
func (n Denomination) String() string { return "2^" + strconv.Itoa(int(n)) }

// Append appends the byte.
func (n Denomination) Append(b []byte) []byte { return append(b, byte(n)) }

// Decode reads the byte.
func (n *Denomination) Decode(d *Decoder) { *n = Denomination(d.Byte()) }

// A MintTweak is the random number that an output publishes so that its maker
// can derive the note's keys again.
type MintTweak [16]byte

// String returns hex.
func (t MintTweak) String() string { return hex.EncodeToString(t[:]) }

// Append appends the 16 bytes.
func (t MintTweak) Append(b []byte) []byte { return append(b, t[:]...) }

// Decode reads 16 bytes.
func (t *MintTweak) Decode(d *Decoder) { d.Fixed(t[:]) }

// A MintV2Note is e-cash of the mint of the second generation.
type MintV2Note struct {
	Denomination Denomination `json:"denomination"`
	// Nonce is the key that spends the note.
	Nonce PublicKey `json:"nonce"`
	// Signature is the mint's, over the nonce.
	Signature G1 `json:"signature"`
}

// Append appends the consensus form.
func (n MintV2Note) Append(b []byte) []byte {
	return n.Signature.Append(n.Nonce.Append(n.Denomination.Append(b)))
}

// Decode reads the consensus form.
func (n *MintV2Note) Decode(d *Decoder) {
	n.Denomination.Decode(d)
	n.Nonce.Decode(d)
	n.Signature.Decode(d)
}

// A MintV2Input spends a note. It is an enum:
//
//	0 {MintV2Note}
type MintV2Input struct {
	Note MintV2Note
	// Unknown, if it is not nil, is a variant of a later version; Note is zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (i MintV2Input) Append(b []byte) []byte {
	if i.Unknown != nil {
		return i.Unknown.Append(b)
	}
	return AppendEnum(b, 0, i.Note.Append)
}

// Decode reads the consensus form.
func (i *MintV2Input) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			i.Unknown = d.Unknown(variant)
			return
		}
		i.Note.Decode(d)
	})
}

// A MintV2Output asks for a note. It is an enum:
//
//	0 {Denomination, G1, MintTweak}
type MintV2Output struct {
	Denomination Denomination
	// BlindNonce is the message that the mint signs without seeing the nonce.
	BlindNonce G1
	Tweak      MintTweak
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (o MintV2Output) Append(b []byte) []byte {
	if o.Unknown != nil {
		return o.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte {
		return o.Tweak.Append(o.BlindNonce.Append(o.Denomination.Append(b)))
	})
}

// Decode reads the consensus form.
func (o *MintV2Output) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			o.Unknown = d.Unknown(variant)
			return
		}
		o.Denomination.Decode(d)
		o.BlindNonce.Decode(d)
		o.Tweak.Decode(d)
	})
}

// A MintV2Outcome has no bytes: guardians hand out their shares at an endpoint
// of the module.
type MintV2Outcome struct{}

// Append appends nothing.
func (MintV2Outcome) Append(b []byte) []byte { return b }

// Decode reads nothing.
func (*MintV2Outcome) Decode(*Decoder) {}

// A MintV2SpendableNote is a note with the secret that spends it.
type MintV2SpendableNote struct {
	Denomination Denomination
	SpendKey     SecretKey
	Signature    G1
}

// Note returns what of the note may be shown.
func (n MintV2SpendableNote) Note() MintV2Note {
	return MintV2Note{n.Denomination, n.SpendKey.PublicKey(), n.Signature}
}

// Append appends the consensus form.
func (n MintV2SpendableNote) Append(b []byte) []byte {
	return n.Signature.Append(n.SpendKey.Append(n.Denomination.Append(b)))
}

// Decode reads the consensus form.
func (n *MintV2SpendableNote) Decode(d *Decoder) {
	n.Denomination.Decode(d)
	n.SpendKey.Decode(d)
	n.Signature.Decode(d)
}

// A MintV2IssuanceRequest is what turns signature shares of an output into a
// note.
type MintV2IssuanceRequest struct {
	Denomination Denomination
	Tweak        MintTweak
	SpendKey     SecretKey
	BlindingKey  Scalar
}

// Append appends the consensus form.
func (r MintV2IssuanceRequest) Append(b []byte) []byte {
	return r.BlindingKey.Append(r.SpendKey.Append(r.Tweak.Append(r.Denomination.Append(b))))
}

// Decode reads the consensus form.
func (r *MintV2IssuanceRequest) Decode(d *Decoder) {
	r.Denomination.Decode(d)
	r.Tweak.Decode(d)
	r.SpendKey.Decode(d)
	r.BlindingKey.Decode(d)
}

// A MintV2Config is the config of the mint of the second generation.
type MintV2Config struct {
	// Keys verify the notes of each denomination.
	Keys map[Denomination]G2 `json:"tbs_agg_pks"`
	// PeerKeys verify each guardian's share.
	PeerKeys map[Denomination]map[PeerID]G2 `json:"tbs_pks"`
	Fee      FeeConsensus                   `json:"fee_consensus"`
	Unit     AmountUnit                     `json:"amount_unit"`
}

// Append appends the consensus form.
func (c MintV2Config) Append(b []byte) []byte {
	b = AppendMap(b, c.Keys)
	b = AppendMapFunc(b, c.PeerKeys, appendValue[Denomination], AppendMap[PeerID, G2])
	return c.Unit.Append(c.Fee.Append(b))
}

// Decode reads the consensus form.
func (c *MintV2Config) Decode(d *Decoder) {
	c.Keys = ReadMap[Denomination, G2](d)
	c.PeerKeys = ReadMapFunc(d, Read[Denomination], ReadMap[PeerID, G2])
	c.Fee.Decode(d)
	c.Unit.Decode(d)
}
