package bolt11_test

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"satchel/client/bolt11"
	"satchel/client/vectors"
	"satchel/client/wire"
)

func hash(s string) (h wire.Hash) { return wire.Hash(unhex(s, 32)) }

func key(s string) wire.PublicKey { return wire.PublicKey(unhex(s, 33)) }

func unhex(s string, size int) []byte {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != size {
		panic("hex " + s)
	}
	return b
}

// same compares invoices without their texts, whose fields may be in another
// order.
func same(a, b bolt11.Invoice) bool {
	fields := func(i bolt11.Invoice) any {
		return []any{i.Network, i.Amount, i.Time, i.PaymentHash, i.PaymentSecret, i.Description, i.DescriptionHash, i.Payee,
			i.PayeeNamed, i.Expiry, i.MinFinalCLTV, i.RouteHints, i.Features, i.Metadata}
	}
	return reflect.DeepEqual(fields(a), fields(b))
}

func TestExamples(t *testing.T) {
	for _, e := range examples {
		want := usual()
		e.differs(&want)
		got, err := bolt11.Decode(e.text)
		if err != nil || !same(got, want) {
			t.Errorf("%s: %+v (%v)\nwant %+v", e.name, got, err, want)
		}
		if got.String() != strings.ToLower(e.text) {
			t.Errorf("%s is written %s", e.name, got)
		}
		upper, err := bolt11.Decode(strings.ToUpper(e.text))
		if err != nil || !reflect.DeepEqual(upper, got) {
			t.Errorf("%s in upper case: %+v (%v)", e.name, upper, err)
		}
	}
}

func TestInvalidExamples(t *testing.T) {
	for _, e := range invalid {
		if i, err := bolt11.Decode(e.text); err == nil || !strings.Contains(err.Error(), e.err) || !reflect.DeepEqual(i, bolt11.Invoice{}) {
			t.Errorf("%s: %+v, %v, want %q", e.name, i, err, e.err)
		}
	}
}

// TestSendVectors reads the invoices of gateways that the reference has made.
func TestSendVectors(t *testing.T) {
	read := 0
	for _, e := range vectors.Load(t, "lnv2") {
		if e.Kind != "send" {
			continue
		}
		in := vectors.Decode[struct {
			Invoice  string
			Preimage vectors.Hex
		}](t, e.Inputs)
		want := vectors.Decode[struct {
			Payee    wire.PublicKey            `json:"payee_pk"`
			Contract wire.LNV2OutgoingContract `json:"contract_json"`
		}](t, e.Expected)
		i, err := bolt11.Decode(in.Invoice)
		if err != nil || i.Payee != want.Payee || i.PaymentHash != wire.Preimage(in.Preimage).Hash() || i.String() != in.Invoice {
			t.Errorf("%s is read as %+v (%v)", e.Name, i, err)
		}
		if want.Contract.Image.Hash != i.PaymentHash || i.Amount == 0 || i.Amount >= want.Contract.Amount || i.Network != "regtest" {
			t.Errorf("%s: invoice %+v", e.Name, i)
		}
		read++
	}
	if read == 0 {
		t.Error("no entries")
	}
}

// TestPrunedVectors compares invoices with what the reference took from them.
func TestPrunedVectors(t *testing.T) {
	read := 0
	for _, e := range vectors.Load(t, "lnv1") {
		if e.Kind != "pruned-invoice" {
			continue
		}
		in := vectors.Decode[struct{ Invoice string }](t, e.Inputs)
		want := vectors.Decode[struct{ JSON wire.PrunedInvoice }](t, e.Expected).JSON
		i, err := bolt11.Decode(in.Invoice)
		got := wire.PrunedInvoice{
			Amount: i.Amount, Destination: i.Payee, Features: wire.HexBytes(i.Features), PaymentHash: i.PaymentHash,
			PaymentSecret: i.PaymentSecret, RouteHints: i.RouteHints, MinFinalCLTV: i.MinFinalCLTV, Expiry: i.ExpiresAt(),
		}
		if err != nil || !bytes.Equal(wire.Encode(got), wire.Encode(want)) {
			t.Errorf("%s: %+v (%v), want %+v", e.Name, got, err, want)
		}
		read++
	}
	if read == 0 {
		t.Error("no entries")
	}
}

