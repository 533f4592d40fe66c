package wire

import "math"

// Contracts of the module lnv2. A contract is spent whole, and is named by the
// output that funded it, not by its id: the same contract may be funded twice.

// An LNV2OutgoingContract pays a gateway for the preimage of an invoice, or goes
// back to the sender.
type LNV2OutgoingContract struct {
	Image PaymentImage `json:"payment_image"`
	// Amount is in msat: that of the invoice and the gateway's fee.
	Amount Amount `json:"amount"`
	// Expiration is a count of blocks. While it is above the federation's count
	// ClaimKey can spend with the preimage, afterwards RefundKey.
	Expiration uint64 `json:"expiration"`
	// ClaimKey is the gateway's.
	ClaimKey PublicKey `json:"claim_pk"`
	// RefundKey is the sender's.
	RefundKey PublicKey `json:"refund_pk"`
	// EphemeralKey is what the sender derives its key from again.
	EphemeralKey PublicKey `json:"ephemeral_pk"`
}

// ID returns the hash of the contract. It is also the message that the gateway
// signs with ClaimKey to forfeit the contract.
func (c LNV2OutgoingContract) ID() ContractID { return ContractID(HashOf(c)) }

// VerifyForfeit returns ErrSignature unless the signature is the gateway's, which
// lets the sender have the contract back at once.
func (c LNV2OutgoingContract) VerifyForfeit(sig Signature) error {
	return c.ClaimKey.XOnly().Verify(c.ID(), sig)
}

// VerifyAuth returns ErrSignature unless the signature is the sender's, which
// lets the gateway pay the invoice.
func (c LNV2OutgoingContract) VerifyAuth(invoice LightningInvoice, sig Signature) error {
	return c.RefundKey.XOnly().Verify(HashOf(invoice), sig)
}

// Append appends the consensus form.
func (c LNV2OutgoingContract) Append(b []byte) []byte {
	b = AppendUint(c.Amount.Append(c.Image.Append(b)), c.Expiration)
	return c.EphemeralKey.Append(c.RefundKey.Append(c.ClaimKey.Append(b)))
}

// Decode reads the consensus form.
func (c *LNV2OutgoingContract) Decode(d *Decoder) {
	c.Image.Decode(d)
	c.Amount.Decode(d)
	c.Expiration = d.Uint64()
	c.ClaimKey.Decode(d)
	c.RefundKey.Decode(d)
	c.EphemeralKey.Decode(d)
}

// UnmarshalJSON reads an object of all fields.
func (c *LNV2OutgoingContract) UnmarshalJSON(data []byte) error {
	return readObject(data, "contract",
		field{"payment_image", &c.Image, false}, field{"amount", &c.Amount, false},
		field{"expiration", &c.Expiration, false}, field{"claim_pk", &c.ClaimKey, false},
		field{"refund_pk", &c.RefundKey, false}, field{"ephemeral_pk", &c.EphemeralKey, false})
}

// An LNV2Commitment is what an incoming contract is about. Its hash is what the
// encrypted preimage is bound to.
type LNV2Commitment struct {
	Image PaymentImage `json:"payment_image"`
	// Amount is in msat: that of the invoice less the gateway's fee.
	Amount Amount `json:"amount"`
	// Expiration is in seconds since 1970. A federation refuses to fund the
	// contract from then on; once funded it does not expire. For a contract of
	// an LNURL see GatewayFee.
	Expiration uint64 `json:"expiration"`
	// ClaimKey is the receiver's, if the decrypted preimage is right.
	ClaimKey PublicKey `json:"claim_pk"`
	// RefundKey is the gateway's, if it is not.
	RefundKey PublicKey `json:"refund_pk"`
	// EphemeralKey is what the receiver derives its keys from again.
	EphemeralKey PublicKey `json:"ephemeral_pk"`
}

// FeeExpiration returns the expiration that tells the receiver of an LNURL what
// the gateway took: such a contract never expires.
func FeeExpiration(fee Amount) uint64 { return math.MaxUint64 - uint64(fee) }

// GatewayFee returns the fee in msat in the expiration of a contract of an LNURL
// (FeeExpiration). Of other contracts it returns nonsense.
func (c LNV2Commitment) GatewayFee() Amount { return Amount(math.MaxUint64 - c.Expiration) }

// Append appends the consensus form.
func (c LNV2Commitment) Append(b []byte) []byte { return LNV2OutgoingContract(c).Append(b) }

// Decode reads the consensus form.
func (c *LNV2Commitment) Decode(d *Decoder) { (*LNV2OutgoingContract)(c).Decode(d) }

// UnmarshalJSON reads an object of all fields.
func (c *LNV2Commitment) UnmarshalJSON(data []byte) error {
	return (*LNV2OutgoingContract)(c).UnmarshalJSON(data)
}

// An LNV2Ciphertext is a preimage that the guardians decrypt together. Consensus
// form: 176 bytes.
type LNV2Ciphertext struct {
	// Encrypted is the preimage, masked. JSON: list of 32 numbers.
	Encrypted [32]byte `json:"encrypted_preimage"`
	Key       G1       `json:"pk"`
	Signature G2       `json:"signature"`
}

// Append appends the consensus form.
func (c LNV2Ciphertext) Append(b []byte) []byte {
	return c.Signature.Append(c.Key.Append(append(b, c.Encrypted[:]...)))
}

// Decode reads the consensus form.
func (c *LNV2Ciphertext) Decode(d *Decoder) {
	d.Fixed(c.Encrypted[:])
	c.Key.Decode(d)
	c.Signature.Decode(d)
}

// UnmarshalJSON reads an object of all fields.
func (c *LNV2Ciphertext) UnmarshalJSON(data []byte) error {
	return readObject(data, "ciphertext", field{"encrypted_preimage", (*Preimage)(&c.Encrypted), false},
		field{"pk", &c.Key, false}, field{"signature", &c.Signature, false})
}

// An LNV2IncomingContract sells a preimage to a gateway.
type LNV2IncomingContract struct {
	Commitment LNV2Commitment `json:"commitment"`
	Ciphertext LNV2Ciphertext `json:"ciphertext"`
}

// ID returns the hash of the contract.
func (c LNV2IncomingContract) ID() ContractID { return ContractID(HashOf(c)) }

// Append appends the consensus form.
func (c LNV2IncomingContract) Append(b []byte) []byte {
	return c.Ciphertext.Append(c.Commitment.Append(b))
}

// Decode reads the consensus form.
func (c *LNV2IncomingContract) Decode(d *Decoder) {
	c.Commitment.Decode(d)
	c.Ciphertext.Decode(d)
}

// UnmarshalJSON reads {"commitment":commitment,"ciphertext":ciphertext}.
func (c *LNV2IncomingContract) UnmarshalJSON(data []byte) error {
	return readObject(data, "incoming contract",
		field{"commitment", &c.Commitment, false}, field{"ciphertext", &c.Ciphertext, false})
}
