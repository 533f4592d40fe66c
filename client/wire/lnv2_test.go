package wire_test

import (
	"encoding/json"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// lnv2InputJSON is the JSON of an input, which only entries have.
func lnv2InputJSON(in wire.LNV2Input) any {
	var v0 any
	switch w := in.Witness; {
	case w == nil:
		v0 = map[string]any{"Incoming": []any{in.OutPoint, in.DecryptionKey}}
	case w.Variant == wire.LNV2Claim:
		v0 = map[string]any{"Outgoing": []any{in.OutPoint, map[string]any{"Claim": w.Preimage}}}
	case w.Variant == wire.LNV2Refund:
		v0 = map[string]any{"Outgoing": []any{in.OutPoint, "Refund"}}
	case w.Variant == wire.LNV2Cancel:
		v0 = map[string]any{"Outgoing": []any{in.OutPoint, map[string]any{"Cancel": w.Signature}}}
	}
	return map[string]any{"V0": v0}
}

// lnv2OutputJSON is the JSON of an output, which only entries have.
func lnv2OutputJSON(out wire.LNV2Output) any {
	if out.Incoming != nil {
		return map[string]any{"V0": map[string]any{"Incoming": out.Incoming}}
	}
	return map[string]any{"V0": map[string]any{"Outgoing": out.Outgoing}}
}

func lnv2ItemJSON(item wire.LNV2ConsensusItem) any {
	if u := item.Unknown; u != nil {
		body := make([]int, len(u.Body))
		for i, b := range u.Body {
			body[i] = int(b)
		}
		return map[string]any{"Default": map[string]any{"variant": u.Variant, "bytes": body}}
	}
	name := map[uint64]string{wire.LNV2BlockCountVote: "BlockCountVote", wire.LNV2UnixTimeVote: "UnixTimeVote"}[item.Variant]
	return map[string]any{name: item.Vote}
}

// shows handles entries of a type whose form is in the entry, and whose JSON is
// made by a function.
func shows[T wire.Appender, P wire.Decodable[T]](name string, toJSON func(T) any) vectors.Handler {
	return func(t *testing.T, e vectors.Entry) {
		in := vectors.Decode[struct{ Value json.RawMessage }](t, e.Inputs)
		v := decoded[T, P](t, vectors.Decode[encoded](t, e.Expected).Hex)
		checkEncoded(t, e, v, name)
		if text, err := json.Marshal(toJSON(v)); err != nil || !sameJSON(t, text, in.Value) {
			t.Errorf("JSON %s (%v), want %s", text, err, in.Value)
		}
	}
}

// isJSON handles entries of a type that is read and written as JSON.
func isJSON[T wire.Appender](name string) vectors.Handler {
	return func(t *testing.T, e vectors.Entry) {
		in := vectors.Decode[struct{ Value json.RawMessage }](t, e.Inputs)
		checkEncoded(t, e, checkJSON[T](t, in.Value), name)
	}
}

// checkJSON reads a T and writes it again.
func checkJSON[T any](t *testing.T, text json.RawMessage) T {
	t.Helper()
	v := vectors.Decode[T](t, text)
	if again, err := json.Marshal(v); err != nil || !exactlyJSON(t, again, text) {
		t.Errorf("JSON %s is written as %s (%v)", text, again, err)
	}
	return v
}

// exactlyJSON is sameJSON with whole numbers compared to the last digit.
func exactlyJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	return sameJSON(t, a, b) && canonicalJSON(t, a) == canonicalJSON(t, b)
}

// canonicalJSON sorts members and leaves numbers as they are written.
func canonicalJSON(t *testing.T, text []byte) string {
	t.Helper()
	var object map[string]json.RawMessage
	var list []json.RawMessage
	var v any = json.RawMessage(text)
	switch {
	case json.Unmarshal(text, &object) == nil:
		sorted := make(map[string]string)
		for name, member := range object {
			sorted[name] = canonicalJSON(t, member)
		}
		v = sorted
	case json.Unmarshal(text, &list) == nil:
		items := make([]string, len(list))
		for i, item := range list {
			items[i] = canonicalJSON(t, item)
		}
		v = items
	}
	canonical, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(canonical)
}

func checkLNV2Keys(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		LnurlKey     wire.PublicKey `json:"lnurl_pk"`
		LnurlSecret  wire.SecretKey `json:"lnurl_secret"`
		StaticKey    wire.PublicKey `json:"static_pk"`
		StaticSecret wire.SecretKey `json:"static_secret"`
	}](t, e.Expected)
	if want.LnurlSecret.PublicKey() != want.LnurlKey || want.StaticSecret.PublicKey() != want.StaticKey {
		t.Errorf("keys %v and %v", want.LnurlSecret.PublicKey(), want.StaticSecret.PublicKey())
	}
}