func TestFieldsMustBeThere(t *testing.T) {
	full := []string{"p", "s", "9", "d"}
	for n, missing := range full {
		var kept []string
		for i, letter := range full {
			if i != n {
				kept = append(kept, letter)
			}
		}
		_, err := bolt11.Decode(crafted(t, "lnbc1u", kept...))
		if err == nil || !strings.Contains(err.Error(), `"`+missing+`"`) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
	if _, err := bolt11.Decode(crafted(t, "lnbc1u", full...)); err != nil {
		t.Error(err)
	}
}

func TestAmounts(t *testing.T) {
	for hrp, want := range map[string]wire.Amount{
		"lnbc": 0, "lnbc1": 100_000_000_000, "lnbc20m": 2_000_000_000, "lnbc2500u": 250_000_000, "lnbc1n": 100, "lnbc10p": 1,
		"lnbc9678785340p": 967_878_534, "lnbc18446744073709551610p": 1_844_674_407_370_955_161, "lntb7u": 700_000, "lntbs7u": 700_000, "lnbcrt7u": 700_000,
		"lnsb7u": 700_000,
	} {
		i, err := bolt11.Decode(crafted(t, hrp, "p", "s", "9", "d"))
		if err != nil || i.Amount != want {
			t.Errorf("%s is %v (%v), want %v", hrp, i.Amount, err, want)
		}
	}
	for hrp, want := range map[string]string{
		"lnbc01u": "leading zeros", "lnbc0u": "leading zeros", "lnbc1x": `in "x"`, "lnbc1mm": "no whole number", "lnbc1p": "msat", "lnbc1u1": "no whole number",
		"lnbc184467440737095516160p": "no whole number", "lnbc18446744073709551": "out of range", "lnxx1u": "prefix", "ln1u": "prefix", "lnbcu": "prefix",
		"bc1u": `begin with "ln"`, "lnbc1-u": "no whole number", "lnbc+1u": "prefix",
	} {
		if i, err := bolt11.Decode(crafted(t, hrp, "p", "s", "9", "d")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %q", hrp, i.Amount, err, want)
		}
	}
}

func TestNetworks(t *testing.T) {
	for hrp, want := range map[string]wire.Network{"lnbc": "bitcoin", "lntb": "testnet", "lntbs": "signet", "lnbcrt": "regtest", "lnsb": "regtest"} {
		if i, err := bolt11.Decode(crafted(t, hrp, "p", "s", "9", "d")); err != nil || i.Network != want {
			t.Errorf("%s is of %s (%v), want %s", hrp, i.Network, err, want)
		}
	}
}

func TestStrictFields(t *testing.T) {
	long := "d" + "ll" + strings.Repeat("q", 1023)
	for name, c := range map[string]struct {
		fields []string
		err    string // or nothing
	}{
		"twice p":               {[]string{"p", "p", "s", "9", "d"}, `"p" is there twice`},
		"twice s":               {[]string{"p", "s", "s", "9", "d"}, `"s" is there twice`},
		"twice 9":               {[]string{"p", "s", "9", "9", "d"}, `"9" is there twice`},
		"twice x":               {[]string{"p", "s", "9", "d", "xqzpu", "xqzpu"}, `"x" is there twice`},
		"twice c":               {[]string{"p", "s", "9", "d", "cqp2", "cqp2"}, `"c" is there twice`},
		"d and h":               {[]string{"p", "s", "9", "d", "h"}, `one of the fields "d" and "h"`},
		"h alone":               {[]string{"p", "s", "9", "h"}, ""},
		"x of 0":                {[]string{"p", "s", "9", "d", "xqq"}, ""},
		"x with a leading 0":    {[]string{"p", "s", "9", "d", "xqzqp"}, `"x": it begins with zeros`},
		"c with a leading 0":    {[]string{"p", "s", "9", "d", "cqzqp"}, `"c": it begins with zeros`},
		"9 with a leading 0":    {[]string{"p", "s", "9qyqrsgq", "d"}, `"9": it begins with zeros`},
		"x of 64 bits":          {[]string{"p", "s", "9", "d", "xqd" + "0llllllllllll"}, ""},
		"x of 65 bits":          {[]string{"p", "s", "9", "d", "xqd" + "sllllllllllll"}, "more than 64 bits"},
		"filled with ones":      {[]string{"pp5" + strings.Repeat("q", 51) + "p", "s", "9", "d"}, `"p": it is filled up`},
		"twice d":               {[]string{"p", "s", "9", "d", "d"}, `"d" is there twice`},
		"text and 15 bits":      {[]string{"p", "s", "9", "dqrqqq"}, `"d": it is filled up`},
		"no UTF-8":              {[]string{"p", "s", "9", "dqzlu"}, `"d": it is not UTF-8`},
		"text of 639 bytes":     {[]string{"p", "s", "9", long}, ""},
		"secret optional":       {[]string{"p", "s", "9qypqqq", "d"}, ""}, // bit 15
		"secret missing":        {[]string{"p", "s", "9qzsq", "d"}, "feature of the payment secret"},
		"even bit":              {[]string{"p", "s", "9qr3qq", "d"}, "feature 10"},
		"odd bit":               {[]string{"p", "s", "9qrjqq", "d"}, ""}, // 11
		"beyond the end":        {[]string{"p", "s", "9", "d", "xqr"}, `"x" of 3 groups goes beyond`},
		"no length":             {[]string{"p", "s", "9", "d", "xq"}, "has no length"},
		"unknown type twice":    {[]string{"p", "s", "9", "d", "2qpq", "2qpq"}, ""},
		"key of another length": {[]string{"p", "s", "9", "d", "npp" + strings.Repeat("q", 33)}, ""},
		"key that is none":      {[]string{"p", "s", "9", "d", "np4" + strings.Repeat("q", 53)}, `"n": `},
		"hops of 50 bytes":      {[]string{"p", "s", "9", "d", "rzq" + strings.Repeat("q", 64)}, `"r": 40 bytes`},
		"hop without a key":     {[]string{"p", "s", "9", "d", "rzj" + strings.Repeat("q", 82)}, `"r": `},
		"no hops":               {[]string{"p", "s", "9", "d", "rqq", "rqq"}, ""},
		"address without":       {[]string{"p", "s", "9", "d", "fqq"}, "no version"},
		"address of 1 byte":     {[]string{"p", "s", "9", "d", "fqrqqq"}, "version 0 has 1 bytes"},
		"key hash of 19 bytes":  {[]string{"p", "s", "9", "d", "fpq" + "3" + strings.Repeat("q", 31)}, "version 17 has 19"},
		"later address":         {[]string{"p", "s", "9", "d", "fqz" + "nl"}, ""},
		"two addresses":         {[]string{"p", "s", "9", "d", "fqz" + "nl", "fqz" + "nl"}, ""},
		"no metadata":           {[]string{"p", "s", "9", "d", "mqq"}, ""},
	} {
		i, err := bolt11.Decode(crafted(t, "lnbc1u", c.fields...))
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %+v, %v, want %q", name, i, err, c.err)
		}
	}
}

