package wire

import (
	"encoding/json"
	"fmt"
)

// What clients and gateways of the module lnv2 say to each other over HTTP, in
// JSON. The routes are /routing_info, /create_bolt11_invoice and /send_payment.

// RoutingInfo is a gateway's answer to the id of a federation: its keys and its
// terms. Two of them are equal if they are ==.
type RoutingInfo struct {
	// LightningKey is of the gateway's node, which signs its invoices.
	LightningKey PublicKey `json:"lightning_public_key"`
	// Alias is the name of the node, or empty: older gateways give none.
	Alias string `json:"lightning_alias,omitempty"`
	// ModuleKey claims outgoing contracts and refunds incoming ones.
	ModuleKey PublicKey `json:"module_public_key"`
	// SendFeeMinimum and ExpirationDeltaMinimum, a number of blocks, are for an
	// invoice that the gateway itself has made.
	SendFeeMinimum PaymentFee `json:"send_fee_minimum"`
	// SendFeeDefault and ExpirationDeltaDefault are for any other.
	SendFeeDefault         PaymentFee `json:"send_fee_default"`
	ExpirationDeltaMinimum uint64     `json:"expiration_delta_minimum"`
	ExpirationDeltaDefault uint64     `json:"expiration_delta_default"`
	ReceiveFee             PaymentFee `json:"receive_fee"`
	// ReceiveEnabled is true of older gateways, which do not say it.
	ReceiveEnabled bool `json:"receive_enabled"`
}

// SendTerms returns the fee and the number of blocks that the gateway asks for
// paying an invoice of payee.
func (r RoutingInfo) SendTerms(payee PublicKey) (fee PaymentFee, expirationDelta uint64) {
	if payee == r.LightningKey {
		return r.SendFeeMinimum, r.ExpirationDeltaMinimum
	}
	return r.SendFeeDefault, r.ExpirationDeltaDefault
}

// UnmarshalJSON reads an object of all fields.
func (r *RoutingInfo) UnmarshalJSON(data []byte) error {
	*r = RoutingInfo{ReceiveEnabled: true}
	return readObject(data, "routing info",
		field{"lightning_public_key", &r.LightningKey, false}, field{"lightning_alias", &r.Alias, true},
		field{"module_public_key", &r.ModuleKey, false},
		field{"send_fee_minimum", &r.SendFeeMinimum, false}, field{"send_fee_default", &r.SendFeeDefault, false},
		field{"expiration_delta_minimum", &r.ExpirationDeltaMinimum, false},
		field{"expiration_delta_default", &r.ExpirationDeltaDefault, false},
		field{"receive_fee", &r.ReceiveFee, false}, field{"receive_enabled", &r.ReceiveEnabled, true})
}

// A LightningInvoice is what a gateway is asked to pay. It is an enum without a
// default variant:
//
//	0 {String}
//
// Any text decodes; package bolt11 tells whether it is an invoice. Its hash is
// what the sender signs with the refund key of the contract.
type LightningInvoice struct {
	// Bolt11 is the invoice in lower case.
	Bolt11 string
}

// Append appends the consensus form.
func (i LightningInvoice) Append(b []byte) []byte {
	return AppendEnum(b, 0, func(b []byte) []byte { return AppendText(b, i.Bolt11) })
}

// Decode reads the consensus form.
func (i *LightningInvoice) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			d.NoVariant("LightningInvoice", variant)
		}
		i.Bolt11 = d.Text()
	})
}

// MarshalJSON returns {"Bolt11":string}.
func (i LightningInvoice) MarshalJSON() ([]byte, error) { return variantJSON("Bolt11", i.Bolt11) }

// UnmarshalJSON reads {"Bolt11":string}.
func (i *LightningInvoice) UnmarshalJSON(data []byte) error {
	return readObject(data, "lightning invoice", field{"Bolt11", &i.Bolt11, false})
}

// An InvoiceDescription is what an invoice says that it is for: a text, or the
// hash of one. JSON: {"Direct":string} or {"Hash":hex}.
type InvoiceDescription struct {
	Direct string
	// Hash, if it is not nil, is in place of the text.
	Hash *Hash
}

