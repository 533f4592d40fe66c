package wire_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"satchel/client/wire"
)

// TestErrorTexts has the words of fedimint 0.13, which clients see in refused
// transactions.
func TestErrorTexts(t *testing.T) {
	const mint, mintV2, other = 1, 2, 3
	kinds := map[wire.ModuleID]wire.ModuleKind{mint: wire.KindMint, mintV2: wire.KindMintV2, other: "other"}
	input := func(id wire.ModuleID, v wire.Appender) wire.TransactionError {
		return wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(id, v)}
	}
	output := func(id wire.ModuleID, v wire.Appender) wire.TransactionError {
		return wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(id, v)}
	}
	const in, out = "The transaction had an invalid input: ", "The transaction had an invalid output: "
	for want, e := range map[string]wire.TransactionError{
		"The transaction is unbalanced (in=0 msat, out=0 msat, fee=0 msat)":     {},
		in + "1-The note is already spent":                                      input(mint, wire.MintInputError{Variant: wire.MintNoteSpent}),
		in + "1-The note has an invalid amount not issued by the mint: 7 msat":  input(mint, wire.MintInputError{Variant: wire.MintInputAmount, Amount: 7}),
		in + "1-The note has an invalid signature":                              input(mint, wire.MintInputError{Variant: wire.MintNoteSignature}),
		in + "1-The mint input version is not supported by this federation":     input(mint, wire.MintInputError{Variant: wire.MintUnknownInput, Input: 9}),
		out + "1-The note has an invalid amount not issued by the mint: 7 msat": output(mint, wire.MintOutputError{Variant: wire.MintOutputAmount, Amount: 7}),
		out + "1-The mint output version is not supported by this federation":   output(mint, wire.MintOutputError{Variant: wire.MintUnknownOutput, Output: 9}),
		out + "1-The mint output blind nonce was already used before":           output(mint, wire.MintOutputError{Variant: wire.MintBlindNonceReused}),
		in + "2-The mint input version is not supported by this federation":     input(mintV2, wire.MintV2InputError{Variant: wire.MintV2UnknownInput, Input: 9}),
		in + "2-The note is already spent":                                      input(mintV2, wire.MintV2InputError{Variant: wire.MintV2NoteSpent}),
		in + "2-The note has an invalid amount not issued by the mint":          input(mintV2, wire.MintV2InputError{Variant: wire.MintV2InputDenomination}),
		in + "2-The note has an invalid signature":                              input(mintV2, wire.MintV2InputError{Variant: wire.MintV2NoteSignature}),
		out + "2-The mint output version is not supported by this federation":   output(mintV2, wire.MintV2OutputError{Variant: wire.MintV2UnknownOutput, Output: 9}),
		out + "2-The note has an invalid amount not issued by the mint":         output(mintV2, wire.MintV2OutputError{Variant: wire.MintV2OutputDenomination}),
		in + "3-0a":   input(other, wire.Amount(10)),
		in + "9-0a":   input(9, wire.Amount(10)),
		out + "9-0a":  output(9, wire.Amount(10)),
		in + "1-0909": input(mint, wire.Version{Major: 9, Minor: 9}),
		out + "2-":    output(mintV2, wire.Unit{}),
	} {
		if got := e.Text(kinds); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := (decoded[wire.TransactionError](t, wire.Encode(e))); got.Text(kinds) != want {
			t.Errorf("read back: %q, want %q", got.Text(kinds), want)
		}
	}
	if got := input(mint, wire.Amount(10)).Error(); got != in+"1-0a" {
		t.Errorf("without kinds: %q", got)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	var key wire.SecretKey
	var scalar wire.Scalar
	for i := range 32 {
		key[i], scalar[i] = 0xab, 0xab
	}
	notes := wire.MintNotes{1: {{SpendKey: key}}}
	for _, v := range []any{
		notes, wire.NewOOBNotes(wire.FederationPrefix{}, notes),
		wire.NewECash(wire.FederationID{}, []wire.MintV2SpendableNote{{SpendKey: key}}, wire.Bitcoin),
		key, scalar, &key, wire.MintSpendableNote{SpendKey: key}, wire.MintV2SpendableNote{SpendKey: key},
		wire.MintIssuanceRequest{SpendKey: key, BlindingKey: scalar}, []wire.MintV2IssuanceRequest{{SpendKey: key, BlindingKey: scalar}},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			text := strings.ToLower(fmt.Sprintf(verb, v))
			if strings.Contains(text, "abab") || strings.Contains(text, "171") || strings.Contains(text, "0xab") {
				t.Errorf("%s of %T: %s", verb, v, text)
			}
		}
	}
	const text = `"abababababababababababababababababababababababababababababababag"`
	for _, v := range []any{&key, &scalar} {
		if err := json.Unmarshal([]byte(text), v); err == nil || strings.Contains(err.Error(), "abab") {
			t.Errorf("%T: error %v", v, err)
		}
	}
}

