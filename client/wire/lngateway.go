package wire

import (
	"crypto/sha256"
	"math"
)

// RoutingFees are what a gateway of the module ln takes for a payment.
type RoutingFees struct {
	BaseMsat   uint32 `json:"base_msat"`
	Millionths uint32 `json:"proportional_millionths"`
}

// Fee returns the fee in msat for amount msat, which is as the reference computes
// it: the amount divided by how many times Millionths goes into a million. So
// 3000 millionths of 1_000_000 msat are 3003.
func (f RoutingFees) Fee(amount Amount) Amount {
	switch {
	case f.Millionths == 0:
		return Amount(f.BaseMsat)
	case f.Millionths > 1_000_000:
		return math.MaxUint64
	}
	return saturatingSum(Amount(f.BaseMsat), amount/Amount(1_000_000/f.Millionths))
}

// Append appends the consensus form.
func (f RoutingFees) Append(b []byte) []byte {
	return AppendUint(AppendUint(b, uint64(f.BaseMsat)), uint64(f.Millionths))
}

// Decode reads the consensus form.
func (f *RoutingFees) Decode(d *Decoder) { f.BaseMsat, f.Millionths = d.Uint32(), d.Uint32() }

// UnmarshalJSON reads {"base_msat":number,"proportional_millionths":number}.
func (f *RoutingFees) UnmarshalJSON(data []byte) error {
	return readObject(data, "routing fees",
		field{"base_msat", &f.BaseMsat, false}, field{"proportional_millionths", &f.Millionths, false})
}

// An LNGateway is what a gateway tells a federation about itself.
type LNGateway struct {
	// ChannelID is the short channel id for hints to the gateway.
	ChannelID uint64 `json:"mint_channel_id"`
	// RedeemKey claims outgoing contracts and refunds incoming ones.
	RedeemKey PublicKey `json:"gateway_redeem_key"`
	NodeKey   PublicKey `json:"node_pub_key"`
	Alias     string    `json:"lightning_alias"`
	API       SafeURL   `json:"api"`
	// RouteHints lead to the gateway's node.
	RouteHints RouteHints  `json:"route_hints"`
	Fees       RoutingFees `json:"fees"`
	// ID is a key too, which signs registrations.
	ID PublicKey `json:"gateway_id"`
	// PrivatePayments is that the gateway takes a PrunedInvoice.
	PrivatePayments bool `json:"supports_private_payments"`
}

// RegistrationMessage returns what the gateway signs to register: the SHA-256 of
// a text, the federation's key (LNConfig.Key), a nonce that rises, and the
// gateway.
func (g LNGateway) RegistrationMessage(federation G1, nonce uint64) Hash {
	b := federation.Append([]byte("register-gateway"))
	return sha256.Sum256(g.Append(AppendUint(b, nonce)))
}

// LNRemovalMessage returns what a gateway signs to be removed by a guardian: the
// SHA-256 of a text, the federation's key, the guardian and its challenge.
func LNRemovalMessage(federation G1, peer PeerID, challenge Hash) Hash {
	b := federation.Append([]byte("remove-gateway"))
	return sha256.Sum256(challenge.Append(peer.Append(b)))
}

// Append appends the consensus form.
func (g LNGateway) Append(b []byte) []byte {
	b = g.NodeKey.Append(g.RedeemKey.Append(AppendUint(b, g.ChannelID)))
	b = AppendVec(g.API.Append(AppendText(b, g.Alias)), g.RouteHints)
	return AppendBool(g.ID.Append(g.Fees.Append(b)), g.PrivatePayments)
}

// Decode reads the consensus form.
func (g *LNGateway) Decode(d *Decoder) {
	g.ChannelID = d.Uint64()
	g.RedeemKey.Decode(d)
	g.NodeKey.Decode(d)
	g.Alias = d.Text()
	g.API.Decode(d)
	g.RouteHints = ReadVec[RouteHint](d)
	g.Fees.Decode(d)
	g.ID.Decode(d)
	g.PrivatePayments = d.Bool()
}

// UnmarshalJSON reads an object of all fields.
func (g *LNGateway) UnmarshalJSON(data []byte) error {
	return readObject(data, "gateway",
		field{"mint_channel_id", &g.ChannelID, false}, field{"gateway_redeem_key", &g.RedeemKey, false},
		field{"node_pub_key", &g.NodeKey, false}, field{"lightning_alias", &g.Alias, false}, field{"api", &g.API, false},
		field{"route_hints", &g.RouteHints, false}, field{"fees", &g.Fees, false}, field{"gateway_id", &g.ID, false},
		field{"supports_private_payments", &g.PrivatePayments, false})
}

// An LNAnnouncement is a gateway as guardians list it.
type LNAnnouncement struct {
	Info   LNGateway `json:"info"`
	Vetted bool      `json:"vetted"`
	// TTL is how long it is valid from now on.
	TTL Duration `json:"ttl"`
	// Auth is nil for older gateways.
	Auth *LNRegistrationAuth `json:"auth,omitempty"`
}

// An LNRegistrationAuth proves that a gateway registered itself.
type LNRegistrationAuth struct {
	Nonce     uint64    `json:"nonce"`
	Signature Signature `json:"signature"`
}

// Verify returns ErrSignature if there is a signature and it is not the gateway's.
func (a LNAnnouncement) Verify(federation G1) error {
	if a.Auth == nil {
		return nil
	}
	return a.Info.ID.XOnly().Verify(a.Info.RegistrationMessage(federation, a.Auth.Nonce), a.Auth.Signature)
}

// UnmarshalJSON reads an object of all fields.
func (a *LNAnnouncement) UnmarshalJSON(data []byte) error {
	return readObject(data, "announcement of a gateway", field{"info", &a.Info, false},
		field{"vetted", &a.Vetted, false}, field{"ttl", &a.TTL, false}, field{"auth", &a.Auth, true})
}

// UnmarshalJSON reads {"nonce":number,"signature":hex}.
func (a *LNRegistrationAuth) UnmarshalJSON(data []byte) error {
	return readObject(data, "registration", field{"nonce", &a.Nonce, false}, field{"signature", &a.Signature, false})
}

// An LNRemoveGatewayRequest asks guardians to remove a gateway, with its
// signature for each (LNRemovalMessage).
type LNRemoveGatewayRequest struct {
	Gateway    PublicKey            `json:"gateway_id"`
	Signatures map[PeerID]Signature `json:"signatures"`
}

// UnmarshalJSON reads {"gateway_id":hex,"signatures":{peer:hex}}.
func (r *LNRemoveGatewayRequest) UnmarshalJSON(data []byte) error {
	*r = LNRemoveGatewayRequest{}
	return readObject(data, "request to remove a gateway",
		field{"gateway_id", &r.Gateway, false}, field{"signatures", &r.Signatures, false})
}
