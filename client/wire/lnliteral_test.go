package wire_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"satchel/client/wire"
)

// Values made with the reference crates 0.13.0, with the keys of
// lnv2literal_test.go.
const (
	lnU = "ab50ad182e7fe4bbfb9d8d71dfcc46363b5d423507348c08bc4e6c8500599e26c2e32ab5542b42b3ec3a468c6b5b1129"
	lnW = "a98595a565c0bbb8c7c9d4e86dfcc47a311b07712025f97783778e4fb8f2c9089652c9da026ecbda44f7fe236212ec17" +
		"051d5806e176bd8f83a7c1a3e23cd5d0085377e9220d4e1bde7612230ba14ce6eed603223273e152af5474eb4b0d2595"
	lnV         = "130c75b5c78972adc4ad2d497267b0a68a3bd82d397cf2bd1366cf1e29fb252db9"
	lnCipher    = "b1" + lnU + lnW + lnV
	lnV1ID      = "c62f82df23359acd444f456cdc68203864e7657df8bf53863d1816c4963fada6"
	lnV1Out     = lnHash + lnGateway + "fd026c" + lnStatic + "00"
	lnV1In      = lnHash + lnCipher + "0000" + lnGateway
	lnRemoval   = "bc416e1835bf0a1a48f264e5ce99cffe8390358aea6073ba067cad17d9f14f3b"
	lnAnnounced = "b67ab6c892c1ee8deaa71771f059280143f4015822f632c76ebe8c1e5bb8b75e"
)

func lnEncryptedPreimage(t *testing.T) wire.EncryptedPreimage {
	t.Helper()
	return wire.EncryptedPreimage{U: fromText[wire.G1](t, lnU), V: unhexed(t, lnV), W: fromText[wire.G2](t, lnW)}
}

func TestLNLiterals(t *testing.T) {
	hash, gateway := fromText[wire.Hash](t, lnHash), fromText[wire.PublicKey](t, lnGateway)
	encrypted := lnEncryptedPreimage(t)
	outgoing := wire.LNOutgoingContract{Hash: hash, GatewayKey: gateway, Timelock: 620, UserKey: fromText[wire.PublicKey](t, lnStatic)}
	incoming := wire.LNIncomingContract{Hash: hash, Encrypted: encrypted, GatewayKey: gateway}
	id, preimage, expiry := fromText[wire.ContractID](t, lnV1ID), wire.Preimage(fromText[wire.Hash](t, lnPreimage)), uint64(86_400)
	aggKey := fromText[wire.G1](t, lnAggKey)

	checkForm(t, encrypted, unhexed(t, lnCipher))
	checkForm(t, outgoing, unhexed(t, lnV1Out))
	checkForm(t, incoming, unhexed(t, lnV1In))
	checkForm(t, wire.LNOutput{Contract: &wire.LNContract{Outgoing: &outgoing}, Amount: 1_005_000}, unhexed(t, "006f006dfe000f55c80166"+lnV1Out))
	checkForm(t, wire.LNOutput{Contract: &wire.LNContract{Incoming: &incoming}, Amount: 1_000_000}, unhexed(t, "00fd00fe00fcfe000f424000f5"+lnV1In))
	checkForm(t, wire.LNOutput{Offer: &wire.LNOffer{Amount: 1_000_000, Hash: hash, Encrypted: encrypted, ExpiryTime: &expiry}},
		unhexed(t, "00df01ddfe000f4240"+lnHash+lnCipher+"01fe00015180"))
	checkForm(t, wire.LNOutput{Cancel: &wire.LNCancel{Contract: id, Signature: wire.Signature(bytes.Repeat([]byte{0x5a}, 64))}},
		unhexed(t, "00620260"+lnV1ID+strings.Repeat("5a", 64)))
	checkForm(t, wire.LNInput{Contract: id, Amount: 1_005_000}, unhexed(t, "0026"+lnV1ID+"fe000f55c800"))
	checkForm(t, wire.LNInput{Contract: id, Amount: 1_005_000, Preimage: &preimage}, unhexed(t, "0046"+lnV1ID+"fe000f55c801"+lnPreimage))
	checkForm(t, wire.LNOutcome{ID: wire.ContractID(hash), Decrypted: &wire.DecryptedPreimage{}}, unhexed(t, "00260024"+lnHash+"00020000"))
	checkForm(t, wire.LNOutcome{Variant: wire.LNOfferOutcome, ID: wire.ContractID(hash)}, unhexed(t, "00220120"+lnHash))
	checkForm(t, wire.LNOutcome{Variant: wire.LNCancelOutcome, ID: id}, unhexed(t, "00220220"+lnV1ID))
	checkForm(t, wire.LNOutcome{ID: id}, unhexed(t, "00240022"+lnV1ID+"0100"))
	checkForm(t, wire.LNConsensusItem{Variant: wire.LNBlockCount, BlockCount: 102}, unhexed(t, "010166"))
	checkForm(t, wire.LNConsensusItem{Variant: wire.LNConsensusVersion, Version: wire.Version{Major: 2, Minor: 1}}, unhexed(t, "02020201"))
	checkForm(t, wire.LNOutputError{Variant: wire.LNNoOffer, Hash: hash}, unhexed(t, "0520"+lnHash))
	checkForm(t, wire.LNConfig{Key: aggKey, Network: "regtest"}, unhexed(t, lnAggKey+"0000fedab5bffa"))

	for what, pair := range map[string][2]string{
		"ciphertext":   {wire.HashOf(encrypted).String(), "09e34a7845bdf50dddf0a2faf1b1b9ee92d4712fbf331967ee3ea772e5ab3a46"},
		"contract":     {outgoing.ID().String(), lnV1ID},
		"cancellation": {outgoing.CancelMessage().String(), "63e93e5b5cf71d357933925b0a594198846cfb21dee88ff2b2385e7eb80fdda7"},
		"removal":      {wire.LNRemovalMessage(aggKey, 2, hash).String(), lnRemoval},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s, want %s", what, pair[0], pair[1])
		}
	}
	secret := wire.SecretKey(bytes.Repeat([]byte{0x33}, 32))
	sig, err := secret.Sign(outgoing.CancelMessage())
	if err != nil || outgoing.VerifyCancel(sig) != nil {
		t.Errorf("a cancellation does not verify (%v)", err)
	}
	outgoing.Timelock++
	if err := outgoing.VerifyCancel(sig); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("the cancellation of another contract: %v", err)
	}
}

