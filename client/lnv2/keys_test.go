package lnv2

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"satchel/client/bolt11"
	"satchel/client/secret"
	"satchel/client/tpe"
	"satchel/client/vectors"
	"satchel/client/wire"
	"satchel/fsm"
)

func repeated(b byte) (k [32]byte) {
	copy(k[:], bytes.Repeat([]byte{b}, 32))
	return k
}

// Known answers of the reference for a static key of 32 times 0x11 and an ephemeral
// one of 32 times 0x22.
func TestTweak(t *testing.T) {
	static := wire.SecretKey(repeated(0x11))
	e := repeated(0x22)
	tw, ephemeral, err := newTweak(bytes.NewReader(e[:]), static.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	seed, preimage := tw.seed(), tw.preimage()
	claimKey, err := static.PublicKey().Times(wire.SecretKey(tw))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := static.Times(wire.SecretKey(tw))
	if err != nil || secret.PublicKey() != claimKey {
		t.Errorf("the claim's secret key has the public key %v, %v", secret.PublicKey(), err)
	}
	for name, is := range map[string][2]string{
		"ephemeral key": {ephemeral.String(), "02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27"},
		"tweak":         {hex.EncodeToString(tw[:]), "b36b6d195982c5be874d6d542dc268234379e1ae4ff1709402135b7de5cf0766"},
		"refund key":    {wire.SecretKey(tw).PublicKey().String(), "027a2f0388747b5b7ce620f8d2b67635e5daddd4a8ee8d7e708e69abf3ad06aa15"},
		"seed":          {hex.EncodeToString(seed[:]), "f035251054f3040b8ae6c87040d1d562e857ed688f6818433375f21c13df0054"},
		"preimage":      {preimage.String(), "2c58cfdf3427a454fb24677e8b44f4b1843d8dfba0b9ed0626a8b5841114e55c"},
		"payment hash":  {preimage.Hash().String(), "2011ef4487768b637623ca43d85923c7bf151e01682e22ccec876e2be6d7b2ad"},
		"claim key":     {claimKey.String(), "0381cde57623f7eb63f381cab51744a7d1b4dec81c9dbd6fea2802548027b95a11"},
	} {
		if is[0] != is[1] {
			t.Errorf("%s %s, want %s", name, is[0], is[1])
		}
	}
}

// Randomness that is no key is drawn again.
func TestTweakIsDrawnAgain(t *testing.T) {
	none, e := repeated(0xff), repeated(0x22)
	_, ephemeral, err := newTweak(bytes.NewReader(append(none[:], e[:]...)), wire.SecretKey(repeated(0x11)).PublicKey())
	if err != nil || ephemeral != wire.SecretKey(e).PublicKey() {
		t.Errorf("ephemeral key %v, %v", ephemeral, err)
	}
	if _, _, err := newTweak(bytes.NewReader(none[:]), ephemeral); err == nil {
		t.Error("a tweak without randomness")
	}
}

func TestVectors(t *testing.T) {
	vectors.Run(t, "lnv2",
		map[string]vectors.Handler{"send": checkSend, "receive": checkReceive, "keys": checkKeys},
		map[string]string{
			"input": "wire", "output": "wire", "point-contract": "wire", "consensus-item": "wire", "config": "wire",
			"commitment": "wire", "payment-fee": "wire", "routing-info": "wire", "lnurl-request": "wire",
		})
}

func checkKeys(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		LnurlSecret  wire.SecretKey `json:"lnurl_secret"`
		Module       vectors.Hex    `json:"module_secret"`
		StaticSecret wire.SecretKey `json:"static_secret"`
	}](t, e.Expected)
	d := wire.NewDecoder(want.Module)
	level := d.Uint64()
	var key [64]byte
	d.Fixed(key[:])
	if err := d.Finish(); err != nil {
		t.Fatal(err)
	}
	static, lnurl := staticKeys(secret.FromKey(level, key))
	if static != want.StaticSecret || lnurl != want.LnurlSecret {
		t.Errorf("keys of %v and %v", static.PublicKey(), lnurl.PublicKey())
	}
}

// The keys of a payment follow from its contract, and so does its operation.
func checkSend(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Ephemeral vectors.Hex `json:"ephemeral_secret"`
		Invoice   string
		Static    wire.SecretKey `json:"static_secret"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Contract    vectors.Hex
		OperationID wire.OperationID `json:"operation_id_attempt0"`
		Refund      wire.SecretKey   `json:"tweak"`
	}](t, e.Expected)
	c, err := wire.Decode[wire.LNV2OutgoingContract](want.Contract)
	if err != nil {
		t.Fatal(err)
	}
	m := &Lightning{key: in.Static}
	if key, err := m.refundKey(c); err != nil || key != want.Refund || key.PublicKey() != c.RefundKey {
		t.Errorf("refund key %v, %v", key.PublicKey(), err)
	}
	tw, ephemeral, err := newTweak(bytes.NewReader(in.Ephemeral), in.Static.PublicKey())
	if err != nil || wire.SecretKey(tw) != want.Refund || ephemeral != c.EphemeralKey {
		t.Errorf("ephemeral key %v, %v", ephemeral, err)
	}
	i, err := bolt11.Decode(in.Invoice)
	if err != nil {
		t.Fatal(err)
	}
	if op := attemptID(i, 0); op != fsm.OpID(want.OperationID) {
		t.Errorf("operation %v, want %v", op, want.OperationID)
	}
}

// A contract is the wallet's if it was made for its key, whole, and nobody else's.
func checkReceive(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Aggregate wire.G1        `json:"aggregate_public_key"`
		Static    wire.SecretKey `json:"static_secret"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Key      wire.G1 `json:"aggregate_decryption_key"`
		Contract vectors.Hex
	}](t, e.Expected)
	c, err := wire.Decode[wire.LNV2IncomingContract](want.Contract)
	if err != nil {
		t.Fatal(err)
	}
	m := &Lightning{scheme: tpe.BLS{}}
	m.config.Key = in.Aggregate
	found, ok := m.own(in.Static, c)
	if !ok || found.Decryption != want.Key || found.Key.PublicKey() != c.Commitment.ClaimKey {
		t.Fatalf("own: %v, %v", found, ok)
	}
	for name, change := range map[string]func(*wire.LNV2IncomingContract){
		"another claim key":     func(c *wire.LNV2IncomingContract) { c.Commitment.ClaimKey = c.Commitment.RefundKey },
		"another ciphertext":    func(c *wire.LNV2IncomingContract) { c.Ciphertext.Encrypted[0]++ },
		"another key in it":     func(c *wire.LNV2IncomingContract) { c.Ciphertext.Key = in.Aggregate },
		"another payment hash":  func(c *wire.LNV2IncomingContract) { c.Commitment.Image.Hash = sha256.Sum256(nil) },
		"another ephemeral key": func(c *wire.LNV2IncomingContract) { c.Commitment.EphemeralKey = c.Commitment.RefundKey },
	} {
		other := c
		change(&other)
		if _, ok := m.own(in.Static, other); ok {
			t.Errorf("%s: still own", name)
		}
	}
	if _, ok := m.own(repeated(0x44), c); ok {
		t.Error("own for another static key")
	}
}
