package wire_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"satchel/client/wire"
)

// Values made with the reference crates 0.13.0 from the secret keys 11…, 22… and
// 33…, which are not among the entries of lnv2.json.
const (
	lnStatic    = "034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa"
	lnEphemeral = "02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27"
	lnGateway   = "023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1"
	lnClaim     = "0381cde57623f7eb63f381cab51744a7d1b4dec81c9dbd6fea2802548027b95a11"
	lnRefund    = "027a2f0388747b5b7ce620f8d2b67635e5daddd4a8ee8d7e708e69abf3ad06aa15"
	lnPreimage  = "2c58cfdf3427a454fb24677e8b44f4b1843d8dfba0b9ed0626a8b5841114e55c"
	lnHash      = "2011ef4487768b637623ca43d85923c7bf151e01682e22ccec876e2be6d7b2ad"
	lnAggKey    = "9608bd85ad0d76a13aac350cecdb7ac352f05ace659ba9695e6adeef18155a10e061f64c9289ba8f113f38612a1ec113"
	lnAggDK     = "8ba13bcb28fd9c195782a27e3ad463570ed93d115124f3882fb354d58727c86df44fc9fafe5e897128c02c621b1f71fa"
	lnEncrypted = "405df2f18579b8cddd27d52380cde1be87977db681c361a1d2033d98c72ca05d"
	lnPK        = "aeb0211ac9bce11a42988e00bb10b5f0d6774bdb706a14853b09b9ac2db08f093c158d6eab56ac055f3205cca714df87"
	lnSignature = "8f487e163a631557530af5bcf2e3c7887f7f468e7dcf2bb25ad02e14bc21e505b953fe46146905bfb7e4c7f9123426a9" +
		"0bd4a3726e454f80cb5b6fd8782aa1ac6f5bec1979941effcbbaa99a8aa08761fb3bc6e6a297850fd1b564caaeed4c78"
	lnCommitment = "0020" + lnHash + "fe000f4240" + "fe6553ff10" + lnClaim + lnGateway + lnEphemeral
	lnIncoming   = lnCommitment + lnEncrypted + lnPK + lnSignature
	lnOutgoing   = "0020" + lnHash + "fe000f55c8" + "fd0640" + lnGateway + lnRefund + lnEphemeral

	lnurlText = "fedimintunvtfvrvunvtfvrvunvtfvrvunvtfvrvunvtfvrvunvtfvrvunv7g7l6r2nfb6b1n7aueuoppdoq582dbad5b5vb5k61bovm4o1glo9lm42qr2mldgt2atgl" +
		"l13oudbf3mk0fdpp5r6jqkpbajnveck2q240ugpuci4j8tuhhofgjg95u8g7h0k283t87odeqpbuijtee9pgngldg3ramnoeh1"
	// lnInvoice is an invoice of BOLT 11.
	lnInvoice = "lnbc20m1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqhp58y" +
		"jmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqsfpp3qjmp7lwpagxun9pygexvgpjdc4jdj85fr9yq20q82gphp2nflc7jtzrcazrra7wwgzxqc8u7754c" +
		"dlpfrmccae92qgzqvzq2ps8pqqqqqqpqqqqq9qqqvpeuqafqxu92d8lr6fvg0r5gv0heeeqgcrqlnm6jhphu9y00rrhy4grqszsvpcgpy9qqqqqqgqqqqq7qqzq9qrsgqd" +
		"fjcdk6w3ak5pca9hwfwfh63zrrz06wwfya0ydlzpgzxkn5xagsqz7x9j4jwe7yj7vaf2k9lqsdk45kts2fd0fkr28am0u4w95tt2nsq76cqw0"
)

