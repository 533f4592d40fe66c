package wire_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// checkMintDerived checks the forms of what is derived; the derivation itself
// belongs to client/mint.
func checkMintDerived(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Amount wire.Amount `json:"amount_msats"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		BlindNonce  wire.G1      `json:"blind_nonce"`
		Hash        wire.Hash160 `json:"blind_nonce_hash160"`
		BlindingKey wire.Scalar  `json:"blinding_key"`
		Request     vectors.Hex  `json:"issuance_request"`
		Nonce       wire.PublicKey
		NonceShort  string `json:"nonce_short"`
		Output      vectors.Hex
		SpendKey    wire.SecretKey `json:"spend_key"`
	}](t, e.Expected)
	out := wire.MintOutput{Amount: in.Amount, BlindNonce: want.BlindNonce}
	request := wire.MintIssuanceRequest{SpendKey: want.SpendKey, BlindingKey: want.BlindingKey}
	checkForm(t, out, want.Output)
	checkForm(t, request, want.Request)
	if got := wire.Hash160Of(want.BlindNonce[:]); got != want.Hash {
		t.Errorf("hash160 %v, want %v", got, want.Hash)
	}
	if got := want.SpendKey.PublicKey(); got != want.Nonce || got.Short() != want.NonceShort {
		t.Errorf("nonce %v, want %v", got, want.Nonce)
	}
}

// checkForm checks that v has the consensus form b and that b reads back.
func checkForm[T wire.Appender, P wire.Decodable[T]](t *testing.T, v T, b []byte) {
	t.Helper()
	if got := wire.Encode(v); !bytes.Equal(got, b) {
		t.Errorf("%T encodes to %x, want %x", v, got, b)
	}
	if got := wire.Encode(decoded[T, P](t, b)); !bytes.Equal(got, b) {
		t.Errorf("%T read back encodes to %x", v, got)
	}
}

func checkMintIssued(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Amount wire.Amount `json:"amount_msats"`
		Shares map[wire.PeerID]wire.G1
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Input, Note vectors.Hex
		Outcomes    []vectors.Hex
		Signature   wire.G1
		Spendable   vectors.Hex `json:"spendable_note"`
	}](t, e.Expected)
	spendable := decoded[wire.MintSpendableNote](t, want.Spendable)
	checkForm(t, spendable, want.Spendable)
	checkForm(t, spendable.Note(), want.Note)
	checkForm(t, wire.MintInput{Amount: in.Amount, Note: spendable.Note()}, want.Input)
	if spendable.Signature != want.Signature {
		t.Errorf("signature %v, want %v", spendable.Signature, want.Signature)
	}
	shares := make(map[wire.G1]bool)
	for _, share := range in.Shares {
		shares[share] = true
	}
	for _, b := range want.Outcomes {
		outcome := decoded[wire.MintOutcome](t, b)
		checkForm(t, wire.MintOutcome{Share: outcome.Share}, b)
		if !shares[outcome.Share] {
			t.Errorf("outcome %x has none of the shares", b)
		}
	}
}

func checkOOB(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		FederationID wire.FederationID `json:"federation_id"`
		Invite       *wire.InviteCode
		APISecret    *string `json:"api_secret"`
		Notes        wire.MintNotes
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Base32, Base64, Base64URL string
		Prefix                    wire.FederationPrefix `json:"federation_id_prefix"`
		Hex                       vectors.Hex
		NotesHex                  vectors.Hex      `json:"notes_hex"`
		NotesJSON                 json.RawMessage  `json:"notes_json"`
		SpendID                   wire.OperationID `json:"operation_id"`
		ReissueID                 wire.OperationID `json:"reissue_operation_id"`
		Total                     wire.Amount      `json:"total_msats"`
	}](t, e.Expected)
	oob := wire.NewOOBNotes(in.FederationID.Prefix(), in.Notes)
	if in.Invite != nil {
		oob = wire.NewOOBNotesWithInvite(in.Notes, *in.Invite)
	}
	checkForm(t, oob, want.Hex)
	checkForm(t, oob.Notes(), want.NotesHex)
	if oob.Base64() != want.Base64URL || oob.Base32() != want.Base32 {
		t.Errorf("written as %s and %s", oob.Base64(), oob.Base32())
	}
	if total, err := oob.Notes().Total(); err != nil || total != want.Total || oob.Prefix() != want.Prefix {
		t.Errorf("worth %v (%v), of %v", total, err, oob.Prefix())
	}
	if oob.SpendID() != want.SpendID || oob.ReissueID() != want.ReissueID {
		t.Errorf("operations %v and %v", oob.SpendID(), oob.ReissueID())
	}
	if text, err := oob.ReadableJSON(); err != nil || !sameJSON(t, text, want.NotesJSON) {
		t.Errorf("shown as %s (%v)", text, err)
	}
	for _, s := range []string{want.Base32, want.Base64, want.Base64URL} {
		back, err := wire.ParseOOBNotes(s)
		if err != nil || !bytes.Equal(wire.Encode(back), want.Hex) {
			t.Errorf("%s read as %v (%v)", s, back, err)
		}
	}
	checkEnclosed(t, oob.Invite(), in.Invite, in.APISecret)
}

// checkEnclosed compares the invite code in e-cash with the one that was put in.
func checkEnclosed(t *testing.T, got, want *wire.InviteCode, secret *string) {
	t.Helper()
	if (got == nil) != (want == nil) || got != nil && got.String() != want.String() {
		t.Errorf("invite %v, want %v", got, want)
	}
	if got != nil && (got.APISecret() == nil) != (secret == nil) {
		t.Errorf("secret %v, want %v", got.APISecret(), secret)
	}
}

func checkParsedOOB(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ String string }](t, e.Inputs)
	oob, err := wire.ParseOOBNotes(in.String)
	if e.Rejected() {
		if err == nil {
			t.Errorf("%q is read as %v", in.String, oob)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	want := vectors.Decode[struct {
		Accept struct {
			Prefix wire.FederationPrefix `json:"federation_id_prefix"`
			Hex    vectors.Hex
			Total  wire.Amount `json:"total_msats"`
		}
	}](t, e.Expected).Accept
	total, err := oob.Notes().Total()
	if err != nil || total != want.Total || oob.Prefix() != want.Prefix || !bytes.Equal(wire.Encode(oob), want.Hex) {
		t.Errorf("read as %v of %v: %x (%v)", total, oob.Prefix(), wire.Encode(oob), err)
	}
}

// checkFees checks fees of both generations.
func checkFees(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		PartsPerMillion uint64 `json:"parts_per_million"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Fees []struct{ Amount, Fee wire.Amount } `json:"fees_msats"`
		Hex  vectors.Hex
		JSON json.RawMessage
		Min  *wire.Amount `json:"min_economical_denomination"`
		Up   *wire.Amount `json:"round_up_1000"`
	}](t, e.Expected)
	fee := wire.FeeConsensus{Base: 100, PartsPerMillion: in.PartsPerMillion}
	checkForm(t, fee, want.Hex)
	for _, f := range want.Fees {
		if got := fee.Fee(f.Amount); got != f.Fee {
			t.Errorf("fee of %v is %v, want %v", f.Amount, got, f.Fee)
		}
	}
	if text, err := json.Marshal(fee); err != nil || !sameJSON(t, text, want.JSON) {
		t.Errorf("JSON %s (%v)", text, err)
	}
	if got := vectors.Decode[wire.FeeConsensus](t, want.JSON); got != fee {
		t.Errorf("JSON read as %v", got)
	}
	if want.Min != nil && fee.MinEconomical() != *want.Min {
		t.Errorf("least economical is %v, want %v", fee.MinEconomical(), *want.Min)
	}
	if up, err := fee.RoundUp(1000); want.Up != nil && (err != nil || up != *want.Up) {
		t.Errorf("1000 msat are rounded to %v (%v), want %v", up, err, *want.Up)
	}
}