func TestLNGatewayLiteral(t *testing.T) {
	most := wire.Amount(9)
	static := fromText[wire.PublicKey](t, lnStatic)
	g := wire.LNGateway{
		ChannelID: 1, RedeemKey: fromText[wire.PublicKey](t, lnGateway), NodeKey: static, Alias: "demo",
		API: fromText[wire.SafeURL](t, "https://gw.example/v1"),
		RouteHints: wire.RouteHints{{{
			Source: static, ChannelID: 7, BaseMsat: 1, Millionths: 2, CLTVDelta: 3, HTLCMaximum: &most,
		}}},
		Fees: wire.RoutingFees{BaseMsat: 2000, Millionths: 3000}, ID: fromText[wire.PublicKey](t, lnEphemeral),
	}
	checkForm(t, g, unhexed(t, "01"+lnGateway+lnStatic+"04"+hex.EncodeToString([]byte("demo"))+"15"+
		hex.EncodeToString([]byte("https://gw.example/v1"))+"0101"+lnStatic+"070102030001"+"09"+"fd07d0fd0bb8"+lnEphemeral+"00"))
	federation := fromText[wire.G1](t, lnAggKey)
	message := g.RegistrationMessage(federation, 1_700_000_000_000)
	if message.String() != lnAnnounced {
		t.Errorf("registration is %v", message)
	}
	sig, err := wire.SecretKey(bytes.Repeat([]byte{0x22}, 32)).Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	a := wire.LNAnnouncement{Info: g, TTL: wire.Duration{Secs: 600}, Auth: &wire.LNRegistrationAuth{Nonce: 1_700_000_000_000, Signature: sig}}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkJSON[wire.LNAnnouncement](t, text).Verify(federation); err != nil {
		t.Errorf("%s: %v", text, err)
	}
	a.Auth.Nonce++
	if a.Verify(federation) == nil {
		t.Error("registered with another nonce")
	}
	checkJSON[wire.LNRemoveGatewayRequest](t, json.RawMessage(`{"gateway_id":"`+lnGateway+`","signatures":{"0":"`+sig.String()+`","12":"`+sig.String()+`"}}`))
	older := strings.Replace(string(text), `,"auth":`, `,"later":`, 1)
	if old := fromJSON[wire.LNAnnouncement](t, older); old.Auth != nil || old.Verify(federation) != nil {
		t.Errorf("an older announcement is read as %+v", old)
	}
	// A list without items is not null.
	g.RouteHints = nil
	if text, err := json.Marshal(g); err != nil || !strings.Contains(string(text), `"route_hints":[]`) {
		t.Errorf("%s (%v)", text, err)
	}
}

