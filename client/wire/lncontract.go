package wire

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// Contracts of the module ln. A contract has an account, found by the id of the
// contract; anyone can look at it.

// An LNIncomingContract sells the preimage of an offer to a gateway.
type LNIncomingContract struct {
	Hash      Hash              `json:"hash"`
	Encrypted EncryptedPreimage `json:"encrypted_preimage"`
	// Decrypted is pending when the contract is made.
	Decrypted DecryptedPreimage `json:"decrypted_preimage"`
	// GatewayKey can spend if the preimage is invalid, else the decrypted key.
	GatewayKey PublicKey `json:"gateway_key"`
}

// ID returns the payment hash.
func (c LNIncomingContract) ID() ContractID { return ContractID(c.Hash) }

// Append appends the consensus form.
func (c LNIncomingContract) Append(b []byte) []byte {
	return c.GatewayKey.Append(c.Decrypted.Append(c.Encrypted.Append(c.Hash.Append(b))))
}

// Decode reads the consensus form.
func (c *LNIncomingContract) Decode(d *Decoder) {
	c.Hash.Decode(d)
	c.Encrypted.Decode(d)
	c.Decrypted.Decode(d)
	c.GatewayKey.Decode(d)
}

// UnmarshalJSON reads an object of all fields.
func (c *LNIncomingContract) UnmarshalJSON(data []byte) error {
	return readObject(data, "incoming contract",
		field{"hash", &c.Hash, false}, field{"encrypted_preimage", &c.Encrypted, false},
		field{"decrypted_preimage", &c.Decrypted, false}, field{"gateway_key", &c.GatewayKey, false})
}

// An LNOutgoingContract pays a gateway for the preimage of an invoice, or goes
// back to the sender.
type LNOutgoingContract struct {
	Hash Hash `json:"hash"`
	// GatewayKey can spend with the preimage until Timelock, a height of blocks.
	GatewayKey PublicKey `json:"gateway_key"`
	Timelock   uint32    `json:"timelock"`
	// UserKey, the sender's, can spend later, or when the gateway has cancelled.
	UserKey   PublicKey `json:"user_key"`
	Cancelled bool      `json:"cancelled"`
}

// ID returns the hash of all but Cancelled. It says nothing of the amount, so that
// somebody else's contract may have it.
func (c LNOutgoingContract) ID() ContractID { return sha256.Sum256(c.appendTerms(nil)) }

// CancelMessage returns what the gateway signs to give up the contract: the
// SHA-256 of the length of a text, the text and the id.
func (c LNOutgoingContract) CancelMessage() Hash {
	return sha256.Sum256(c.ID().Append(AppendText(nil, "outgoing contract cancellation")))
}

// VerifyCancel returns ErrSignature unless the signature is the gateway's.
func (c LNOutgoingContract) VerifyCancel(sig Signature) error {
	return c.GatewayKey.XOnly().Verify(c.CancelMessage(), sig)
}

func (c LNOutgoingContract) appendTerms(b []byte) []byte {
	return c.UserKey.Append(AppendUint(c.GatewayKey.Append(c.Hash.Append(b)), uint64(c.Timelock)))
}

// Append appends the consensus form.
func (c LNOutgoingContract) Append(b []byte) []byte { return AppendBool(c.appendTerms(b), c.Cancelled) }

// Decode reads the consensus form.
func (c *LNOutgoingContract) Decode(d *Decoder) {
	c.Hash.Decode(d)
	c.GatewayKey.Decode(d)
	c.Timelock = d.Uint32()
	c.UserKey.Decode(d)
	c.Cancelled = d.Bool()
}

// UnmarshalJSON reads an object of all fields.
func (c *LNOutgoingContract) UnmarshalJSON(data []byte) error {
	return readObject(data, "outgoing contract",
		field{"hash", &c.Hash, false}, field{"gateway_key", &c.GatewayKey, false}, field{"timelock", &c.Timelock, false},
		field{"user_key", &c.UserKey, false}, field{"cancelled", &c.Cancelled, false})
}

// An LNContract is a contract of either kind. It is an enum without a default
// variant:
//
//	0 {LNIncomingContract}
//	1 {LNOutgoingContract}
//
// Exactly one field is set.
type LNContract struct {
	Incoming *LNIncomingContract
	Outgoing *LNOutgoingContract
}

// Append appends the consensus form.
func (c LNContract) Append(b []byte) []byte {
	switch {
	case c.Incoming != nil:
		return AppendEnum(b, 0, c.Incoming.Append)
	case c.Outgoing != nil:
		return AppendEnum(b, 1, c.Outgoing.Append)
	}
	panic("wire: lightning contract without content")
}

// Decode reads the consensus form.
func (c *LNContract) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch variant {
		case 0:
			c.Incoming = newIncoming(d)
		case 1:
			c.Outgoing = newOutgoing(d)
		default:
			d.NoVariant("LNContract", variant)
		}
	})
}

