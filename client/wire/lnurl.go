package wire

import "fmt"

// An LnurlRequest is what the path of an LNURL of the module lnv2 says: to whom
// anyone may send a payment, and through which gateways. Text: "fedimint" and
// base32 of the consensus form.
type LnurlRequest struct {
	FederationID FederationID `json:"federation_id"`
	// Recipient is the key that claim keys are derived from.
	Recipient PublicKey `json:"recipient_pk"`
	// FederationKey is LNV2Config.Key.
	FederationKey G1        `json:"aggregate_pk"`
	Gateways      []SafeURL `json:"gateways"`
}

// ParseLnurlRequest reads what String writes.
func ParseLnurlRequest(s string) (LnurlRequest, error) {
	rest, ok := cutTextPrefix(s)
	if !ok {
		return LnurlRequest{}, fmt.Errorf("request of %d characters does not begin with %q", len(s), textPrefix)
	}
	data, err := decodeBase32(rest)
	if err != nil {
		return LnurlRequest{}, err
	}
	return Decode[LnurlRequest](data)
}

// String returns "fedimint" and base32.
func (r LnurlRequest) String() string { return textPrefix + encodeBase32(Encode(r)) }

// Append appends the consensus form.
func (r LnurlRequest) Append(b []byte) []byte {
	b = r.FederationKey.Append(r.Recipient.Append(r.FederationID.Append(b)))
	return AppendVec(b, r.Gateways)
}

// Decode reads the consensus form.
func (r *LnurlRequest) Decode(d *Decoder) {
	r.FederationID.Decode(d)
	r.Recipient.Decode(d)
	r.FederationKey.Decode(d)
	r.Gateways = ReadVec[SafeURL](d)
}