func TestSupportedVersions(t *testing.T) {
	const text = `{"core":{"core_consensus":{"major":2,"minor":1},"api":[{"major":0,"minor":9},{"major":1,"minor":0}]},` +
		`"modules":{"0":{"core_consensus":{"major":2,"minor":1},"module_consensus":{"major":2,"minor":0},"api":[{"major":0,"minor":1}]}}}`
	var v wire.SupportedVersions
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if v.Core.API[0].String() != "0.9" || v.Core.API[1].String() != "1.0" || v.Modules[0].Consensus.String() != "2.0" {
		t.Errorf("versions %+v", v)
	}
	if again, err := json.Marshal(v); err != nil || string(again) != text {
		t.Errorf("written as %s (%v)", again, err)
	}
	for _, bad := range []string{
		`{}`, `{"core":null,"modules":{}}`, `{"core":{"core_consensus":{"major":2,"minor":1},"api":[]}}`,
		strings.Replace(text, `{"major":1,"minor":0}`, `{"major":0,"minor":10}`, 1),
		strings.Replace(text, `"minor":9`, `"minor":null`, 1), strings.Replace(text, `{"major":0,"minor":9}`, `null`, 1),
		strings.Replace(text, `"minor":9`, `"minor":-9`, 1), strings.Replace(text, `"api"`, `"API"`, 1),
		strings.Replace(text, `"modules":{"0":`, `"modules":{"65536":`, 1), strings.Replace(text, `"modules":{"0":`, `"modules":{"x":`, 1),
	} {
		if err := json.Unmarshal([]byte(bad), new(wire.SupportedVersions)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// TestJSONRefused has JSON that encoding/json alone would read as something.
func TestJSONRefused(t *testing.T) {
	for name, c := range map[string]struct {
		dst  any
		text []string
	}{
		"ids":     {new(wire.TxID), []string{`null`, `5`, `""`, `"00"`, `"` + strings.Repeat("0", 63) + `g"`}},
		"key":     {new(wire.PublicKey), []string{`null`, `"` + strings.Repeat("00", 33) + `"`, `"05` + strings.Repeat("01", 32) + `"`}},
		"keys":    {new(map[wire.PeerID]wire.PublicKey), []string{`{"0":null}`, `{"-1":"02"}`}},
		"point":   {new([]wire.G1), []string{`[null]`, `["00"]`}},
		"network": {new(wire.Network), []string{`null`, `"mainnet"`, `""`}},
		"outpoint": {new(wire.OutPoint), []string{`{}`, `{"txid":"` + strings.Repeat("0", 64) + `"}`,
			`{"TXID":"` + strings.Repeat("0", 64) + `","out_idx":0}`}},
		"duration": {new(wire.Duration), []string{`{"secs":1}`, `{"secs":1,"nanos":1000000000}`, `{"secs":1.5,"nanos":0}`}},
		"time":     {new(wire.SystemTime), []string{`{"secs_since_epoch":9223372036854775808,"nanos_since_epoch":0}`}},
		"url":      {new(wire.SafeURL), []string{`null`, `"h"`}},
		"invite":   {new(wire.InviteCode), []string{`null`, `"fed1"`, `{}`}},
		"oob":      {new(wire.OOBNotes), []string{`null`, `""`}},
		"fee":      {new(wire.FeeConsensus), []string{`{"base":7,"parts_per_million":0}`, `{"base":100}`}},
		"wrapped":  {new(wire.Serde), []string{`null`, `[]`, `"0100"`, `["0100","0100"]`, `["00ff"]`, `["02ff"]`, `["0"]`, `[null]`, `[5]`}},
		"base64":   {new(wire.SerdeBase64), []string{`["AQA="]`, `["AQB"]`, `["AQ\nA"]`, `["AQ+_"]`}},
		"recovery": {new(wire.MintV2RecoveryItem), []string{`{}`, `{"Output":{},"Input":{}}`, `{"Input":{}}`, `{"Other":{}}`,
			`{"Output":{"denomination":1,"nonce_hash":"` + strings.Repeat("0", 40) + `","tweak":[1]}}`,
			`{"Output":{"denomination":256,"nonce_hash":"` + strings.Repeat("0", 40) + `","tweak":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}}`}},
		"config": {new(wire.ClientConfig), []string{`{}`, `null`,
			`{"api_endpoints":{},"consensus_version":{"major":2,"minor":1},"meta":{"a":null},"modules":{}}`,
			`{"api_endpoints":{"0":null},"consensus_version":{"major":2,"minor":1},"meta":{},"modules":{}}`,
			`{"api_endpoints":{},"consensus_version":{"major":2,"minor":1},"meta":{},"modules":{"0":{"kind":"mint","version":{"major":2,"minor":0},"config":"000101"}}}x`,
			`{"api_endpoints":{},"consensus_version":{"major":2,"minor":1},"meta":{},"modules":{"0":{"kind":"mint","version":{"major":2,"minor":0},"config":"0002"}}}`}},
	} {
		for _, text := range c.text {
			if err := json.Unmarshal([]byte(text), c.dst); err == nil {
				t.Errorf("%s: %s is accepted", name, text)
			}
		}
	}
}

// TestRecoverySlices has the lists of the appendix of the e-cash specification.
func TestRecoverySlices(t *testing.T) {
	hash := func(s string) (h wire.Hash160) {
		if err := h.UnmarshalText([]byte(s)); err != nil {
			t.Fatal(err)
		}
		return h
	}
	slice := wire.MintRecoverySlice{
		{Amount: 1024, Hash: hash("3466d5f26213dca16c36cfaba0289720b3f7cd77")},
		{Spent: true, Hash: hash("86ef048567f6d1f76e33771b29fb5e761c2553f2")},
	}
	const sum = "a2a21a978a8c019c023d45d1e98187bf937800418e41af02d1133be0d121db65"
	if got := wire.HashOf(slice).String(); got != sum {
		t.Errorf("hash %s, want %s", got, sum)
	}
	text, err := json.Marshal(wire.SerdeBase64Of(slice))
	if err != nil || string(text) != `["MAIAF_0EADRm1fJiE9yhbDbPq6AolyCz9813ARSG7wSFZ_bR924zdxsp-152HCVT8g"]` {
		t.Errorf("wrapped %s (%v)", text, err)
	}
}

func TestSerdeOfTheSpecification(t *testing.T) {
	pending := wire.SessionStatus{State: wire.SessionPending}
	text, err := json.Marshal([]any{wire.SerdeOf(pending), wire.SerdeBase64Of(pending), []*wire.Serde{nil, {0, 0}}})
	if err != nil || string(text) != `[["03010100"],["AwEBAA"],[null,["020000"]]]` {
		t.Errorf("wrapped %s (%v)", text, err)
	}
}
