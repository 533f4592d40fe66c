package wire_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// allCodecs are the codecs that fuzzing picks from by number.
var allCodecs = append(append([]codec(nil), primitives...), types...)

// seedAll adds to the corpus the bytes of every entry that are a consensus form,
// under its own type where the table has it and under a few others.
func seedAll(f *testing.F) {
	number := make(map[string]uint8)
	for i, c := range allCodecs {
		number[c.name] = uint8(i)
		f.Add(uint8(i), []byte{})
		f.Add(uint8(i), []byte{1, 0})
		f.Add(uint8(i), bytes.Repeat([]byte{0}, 300))
		f.Add(uint8(i), append([]byte{0xfe, 0, 0x98, 0x96, 0x80}, bytes.Repeat([]byte{1}, 300)...))
	}
	for _, e := range vectors.Load(f, "malformed") {
		in := vectors.Decode[struct {
			Type string
			Hex  vectors.Hex
		}](f, e.Inputs)
		name, ok := rustNames[in.Type]
		if !ok {
			name = in.Type
		}
		if n, ok := number[name]; ok {
			f.Add(n, []byte(in.Hex))
		}
		f.Add(number["Dyn"], []byte(in.Hex))
	}
	for name, topics := range map[string][2]string{
		"SessionStatus": {"session", "hex"}, "SessionStatusV2": {"session", "hex"}, "SubmissionOutcome": {"transaction", "hex"},
		"Transaction": {"transaction", "transaction"}, "SessionOutcome": {"session", "session_outcome"},
		"ClientConfig": {"config", "hex"}, "ModuleConfig": {"config", "module_config_hex"},
		"OOBNotes": {"mint_v1", "hex"}, "MintNotes": {"mint_v1", "notes_hex"}, "ECash": {"mint_v2", "hex"},
		"MintV2RecoveryItem": {"mint_v2", "hex"}, "SignedAPIAnnouncement": {"encoding", "hex"},
		"ClientBackup": {"backup", "encoded"}, "MintBackup": {"backup", "ecash_backup"},
		"BackupRequest": {"backup", "request_hex"}, "ClientBackupSnapshot": {"backup", "hex"},
		"LNV2Input": {"lnv2", "input"}, "LNV2Output": {"lnv2", "output"}, "LNV2OutgoingContract": {"lnv2", "contract"},
		"LNV2IncomingContract": {"lnv2", "contract"}, "LNV2Commitment": {"lnv2", "commitment"},
		"LightningInvoice": {"lnv2", "invoice_hex"}, "LNV2Config": {"lnv2", "hex"}, "LnurlRequest": {"lnv2", "hex"},
		"PaymentFee": {"lnv2", "hex"}, "LNV2ConsensusItem": {"lnv2", "hex"},
		"LNInput": {"lnv1", "claim_input"}, "LNOutput": {"lnv1", "output"}, "LNContract": {"lnv1", "contract"},
		"LNOutgoingContract": {"lnv1", "inner"}, "LNAccount": {"lnv1", "account"}, "LNOffer": {"lnv1", "offer"},
		"EncryptedPreimage": {"lnv1", "encrypted_preimage"}, "LNOutcome": {"lnv1", "hex"}, "LNConsensusItem": {"lnv1", "hex"},
		"LNGateway": {"lnv1", "info_hex"}, "PrunedInvoice": {"lnv1", "hex"}, "LNConfig": {"lnv1", "hex"},
	} {
		for _, e := range vectors.Load(f, topics[0]) {
			for _, side := range []json.RawMessage{e.Inputs, e.Expected} {
				var members map[string]json.RawMessage
				var b vectors.Hex
				if json.Unmarshal(side, &members) == nil && json.Unmarshal(members[topics[1]], &b) == nil {
					f.Add(number[name], []byte(b))
				}
			}
		}
	}
}