func TestMintVectors(t *testing.T) {
	vectors.Run(t, "mint_v1", map[string]vectors.Handler{
		"derive": checkMintDerived, "issue": checkMintIssued,
		"oob": checkOOB, "oob-parse": checkParsedOOB, "fee": checkFees,
	}, map[string]string{
		"select":    "client/mint",
		"represent": "client/mint",
	})
}

func checkMintV2Derived(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Denomination wire.Denomination
		Tweak        vectors.Hex
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Amount      wire.Amount `json:"amount_msats"`
		BlindNonce  wire.G1     `json:"blinded_message"`
		BlindingKey wire.Scalar `json:"blinding_key"`
		Request     vectors.Hex `json:"issuance_request"`
		Nonce       wire.PublicKey
		NonceHash   wire.Hash160 `json:"nonce_hash"`
		Output      vectors.Hex
		SpendKey    wire.SecretKey `json:"spend_key"`
	}](t, e.Expected)
	tweak := wire.MintTweak(in.Tweak)
	checkForm(t, wire.MintV2Output{Denomination: in.Denomination, BlindNonce: want.BlindNonce, Tweak: tweak}, want.Output)
	checkForm(t, wire.MintV2IssuanceRequest{
		Denomination: in.Denomination, Tweak: tweak, SpendKey: want.SpendKey, BlindingKey: want.BlindingKey,
	}, want.Request)
	if in.Denomination.Amount() != want.Amount || want.SpendKey.PublicKey() != want.Nonce {
		t.Errorf("%v is %v, nonce %v", in.Denomination, in.Denomination.Amount(), want.SpendKey.PublicKey())
	}
	if got := wire.Hash160Of(want.BlindNonce[:]); got != want.NonceHash {
		t.Errorf("hash160 %v, want %v", got, want.NonceHash)
	}
}

