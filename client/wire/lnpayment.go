package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// What clients of the module ln ask a gateway over HTTP, in JSON. The route is
// /pay_invoice, and the answer is the preimage, a string of hex.

// A PrunedInvoice is what a gateway needs to know of an invoice to pay it. Its
// consensus form is used nowhere but in databases.
type PrunedInvoice struct {
	// Amount is in msat.
	Amount      Amount    `json:"amount"`
	Destination PublicKey `json:"destination"`
	// Features are those of the invoice, as bytes, big endian. They may be missing
	// in JSON.
	Features      HexBytes   `json:"destination_features"`
	PaymentHash   Hash       `json:"payment_hash"`
	PaymentSecret [32]byte   `json:"payment_secret"`
	RouteHints    RouteHints `json:"route_hints"`
	MinFinalCLTV  uint64     `json:"min_final_cltv_delta"`
	// Expiry is in seconds since 1970.
	Expiry uint64 `json:"expiry_timestamp"`
}

// Append appends the consensus form.
func (i PrunedInvoice) Append(b []byte) []byte {
	b = i.PaymentHash.Append(i.Features.Append(i.Destination.Append(i.Amount.Append(b))))
	b = AppendVec(append(b, i.PaymentSecret[:]...), i.RouteHints)
	return AppendUint(AppendUint(b, i.MinFinalCLTV), i.Expiry)
}

// Decode reads the consensus form.
func (i *PrunedInvoice) Decode(d *Decoder) {
	i.Amount.Decode(d)
	i.Destination.Decode(d)
	i.Features.Decode(d)
	i.PaymentHash.Decode(d)
	d.Fixed(i.PaymentSecret[:])
	i.RouteHints = ReadVec[RouteHint](d)
	i.MinFinalCLTV, i.Expiry = d.Uint64(), d.Uint64()
}

// UnmarshalJSON reads an object of all fields.
func (i *PrunedInvoice) UnmarshalJSON(data []byte) error {
	return readObject(data, "pruned invoice",
		field{"amount", &i.Amount, false}, field{"destination", &i.Destination, false},
		field{"destination_features", &i.Features, true}, field{"payment_hash", &i.PaymentHash, false},
		field{"payment_secret", (*Preimage)(&i.PaymentSecret), false}, field{"route_hints", &i.RouteHints, false},
		field{"min_final_cltv_delta", &i.MinFinalCLTV, false}, field{"expiry_timestamp", &i.Expiry, false})
}

// LNPaymentData is an invoice, or what a gateway needs of it. JSON:
// {"invoice":string} or {"pruned_invoice":invoice}.
type LNPaymentData struct {
	Invoice string
	// Pruned, if it is not nil, is in place of the invoice.
	Pruned *PrunedInvoice
}

// MarshalJSON returns {"invoice":string} or {"pruned_invoice":invoice}.
func (p LNPaymentData) MarshalJSON() ([]byte, error) {
	if p.Pruned != nil {
		return variantJSON("pruned_invoice", p.Pruned)
	}
	return variantJSON("invoice", p.Invoice)
}

// UnmarshalJSON reads {"invoice":string} or {"pruned_invoice":invoice}.
func (p *LNPaymentData) UnmarshalJSON(data []byte) error {
	name, body, err := readVariant(data, "payment data")
	if err != nil {
		return err
	}
	*p = LNPaymentData{}
	switch {
	case string(body) == "null":
		return errors.New("payment data has no invoice")
	case name == "invoice":
		return json.Unmarshal(body, &p.Invoice)
	case name == "pruned_invoice":
		p.Pruned = new(PrunedInvoice)
		return json.Unmarshal(body, p.Pruned)
	}
	return fmt.Errorf("payment data has no variant %.40q", name)
}

// An LNPayInvoiceRequest asks a gateway to pay an invoice for a contract.
type LNPayInvoiceRequest struct {
	FederationID FederationID  `json:"federation_id"`
	Contract     ContractID    `json:"contract_id"`
	Payment      LNPaymentData `json:"payment_data"`
	// PreimageAuth must be given again by whoever asks a second time.
	PreimageAuth Hash `json:"preimage_auth"`
}

// UnmarshalJSON reads an object of all fields.
func (r *LNPayInvoiceRequest) UnmarshalJSON(data []byte) error {
	return readObject(data, "request for a payment",
		field{"federation_id", &r.FederationID, false}, field{"contract_id", &r.Contract, false},
		field{"payment_data", &r.Payment, false}, field{"preimage_auth", &r.PreimageAuth, false})
}
