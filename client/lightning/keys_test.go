package lightning

import (
	"encoding/hex"
	"testing"

	"satchel/client/bolt11"
	"satchel/client/secret"
	"satchel/client/vectors"
	"satchel/client/wire"
	"satchel/fsm"
)

func TestVectors(t *testing.T) {
	vectors.Run(t, "lnv1",
		map[string]vectors.Handler{
			"keys": checkKeys, "outgoing": checkOutgoing, "preimage": checkPreimage, "pruned-invoice": checkPruned,
		},
		map[string]string{
			"config": "wire", "consensus-item": "wire", "gateway": "wire", "outcome": "wire",
			"tweak-user-key": "nobody: it is of payment codes, which this wallet does not have",
		})
}

func checkKeys(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		Module vectors.Hex    `json:"module_secret"`
		Auth   wire.SecretKey `json:"preimage_auth_secret"`
		Redeem wire.SecretKey `json:"redeem_secret"`
	}](t, e.Expected)
	redeem, auth := staticKeys(readSecret(t, want.Module))
	if redeem != want.Redeem || auth != want.Auth {
		t.Errorf("keys of %v and %v", redeem.PublicKey(), auth.PublicKey())
	}
}

// readSecret reads a secret as the reference writes it.
func readSecret(t *testing.T, b []byte) secret.Secret {
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

// A payment's contract has the id that the reference gives it, and what takes it back
// spends it without a preimage.
func checkOutgoing(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		Contract vectors.Hex
		ID       wire.ContractID `json:"contract_id"`
		Refund   vectors.Hex     `json:"refund_input"`
	}](t, e.Expected)
	c, err := wire.Decode[wire.LNContract](want.Contract)
	if err != nil {
		t.Fatal(err)
	}
	p := payment{Contract: c}
	if p.id() != want.ID || p.hash() != c.Outgoing.Hash || p.internal() {
		t.Errorf("contract %v of %v", p.id(), p.hash())
	}
	if found, preimage := spendsWith(p, 4, want.Refund); !found || preimage != nil {
		t.Errorf("a refund: %v, %v", found, preimage)
	}
}

// spendsWith reports what an input of a module means for a payment of module 4.
func spendsWith(p payment, module wire.ModuleID, input []byte) (bool, *wire.Preimage) {
	m := &Lightning{}
	m.ID = 4
	return m.spends(wire.Transaction{Inputs: []wire.DynInput{{Dyn: wire.Dyn{Module: module, Body: input}}}}, p)
}

// What spends a contract in the log is the gateway's claim if the preimage is in it.
func TestSpends(t *testing.T) {
	preimage := wire.Preimage{1}
	p := payment{Contract: wire.LNContract{Outgoing: &wire.LNOutgoingContract{Hash: preimage.Hash()}}}
	claim := wire.LNInput{Contract: p.id(), Amount: 1, Preimage: &preimage}
	for name, c := range map[string]struct {
		module wire.ModuleID
		change func(*wire.LNInput)
		found  bool
		proof  bool
	}{
		"the gateway's":     {4, func(*wire.LNInput) {}, true, true},
		"without":           {4, func(i *wire.LNInput) { i.Preimage = nil }, true, false},
		"with another":      {4, func(i *wire.LNInput) { i.Preimage = &wire.Preimage{2} }, true, false},
		"another contract":  {4, func(i *wire.LNInput) { i.Contract[0]++ }, false, false},
		"of another module": {5, func(*wire.LNInput) {}, false, false},
		"of a later time":   {4, func(i *wire.LNInput) { *i = wire.LNInput{Unknown: &wire.Unknown{Variant: 1}} }, false, false},
	} {
		in := claim
		c.change(&in)
		found, got := spendsWith(p, c.module, wire.Encode(in))
		if found != c.found || (got != nil) != c.proof || c.proof && *got != preimage {
			t.Errorf("%s: %v, %v", name, found, got)
		}
	}
	if found, _ := spendsWith(p, 4, []byte{9}); found {
		t.Error("garbage spends the contract")
	}
}

// The preimage that is sold is that of a receive key, and the operation's id is its
// hash.
func checkPreimage(t *testing.T, e vectors.Entry) {
	want := vectors.Decode[struct {
		Decrypted   vectors.Hex
		Key         vectors.Hex `json:"preimage_key"`
		PaymentHash wire.Hash   `json:"payment_hash"`
		Operation   vectors.Hex `json:"operation_id"`
	}](t, e.Expected)
	if hex.EncodeToString(want.Key) != hex.EncodeToString(want.Decrypted) {
		t.Errorf("key %x, decrypted %x", want.Key, want.Decrypted)
	}
	if hash := wire.PreimageKey(want.Key).Preimage().Hash(); hash != want.PaymentHash {
		t.Errorf("payment hash %v, want %v", hash, want.PaymentHash)
	}
	if op := (sale{Hash: want.PaymentHash}).op(); op != fsm.OpID(want.Operation) {
		t.Errorf("operation %v, want %x", op, want.Operation)
	}
}

func checkPruned(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ Invoice string }](t, e.Inputs)
	want := vectors.Decode[struct{ Hex vectors.Hex }](t, e.Expected)
	i, err := bolt11.Decode(in.Invoice)
	if err != nil {
		t.Fatal(err)
	}
	if got := wire.Encode(pruned(i)); hex.EncodeToString(got) != hex.EncodeToString(want.Hex) {
		t.Errorf("%x\nwant %x", got, want.Hex)
	}
}

// What the wallet derives by itself must stay as it is: it is in offers and
// contracts.
func TestOwnKeys(t *testing.T) {
	m := &Lightning{secrets: []secret.Secret{secret.FromKey(2, [64]byte{1}), secret.FromKey(2, [64]byte{2})}}
	m.Secret = m.secrets[0]
	for name, is := range map[string][2]string{
		"user":             {m.userKey(wire.Hash{3}, 1).PublicKey().String(), "0288a43982a2b6d165716b29a3157de2e439bdeb83caed077e74226588a027dfcb"},
		"of a second time": {m.userKey(wire.Hash{3}, 2).PublicKey().String(), "03bf7df75114df7945cef92681e1403c99bceb0007a2be14a32e1749cba7d6b752"},
		"receive":          {m.receiveKey(slot{Number: 7}).PublicKey().String(), "03a6e28b61288c680b3c0eebd024d0861c5d6a8a201fe6df079aee3d908aa35afe"},
		"receive, another": {m.receiveKey(slot{1, 7}).PublicKey().String(), "0256adbdc4ccdba16d57e0f0cf2df4026f4cb89b52c23495d4aebe38f7bbbcc68e"},
	} {
		if is[0] != is[1] {
			t.Errorf("%s: %s, want %s", name, is[0], is[1])
		}
	}
}

// Operations have the ids that the reference gives them.
func TestAttemptID(t *testing.T) {
	const want = "175fd619e94c98cf87fe1ae51d2e43d0c55426b32f9d1b94100e1dbd4c2039a8"
	if got := attemptID(wire.Hash{1, 2, 3}, 258).String(); got != want {
		t.Errorf("operation %s, want %s", got, want)
	}
}