// FuzzDecode looks for bytes that make a decoder panic or allocate too much.
func FuzzDecode(f *testing.F) {
	seedAll(f)
	f.Fuzz(func(t *testing.T, n uint8, b []byte) {
		c := allCodecs[int(n)%len(allCodecs)]
		if got, most := allocated(func() { _, _ = c.decode(b) }), uint64(4*len(b)+64<<10); got > most {
			t.Errorf("%s: decoding %d bytes allocates %d, more than %d", c.name, len(b), got, most)
		}
	})
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// FuzzCanonical looks for bytes that decode and re-encode to others. Only urls
// may, which are brought into normal form and then stay as they are.
func FuzzCanonical(f *testing.F) {
	seedAll(f)
	f.Fuzz(func(t *testing.T, n uint8, b []byte) {
		c := allCodecs[int(n)%len(allCodecs)]
		v, err := c.decode(b)
		if err != nil {
			return
		}
		again := wire.Encode(v)
		if !c.normalises {
			if !bytes.Equal(again, b) {
				t.Errorf("%s %x re-encodes to %x", c.name, b, again)
			}
			return
		}
		back, err := c.decode(again)
		if err != nil {
			t.Fatalf("%s %x re-encodes to %x, which does not decode: %v", c.name, b, again, err)
		}
		if third := wire.Encode(back); !bytes.Equal(third, again) {
			t.Errorf("%s %x re-encodes to %x and then to %x", c.name, b, again, third)
		}
	})
}

// A jsonType reads and writes one type as JSON.
type jsonType struct {
	name      string
	roundTrip func(t *testing.T, text []byte)
}

func jsonOf[T any]() jsonType {
	name := reflect.TypeFor[T]().Name()
	return jsonType{name, func(t *testing.T, text []byte) {
		var v, back T
		if json.Unmarshal(text, &v) != nil {
			return
		}
		first, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%s %q is read and cannot be written: %v", name, text, err)
		}
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatalf("%s %q is written as %s, which is not read: %v", name, text, first, err)
		}
		if second, err := json.Marshal(back); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s %q is written as %s and then as %s (%v)", name, text, first, second, err)
		}
	}}
}

// jsonTypes are all types of this package with a method that reads JSON or
// text; TestNoJSONTypeIsForgotten sees to it.
var jsonTypes = []jsonType{
	jsonOf[wire.Hash](), jsonOf[wire.Hash160](), jsonOf[wire.TxID](), jsonOf[wire.OperationID](),
	jsonOf[wire.FederationID](), jsonOf[wire.FederationPrefix](), jsonOf[wire.HexBytes](),
	jsonOf[wire.BitcoinTxID](), jsonOf[wire.ChainID](), jsonOf[wire.Network](),
	jsonOf[wire.PublicKey](), jsonOf[wire.SecretKey](), jsonOf[wire.Signature](),
	jsonOf[wire.G1](), jsonOf[wire.G2](), jsonOf[wire.Scalar](),
	jsonOf[wire.OutPoint](), jsonOf[wire.IndexRange](), jsonOf[wire.OutPointRange](),
	jsonOf[wire.Duration](), jsonOf[wire.SystemTime](),
	jsonOf[wire.SafeURL](), jsonOf[wire.PeerURL](), jsonOf[wire.InviteCode](),
	jsonOf[wire.Version](), jsonOf[wire.APIVersions](), jsonOf[wire.SupportedVersions](),
	jsonOf[wire.SupportedCore](), jsonOf[wire.SupportedModule](),
	jsonOf[wire.ModuleConfig](), jsonOf[wire.ClientConfig](), jsonOf[wire.FeeConsensus](),
	jsonOf[wire.APIAnnouncement](), jsonOf[wire.SignedAPIAnnouncement](),
	jsonOf[wire.GuardianMetadata](), jsonOf[wire.SignedGuardianMetadata](),
	jsonOf[wire.Serde](), jsonOf[wire.SerdeBase64](),
	jsonOf[wire.MintSpendableNote](), jsonOf[wire.OOBNotes](), jsonOf[wire.ECash](), jsonOf[wire.MintV2RecoveryItem](),
	jsonOf[wire.MintV2RecoverySlice](),
	jsonOf[wire.SignedBackupRequest](), jsonOf[wire.ClientBackupSnapshot](),
	jsonOf[wire.ContractID](), jsonOf[wire.Preimage](), jsonOf[wire.PaymentImage](), jsonOf[wire.PaymentFee](),
	jsonOf[wire.LNV2OutgoingContract](), jsonOf[wire.LNV2Commitment](), jsonOf[wire.LNV2Ciphertext](),
	jsonOf[wire.LNV2IncomingContract](), jsonOf[wire.RoutingInfo](), jsonOf[wire.LightningInvoice](),
	jsonOf[wire.InvoiceDescription](), jsonOf[wire.CreateInvoiceRequest](), jsonOf[wire.SendPaymentRequest](),
	jsonOf[wire.SendPaymentResponse](),
	jsonOf[wire.RouteHop](), jsonOf[wire.RouteHint](),
	jsonOf[wire.PreimageKey](), jsonOf[wire.EncryptedPreimage](), jsonOf[wire.DecryptedPreimage](), jsonOf[wire.PreimageStatus](),
	jsonOf[wire.LNIncomingContract](), jsonOf[wire.LNOutgoingContract](), jsonOf[wire.LNAccount](), jsonOf[wire.LNIncomingAccount](),
	jsonOf[wire.LNOffer](), jsonOf[wire.RoutingFees](), jsonOf[wire.LNGateway](), jsonOf[wire.LNAnnouncement](),
	jsonOf[wire.LNRegistrationAuth](), jsonOf[wire.LNRemoveGatewayRequest](), jsonOf[wire.PrunedInvoice](),
	jsonOf[wire.LNPaymentData](), jsonOf[wire.LNPayInvoiceRequest](),
}

