package wire

// An LNV2Input spends a contract. It is an enum whose variant 0 has one of:
//
//	0 {OutPoint, LNV2Witness}
//	1 {OutPoint, G1}
//
// Exactly one of the pointers is set.
type LNV2Input struct {
	// OutPoint funded the contract.
	OutPoint OutPoint
	// Witness spends an outgoing contract.
	Witness *LNV2Witness
	// DecryptionKey decrypts the preimage of an incoming contract.
	DecryptionKey *G1
	// Unknown is a variant of a later version; OutPoint is zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (i LNV2Input) Append(b []byte) []byte {
	if i.Unknown != nil {
		return i.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte {
		switch {
		case i.Witness != nil:
			return AppendEnum(b, 0, func(b []byte) []byte { return i.Witness.Append(i.OutPoint.Append(b)) })
		case i.DecryptionKey != nil:
			return AppendEnum(b, 1, func(b []byte) []byte { return i.DecryptionKey.Append(i.OutPoint.Append(b)) })
		}
		panic("wire: lightning input without content")
	})
}

// Decode reads the consensus form.
func (i *LNV2Input) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			i.Unknown = d.Unknown(variant)
			return
		}
		d.Enum(i.decodeV0(d))
	})
}

func (i *LNV2Input) decodeV0(d *Decoder) func(variant uint64) {
	return func(variant uint64) {
		i.OutPoint.Decode(d)
		switch variant {
		case 0:
			d.charge(sizeOf[LNV2Witness]())
			i.Witness = new(LNV2Witness)
			i.Witness.Decode(d)
		case 1:
			d.charge(sizeOf[G1]())
			i.DecryptionKey = new(G1)
			i.DecryptionKey.Decode(d)
		default:
			d.NoVariant("LNV2Input.V0", variant)
		}
	}
}

// Variants of LNV2Witness.
const (
	LNV2Claim  = 0 // {Preimage}
	LNV2Refund = 1 // {}
	LNV2Cancel = 2 // {Signature}
)

// An LNV2Witness says why an outgoing contract may be spent: the gateway has the
// preimage, the contract has expired, or the gateway has forfeited it. It is an
// enum without a default variant.
type LNV2Witness struct {
	Variant uint64
	// Preimage is of LNV2Claim.
	Preimage Preimage
	// Signature is of LNV2Cancel (LNV2OutgoingContract.VerifyForfeit).
	Signature Signature
}

// Append appends the consensus form.
func (w LNV2Witness) Append(b []byte) []byte {
	switch w.Variant {
	case LNV2Claim:
		return AppendEnum(b, LNV2Claim, w.Preimage.Append)
	case LNV2Cancel:
		return AppendEnum(b, LNV2Cancel, w.Signature.Append)
	}
	return AppendEnum(b, w.Variant, nil)
}

// Decode reads the consensus form.
func (w *LNV2Witness) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch w.Variant = variant; variant {
		case LNV2Claim:
			w.Preimage.Decode(d)
		case LNV2Refund:
		case LNV2Cancel:
			w.Signature.Decode(d)
		default:
			d.NoVariant("LNV2Witness", variant)
		}
	})
}

// An LNV2Output funds a contract. It is an enum whose variant 0 has one of:
//
//	0 {LNV2OutgoingContract}
//	1 {LNV2IncomingContract}
//
// Exactly one field is set.
type LNV2Output struct {
	Outgoing *LNV2OutgoingContract
	Incoming *LNV2IncomingContract
	// Unknown is a variant of a later version.
	Unknown *Unknown
}

// Append appends the consensus form.
func (o LNV2Output) Append(b []byte) []byte {
	if o.Unknown != nil {
		return o.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte {
		switch {
		case o.Outgoing != nil:
			return AppendEnum(b, 0, o.Outgoing.Append)
		case o.Incoming != nil:
			return AppendEnum(b, 1, o.Incoming.Append)
		}
		panic("wire: lightning output without content")
	})
}

// Decode reads the consensus form.
func (o *LNV2Output) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			o.Unknown = d.Unknown(variant)
			return
		}
		d.Enum(o.decodeV0(d))
	})
}

func (o *LNV2Output) decodeV0(d *Decoder) func(variant uint64) {
	return func(variant uint64) {
		switch variant {
		case 0:
			d.charge(sizeOf[LNV2OutgoingContract]())
			o.Outgoing = new(LNV2OutgoingContract)
			o.Outgoing.Decode(d)
		case 1:
			d.charge(sizeOf[LNV2IncomingContract]())
			o.Incoming = new(LNV2IncomingContract)
			o.Incoming.Decode(d)
		default:
			d.NoVariant("LNV2Output.V0", variant)
		}
	}
}

// An LNV2Outcome has no bytes, and guardians never give one.
type LNV2Outcome struct{}

// Append appends nothing.
func (LNV2Outcome) Append(b []byte) []byte { return b }

// Decode reads nothing.
func (*LNV2Outcome) Decode(*Decoder) {}

// Variants of LNV2ConsensusItem.
const (
	LNV2BlockCountVote = 0 // {u64}
	LNV2UnixTimeVote   = 1 // {u64}
)

// An LNV2ConsensusItem is what a guardian takes for the count of blocks or for
// the seconds since 1970.
type LNV2ConsensusItem struct {
	Variant uint64
	Vote    uint64
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (i LNV2ConsensusItem) Append(b []byte) []byte {
	if i.Unknown != nil {
		return i.Unknown.Append(b)
	}
	return AppendEnum(b, i.Variant, func(b []byte) []byte { return AppendUint(b, i.Vote) })
}

// Decode reads the consensus form.
func (i *LNV2ConsensusItem) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch variant {
		case LNV2BlockCountVote, LNV2UnixTimeVote:
			i.Variant, i.Vote = variant, d.Uint64()
		default:
			i.Unknown = d.Unknown(variant)
		}
	})
}

// An LNV2Config is the config of the module lnv2.
type LNV2Config struct {
	// Key encrypts preimages to the guardians.
	Key G1 `json:"tpe_agg_pk"`
	// PeerKeys verify each guardian's share of a decryption key.
	PeerKeys map[PeerID]G1 `json:"tpe_pks"`
	// Fee is for each input and for each output.
	Fee     PaymentFee `json:"fee_consensus"`
	Network Network    `json:"network"`
}

// Append appends the consensus form.
func (c LNV2Config) Append(b []byte) []byte {
	b = AppendMap(c.Key.Append(b), c.PeerKeys)
	return c.Network.Append(c.Fee.Append(b))
}

// Decode reads the consensus form.
func (c *LNV2Config) Decode(d *Decoder) {
	c.Key.Decode(d)
	c.PeerKeys = ReadMap[PeerID, G1](d)
	c.Fee.Decode(d)
	c.Network.Decode(d)
}
