package mintv2

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"testing"

	"satchel/client/secret"
	"satchel/client/tbs"
	"satchel/client/vectors"
	"satchel/client/wire"
)

// elsewhere are kinds of mint_v2.json that other packages test.
var elsewhere = map[string]string{
	"ecash": "client/wire", "ecash-parse": "client/wire", "fee": "client/wire",
	"denominations": "client/wire", "recovery-item": "client/wire",
}

func TestVectors(t *testing.T) {
	vectors.Run(t, "mint_v2", map[string]vectors.Handler{"derive": derives, "grind": grinds, "issue": issues}, elsewhere)
}

// node reads a secret as the vectors write it: level, key.
func node(t *testing.T, b []byte) secret.Secret {
	t.Helper()
	d := wire.NewDecoder(b)
	level := d.Uint64()
	var key [64]byte
	d.Fixed(key[:])
	if err := d.Finish(); err != nil {
		t.Fatal(err)
	}
	return secret.FromKey(level, key)
}

func same(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}

func derives(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Denomination wire.Denomination `json:"denomination"`
		Module       vectors.Hex       `json:"module_secret"`
		Tweak        vectors.Hex       `json:"tweak"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Amount  wire.Amount `json:"amount_msats"`
		Blinded vectors.Hex `json:"blinded_message"`
		Request vectors.Hex `json:"issuance_request"`
		Nonce   vectors.Hex `json:"nonce"`
		Hash    vectors.Hex `json:"nonce_hash"`
		Output  vectors.Hex `json:"output"`
	}](t, e.Expected)
	tweak := wire.MintTweak(in.Tweak)
	q, err := newRequest(tbs.V2(), node(t, in.Module), in.Denomination, tweak)
	if err != nil {
		t.Fatal(err)
	}
	hash := wire.Hash160Of(q.Blinded[:])
	same(t, "nonce", q.Nonce[:], want.Nonce)
	same(t, "blinded nonce", q.Blinded[:], want.Blinded)
	same(t, "hash of the blinded nonce", hash[:], want.Hash)
	same(t, "request", wire.Encode(wire.MintV2IssuanceRequest{
		Denomination: in.Denomination, Tweak: tweak, SpendKey: q.Keys.SpendKey, BlindingKey: q.Keys.BlindingKey,
	}), want.Request)
	same(t, "output", wire.Encode(wire.MintV2Output{Denomination: in.Denomination, BlindNonce: q.Blinded, Tweak: tweak}), want.Output)
	if d, ok := denomination(q.Amount); q.Amount != want.Amount || d != in.Denomination || !ok {
		t.Errorf("amount %v, denomination %v, want %v and %v", q.Amount, d, want.Amount, in.Denomination)
	}
}

func grinds(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Module vectors.Hex `json:"module_secret"`
		Tweak  vectors.Hex `json:"tweak"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Filter vectors.Hex `json:"filter"`
		Passes bool        `json:"passes"`
	}](t, e.Expected)
	f := filter(node(t, in.Module))
	same(t, "filter", f[:], want.Filter)
	if got := passes(wire.MintTweak(in.Tweak), f, Zeros); got != want.Passes {
		t.Errorf("passes %v, want %v", got, want.Passes)
	}
}

func issues(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Key          wire.G2                `json:"aggregate_public_key"`
		Denomination wire.Denomination      `json:"denomination"`
		Module       vectors.Hex            `json:"module_secret"`
		Peers        []wire.G2              `json:"peer_public_keys"`
		Shares       map[string]vectors.Hex `json:"shares"`
		Tweak        vectors.Hex            `json:"tweak"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Input vectors.Hex `json:"input"`
		Note  vectors.Hex `json:"spendable_note"`
		Valid bool        `json:"valid"`
	}](t, e.Expected)
	scheme := tbs.V2()
	q, err := newRequest(scheme, node(t, in.Module), in.Denomination, wire.MintTweak(in.Tweak))
	if err != nil {
		t.Fatal(err)
	}
	shares := map[uint16][48]byte{}
	for _, peer := range slices.Sorted(maps.Keys(in.Shares)) {
		p, err := strconv.Atoi(peer)
		if err != nil {
			t.Fatal(err)
		}
		shares[uint16(p)] = [48]byte(in.Shares[peer])
		bad, err := scheme.VerifyShares([]tbs.BlindShare{{Blinded: q.Blinded, Share: shares[uint16(p)], Key: in.Peers[p]}})
		if err != nil || len(bad) > 0 {
			t.Fatalf("share of %s: %v %v", peer, bad, err)
		}
	}
	signature, err := scheme.Combine(len(shares), shares, q.Keys.BlindingKey)
	if err != nil {
		t.Fatal(err)
	}
	n := q.Signed(signature)
	same(t, "note", wire.Encode(wire.MintV2SpendableNote{Denomination: in.Denomination, SpendKey: n.SpendKey, Signature: n.Signature}), want.Note)
	same(t, "input", wire.Encode((&Mint{}).Input(n)), want.Input)
	good, err := scheme.CheckNotes([]tbs.SignedNote{{Nonce: n.Nonce, Signature: signature, Key: in.Key}})
	if err != nil || good != want.Valid {
		t.Errorf("good %v, %v; want valid %v", good, err, want.Valid)
	}
}
