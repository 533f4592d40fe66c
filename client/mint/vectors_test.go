package mint

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

// elsewhere are kinds of mint_v1.json that other packages test.
var elsewhere = map[string]string{"oob": "client/wire", "oob-parse": "client/wire", "fee": "client/wire",
	"select": "client/notes", "represent": "client/notes"}

func TestVectors(t *testing.T) {
	vectors.Run(t, "mint_v1", map[string]vectors.Handler{
		"derive": derives,
		"issue":  issues,
	}, elsewhere)
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
		Amount wire.Amount `json:"amount_msats"`
		Index  uint64      `json:"index"`
		Module vectors.Hex `json:"module_secret"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		BlindNonce      vectors.Hex `json:"blind_nonce"`
		Hash            vectors.Hex `json:"blind_nonce_hash160"`
		IssuanceRequest vectors.Hex `json:"issuance_request"`
		Nonce           vectors.Hex `json:"nonce"`
		Output          vectors.Hex `json:"output"`
	}](t, e.Expected)
	q, err := newRequest(tbs.V1(), node(t, in.Module), in.Amount, in.Index)
	if err != nil {
		t.Fatal(err)
	}
	nonce := q.Keys.SpendKey.PublicKey()
	hash := wire.Hash160Of(q.Blinded[:])
	same(t, "request", wire.Encode(q.Keys), want.IssuanceRequest)
	same(t, "nonce", nonce[:], want.Nonce)
	same(t, "blind nonce", q.Blinded[:], want.BlindNonce)
	same(t, "hash of the blind nonce", hash[:], want.Hash)
	same(t, "output", wire.Encode(wire.MintOutput{Amount: q.Amount, BlindNonce: q.Blinded}), want.Output)
}

func issues(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Key    wire.G2                `json:"aggregate_public_key"`
		Amount wire.Amount            `json:"amount_msats"`
		Note   vectors.Hex            `json:"note_secret"`
		Peers  []wire.G2              `json:"peer_public_keys"`
		Shares map[string]vectors.Hex `json:"shares"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		BlindNonce vectors.Hex   `json:"blind_nonce"`
		Input      vectors.Hex   `json:"input"`
		Outcomes   []vectors.Hex `json:"outcomes"`
		Note       vectors.Hex   `json:"spendable_note"`
		Valid      bool          `json:"valid"`
	}](t, e.Expected)
	scheme := tbs.V1()
	keys := issuance(node(t, in.Note))
	blinded, err := scheme.Blind(keys.SpendKey.PublicKey(), keys.BlindingKey)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "blind nonce", blinded[:], want.BlindNonce)
	shares := map[uint16][48]byte{}
	for _, peer := range slices.Sorted(maps.Keys(in.Shares)) {
		p, err := strconv.Atoi(peer)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "outcome", wire.Encode(wire.MintOutcome{Share: wire.G1(in.Shares[peer])}), want.Outcomes[len(shares)])
		shares[uint16(p)] = [48]byte(in.Shares[peer])
		bad, err := scheme.VerifyShares([]tbs.BlindShare{{Blinded: blinded, Share: [48]byte(in.Shares[peer]), Key: in.Peers[p]}})
		if err != nil || len(bad) > 0 {
			t.Fatalf("share of %s: %v %v", peer, bad, err)
		}
	}
	signature, err := scheme.Combine(len(shares), shares, keys.BlindingKey)
	if err != nil {
		t.Fatal(err)
	}
	n := wire.MintSpendableNote{Signature: signature, SpendKey: keys.SpendKey}
	same(t, "note", wire.Encode(n), want.Note)
	same(t, "input", wire.Encode(wire.MintInput{Amount: in.Amount, Note: n.Note()}), want.Input)
	bad, err := scheme.VerifyNotes([]tbs.SignedNote{{Nonce: keys.SpendKey.PublicKey(), Signature: signature, Key: in.Key}})
	if err != nil || (len(bad) == 0) != want.Valid {
		t.Fatalf("bad %v, %v; want valid %v", bad, err, want.Valid)
	}
}