func TestRoutingFees(t *testing.T) {
	for _, c := range []struct {
		fees         wire.RoutingFees
		amount, want wire.Amount
	}{
		{wire.RoutingFees{}, math.MaxUint64, 0},
		{wire.RoutingFees{BaseMsat: 5}, 1_000_000, 5},
		{wire.RoutingFees{Millionths: 3000}, 1_000_000, 3003},
		{wire.RoutingFees{BaseMsat: 2000, Millionths: 3000}, 1_000_000, 5003},
		{wire.RoutingFees{Millionths: 1_000_000}, 77, 77},
		{wire.RoutingFees{Millionths: 1_000_001}, 0, math.MaxUint64},
		{wire.RoutingFees{Millionths: 600_000}, 77, 77},
		{wire.RoutingFees{BaseMsat: 1, Millionths: 1_000_000}, math.MaxUint64, math.MaxUint64},
	} {
		if got := c.fees.Fee(c.amount); got != c.want {
			t.Errorf("%+v of %v are %v, want %v", c.fees, c.amount, got, c.want)
		}
	}
}

func TestLNErrorTexts(t *testing.T) {
	hash := fromText[wire.Hash](t, lnHash)
	id := wire.ContractID(hash)
	for _, e := range []struct {
		form, want string
	}{
		{"0020" + lnHash, "The input contract " + lnHash + " does not exist"},
		{"01020705", "The input contract has too little funds, got 7 msat, input spends 5 msat"},
		{"0200", "An outgoing LN contract spend did not provide a preimage"},
		{"0300", "An outgoing LN contract spend provided a wrong preimage"},
		{"0400", "Incoming contract not ready to be spent yet, decryption in progress"},
		{"050109", "The lightning input version is not supported by this federation"},
	} {
		if err := decoded[wire.LNInputError](t, unhexed(t, e.form)); err.Error() != e.want || wire.EncodeHex(err) != e.form {
			t.Errorf("%s says %q, want %q", e.form, err, e.want)
		}
	}
	for _, e := range []struct {
		form, want string
	}{
		{"0020" + lnHash, "The input contract " + lnHash + " does not exist"},
		{"0100", "Output contract value may not be zero unless it's an offer output"},
		{"0200", "Offer contains invalid threshold-encrypted data"},
		{"0300", "Offer contains a ciphertext that has already been used"},
		{"04020705", "The incoming LN account requires more funding (need 7 msat got 5 msat)"},
		{"0520" + lnHash, "No offer found for payment hash " + lnHash},
		{"0600", "Only outgoing contracts support cancellation"},
		{"0700", "Cancellation request wasn't properly signed"},
		{"080109", "The lightning output version is not supported by this federation"},
		{"0920" + lnHash, "The incoming contract " + lnHash + " has already been funded"},
		{"0a20" + lnHash, "An incoming contract account for the offer's payment hash already exists: " + lnHash},
		{"0b00", "The contract's encrypted preimage does not match the offer's"},
		{"0c00", "An incoming contract must be funded with a pending decryption"},
	} {
		if err := decoded[wire.LNOutputError](t, unhexed(t, e.form)); err.Error() != e.want || wire.EncodeHex(err) != e.form {
			t.Errorf("%s says %q, want %q", e.form, err, e.want)
		}
	}
	kinds := map[wire.ModuleID]wire.ModuleKind{0: wire.KindLN}
	for variant, want := range map[uint64]string{
		wire.TxInvalidInput:  "The transaction had an invalid input: 0-The input contract " + id.String() + " does not exist",
		wire.TxInvalidOutput: "The transaction had an invalid output: 0-The input contract " + id.String() + " does not exist",
	} {
		cause := wire.DynOf(0, wire.LNInputError{Contract: id})
		if got := (wire.TransactionError{Variant: variant, Cause: cause}).Text(kinds); got != want {
			t.Errorf("text %q, want %q", got, want)
		}
	}
}