func unhexed(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fromText reads a text such as the hex of a key.
func fromText[T any](t *testing.T, text string) (v T) {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err == nil {
		err = json.Unmarshal(quoted, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLNV2Literals(t *testing.T) {
	hash, gateway := fromText[wire.Hash](t, lnHash), fromText[wire.PublicKey](t, lnGateway)
	outgoing := wire.LNV2OutgoingContract{
		Image: wire.PaymentImage{Hash: hash}, Amount: 1_005_000, Expiration: 1600,
		ClaimKey: gateway, RefundKey: fromText[wire.PublicKey](t, lnRefund), EphemeralKey: fromText[wire.PublicKey](t, lnEphemeral),
	}
	incoming := wire.LNV2IncomingContract{
		Commitment: wire.LNV2Commitment{
			Image: wire.PaymentImage{Hash: hash}, Amount: 1_000_000, Expiration: 1_700_003_600,
			ClaimKey: fromText[wire.PublicKey](t, lnClaim), RefundKey: gateway, EphemeralKey: fromText[wire.PublicKey](t, lnEphemeral),
		},
		Ciphertext: wire.LNV2Ciphertext{
			Encrypted: fromText[wire.Hash](t, lnEncrypted), Key: fromText[wire.G1](t, lnPK), Signature: fromText[wire.G2](t, lnSignature),
		},
	}
	preimage := wire.Preimage(fromText[wire.Hash](t, lnPreimage))
	aggKey, aggDK := fromText[wire.G1](t, lnAggKey), fromText[wire.G1](t, lnAggDK)
	outPoint := wire.OutPoint{TxID: wire.TxID(bytes.Repeat([]byte{0xab}, 32)), Index: 1}
	cancel := wire.Signature(bytes.Repeat([]byte{0x5a}, 64))
	spent := strings.Repeat("ab", 32) + "01"

	checkForm(t, incoming.Commitment, unhexed(t, lnCommitment))
	checkForm(t, incoming, unhexed(t, lnIncoming))
	checkForm(t, outgoing, unhexed(t, lnOutgoing))
	checkForm(t, wire.LNV2Output{Incoming: &incoming}, unhexed(t, "00fd014301fd013f"+lnIncoming))
	checkForm(t, wire.LNV2Output{Outgoing: &outgoing}, unhexed(t, "008f008d"+lnOutgoing))
	checkForm(t, wire.LNV2Input{OutPoint: outPoint, Witness: &wire.LNV2Witness{Preimage: preimage}}, unhexed(t, "00450043"+spent+"0020"+lnPreimage))
	checkForm(t, wire.LNV2Input{OutPoint: outPoint, Witness: &wire.LNV2Witness{Variant: wire.LNV2Refund}}, unhexed(t, "00250023"+spent+"0100"))
	checkForm(t, wire.LNV2Input{OutPoint: outPoint, Witness: &wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: cancel}},
		unhexed(t, "00650063"+spent+"0240"+strings.Repeat("5a", 64)))
	checkForm(t, wire.LNV2Input{OutPoint: outPoint, DecryptionKey: &aggDK}, unhexed(t, "00530151"+spent+lnAggDK))
	checkForm(t, wire.LNV2ConsensusItem{Variant: wire.LNV2BlockCountVote, Vote: 102}, unhexed(t, "000166"))
	checkForm(t, wire.LNV2ConsensusItem{Variant: wire.LNV2UnixTimeVote, Vote: 1_700_000_040}, unhexed(t, "0105fe6553f128"))
	checkForm(t, wire.PaymentImage{Variant: wire.ImagePoint, Point: gateway}, unhexed(t, "0121"+lnGateway))
	checkForm(t, wire.LNV2InputError{Variant: wire.LNV2NoContract}, unhexed(t, "0100"))
	checkForm(t, wire.LNV2InputError{Variant: wire.LNV2UnknownInput, Input: 5}, unhexed(t, "000105"))
	checkForm(t, wire.LNV2Config{Key: aggKey, PeerKeys: map[wire.PeerID]wire.G1{0: aggKey}, Fee: wire.PaymentFee{Base: 1000}, Network: "regtest"},
		unhexed(t, lnAggKey+"0100"+lnAggKey+"fd03e800fabfb5da"))

	for what, pair := range map[string][2]string{
		"commitment": {wire.HashOf(incoming.Commitment).String(), "a53aa7316068a359b664f93a45ec3df14159e4b2c0836d87e1007de53eb9805b"},
		"incoming":   {incoming.ID().String(), "35acc4e38b1c16efdec772a16b919b62a458fa406fd6331d70e59ff8fa6c9ddd"},
		"outgoing":   {outgoing.ID().String(), "420ab370a77c71cfa2258ec3509cfc9da52d597c5c47c6be41656cecb982b6ac"},
		"auth": {wire.HashOf(wire.LightningInvoice{Bolt11: lnInvoice}).String(),
			"8aebf5fc4b1b6837e712a91d56206a7a0030590f8e161e11ebfe3c5b9ce6c45a"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("hash of %s is %s, want %s", what, pair[0], pair[1])
		}
	}
	if preimage.Hash() != hash || preimage.String() != lnPreimage {
		t.Errorf("preimage %v has the hash %v", preimage, preimage.Hash())
	}
}

func TestLnurlLiteral(t *testing.T) {
	r := wire.LnurlRequest{
		FederationID: wire.FederationID(bytes.Repeat([]byte{0xfe}, 32)), Recipient: fromText[wire.PublicKey](t, lnStatic),
		FederationKey: fromText[wire.G1](t, lnAggKey), Gateways: []wire.SafeURL{fromText[wire.SafeURL](t, "https://gw.example/v1")},
	}
	checkForm(t, r, unhexed(t, strings.Repeat("fe", 32)+lnStatic+lnAggKey+"0115"+hex.EncodeToString([]byte("https://gw.example/v1"))))
	if r.String() != lnurlText {
		t.Errorf("written as %s", r)
	}
	for _, s := range []string{lnurlText, strings.ToUpper(lnurlText)} {
		if back, err := wire.ParseLnurlRequest(s); err != nil || back.String() != lnurlText {
			t.Errorf("%s is read as %v (%v)", s, back, err)
		}
	}
	for _, s := range []string{"", "fedimint", lnurlText[8:], lnurlText[:len(lnurlText)-4], lnurlText + "00", lnurlText + "!"} {
		if r, err := wire.ParseLnurlRequest(s); err == nil {
			t.Errorf("%q is read as %v", s, r)
		}
	}
}

// TestUnknownLightningVariants checks what later versions may add, and what they
// may not.
func TestUnknownLightningVariants(t *testing.T) {
	for _, s := range []string{"0100", "0702abcd"} {
		b := unhexed(t, s)
		unknown := &wire.Unknown{Variant: uint64(b[0]), Body: b[2:]}
		checkForm(t, wire.LNV2Input{Unknown: unknown}, b)
		checkForm(t, wire.LNV2Output{Unknown: unknown}, b)
	}
	checkForm(t, wire.LNV2ConsensusItem{Unknown: &wire.Unknown{Variant: 2, Body: []byte{9}}}, []byte{2, 1, 9})
	for name, texts := range map[string][]string{
		"PaymentImage": {"0200"}, "LNV2Witness": {"0300"}, "LightningInvoice": {"0100", "010100"},
		"LNV2Input": {"00020200", "0025" + "0223" + strings.Repeat("00", 33) + "0100"}, "LNV2Output": {"00020200"},
		"LNV2InputError": {"0700"}, "LNV2OutputError": {"0300"},
	} {
		for _, s := range texts {
			if v, err := codecs[name].decode(unhexed(t, s)); err == nil {
				t.Errorf("%s %s is read as %v", name, s, v)
			}
		}
	}
}

func TestLNV2ErrorTexts(t *testing.T) {
	for _, e := range []struct {
		err  error
		want string
	}{
		{wire.LNV2InputError{}, "The lightning input version is not supported by this federation"},
		{wire.LNV2InputError{Variant: wire.LNV2NoContract}, "No contract found for given ContractId"},
		{wire.LNV2InputError{Variant: wire.LNV2WrongPreimage}, "The preimage is invalid"},
		{wire.LNV2InputError{Variant: wire.LNV2Expired}, "The contracts locktime has passed"},
		{wire.LNV2InputError{Variant: wire.LNV2NotExpired}, "The contracts locktime has not yet passed"},
		{wire.LNV2InputError{Variant: wire.LNV2DecryptionKey}, "The aggregate decryption key is invalid"},
		{wire.LNV2InputError{Variant: wire.LNV2ForfeitSig}, "The forfeit signature is invalid"},
		{wire.LNV2OutputError{}, "The lightning input version is not supported by this federation"},
		{wire.LNV2OutputError{Variant: wire.LNV2BadContract}, "The contract is invalid"},
		{wire.LNV2OutputError{Variant: wire.LNV2ContractExpired}, "The contract is expired"},
	} {
		if e.err.Error() != e.want {
			t.Errorf("%+v says %q, want %q", e.err, e.err, e.want)
		}
	}
	kinds := map[wire.ModuleID]wire.ModuleKind{1: wire.KindLNV2}
	for variant, want := range map[uint64]string{
		wire.TxInvalidInput:  "The transaction had an invalid input: 1-No contract found for given ContractId",
		wire.TxInvalidOutput: "The transaction had an invalid output: 1-The contract is invalid",
	} {
		if got := (wire.TransactionError{Variant: variant, Cause: wire.Dyn{Module: 1, Body: []byte{1, 0}}}).Text(kinds); got != want {
			t.Errorf("text %q, want %q", got, want)
		}
	}
}

func TestPaymentFeeSaturates(t *testing.T) {
	const most = wire.Amount(math.MaxUint64)
	for _, c := range []struct {
		fee                           wire.PaymentFee
		amount, take, added, subtract wire.Amount
	}{
		{wire.PaymentFee{}, most, 0, most, most},
		{wire.PaymentFee{Base: most}, 0, most, most, 0},
		{wire.PaymentFee{Base: most, PartsPerMillion: math.MaxUint64}, most, most, most, 0},
		{wire.PaymentFee{PartsPerMillion: math.MaxUint64}, 2, most / 1_000_000, most/1_000_000 + 2, 0},
		{wire.PaymentFee{PartsPerMillion: 1}, most, most / 1_000_000, most, most - most/1_000_000},
		{wire.PaymentFee{Base: 1, PartsPerMillion: 1}, 999_999, 1, 1_000_000, 999_998},
		{wire.PaymentFee{Base: 1, PartsPerMillion: 1}, 1_000_000, 2, 1_000_002, 999_998},
	} {
		if c.fee.Fee(c.amount) != c.take || c.fee.AddTo(c.amount) != c.added || c.fee.SubtractFrom(c.amount) != c.subtract {
			t.Errorf("%v of %v: %v, %v, %v", c.fee, c.amount, c.fee.Fee(c.amount), c.fee.AddTo(c.amount), c.fee.SubtractFrom(c.amount))
		}
	}
	limit := wire.PaymentFee{Base: 2, PartsPerMillion: 2}
	if !limit.Within(limit) || (wire.PaymentFee{Base: 3}).Within(limit) || (wire.PaymentFee{PartsPerMillion: 3}).Within(limit) {
		t.Error("a limit is of both parts")
	}
}

// TestLargeNumbersInJSON checks numbers that a double does not hold.
func TestLargeNumbersInJSON(t *testing.T) {
	for _, fee := range []wire.Amount{0, 1, 5000, 1 << 53} {
		c := decoded[wire.LNV2IncomingContract](t, unhexed(t, lnIncoming))
		c.Commitment.Expiration = wire.FeeExpiration(fee)
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		back := checkJSON[wire.LNV2IncomingContract](t, text)
		if back != c || back.Commitment.GatewayFee() != fee {
			t.Errorf("fee %v is read as %v from %s", fee, back.Commitment.GatewayFee(), text)
		}
	}
	if wire.FeeExpiration(5000) != 18446744073709546615 {
		t.Errorf("expiration %d", wire.FeeExpiration(5000))
	}
}

func TestRoutingInfoDefaults(t *testing.T) {
	fee := `{"base":1,"parts_per_million":2}`
	text := `{"lightning_public_key":"` + lnStatic + `","module_public_key":"` + lnGateway + `","send_fee_minimum":` + fee +
		`,"send_fee_default":{"base":3,"parts_per_million":4},"expiration_delta_minimum":5,"expiration_delta_default":6,"receive_fee":` + fee + `,"later":null}`
	r := fromJSON[wire.RoutingInfo](t, text)
	if !r.ReceiveEnabled || r.Alias != "" {
		t.Errorf("an older gateway is read as %+v", r)
	}
	if fee, delta := r.SendTerms(r.LightningKey); fee != r.SendFeeMinimum || delta != 5 {
		t.Errorf("terms for its own invoices %v, %d", fee, delta)
	}
	if fee, delta := r.SendTerms(r.ModuleKey); fee != r.SendFeeDefault || delta != 6 {
		t.Errorf("terms for other invoices %v, %d", fee, delta)
	}
	off := fromJSON[wire.RoutingInfo](t, strings.Replace(text, `"later":null`, `"receive_enabled":false,"lightning_alias":"a"`, 1))
	if off.ReceiveEnabled || off.Alias != "a" {
		t.Errorf("read as %+v", off)
	}
}

// fromJSON reads JSON.
func fromJSON[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestLightningJSONIsStrict(t *testing.T) {
	numbers := strings.TrimSuffix(strings.Repeat("7,", 32), ",")
	refused := map[any][]string{
		new(wire.Preimage): {"null", "{}", `""`, "[]", "7", "[" + numbers + ",7]", "[" + numbers[2:] + "]",
			"[" + strings.Replace(numbers, "7", "256", 1) + "]", "[" + strings.Replace(numbers, "7", "null", 1) + "]",
			"[" + strings.Replace(numbers, "7", "-1", 1) + "]", "[" + strings.Replace(numbers, "7", "1.0", 1) + "]"},
		new(wire.PaymentImage):        {"null", `"Hash"`, "{}", `{"Hash":null}`, `{"Point":null}`, `{"Else":"00"}`, `{"Hash":"` + lnHash + `","Point":"` + lnStatic + `"}`},
		new(wire.LightningInvoice):    {"null", `"Bolt11"`, "{}", `{"Bolt11":null}`, `{"Bolt12":""}`},
		new(wire.InvoiceDescription):  {"null", `"Direct"`, "{}", `{"Direct":null}`, `{"Hash":null}`, `{"Else":""}`},
		new(wire.SendPaymentResponse): {"null", `"Ok"`, "{}", `{"Ok":null}`, `{"Err":null}`, `{"Else":""}`, `{"Ok":"` + lnHash + `"}`},
		new(wire.PaymentFee):          {"null", "{}", `{"base":1}`, `{"base":1,"parts_per_million":null}`, `{"base":1.5,"parts_per_million":1}`, `{"base":18446744073709551616,"parts_per_million":1}`},
	}
	for dst, texts := range refused {
		for _, text := range texts {
			if err := json.Unmarshal([]byte(text), dst); err == nil {
				t.Errorf("%s is read as %T %+v", text, dst, dst)
			}
		}
	}
	if p := fromJSON[wire.Preimage](t, "[ "+strings.ReplaceAll(numbers, ",", " ,\n")+" ]"); p != wire.Preimage(bytes.Repeat([]byte{7}, 32)) {
		t.Errorf("blanks make it %v", p)
	}
	for _, text := range []string{`{"Direct":"a"}`, `{"Direct":""}`, `{"Hash":"` + lnHash + `"}`} {
		checkJSON[wire.InvoiceDescription](t, json.RawMessage(text))
	}
	contract, err := json.Marshal(decoded[wire.LNV2IncomingContract](t, unhexed(t, lnIncoming)))
	if err != nil {
		t.Fatal(err)
	}
	checkJSON[wire.CreateInvoiceRequest](t, json.RawMessage(`{"federation_id":"`+lnHash+`","contract":`+string(contract)+
		`,"amount":18446744073709551615,"description":{"Direct":"a"},"expiry_secs":86400}`))
}
