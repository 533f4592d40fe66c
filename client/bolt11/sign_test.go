package bolt11_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"satchel/client/bolt11"
	"satchel/client/vectors"
	"satchel/client/wire"
)

// node is the key of the examples.
var node = wire.SecretKey(unhex("e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db734", 32))

func TestSignExamples(t *testing.T) {
	for _, e := range examples {
		want, err := bolt11.Decode(e.text)
		if err != nil {
			t.Fatal(err)
		}
		want.Payee = node.PublicKey()
		got, err := bolt11.Sign(want, node)
		if err != nil || !same(got, want) {
			t.Errorf("%s is signed as %+v (%v)", e.name, got, err)
		}
	}
}

// TestSignOrder checks that fields are in the order of the reference, and that
// equal invoices are signed equally.
func TestSignOrder(t *testing.T) {
	for _, e := range vectors.Load(t, "lnv2") {
		if e.Kind != "send" {
			continue
		}
		text := vectors.Decode[struct{ Invoice string }](t, e.Inputs).Invoice
		i, err := bolt11.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := bolt11.Sign(i, node)
		if err != nil {
			t.Fatal(err)
		}
		const sealed = 104 + 6 // signature and checksum
		if got, want := ours.String(), text; len(got) != len(want) || got[:len(got)-sealed] != want[:len(want)-sealed] {
			t.Errorf("signed as %s, want %s", got, want)
		}
		again, err := bolt11.Sign(i, node)
		if err != nil || again.String() != ours.String() {
			t.Errorf("signed again as %s (%v)", again, err)
		}
	}
}

// random returns an invoice of which any field may be anything.
func random(r *rand.Rand) bolt11.Invoice {
	bytesOf := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	i := bolt11.Invoice{
		Network:    []wire.Network{"bitcoin", "testnet", "signet", "regtest"}[r.IntN(4)],
		Amount:     wire.Amount(r.Uint64() >> (4 + r.IntN(60))),
		Time:       r.Uint64() >> (29 + r.IntN(35)),
		Expiry:     r.Uint64() >> r.IntN(64),
		PayeeNamed: r.IntN(2) == 0, MinFinalCLTV: r.Uint64() >> r.IntN(64),
		PaymentHash: wire.Hash(bytesOf(32)), PaymentSecret: [32]byte(bytesOf(32)),
	}
	if r.IntN(2) == 0 {
		i.DescriptionHash = (*wire.Hash)(bytesOf(32))
	} else {
		i.Description = strings.ToValidUTF8(string(bytesOf(r.IntN(200))), "Ωж")
	}
	for range r.IntN(4) {
		var hint wire.RouteHint
		for range r.IntN(4) {
			hint = append(hint, wire.RouteHop{
				Source: wire.SecretKey(append([]byte{1}, bytesOf(31)...)).PublicKey(), ChannelID: r.Uint64(),
				BaseMsat: r.Uint32(), Millionths: r.Uint32(), CLTVDelta: uint16(r.Uint32()),
			})
		}
		i.RouteHints = append(i.RouteHints, hint)
	}
	i.Features = bolt11.Basic()
	if n := r.IntN(30); n > 2 {
		i.Features = append(bolt11.Features{1 << (2*r.IntN(4) + 1)}, bytes.Repeat([]byte{0}, n)...)
		copy(i.Features[n-1:], bolt11.Basic())
	}
	if n := r.IntN(50); n > 0 {
		i.Metadata = bytesOf(n)
	}
	return i
}

func TestDecodeUndoesSign(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 0))
		want := random(r)
		key := wire.SecretKey{31: 1, 0: byte(r.Uint32()) / 2}
		signed, err := bolt11.Sign(want, key)
		if err != nil {
			t.Fatalf("seed %d: %+v: %v", seed, want, err)
		}
		back, err := bolt11.Decode(signed.String())
		if err != nil || !reflect.DeepEqual(back, signed) {
			t.Errorf("seed %d: %+v is read as %+v (%v)", seed, signed, back, err)
		}
		want.Payee = key.PublicKey()
		if !same(back, want) {
			t.Errorf("seed %d: %+v is read as %+v", seed, want, back)
		}
	}
}