func checkLNV2Send(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Expiration vectors.Uint
		Federation wire.FederationID `json:"federation_id"`
		GatewayKey wire.PublicKey    `json:"gateway_module_pk"`
		Gateway    wire.SecretKey    `json:"gateway_module_secret"`
		Invoice    string
		OutPoint   wire.OutPoint
		Preimage   vectors.Hex
		Fee        wire.PaymentFee `json:"send_fee"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Auth         wire.Signature
		Digest       wire.Hash      `json:"auth_digest"`
		ForfeitSig   wire.Signature `json:"forfeit_signature"`
		Contract     vectors.Hex
		ID           wire.ContractID  `json:"contract_id"`
		JSON         json.RawMessage  `json:"contract_json"`
		Payload      json.RawMessage  `json:"payload_json"`
		Invoice      vectors.Hex      `json:"invoice_hex"`
		OperationID  wire.OperationID `json:"operation_id_attempt0"`
		Output       vectors.Hex
		RefundKey    wire.PublicKey `json:"refund_pk"`
		RefundSecret wire.SecretKey `json:"tweak"`
	}](t, e.Expected)
	c := checkJSON[wire.LNV2OutgoingContract](t, want.JSON)
	checkForm(t, c, want.Contract)
	checkForm(t, wire.LNV2Output{Outgoing: &c}, want.Output)
	if c.ID() != want.ID || c.Expiration != uint64(in.Expiration) || c.ClaimKey != in.GatewayKey || c.RefundKey != want.RefundKey {
		t.Errorf("contract %v is %+v", c.ID(), c)
	}
	invoice := wire.LightningInvoice{Bolt11: in.Invoice}
	checkForm(t, invoice, want.Invoice)
	if wire.HashOf(invoice) != want.Digest {
		t.Errorf("hash of the invoice is %v", wire.HashOf(invoice))
	}
	request := checkJSON[wire.SendPaymentRequest](t, want.Payload)
	if want := (wire.SendPaymentRequest{FederationID: in.Federation, OutPoint: in.OutPoint, Contract: c, Invoice: invoice, Auth: want.Auth}); request != want {
		t.Errorf("request %+v, want %+v", request, want)
	}
	checkLNV2Signatures(t, c, invoice, want.Auth, want.ForfeitSig)
	if sig, err := want.RefundSecret.Sign(want.Digest); err != nil || c.VerifyAuth(invoice, sig) != nil {
		t.Errorf("our own authorisation is refused (%v)", err)
	}
	checkLNV2Response(t, c, wire.Preimage(in.Preimage), want.ForfeitSig)
}

func checkLNV2Signatures(t *testing.T, c wire.LNV2OutgoingContract, invoice wire.LightningInvoice, auth, forfeit wire.Signature) {
	t.Helper()
	if err := c.VerifyAuth(invoice, auth); err != nil {
		t.Errorf("authorisation: %v", err)
	}
	if err := c.VerifyForfeit(forfeit); err != nil {
		t.Errorf("forfeit: %v", err)
	}
	if c.VerifyForfeit(auth) == nil || c.VerifyAuth(invoice, forfeit) == nil || c.VerifyAuth(wire.LightningInvoice{}, auth) == nil {
		t.Error("a signature of something else is accepted")
	}
}

func checkLNV2Response(t *testing.T, c wire.LNV2OutgoingContract, p wire.Preimage, forfeit wire.Signature) {
	t.Helper()
	wrong := p
	wrong[0]++
	if !c.Image.Verify(p) || c.Image.Verify(wrong) {
		t.Error("preimage is taken for a wrong one, or the other way round")
	}
	for _, r := range []wire.SendPaymentResponse{{Preimage: p}, {Forfeit: &forfeit}} {
		text, err := json.Marshal(r)
		if back := checkJSON[wire.SendPaymentResponse](t, text); err != nil || !back.Verify(c) {
			t.Errorf("%s is refused (%v)", text, err)
		}
	}
	if (wire.SendPaymentResponse{Preimage: wrong}).Verify(c) || (wire.SendPaymentResponse{Forfeit: new(wire.Signature)}).Verify(c) {
		t.Error("a wrong response is accepted")
	}
}

func checkLNV2Receive(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Amount     vectors.Uint `json:"amount_msats"`
		Expiration vectors.Uint
		GatewayKey wire.PublicKey `json:"gateway_module_pk"`
		OutPoint   wire.OutPoint
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Key         wire.G1        `json:"aggregate_decryption_key"`
		ClaimKey    wire.PublicKey `json:"claim_pk"`
		Commitment  vectors.Hex
		Hash        wire.Hash `json:"commitment_hash"`
		Contract    vectors.Hex
		ID          wire.ContractID `json:"contract_id"`
		JSON        json.RawMessage `json:"contract_json"`
		Input       vectors.Hex
		Output      vectors.Hex
		PaymentHash wire.Hash `json:"payment_hash"`
		Preimage    vectors.Hex
		Tampered    vectors.Hex `json:"tampered_contract"`
	}](t, e.Expected)
	c := checkJSON[wire.LNV2IncomingContract](t, want.JSON)
	checkForm(t, c, want.Contract)
	checkForm(t, c.Commitment, want.Commitment)
	checkForm(t, wire.LNV2Output{Incoming: &c}, want.Output)
	checkForm(t, wire.LNV2Input{OutPoint: in.OutPoint, DecryptionKey: &want.Key}, want.Input)
	if c.ID() != want.ID || wire.HashOf(c.Commitment) != want.Hash {
		t.Errorf("contract %v, commitment %v", c.ID(), wire.HashOf(c.Commitment))
	}
	if p := wire.Preimage(want.Preimage); p.Hash() != want.PaymentHash || !c.Commitment.Image.Verify(p) {
		t.Errorf("hash of the preimage is %v", p.Hash())
	}
	m := c.Commitment
	if m.Amount != wire.Amount(in.Amount) || m.Expiration != uint64(in.Expiration) || m.ClaimKey != want.ClaimKey || m.RefundKey != in.GatewayKey {
		t.Errorf("commitment %+v", m)
	}
	tampered := decoded[wire.LNV2IncomingContract](t, want.Tampered)
	checkForm(t, tampered, want.Tampered)
	if tampered.ID() == want.ID {
		t.Error("another contract has the same id")
	}
}

func checkPointContract(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ Contract, Secret vectors.Hex }](t, e.Inputs)
	want := vectors.Decode[struct {
		ID    wire.ContractID `json:"contract_id"`
		Valid bool            `json:"preimage_valid"`
		Zero  bool            `json:"zero_preimage_valid"`
	}](t, e.Expected)
	c := decoded[wire.LNV2OutgoingContract](t, in.Contract)
	checkForm(t, c, in.Contract)
	if c.ID() != want.ID || c.Image.Verify(wire.Preimage(in.Secret)) != want.Valid || c.Image.Verify(wire.Preimage{}) != want.Zero {
		t.Errorf("contract %v %+v", c.ID(), c)
	}
}

func checkPaymentFee(t *testing.T, e vectors.Entry) {
	fee := checkJSON[wire.PaymentFee](t, e.Inputs)
	want := vectors.Decode[struct {
		Display string
		Hex     vectors.Hex
		Rows    []struct {
			Amount   vectors.Uint `json:"msats"`
			Fee      vectors.Uint
			AddTo    vectors.Uint `json:"add_to"`
			Subtract vectors.Uint `json:"subtract_from"`
		}
		Receive bool `json:"within_receive_limit"`
		Send    bool `json:"within_send_limit"`
	}](t, e.Expected)
	checkForm(t, fee, want.Hex)
	if fee.String() != want.Display || fee.Within(wire.ReceiveFeeLimit) != want.Receive || fee.Within(wire.SendFeeLimit) != want.Send {
		t.Errorf("fee %v", fee)
	}
	for _, row := range want.Rows {
		a := wire.Amount(row.Amount)
		if fee.Fee(a) != wire.Amount(row.Fee) || fee.AddTo(a) != wire.Amount(row.AddTo) || fee.SubtractFrom(a) != wire.Amount(row.Subtract) {
			t.Errorf("%v: fee %v, with it %v, without it %v", a, fee.Fee(a), fee.AddTo(a), fee.SubtractFrom(a))
		}
	}
}

func checkRoutingInfo(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct{ JSON json.RawMessage }](t, e.Expected)
	checkJSON[wire.RoutingInfo](t, want.JSON)
}

func checkLnurlRequest(t *testing.T, e vectors.Entry) {
	isJSON[wire.LnurlRequest]("LnurlRequest")(t, e)
	r := decoded[wire.LnurlRequest](t, vectors.Decode[encoded](t, e.Expected).Hex)
	if back, err := wire.ParseLnurlRequest(r.String()); err != nil || back.String() != r.String() {
		t.Errorf("%v is read as %v (%v)", r, back, err)
	}
}

func TestLNV2Vectors(t *testing.T) {
	vectors.Run(t, "lnv2", map[string]vectors.Handler{
		"keys": checkLNV2Keys, "send": checkLNV2Send, "receive": checkLNV2Receive, "point-contract": checkPointContract,
		"input": shows("LNV2Input", lnv2InputJSON), "output": shows("LNV2Output", lnv2OutputJSON),
		"consensus-item": shows("LNV2ConsensusItem", lnv2ItemJSON),
		"config":         isJSON[wire.LNV2Config]("LNV2Config"), "commitment": isJSON[wire.LNV2Commitment]("LNV2Commitment"),
		"payment-fee": checkPaymentFee, "routing-info": checkRoutingInfo, "lnurl-request": checkLnurlRequest,
	}, nil)
}
