package wire

import (
	"iter"
)

// A MintNote is e-cash of the mint of the first generation. What it is worth
// is not in it: the key that verifies the signature tells.
type MintNote struct {
	// Nonce is the key that spends the note.
	Nonce PublicKey `json:"nonce"`
	// Signature is the mint's, over the nonce.
	Signature G1 `json:"signature"`
}

// Append appends the consensus form.
func (n MintNote) Append(b []byte) []byte { return n.Signature.Append(n.Nonce.Append(b)) }

// Decode reads the consensus form.
func (n *MintNote) Decode(d *Decoder) {
	n.Nonce.Decode(d)
	n.Signature.Decode(d)
}

// A MintInput spends a note of Amount msat. It is an enum:
//
//	0 {Amount, MintNote}
type MintInput struct {
	Amount Amount
	Note   MintNote
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (i MintInput) Append(b []byte) []byte {
	if i.Unknown != nil {
		return i.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte { return i.Note.Append(i.Amount.Append(b)) })
}

// Decode reads the consensus form.
func (i *MintInput) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			i.Unknown = d.Unknown(variant)
			return
		}
		i.Amount.Decode(d)
		i.Note.Decode(d)
	})
}

// A MintOutput asks for a note of Amount msat. It is an enum:
//
//	0 {Amount, G1}
type MintOutput struct {
	Amount Amount
	// BlindNonce is the message that the mint signs without seeing the nonce.
	BlindNonce G1
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (o MintOutput) Append(b []byte) []byte {
	if o.Unknown != nil {
		return o.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte { return o.BlindNonce.Append(o.Amount.Append(b)) })
}

// Decode reads the consensus form.
func (o *MintOutput) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			o.Unknown = d.Unknown(variant)
			return
		}
		o.Amount.Decode(d)
		o.BlindNonce.Decode(d)
	})
}

// A MintOutcome is one guardian's share of the signature of an output. It is an
// enum:
//
//	0 {G1}
type MintOutcome struct {
	Share G1
	// Unknown, if it is not nil, is a variant of a later version; Share is zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (o MintOutcome) Append(b []byte) []byte {
	if o.Unknown != nil {
		return o.Unknown.Append(b)
	}
	return AppendEnum(b, 0, o.Share.Append)
}

// Decode reads the consensus form.
func (o *MintOutcome) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			o.Unknown = d.Unknown(variant)
			return
		}
		o.Share.Decode(d)
	})
}

// A MintConsensusItem is the consensus item of both generations of the mint, an
// enum that has no variants yet.
type MintConsensusItem struct{ Unknown }

// Decode reads the consensus form.
func (i *MintConsensusItem) Decode(d *Decoder) {
	d.Enum(func(variant uint64) { i.Unknown = *d.Unknown(variant) })
}

// A MintSpendableNote is a note with the secret that spends it. On the wire the
// signature comes first, and the nonce is not there.
type MintSpendableNote struct {
	Signature G1        `json:"signature"`
	SpendKey  SecretKey `json:"spend_key"`
}

// Note returns what of the note may be shown.
func (n MintSpendableNote) Note() MintNote { return MintNote{n.SpendKey.PublicKey(), n.Signature} }

// Append appends the consensus form.
func (n MintSpendableNote) Append(b []byte) []byte { return n.SpendKey.Append(n.Signature.Append(b)) }

// Decode reads the consensus form.
func (n *MintSpendableNote) Decode(d *Decoder) {
	n.Signature.Decode(d)
	n.SpendKey.Decode(d)
}

// UnmarshalJSON reads {"signature":hex,"spend_key":hex}.
func (n *MintSpendableNote) UnmarshalJSON(data []byte) error {
	return readObject(data, "note", field{"signature", &n.Signature, false}, field{"spend_key", &n.SpendKey, false})
}

// A MintIssuanceRequest is what turns signature shares of an output into a note.
type MintIssuanceRequest struct {
	SpendKey    SecretKey
	BlindingKey Scalar
}

// Append appends the consensus form.
func (r MintIssuanceRequest) Append(b []byte) []byte {
	return r.BlindingKey.Append(r.SpendKey.Append(b))
}

