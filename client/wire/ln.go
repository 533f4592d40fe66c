package wire

// An LNInput spends Amount msat of a contract. It is an enum:
//
//	0 {ContractID, Amount, Option<Preimage>}
type LNInput struct {
	Contract ContractID
	Amount   Amount
	// Preimage is what a gateway claims an outgoing contract with.
	Preimage *Preimage
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (i LNInput) Append(b []byte) []byte {
	if i.Unknown != nil {
		return i.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte {
		return AppendOption(i.Amount.Append(i.Contract.Append(b)), i.Preimage)
	})
}

// Decode reads the consensus form.
func (i *LNInput) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			i.Unknown = d.Unknown(variant)
			return
		}
		i.Contract.Decode(d)
		i.Amount.Decode(d)
		i.Preimage = ReadOption[Preimage](d)
	})
}

// An LNOutput is an enum whose variant 0 has one of:
//
//	0 {Amount, LNContract}
//	1 {LNOffer}
//	2 {ContractID, Signature}
//
// Exactly one of the pointers is set.
type LNOutput struct {
	// Contract is funded with Amount msat.
	Contract *LNContract
	Amount   Amount
	// Offer is worth nothing.
	Offer *LNOffer
	// Cancel cancels an outgoing contract, and is worth nothing.
	Cancel *LNCancel
	// Unknown is a variant of a later version.
	Unknown *Unknown
}

// An LNCancel gives an outgoing contract back to the sender, with the gateway's
// signature (LNOutgoingContract.VerifyCancel).
type LNCancel struct {
	Contract  ContractID
	Signature Signature
}

// Append appends the consensus form.
func (c LNCancel) Append(b []byte) []byte { return c.Signature.Append(c.Contract.Append(b)) }

// Decode reads the consensus form.
func (c *LNCancel) Decode(d *Decoder) {
	c.Contract.Decode(d)
	c.Signature.Decode(d)
}

// Append appends the consensus form.
func (o LNOutput) Append(b []byte) []byte {
	if o.Unknown != nil {
		return o.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte {
		switch {
		case o.Contract != nil:
			return AppendEnum(b, 0, func(b []byte) []byte { return o.Contract.Append(o.Amount.Append(b)) })
		case o.Offer != nil:
			return AppendEnum(b, 1, o.Offer.Append)
		case o.Cancel != nil:
			return AppendEnum(b, 2, o.Cancel.Append)
		}
		panic("wire: lightning output without content")
	})
}

// Decode reads the consensus form.
func (o *LNOutput) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			o.Unknown = d.Unknown(variant)
			return
		}
		d.Enum(o.decodeV0(d))
	})
}

func (o *LNOutput) decodeV0(d *Decoder) func(variant uint64) {
	return func(variant uint64) {
		switch variant {
		case 0:
			d.charge(sizeOf[LNContract]())
			o.Amount.Decode(d)
			o.Contract = new(LNContract)
			o.Contract.Decode(d)
		case 1:
			d.charge(sizeOf[LNOffer]())
			o.Offer = new(LNOffer)
			o.Offer.Decode(d)
		case 2:
			d.charge(sizeOf[LNCancel]())
			o.Cancel = new(LNCancel)
			o.Cancel.Decode(d)
		default:
			d.NoVariant("LNOutput.V0", variant)
		}
	}
}

// Variants of LNOutcome.
const (
	LNContractOutcome = 0 // {ContractID, enum 0 {DecryptedPreimage} or 1 {}}
	LNOfferOutcome    = 1 // {ContractID}
	LNCancelOutcome   = 2 // {ContractID}
)