func newIncoming(d *Decoder) *LNIncomingContract {
	d.charge(sizeOf[LNIncomingContract]())
	c := new(LNIncomingContract)
	c.Decode(d)
	return c
}

func newOutgoing(d *Decoder) *LNOutgoingContract {
	d.charge(sizeOf[LNOutgoingContract]())
	c := new(LNOutgoingContract)
	c.Decode(d)
	return c
}

// An LNAccount is a contract that is funded. Its contract is an enum without a
// default variant:
//
//	0 {LNIncomingContract, OutPoint}
//	1 {LNOutgoingContract}
//
// Exactly one of the pointers is set.
type LNAccount struct {
	// Amount in msat is 0 when the contract is spent.
	Amount   Amount
	Incoming *LNIncomingContract
	// OutPoint funded the incoming contract.
	OutPoint OutPoint
	Outgoing *LNOutgoingContract
}

// Append appends the consensus form.
func (a LNAccount) Append(b []byte) []byte {
	b = a.Amount.Append(b)
	switch {
	case a.Incoming != nil:
		return AppendEnum(b, 0, func(b []byte) []byte { return a.OutPoint.Append(a.Incoming.Append(b)) })
	case a.Outgoing != nil:
		return AppendEnum(b, 1, a.Outgoing.Append)
	}
	panic("wire: lightning account without content")
}

// Decode reads the consensus form.
func (a *LNAccount) Decode(d *Decoder) {
	a.Amount.Decode(d)
	d.Enum(func(variant uint64) {
		switch variant {
		case 0:
			a.Incoming = newIncoming(d)
			a.OutPoint.Decode(d)
		case 1:
			a.Outgoing = newOutgoing(d)
		default:
			d.NoVariant("LNAccount", variant)
		}
	})
}

// MarshalJSON returns {"amount":msat,"contract":{"Outgoing":contract}} or
// {"amount":msat,"contract":{"Incoming":{"contract":contract,"out_point":outpoint}}}.
func (a LNAccount) MarshalJSON() ([]byte, error) {
	contract := map[string]any{"Outgoing": a.Outgoing}
	if a.Incoming != nil {
		contract = map[string]any{"Incoming": map[string]any{"contract": a.Incoming, "out_point": a.OutPoint}}
	}
	return json.Marshal(map[string]any{"amount": a.Amount, "contract": contract})
}

// UnmarshalJSON reads what MarshalJSON returns.
func (a *LNAccount) UnmarshalJSON(data []byte) error {
	var contract json.RawMessage
	*a = LNAccount{}
	err := readObject(data, "account", field{"amount", &a.Amount, false}, field{"contract", &contract, false})
	if err != nil {
		return err
	}
	name, body, err := readVariant(contract, "funded contract")
	if err != nil {
		return err
	}
	switch name {
	case "Incoming":
		a.Incoming = new(LNIncomingContract)
		return readObject(body, "funded contract", field{"contract", a.Incoming, false}, field{"out_point", &a.OutPoint, false})
	case "Outgoing":
		a.Outgoing = new(LNOutgoingContract)
		return json.Unmarshal(body, a.Outgoing)
	}
	return fmt.Errorf("funded contract has no variant %.40q", name)
}

// An LNIncomingAccount is the account of an incoming contract, as the endpoints
// about preimages give it.
type LNIncomingAccount struct {
	Amount   Amount             `json:"amount"`
	Contract LNIncomingContract `json:"contract"`
}

// UnmarshalJSON reads {"amount":msat,"contract":contract}.
func (a *LNIncomingAccount) UnmarshalJSON(data []byte) error {
	return readObject(data, "account", field{"amount", &a.Amount, false}, field{"contract", &a.Contract, false})
}

// An LNOffer offers a preimage for Amount msat to any gateway.
type LNOffer struct {
	Amount    Amount            `json:"amount"`
	Hash      Hash              `json:"hash"`
	Encrypted EncryptedPreimage `json:"encrypted_preimage"`
	// ExpiryTime is in seconds.
	ExpiryTime *uint64 `json:"expiry_time"`
}

// ID returns the payment hash, which is also the id of the contract that buys it.
func (o LNOffer) ID() ContractID { return ContractID(o.Hash) }

// Append appends the consensus form.
func (o LNOffer) Append(b []byte) []byte {
	return AppendOption(o.Encrypted.Append(o.Hash.Append(o.Amount.Append(b))), (*Amount)(o.ExpiryTime))
}

// Decode reads the consensus form.
func (o *LNOffer) Decode(d *Decoder) {
	o.Amount.Decode(d)
	o.Hash.Decode(d)
	o.Encrypted.Decode(d)
	o.ExpiryTime = (*uint64)(ReadOption[Amount](d))
}

// UnmarshalJSON reads an object of all fields.
func (o *LNOffer) UnmarshalJSON(data []byte) error {
	return readObject(data, "offer",
		field{"amount", &o.Amount, false}, field{"hash", &o.Hash, false},
		field{"encrypted_preimage", &o.Encrypted, false}, field{"expiry_time", &o.ExpiryTime, true})
}