func TestNoJSONTypeIsForgotten(t *testing.T) {
	listed := make(map[string]bool)
	for _, j := range jsonTypes {
		listed[j.name] = true
	}
	for _, method := range []string{"UnmarshalJSON", "UnmarshalText"} {
		for name := range methodsOf(t, method) {
			if !listed[name] {
				t.Errorf("type %s has a method %s and is not in the table of JSON types", name, method)
			}
		}
	}
}

// FuzzJSON looks for JSON that makes a reader panic, or that is written and read
// back as another value.
func FuzzJSON(f *testing.F) {
	for i, text := range jsonSeeds(f) {
		for n := range jsonTypes {
			if i%7 == n%7 || len(text) < 600 {
				f.Add(uint8(n), text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, n uint8, text []byte) { jsonTypes[int(n)%len(jsonTypes)].roundTrip(t, text) })
}

// jsonSeeds are texts that some type reads.
func jsonSeeds(f *testing.F) [][]byte {
	seeds := [][]byte{
		[]byte(`null`), []byte(`{}`), []byte(`[]`), []byte(`""`), []byte(`0`),
		[]byte(`"0011"`), []byte(`["0100"]`), []byte(`["AQA"]`), []byte(`[null]`),
		[]byte(`"` + string(bytes.Repeat([]byte("01"), 32)) + `"`),
		[]byte(`{"secs":1,"nanos":2}`), []byte(`{"secs_since_epoch":1,"nanos_since_epoch":2}`),
		[]byte(`{"base":100,"parts_per_million":1000}`), []byte(`{"major":2,"minor":1}`), []byte(`[{"major":0,"minor":9}]`),
		[]byte(`{"core":{"core_consensus":{"major":2,"minor":1},"api":[{"major":0,"minor":9}]},"modules":{"0":{"core_consensus":{"major":2,"minor":1},"module_consensus":{"major":2,"minor":0},"api":[{"major":0,"minor":1}]}}}`),
		[]byte(metadataJSON), []byte(`{"api_urls":["ws://127.0.0.1:18174/"],"pkarr_id_z32":"yyy","timestamp_secs":1700000000}`),
	}
	for _, e := range vectors.Load(f, "encoding") {
		var in struct {
			Value struct{ JSON json.RawMessage }
		}
		if json.Unmarshal(e.Inputs, &in) == nil && in.Value.JSON != nil {
			seeds = append(seeds, in.Value.JSON)
		}
	}
	for _, topic := range []string{"config", "mint_v2", "backup"} {
		for _, e := range vectors.Load(f, topic) {
			var in, want struct{ Wire, Value, JSON json.RawMessage }
			if json.Unmarshal(e.Inputs, &in) == nil {
				seeds = append(seeds, in.Wire, in.Value, in.JSON)
			}
			if topic == "backup" && json.Unmarshal(e.Expected, &want) == nil {
				seeds = append(seeds, want.JSON)
			}
		}
	}
	for _, e := range append(vectors.Load(f, "lnv1"), vectors.Load(f, "lnv2")...) {
		var in, want struct {
			Value        json.RawMessage
			JSON         json.RawMessage
			Contract     json.RawMessage `json:"contract_json"`
			Payload      json.RawMessage `json:"payload_json"`
			Announcement json.RawMessage `json:"announcement_json"`
			Encrypted    json.RawMessage `json:"encrypted_preimage_json"`
			Offer        json.RawMessage `json:"offer_json"`
		}
		if json.Unmarshal(e.Inputs, &in) == nil && json.Unmarshal(e.Expected, &want) == nil {
			seeds = append(seeds, in.Value, in.Contract, in.Announcement, want.JSON, want.Contract, want.Payload, want.Encrypted, want.Offer)
		}
	}
	seeds = slices.DeleteFunc(seeds, func(text []byte) bool { return text == nil })
	return seeds
}

// FuzzText looks for texts that a person may paste and that make a parser
// panic, or that are written and read back as something else.
func FuzzText(f *testing.F) {
	for _, topic := range []string{"invite", "mint_v1", "mint_v2"} {
		for _, e := range vectors.Load(f, topic) {
			var in struct{ String string }
			var want struct{ Base32, Base64, Base64URL, Bech32m, String string }
			if json.Unmarshal(e.Inputs, &in) == nil {
				f.Add(in.String)
			}
			if json.Unmarshal(e.Expected, &want) == nil {
				for _, s := range []string{want.Base32, want.Base64, want.Base64URL, want.Bech32m, want.String} {
					f.Add(s)
				}
			}
		}
	}
	for _, s := range urlTexts {
		f.Add(s.in)
	}
	f.Add(lnurlText)
	f.Fuzz(func(t *testing.T, s string) {
		if code, err := wire.ParseInviteCode(s); err == nil {
			sameText(t, code, wire.ParseInviteCode, code.String(), code.Base32())
		}
		if oob, err := wire.ParseOOBNotes(s); err == nil {
			sameText(t, oob, wire.ParseOOBNotes, oob.Base64(), oob.Base32())
		}
		if ecash, err := wire.ParseECash(s); err == nil {
			sameText(t, ecash, wire.ParseECash, ecash.Base32())
		}
		if request, err := wire.ParseLnurlRequest(s); err == nil {
			sameText(t, request, wire.ParseLnurlRequest, request.String())
		}
		if u, err := wire.ParseURL(s); err == nil {
			if again, err := wire.ParseURL(u.Full()); err != nil || again != u {
				t.Errorf("url %q is written %q and read as %q (%v)", s, u.Full(), again.Full(), err)
			}
		}
	})
}

// sameText checks that texts written of v are read as v. Urls may have lost
// their credentials on the way.
func sameText[T wire.Appender](t *testing.T, v T, parse func(string) (T, error), texts ...string) {
	t.Helper()
	for _, s := range texts {
		back, err := parse(s)
		if err != nil || !bytes.Equal(wire.Encode(back), wire.Encode(v)) {
			t.Errorf("%q is read as %x, want %x (%v)", s, wire.Encode(back), wire.Encode(v), err)
		}
	}
}