// An LNOutcome says what became of an output. It is an enum whose variant 0 has
// one of the variants above.
type LNOutcome struct {
	Variant uint64
	// ID is that of the contract or the offer.
	ID ContractID
	// Decrypted is of an incoming contract. It is nil for any other outcome.
	Decrypted *DecryptedPreimage
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (o LNOutcome) Append(b []byte) []byte {
	if o.Unknown != nil {
		return o.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte { return AppendEnum(b, o.Variant, o.appendFields) })
}

func (o LNOutcome) appendFields(b []byte) []byte {
	b = o.ID.Append(b)
	switch {
	case o.Variant != LNContractOutcome:
		return b
	case o.Decrypted != nil:
		return AppendEnum(b, 0, o.Decrypted.Append)
	}
	return AppendEnum(b, 1, nil)
}

// Decode reads the consensus form.
func (o *LNOutcome) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			o.Unknown = d.Unknown(variant)
			return
		}
		d.Enum(o.decodeV0(d))
	})
}

func (o *LNOutcome) decodeV0(d *Decoder) func(variant uint64) {
	return func(variant uint64) {
		if variant > LNCancelOutcome {
			d.NoVariant("LNOutcome.V0", variant)
		}
		o.Variant = variant
		if o.ID.Decode(d); variant == LNContractOutcome {
			d.Enum(o.decodeContract(d))
		}
	}
}

func (o *LNOutcome) decodeContract(d *Decoder) func(variant uint64) {
	return func(variant uint64) {
		switch variant {
		case 0:
			d.charge(sizeOf[DecryptedPreimage]())
			o.Decrypted = new(DecryptedPreimage)
			o.Decrypted.Decode(d)
		case 1:
		default:
			d.NoVariant("outcome of a contract", variant)
		}
	}
}

// Variants of LNConsensusItem.
const (
	LNDecryptionShare  = 0 // {ContractID, G1}
	LNBlockCount       = 1 // {u64}
	LNConsensusVersion = 2 // {Version}
)

// An LNConsensusItem is what a guardian contributes: its share of a preimage, or
// its count of blocks, or the version it can follow.
type LNConsensusItem struct {
	Variant uint64
	// Contract and Share are of LNDecryptionShare.
	Contract ContractID
	Share    G1
	// BlockCount is of LNBlockCount.
	BlockCount uint64
	// Version is of LNConsensusVersion.
	Version Version
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (i LNConsensusItem) Append(b []byte) []byte {
	if i.Unknown != nil {
		return i.Unknown.Append(b)
	}
	return AppendEnum(b, i.Variant, func(b []byte) []byte {
		switch i.Variant {
		case LNDecryptionShare:
			return i.Share.Append(i.Contract.Append(b))
		case LNBlockCount:
			return AppendUint(b, i.BlockCount)
		}
		return i.Version.Append(b)
	})
}

// Decode reads the consensus form.
func (i *LNConsensusItem) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch variant {
		case LNDecryptionShare:
			i.Contract.Decode(d)
			i.Share.Decode(d)
		case LNBlockCount:
			i.BlockCount = d.Uint64()
		case LNConsensusVersion:
			i.Version.Decode(d)
		default:
			i.Unknown = d.Unknown(variant)
			return
		}
		i.Variant = variant
	})
}

// LNFees are what the module ln takes, whatever the amount, in msat: for each
// input, and for each output that funds a contract.
type LNFees struct {
	Input  Amount `json:"contract_input"`
	Output Amount `json:"contract_output"`
}

// Append appends the consensus form.
func (f LNFees) Append(b []byte) []byte { return f.Output.Append(f.Input.Append(b)) }

// Decode reads the consensus form.
func (f *LNFees) Decode(d *Decoder) {
	f.Input.Decode(d)
	f.Output.Decode(d)
}

// An LNConfig is the config of the module ln.
type LNConfig struct {
	// Key encrypts preimages to the guardians.
	Key     G1            `json:"threshold_pub_key"`
	Fees    LNFees        `json:"fee_consensus"`
	Network LegacyNetwork `json:"network"`
}

// Append appends the consensus form.
func (c LNConfig) Append(b []byte) []byte {
	return c.Network.Append(c.Fees.Append(c.Key.Append(b)))
}

// Decode reads the consensus form.
func (c *LNConfig) Decode(d *Decoder) {
	c.Key.Decode(d)
	c.Fees.Decode(d)
	c.Network.Decode(d)
}