func TestTooLong(t *testing.T) {
	fields := []string{"p", "s", "9", "d"}
	for range 6 {
		fields = append(fields, "2ll"+strings.Repeat("q", 1023))
	}
	text := crafted(t, "lnbc1u", fields...)
	padding := bolt11.MaxLength - len(text) - 3
	exact := crafted(t, "lnbc1u", append(fields, "2"+groups(padding>>5, padding&31)+strings.Repeat("q", padding))...)
	if _, err := bolt11.Decode(exact); err != nil || len(exact) != bolt11.MaxLength {
		t.Errorf("%d characters: %v", len(exact), err)
	}
	padding++
	long := crafted(t, "lnbc1u", append(fields, "2"+groups(padding>>5, padding&31)+strings.Repeat("q", padding))...)
	if _, err := bolt11.Decode(long); err == nil || !strings.Contains(err.Error(), "7090 characters") {
		t.Errorf("%d characters: %v", len(long), err)
	}
}

// TestExpiry checks the end of an invoice, also where it is beyond all numbers.
func TestExpiry(t *testing.T) {
	for _, c := range []struct{ time, expiry, want uint64 }{{5, 6, 11}, {1, 1<<64 - 1, 1<<64 - 1}, {0, 1<<64 - 1, 1<<64 - 1}, {7, 0, 7}} {
		if got := (bolt11.Invoice{Time: c.time, Expiry: c.expiry}).ExpiresAt(); got != c.want {
			t.Errorf("%d + %d is %d, want %d", c.time, c.expiry, got, c.want)
		}
	}
}

func TestFeatures(t *testing.T) {
	f := bolt11.Features{1, 0, 0x41, 0}
	for bit := -9; bit < 60; bit++ {
		if want := bit == 8 || bit == 14 || bit == 24; f.Has(bit) != want {
			t.Errorf("bit %d is %v", bit, f.Has(bit))
		}
	}
}