// MarshalJSON returns {"Direct":string} or {"Hash":hex}.
func (i InvoiceDescription) MarshalJSON() ([]byte, error) {
	if i.Hash != nil {
		return variantJSON("Hash", i.Hash)
	}
	return variantJSON("Direct", i.Direct)
}

// UnmarshalJSON reads {"Direct":string} or {"Hash":hex}.
func (i *InvoiceDescription) UnmarshalJSON(data []byte) error {
	name, _, err := readVariant(data, "description")
	if err != nil {
		return err
	}
	*i = InvoiceDescription{}
	switch name {
	case "Direct":
		return readObject(data, "description", field{name, &i.Direct, false})
	case "Hash":
		i.Hash = new(Hash)
		return readObject(data, "description", field{name, i.Hash, false})
	}
	return fmt.Errorf("description has no variant %.40q", name)
}

// A CreateInvoiceRequest asks a gateway for an invoice of Amount msat. When it is
// paid, the gateway funds the contract. The answer is the invoice, a string.
type CreateInvoiceRequest struct {
	FederationID FederationID         `json:"federation_id"`
	Contract     LNV2IncomingContract `json:"contract"`
	Amount       Amount               `json:"amount"`
	Description  InvoiceDescription   `json:"description"`
	ExpirySecs   uint32               `json:"expiry_secs"`
}

// UnmarshalJSON reads an object of all fields.
func (r *CreateInvoiceRequest) UnmarshalJSON(data []byte) error {
	return readObject(data, "request for an invoice",
		field{"federation_id", &r.FederationID, false}, field{"contract", &r.Contract, false},
		field{"amount", &r.Amount, false}, field{"description", &r.Description, false},
		field{"expiry_secs", &r.ExpirySecs, false})
}

// A SendPaymentRequest asks a gateway to pay an invoice for the contract that
// OutPoint funded.
type SendPaymentRequest struct {
	FederationID FederationID         `json:"federation_id"`
	OutPoint     OutPoint             `json:"outpoint"`
	Contract     LNV2OutgoingContract `json:"contract"`
	Invoice      LightningInvoice     `json:"invoice"`
	// Auth is the signature of the invoice with the contract's refund key.
	Auth Signature `json:"auth"`
}

// UnmarshalJSON reads an object of all fields.
func (r *SendPaymentRequest) UnmarshalJSON(data []byte) error {
	return readObject(data, "request for a payment",
		field{"federation_id", &r.FederationID, false}, field{"outpoint", &r.OutPoint, false},
		field{"contract", &r.Contract, false}, field{"invoice", &r.Invoice, false}, field{"auth", &r.Auth, false})
}

// A SendPaymentResponse is how a payment ended. It proves nothing until Verify
// has approved of it. JSON: {"Ok":[32 numbers]} or {"Err":hex}.
type SendPaymentResponse struct {
	Preimage Preimage
	// Forfeit, if it is not nil, is the gateway's signature that it gives up the
	// contract; there is no preimage then.
	Forfeit *Signature
}

// Verify reports whether the preimage or the signature is that of the contract.
func (r SendPaymentResponse) Verify(c LNV2OutgoingContract) bool {
	if r.Forfeit != nil {
		return c.VerifyForfeit(*r.Forfeit) == nil
	}
	return c.Image.Verify(r.Preimage)
}

// MarshalJSON returns {"Ok":[32 numbers]} or {"Err":hex}.
func (r SendPaymentResponse) MarshalJSON() ([]byte, error) {
	if r.Forfeit != nil {
		return variantJSON("Err", r.Forfeit)
	}
	return variantJSON("Ok", r.Preimage)
}

// UnmarshalJSON reads {"Ok":[32 numbers]} or {"Err":hex}.
func (r *SendPaymentResponse) UnmarshalJSON(data []byte) error {
	name, body, err := readVariant(data, "answer to a payment")
	if err != nil {
		return err
	}
	*r = SendPaymentResponse{}
	switch name {
	case "Ok":
		return r.Preimage.UnmarshalJSON(body)
	case "Err":
		r.Forfeit = new(Signature)
		return json.Unmarshal(body, r.Forfeit)
	}
	return fmt.Errorf("answer to a payment has no variant %.40q", name)
}