// Decode reads the consensus form.
func (r *MintIssuanceRequest) Decode(d *Decoder) {
	r.SpendKey.Decode(d)
	r.BlindingKey.Decode(d)
}

// MintNotes are notes by their amounts in msat. Consensus form: a map of lists;
// an empty list is kept.
type MintNotes map[Amount][]MintSpendableNote

// All yields the notes by ascending amount, those of one amount in the order of
// their list. This is the order that hashes and transactions have.
func (n MintNotes) All() iter.Seq2[Amount, MintSpendableNote] {
	return func(yield func(Amount, MintSpendableNote) bool) {
		for _, amount := range Keys(n) {
			for _, note := range n[amount] {
				if !yield(amount, note) {
					return
				}
			}
		}
	}
}

// Count returns the number of notes.
func (n MintNotes) Count() int {
	count := 0
	for _, notes := range n {
		count += len(notes)
	}
	return count
}

// Total returns the sum of the amounts in msat, or ErrAmount.
func (n MintNotes) Total() (Amount, error) {
	var total Amount
	for amount, notes := range n {
		sum, err := amount.Mul(uint64(len(notes)))
		if err == nil {
			total, err = total.Add(sum)
		}
		if err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Append appends the consensus form.
func (n MintNotes) Append(b []byte) []byte {
	return AppendMapFunc(b, n, appendValue[Amount], AppendVec[MintSpendableNote])
}

// Decode reads the consensus form.
func (n *MintNotes) Decode(d *Decoder) {
	*n = ReadMapFunc(d, Read[Amount], ReadVec[MintSpendableNote])
}

// A MintRecoveryItem is one note that was issued or spent, as a guardian lists
// them for recovery. It is an enum without a default variant:
//
//	0 {Amount, Hash160}   issued; the hash is of the 48 bytes of the blind nonce
//	1 {Hash160}           spent; the hash is of the 33 bytes of the nonce
type MintRecoveryItem struct {
	Spent bool
	// Amount in msat is known of issued notes only.
	Amount Amount
	Hash   Hash160
}

// Append appends the consensus form.
func (i MintRecoveryItem) Append(b []byte) []byte {
	if i.Spent {
		return AppendEnum(b, 1, i.Hash.Append)
	}
	return AppendEnum(b, 0, func(b []byte) []byte { return i.Hash.Append(i.Amount.Append(b)) })
}

// Decode reads the consensus form.
func (i *MintRecoveryItem) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch variant {
		case 0:
			i.Amount.Decode(d)
		case 1:
			i.Spent = true
		default:
			d.NoVariant("RecoveryItem", variant)
			return
		}
		i.Hash.Decode(d)
	})
}

// MintRecoverySlice is a part of a guardian's list. Guardians are compared by
// its hash.
type MintRecoverySlice []MintRecoveryItem

// Append appends the consensus form.
func (s MintRecoverySlice) Append(b []byte) []byte { return AppendVec(b, s) }

// Decode reads the consensus form.
func (s *MintRecoverySlice) Decode(d *Decoder) { *s = ReadVec[MintRecoveryItem](d) }

// A MintConfig is the config of the mint of the first generation.
type MintConfig struct {
	// Keys verify the notes of each amount in msat.
	Keys map[Amount]G2 `json:"tbs_pks"`
	Fee  FeeConsensus  `json:"fee_consensus"`
	// PeerKeys verify each guardian's share.
	PeerKeys map[PeerID]map[Amount]G2 `json:"peer_tbs_pks"`
	// MaxNotes is not used by clients of fedimint 0.13.
	MaxNotes uint16 `json:"max_notes_per_denomination"`
}

// Append appends the consensus form.
func (c MintConfig) Append(b []byte) []byte {
	b = c.Fee.Append(AppendMap(b, c.Keys))
	b = AppendMapFunc(b, c.PeerKeys, appendValue[PeerID], AppendMap[Amount, G2])
	return AppendUint(b, uint64(c.MaxNotes))
}

// Decode reads the consensus form.
func (c *MintConfig) Decode(d *Decoder) {
	c.Keys = ReadMap[Amount, G2](d)
	c.Fee.Decode(d)
	c.PeerKeys = ReadMapFunc(d, Read[PeerID], ReadMap[Amount, G2])
	c.MaxNotes = d.Uint16()
}