func TestShortestAmounts(t *testing.T) {
	for amount, want := range map[wire.Amount]string{
		0: "lnbc1", 1: "lnbc10p1", 99: "lnbc990p1", 100: "lnbc1n1", 1000: "lnbc10n1", 100_000: "lnbc1u1", 123_456_700: "lnbc1234567n1",
		100_000_000: "lnbc1m1", 100_000_000_000: "lnbc11", 2_100_000_000_000_000_000 - 100: "lnbc20999999999999999n1",
	} {
		i := usual()
		i.Amount = amount
		if i, err := bolt11.Sign(i, node); err != nil || !strings.HasPrefix(i.String(), want+"pvjluez") {
			t.Errorf("%v is written as %.40s (%v), want %s", amount, i, err, want)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	for want, change := range map[string]func(*bolt11.Invoice){
		"network":       func(i *bolt11.Invoice) { i.Network = "testnet4" },
		"out of range":  func(i *bolt11.Invoice) { i.Amount = 1<<64 - 1 },
		"35 bits":       func(i *bolt11.Invoice) { i.Time = 1 << 35 },
		"feature":       func(i *bolt11.Invoice) { i.Features = nil },
		"feature 2":     func(i *bolt11.Invoice) { i.Features = bolt11.Features{0x41, 4} },
		"UTF-8":         func(i *bolt11.Invoice) { i.Description = "\xff" },
		`"d" of 1024`:   func(i *bolt11.Invoice) { i.Description = strings.Repeat("a", 640) },
		`"r"`:           func(i *bolt11.Invoice) { i.RouteHints = []wire.RouteHint{{{}}} },
		"more than 708": func(i *bolt11.Invoice) { i.RouteHints = make([]wire.RouteHint, 3000) },
	} {
		i := usual()
		change(&i)
		if signed, err := bolt11.Sign(i, node); err == nil || !strings.Contains(err.Error(), want) || signed.String() != "" {
			t.Errorf("%+v is signed with %v, want %q", i, err, want)
		}
	}
	for _, key := range []wire.SecretKey{{}, wire.SecretKey(bytes.Repeat([]byte{0xff}, 32))} {
		if _, err := bolt11.Sign(usual(), key); err == nil {
			t.Error("signed with bytes that are no key")
		}
	}
}

// TestSignatures checks signatures that are not as they should be.
func TestSignatures(t *testing.T) {
	const fields = "pvjluez" + "9qrsgq" + "dqq"
	text := fields + standard["p"] + standard["s"]
	signer := wire.SecretKey(bytes.Repeat([]byte{7}, 32)).PublicKey()
	named := text + "np4" + fiveBits(signer[:])
	order := unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 32)
	for name, c := range map[string]struct {
		change func([]byte) []byte
		// recovered and verified are what becomes of it without and with the key.
		recovered, verified bool
	}{
		"right":          {func(s []byte) []byte { return s }, true, true},
		"high s":         {func(s []byte) []byte { return append(append(s[:32:32], negated(s[32:64])...), s[64]^1) }, true, false},
		"another number": {func(s []byte) []byte { s[64] ^= 1; return s }, false, true},
		"number 4":       {func(s []byte) []byte { s[64] |= 4; return s }, false, false},
		"number 2":       {func(s []byte) []byte { s[64] |= 2; return s }, false, true},
		"another s":      {func(s []byte) []byte { s[63] ^= 1; return s }, false, false},
		"zero r":         {func(s []byte) []byte { clear(s[:32]); return s }, false, false},
		"zero s":         {func(s []byte) []byte { clear(s[32:64]); return s }, false, false},
		"r too great":    {func(s []byte) []byte { copy(s, order); return s }, false, false},
		"s too great":    {func(s []byte) []byte { copy(s[32:], order); return s }, false, false},
	} {
		i, err := bolt11.Decode(sealed(t, "lnbc1u", text, c.change))
		if got := err == nil && i.Payee == signer && !i.PayeeNamed; got != c.recovered {
			t.Errorf("%s: recovered %v (%v)", name, i.Payee, err)
		}
		i, err = bolt11.Decode(sealed(t, "lnbc1u", named, c.change))
		if got := err == nil && i.Payee == signer && i.PayeeNamed; got != c.verified || err == nil != c.verified {
			t.Errorf("%s: verified for %v (%v)", name, i.Payee, err)
		}
	}
	other := text + "np4" + fiveBits(node.PublicKey().Append(nil))
	if i, err := bolt11.Decode(sealed(t, "lnbc1u", other, func(s []byte) []byte { return s })); err == nil {
		t.Errorf("signed by somebody else: %+v", i)
	}
}

// fiveBits writes bytes as a field holds them.
func fiveBits(b []byte) string {
	var s strings.Builder
	for _, g := range wire.Regroup(b, 8, 5) {
		s.WriteByte(alphabet[g])
	}
	return s.String()
}