func TestUnknownLNVariants(t *testing.T) {
	for _, s := range []string{"0100", "0702abcd"} {
		b := unhexed(t, s)
		unknown := &wire.Unknown{Variant: uint64(b[0]), Body: b[2:]}
		checkForm(t, wire.LNInput{Unknown: unknown}, b)
		checkForm(t, wire.LNOutput{Unknown: unknown}, b)
		checkForm(t, wire.LNOutcome{Unknown: unknown}, b)
	}
	checkForm(t, wire.LNConsensusItem{Unknown: &wire.Unknown{Variant: 3, Body: []byte{9}}}, []byte{3, 1, 9})
	zero := strings.Repeat("00", 32)
	for name, texts := range map[string][]string{
		"LNOutput": {"00020300"}, "LNContract": {"0200"}, "LNAccount": {"000200"}, "DecryptedPreimage": {"0300", "000100"},
		"LNOutcome":    {"00220320" + zero, "00240022" + zero + "0200", "00250023" + zero + "010100"},
		"LNInputError": {"0600"}, "LNOutputError": {"0d00"}, "EncryptedPreimage": {"00", "0100", "8f01" + strings.Repeat("00", 143)},
	} {
		for _, s := range texts {
			if v, err := codecs[name].decode(unhexed(t, s)); err == nil {
				t.Errorf("%s %s is read as %v", name, s, v)
			}
		}
	}
	// Any number of bytes may be encrypted.
	for _, n := range []int{0, 1, 33, 200} {
		e := lnEncryptedPreimage(t)
		e.V = bytes.Repeat([]byte{7}, n)
		text, err := json.Marshal(e)
		if back := checkJSON[wire.EncryptedPreimage](t, text); err != nil || !bytes.Equal(wire.Encode(back), wire.Encode(e)) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestLNJSONIsStrict(t *testing.T) {
	refused := map[any][]string{
		new(wire.PreimageKey):       {"null", "[]", `""`, strings.Repeat("7", 33)},
		new(wire.EncryptedPreimage): {"null", "[]", "{}", "[[],[],[]]", "[[],[]]", `["","",""]`, "[null,null,null]"},
		new(wire.DecryptedPreimage): {"null", `"Some"`, `"Else"`, "{}", `{"Some":null}`, `{"Some":[1]}`, `{"Else":[]}`},
		new(wire.PreimageStatus):    {"null", `"Some"`, `{"Some":null}`, `{"Some":[` + strings.Repeat("1,", 32) + `1]}`},
		new(wire.LNAccount): {"null", "{}", `{"amount":1}`, `{"amount":1,"contract":null}`, `{"amount":1,"contract":{"Outgoing":null}}`,
			`{"amount":1,"contract":{"Incoming":null}}`, `{"amount":1,"contract":{"Else":{}}}`, `{"amount":1,"contract":"Outgoing"}`},
		new(wire.LNPaymentData):  {"null", `"invoice"`, "{}", `{"invoice":null}`, `{"pruned_invoice":null}`, `{"else":""}`},
		new(wire.RouteHint):      {"null", "{}", "[null]", "[{}]"},
		new(wire.LNAnnouncement): {"null", "{}"},
	}
	for dst, texts := range refused {
		for _, text := range texts {
			if err := json.Unmarshal([]byte(text), dst); err == nil {
				t.Errorf("%s is read as %T %+v", text, dst, dst)
			}
		}
	}
	if err := json.Unmarshal([]byte("[null]"), new(wire.RouteHints)); err == nil {
		t.Error("a hint that is null is read")
	}
	found := "[" + strings.Repeat("7,", 31) + "7]"
	for _, text := range []string{`"Pending"`, `"Invalid"`, `{"Some":` + found + `}`} {
		checkJSON[wire.PreimageStatus](t, json.RawMessage(text))
	}
}
