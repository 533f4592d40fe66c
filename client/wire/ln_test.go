package wire_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// numbers are bytes that JSON holds as a list of numbers.
type numbers []byte

func (n numbers) MarshalJSON() ([]byte, error) {
	list := make([]int, len(n))
	for i, b := range n {
		list[i] = int(b)
	}
	return json.Marshal(list)
}

// lnOutputJSON is the JSON of an output, which only entries have.
func lnOutputJSON(out wire.LNOutput) any {
	var v0 any
	switch c := out.Contract; {
	case c != nil && c.Incoming != nil:
		v0 = map[string]any{"Contract": map[string]any{"amount": out.Amount, "contract": map[string]any{"Incoming": c.Incoming}}}
	case c != nil:
		v0 = map[string]any{"Contract": map[string]any{"amount": out.Amount, "contract": map[string]any{"Outgoing": c.Outgoing}}}
	case out.Offer != nil:
		v0 = map[string]any{"Offer": out.Offer}
	case out.Cancel != nil:
		v0 = map[string]any{"CancelOutgoing": map[string]any{"contract": out.Cancel.Contract, "gateway_signature": out.Cancel.Signature}}
	}
	return map[string]any{"V0": v0}
}

func lnOutcomeJSON(o wire.LNOutcome) any {
	id := map[string]any{"id": o.ID}
	name := map[uint64]string{
		wire.LNContractOutcome: "Contract", wire.LNOfferOutcome: "Offer", wire.LNCancelOutcome: "CancelOutgoingContract",
	}[o.Variant]
	switch {
	case o.Decrypted != nil:
		id["outcome"] = map[string]any{"Incoming": o.Decrypted}
	case o.Variant == wire.LNContractOutcome:
		id["outcome"] = map[string]any{"Outgoing": map[string]any{}}
	}
	return map[string]any{"V0": map[string]any{name: id}}
}

func lnItemJSON(i wire.LNConsensusItem) any {
	switch {
	case i.Unknown != nil:
		return map[string]any{"Default": map[string]any{"variant": i.Unknown.Variant, "bytes": numbers(i.Unknown.Body)}}
	case i.Variant == wire.LNDecryptionShare:
		return map[string]any{"DecryptPreimage": []any{i.Contract, numbers(i.Share[:])}}
	case i.Variant == wire.LNBlockCount:
		return map[string]any{"BlockCount": i.BlockCount}
	}
	return map[string]any{"ModuleConsensusVersion": i.Version}
}

func checkLNKeys(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		Key    wire.PublicKey `json:"redeem_pk"`
		Secret wire.SecretKey `json:"redeem_secret"`
	}](t, e.Expected)
	if want.Secret.PublicKey() != want.Key {
		t.Errorf("key %v", want.Secret.PublicKey())
	}
}

func checkLNOutgoing(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Amount   vectors.Uint    `json:"amount_msats"`
		JSON     json.RawMessage `json:"contract_json"`
		Preimage vectors.Hex
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Account, Contract, Inner, Output vectors.Hex
		Cancel                           vectors.Hex     `json:"cancel_output"`
		CancelMessage                    wire.Hash       `json:"cancellation_message"`
		Claim                            vectors.Hex     `json:"claim_input"`
		Refund                           vectors.Hex     `json:"refund_input"`
		ID                               wire.ContractID `json:"contract_id"`
	}](t, e.Expected)
	c := checkJSON[wire.LNOutgoingContract](t, in.JSON)
	amount, preimage := wire.Amount(in.Amount), wire.Preimage(in.Preimage)
	checkForm(t, c, want.Inner)
	checkForm(t, wire.LNContract{Outgoing: &c}, want.Contract)
	checkForm(t, wire.LNOutput{Contract: &wire.LNContract{Outgoing: &c}, Amount: amount}, want.Output)
	checkForm(t, wire.LNInput{Contract: want.ID, Amount: amount, Preimage: &preimage}, want.Claim)
	checkForm(t, wire.LNInput{Contract: want.ID, Amount: amount}, want.Refund)
	account := wire.LNAccount{Amount: amount, Outgoing: &c}
	checkForm(t, account, want.Account)
	checkAccountJSON(t, account, want.Account)
	if c.ID() != want.ID || c.CancelMessage() != want.CancelMessage {
		t.Errorf("contract %v, message %v", c.ID(), c.CancelMessage())
	}
	cancelled := c
	cancelled.Cancelled = !c.Cancelled
	if cancelled.ID() != want.ID {
		t.Error("cancelling changes the id")
	}
	cancel := decoded[wire.LNOutput](t, want.Cancel)
	checkForm(t, cancel, want.Cancel)
	if cancel.Cancel.Contract != want.ID {
		t.Errorf("cancels %v", cancel.Cancel.Contract)
	}
	if c.VerifyCancel(cancel.Cancel.Signature) == nil {
		t.Error("cancelled with a signature that entries make up")
	}
}