func checkMintV2Issued(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		Input, Note vectors.Hex
		NonceHash   wire.Hash160 `json:"nonce_hash160"`
		Signature   wire.G1
		Spendable   vectors.Hex `json:"spendable_note"`
	}](t, e.Expected)
	spendable := decoded[wire.MintV2SpendableNote](t, want.Spendable)
	note := spendable.Note()
	checkForm(t, spendable, want.Spendable)
	checkForm(t, note, want.Note)
	checkForm(t, wire.MintV2Input{Note: note}, want.Input)
	if wire.Hash160Of(note.Nonce[:]) != want.NonceHash || note.Signature != want.Signature {
		t.Errorf("note %v", note)
	}
}

func checkECash(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		FederationID wire.FederationID `json:"federation_id"`
		Invite       *wire.InviteCode
		APISecret    *string `json:"api_secret"`
		Notes        []struct {
			Denomination wire.Denomination
			Signature    wire.G1
			SpendKey     wire.SecretKey `json:"spend_key"`
		}
		Unit wire.AmountUnit
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Amount      wire.Amount `json:"amount_msats"`
		Hex         vectors.Hex
		Mint        wire.FederationID
		OperationID wire.OperationID `json:"operation_id"`
		String      string
		Unit        string
	}](t, e.Expected)
	var notes []wire.MintV2SpendableNote
	for _, n := range in.Notes {
		notes = append(notes, wire.MintV2SpendableNote{Denomination: n.Denomination, SpendKey: n.SpendKey, Signature: n.Signature})
	}
	ecash := wire.NewECash(in.FederationID, notes, in.Unit)
	if in.Invite != nil {
		ecash = wire.NewECashWithInvite(*in.Invite, notes, in.Unit)
	}
	checkForm(t, ecash, want.Hex)
	total, err := ecash.Total()
	id, ok := ecash.FederationID()
	if err != nil || total != want.Amount || !ok || id != want.Mint || ecash.Unit().String() != want.Unit {
		t.Errorf("worth %v (%v) of unit %v, of %v", total, err, ecash.Unit(), id)
	}
	if ecash.Base32() != want.String || ecash.ReceiveID() != want.OperationID || len(ecash.Notes()) != len(notes) {
		t.Errorf("written as %s, operation %v, %d notes", ecash.Base32(), ecash.ReceiveID(), len(ecash.Notes()))
	}
	back, err := wire.ParseECash(want.String)
	if err != nil || !bytes.Equal(wire.Encode(back), want.Hex) {
		t.Errorf("read as %v (%v)", back, err)
	}
	checkEnclosed(t, ecash.Invite(), in.Invite, in.APISecret)
}

func checkParsedECash(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ String string }](t, e.Inputs)
	ecash, err := wire.ParseECash(in.String)
	if e.Rejected() {
		if err == nil {
			t.Errorf("%q is read as %v", in.String, ecash)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	want := vectors.Decode[struct {
		Accept struct {
			Amount wire.Amount `json:"amount_msats"`
			Hex    vectors.Hex
			Mint   *wire.FederationID
		}
	}](t, e.Expected).Accept
	total, err := ecash.Total()
	id, ok := ecash.FederationID()
	if err != nil || total != want.Amount || !bytes.Equal(wire.Encode(ecash), want.Hex) {
		t.Errorf("read as %v: %x (%v)", total, wire.Encode(ecash), err)
	}
	if ok != (want.Mint != nil) || ok && id != *want.Mint {
		t.Errorf("of federation %v", id)
	}
}

func checkRecoveryItem(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ Value json.RawMessage }](t, e.Inputs)
	item := vectors.Decode[wire.MintV2RecoveryItem](t, in.Value)
	checkEncoded(t, e, item, "MintV2RecoveryItem")
	if text, err := json.Marshal(item); err != nil || !sameJSON(t, text, in.Value) {
		t.Errorf("JSON %s (%v)", text, err)
	}
}

func checkDenominations(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct{ Client, Consensus []int }](t, e.Expected)
	for least, list := range map[wire.Denomination][]int{wire.MinDenomination: want.Client, 0: want.Consensus} {
		for i, d := range list {
			if d != int(least)+i {
				t.Errorf("denomination %d is %d", i, d)
			}
		}
		if last := int(wire.MaxDenomination - least); len(list) != last+1 {
			t.Errorf("%d denominations from %v on", len(list), least)
		}
	}
}

func TestMintV2Vectors(t *testing.T) {
	vectors.Run(t, "mint_v2", map[string]vectors.Handler{
		"derive": checkMintV2Derived, "issue": checkMintV2Issued,
		"ecash": checkECash, "ecash-parse": checkParsedECash, "fee": checkFees,
		"denominations": checkDenominations, "recovery-item": checkRecoveryItem,
	}, map[string]string{
		"grind": "client/mintv2",
	})
}