// checkAccountJSON writes an account as JSON and reads it.
func checkAccountJSON(t *testing.T, account wire.LNAccount, form []byte) {
	t.Helper()
	text, err := json.Marshal(account)
	if err != nil {
		t.Fatal(err)
	}
	checkForm(t, checkJSON[wire.LNAccount](t, text), form)
}

func checkLNPreimage(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Amount     vectors.Uint   `json:"amount_msats"`
		Encrypted  vectors.Hex    `json:"encrypted_preimage"`
		Expiry     *uint64        `json:"expiry_time"`
		GatewayKey wire.PublicKey `json:"gateway_key"`
		OutPoint   wire.OutPoint  `json:"out_point"`
		Secret     wire.SecretKey `json:"user_secret"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Account     vectors.Hex
		Raw         vectors.Hex     `json:"ciphertext_raw"`
		Claim       vectors.Hex     `json:"claim_input"`
		JSON        json.RawMessage `json:"encrypted_preimage_json"`
		Incoming    vectors.Hex
		Decrypted   vectors.Hex     `json:"incoming_decrypted"`
		Invalid     vectors.Hex     `json:"incoming_invalid"`
		ID          wire.ContractID `json:"incoming_id"`
		Offer       vectors.Hex
		OfferID     wire.ContractID `json:"offer_id"`
		OfferJSON   json.RawMessage `json:"offer_json"`
		OfferOutput vectors.Hex     `json:"offer_output"`
		Hash        wire.Hash       `json:"payment_hash"`
		Preimage    vectors.Hex
		Key         vectors.Hex `json:"preimage_key"`
	}](t, e.Expected)
	encrypted := checkJSON[wire.EncryptedPreimage](t, want.JSON)
	checkForm(t, encrypted, in.Encrypted)
	if !bytes.Equal(wire.AppendBytes(nil, want.Raw), in.Encrypted) {
		t.Errorf("without the length %x", want.Raw)
	}
	key := wire.PreimageKey(want.Key)
	if p := key.Preimage(); p != wire.Preimage(want.Preimage) || p.Hash() != want.Hash || key != wire.PreimageKey(in.Secret.PublicKey()) {
		t.Errorf("preimage %v, hash %v", p, p.Hash())
	}
	offer := checkJSON[wire.LNOffer](t, want.OfferJSON)
	checkForm(t, offer, want.Offer)
	checkForm(t, wire.LNOffer{Amount: wire.Amount(in.Amount), Hash: want.Hash, Encrypted: encrypted, ExpiryTime: in.Expiry}, want.Offer)
	checkForm(t, wire.LNOutput{Offer: &offer}, want.OfferOutput)
	pending := wire.LNIncomingContract{Hash: want.Hash, Encrypted: encrypted, GatewayKey: in.GatewayKey}
	if offer.ID() != want.OfferID || pending.ID() != want.ID {
		t.Errorf("offer %v, contract %v", offer.ID(), pending.ID())
	}
	invalid, found := pending, pending
	invalid.Decrypted.Variant = wire.PreimageInvalid
	found.Decrypted = wire.DecryptedPreimage{Variant: wire.PreimageFound, Key: key}
	for form, c := range map[string]wire.LNIncomingContract{string(want.Incoming): pending, string(want.Invalid): invalid, string(want.Decrypted): found} {
		checkForm(t, wire.LNContract{Incoming: &c}, []byte(form))
		text, err := json.Marshal(wire.LNIncomingAccount{Amount: 1, Contract: c})
		if back := checkJSON[wire.LNIncomingAccount](t, text); err != nil || !bytes.Equal(wire.Encode(back.Contract), wire.Encode(c)) {
			t.Errorf("%s is read as %v (%v)", text, back, err)
		}
	}
	account := wire.LNAccount{Amount: wire.Amount(in.Amount), Incoming: &found, OutPoint: in.OutPoint}
	checkForm(t, account, want.Account)
	checkAccountJSON(t, account, want.Account)
	checkForm(t, wire.LNInput{Contract: want.ID, Amount: wire.Amount(in.Amount)}, want.Claim)
}

func checkPrunedInvoice(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		Hex     vectors.Hex
		JSON    json.RawMessage
		Invoice vectors.Hex    `json:"invoice_hex"`
		Payee   wire.PublicKey `json:"payee"`
		Hash    wire.Hash      `json:"payment_hash"`
	}](t, e.Expected)
	in := vectors.Decode[struct{ Invoice string }](t, e.Inputs)
	pruned := checkJSON[wire.PrunedInvoice](t, want.JSON)
	checkForm(t, pruned, want.Hex)
	if pruned.Destination != want.Payee || pruned.PaymentHash != want.Hash {
		t.Errorf("pruned %+v", pruned)
	}
	if form := wire.AppendText(nil, in.Invoice); !bytes.Equal(form, want.Invoice) {
		t.Errorf("invoice encodes to %x", form)
	}
	for _, payment := range []wire.LNPaymentData{{Invoice: in.Invoice}, {Pruned: &pruned}} {
		text, err := json.Marshal(wire.LNPayInvoiceRequest{Payment: payment})
		if err != nil {
			t.Fatal(err)
		}
		back := checkJSON[wire.LNPayInvoiceRequest](t, text).Payment
		if back.Invoice != payment.Invoice || payment.Pruned != nil && !bytes.Equal(wire.Encode(back.Pruned), want.Hex) {
			t.Errorf("%s is read as %+v", text, back)
		}
	}
}

func checkLNGateway(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		JSON json.RawMessage `json:"announcement_json"`
		Key  wire.G1         `json:"federation_public_key"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Info      vectors.Hex `json:"info_hex"`
		Valid     bool        `json:"proof_valid"`
		Message   wire.Hash   `json:"registration_message"`
		Challenge wire.Hash   `json:"remove_challenge"`
		Removal   wire.Hash   `json:"remove_message"`
	}](t, e.Expected)
	a := checkJSON[wire.LNAnnouncement](t, in.JSON)
	checkForm(t, a.Info, want.Info)
	if err := a.Verify(in.Key); (err == nil) != want.Valid {
		t.Errorf("verified with %v, want %v", err, want.Valid)
	}
	if a.Auth != nil && a.Verify(wire.G1{}) == nil {
		t.Error("a registration with another federation is accepted")
	}
	// Entries do not tell the guardian, nor the nonce of a message that is not sent.
	var registered, removed bool
	for n := range uint64(1000) {
		if a.Auth == nil || a.Auth.Nonce == n {
			registered = registered || a.Info.RegistrationMessage(in.Key, n) == want.Message
		}
		removed = removed || wire.LNRemovalMessage(in.Key, wire.PeerID(n), want.Challenge) == want.Removal
	}
	if !registered || !removed {
		t.Errorf("message of registration is right: %v, of removal: %v", registered, removed)
	}
}

func TestLNVectors(t *testing.T) {
	vectors.Run(t, "lnv1", map[string]vectors.Handler{
		"keys": checkLNKeys, "outgoing": checkLNOutgoing, "preimage": checkLNPreimage, "pruned-invoice": checkPrunedInvoice,
		"gateway": checkLNGateway, "outcome": shows("LNOutcome", lnOutcomeJSON), "consensus-item": shows("LNConsensusItem", lnItemJSON),
		"config": isJSON[wire.LNConfig]("LNConfig"),
	}, map[string]string{
		"tweak-user-key": "recurring payments, which no package has yet",
	})
}
