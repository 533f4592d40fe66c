package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// parts are the parts of a transaction in their consensus forms.
type parts struct {
	Inputs       []module
	Outputs      []module
	InputsHex    []vectors.Hex `json:"inputs_hex"`
	OutputsHex   []vectors.Hex `json:"outputs_hex"`
	Nonce        vectors.Hex
	Signatures   []wire.Signature
	Signers      []wire.PublicKey
	SignatureHex vectors.Hex      `json:"signature_hex"`
	PublicKeys   []wire.PublicKey `json:"public_keys"`
	SecretKeys   []wire.SecretKey `json:"secret_keys"`
}

// module is an input or an output with the JSON of what is in it.
type module struct {
	Hex      vectors.Hex
	Instance wire.ModuleID
	JSON     json.RawMessage
	Kind     string
}

// transaction puts the parts together, unsigned.
func (p parts) transaction(t *testing.T) (tx wire.Transaction) {
	t.Helper()
	inputs, outputs := p.InputsHex, p.OutputsHex
	for _, in := range p.Inputs {
		inputs = append(inputs, in.Hex)
	}
	for _, out := range p.Outputs {
		outputs = append(outputs, out.Hex)
	}
	for _, b := range inputs {
		tx.Inputs = append(tx.Inputs, decoded[wire.DynInput](t, b))
	}
	for _, b := range outputs {
		tx.Outputs = append(tx.Outputs, decoded[wire.DynOutput](t, b))
	}
	copy(tx.Nonce[:], p.Nonce)
	return tx
}

func decoded[T any, P wire.Decodable[T]](t *testing.T, b []byte) T {
	t.Helper()
	v, err := wire.Decode[T, P](b)
	if err != nil {
		t.Fatalf("%x: %v", b, err)
	}
	return v
}

// transacted is what entries expect of a transaction.
type transacted struct {
	Transaction vectors.Hex
	TxID        wire.TxID
	Hash        wire.Hash       `json:"consensus_hash"`
	Serde       json.RawMessage `json:"serde_module_encoding"`
	Signatures  vectors.Hex     `json:"signatures_hex"`
	Valid       bool
}

func checkTransaction(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[parts](t, e.Inputs)
	want := vectors.Decode[transacted](t, e.Expected)
	tx := in.transaction(t)
	tx.Signature.Signatures = in.Signatures
	if in.SignatureHex != nil {
		tx.Signature = decoded[wire.TransactionSignature](t, in.SignatureHex)
	}
	if got := wire.Encode(tx); !bytes.Equal(got, want.Transaction) || tx.TxID() != want.TxID {
		t.Fatalf("transaction %v %x, want %v %x", tx.TxID(), got, want.TxID, want.Transaction)
	}
	back := decoded[wire.Transaction](t, want.Transaction)
	if got := wire.Encode(back); !bytes.Equal(got, want.Transaction) || back.TxID() != want.TxID {
		t.Errorf("read back as %x", got)
	}
	if want.Serde != nil {
		checkSerde(t, tx, want)
	}
	if in.Signers != nil {
		if err := tx.VerifySignatures(in.Signers); err != nil {
			t.Error(err)
		}
	}
	for _, m := range in.Inputs {
		checkModuleJSON(t, m, inputJSON)
	}
	for _, m := range in.Outputs {
		checkModuleJSON(t, m, outputJSON)
	}
}

func checkSerde(t *testing.T, tx wire.Transaction, want transacted) {
	t.Helper()
	text, err := json.Marshal(wire.SerdeOf(tx))
	if err != nil || !sameJSON(t, text, want.Serde) || wire.HashOf(tx) != want.Hash {
		t.Errorf("wrapped %s (%v), hash %v", text, err, wire.HashOf(tx))
	}
	var serde wire.Serde
	if err := json.Unmarshal(want.Serde, &serde); err != nil || !bytes.Equal(serde, want.Transaction) {
		t.Errorf("unwrapped %x (%v)", serde, err)
	}
}

// checkModuleJSON compares what is decoded from an input or an output with the
// JSON of the entry, where this package knows the kind.
func checkModuleJSON(t *testing.T, m module, toJSON func(string, []byte) (any, error)) {
	t.Helper()
	dyn := decoded[wire.Dyn](t, m.Hex)
	if dyn.Module != m.Instance {
		t.Errorf("instance %d, want %d", dyn.Module, m.Instance)
	}
	object, err := toJSON(m.Kind, dyn.Body)
	if err != nil {
		t.Errorf("%s: %v", m.Kind, err)
	}
	if object == nil {
		return
	}
	text, err := json.Marshal(object)
	if err != nil || !sameJSON(t, text, m.JSON) {
		t.Errorf("%s shows as %s (%v), want %s", m.Kind, text, err, m.JSON)
	}
}

func inputJSON(kind string, body []byte) (any, error) {
	switch kind {
	case "mint":
		in, err := wire.Decode[wire.MintInput](body)
		return map[string]any{"V0": map[string]any{"amount": in.Amount, "note": in.Note}}, err
	case "mintv2":
		in, err := wire.Decode[wire.MintV2Input](body)
		return map[string]any{"V0": map[string]any{"note": in.Note}}, err
	case "ln":
		in, err := wire.Decode[wire.LNInput](body)
		return map[string]any{"V0": map[string]any{"contract_id": in.Contract, "amount": in.Amount, "witness": in.Preimage}}, err
	case "lnv2":
		in, err := wire.Decode[wire.LNV2Input](body)
		return lnv2InputJSON(in), err
	}
	return nil, nil
}

func outputJSON(kind string, body []byte) (any, error) {
	switch kind {
	case "mint":
		out, err := wire.Decode[wire.MintOutput](body)
		return map[string]any{"V0": map[string]any{"amount": out.Amount, "blind_nonce": out.BlindNonce}}, err
	case "mintv2":
		out, err := wire.Decode[wire.MintV2Output](body)
		return map[string]any{"V0": map[string]any{
			"denomination": out.Denomination, "nonce": out.BlindNonce, "tweak": [16]byte(out.Tweak),
		}}, err
	case "ln":
		out, err := wire.Decode[wire.LNOutput](body)
		return lnOutputJSON(out), err
	case "lnv2":
		out, err := wire.Decode[wire.LNV2Output](body)
		return lnv2OutputJSON(out), err
	}
	return nil, nil
}

// sameJSON compares two texts as values.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	return reflect.DeepEqual(vectors.Decode[any](t, a), vectors.Decode[any](t, b))
}

// kindsOfVectors are the module instances that all entries have.
var kindsOfVectors = map[wire.ModuleID]wire.ModuleKind{
	0: wire.KindLN, 1: wire.KindLNV2, 2: wire.KindMeta, 3: wire.KindMint, 4: wire.KindMintV2, 5: "wallet", 6: "walletv2",
}

func checkOutcome(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Value struct {
			OK  wire.TxID
			Err string
		}
	}](t, e.Inputs)
	outcome := decoded[wire.SubmissionOutcome](t, vectors.Decode[encoded](t, e.Expected).Hex)
	checkEncoded(t, e, outcome, "SubmissionOutcome")
	if outcome.Err == nil {
		if outcome.TxID != in.Value.OK || in.Value.Err != "" {
			t.Errorf("transaction %v, want %v %s", outcome.TxID, in.Value.OK, in.Value.Err)
		}
		return
	}
	got := outcome.Err.Text(kindsOfVectors)
	if module := outcome.Err.Cause.Module; outcome.Err.Cause.Body != nil && registry[module] == nil {
		t.Logf("module kind %s is not known: %s", kindsOfVectors[module], got)
		return
	}
	if got != in.Value.Err {
		t.Errorf("text %q, want %q", got, in.Value.Err)
	}
}

func TestTransactionVectors(t *testing.T) {
	vectors.Run(t, "transaction", map[string]vectors.Handler{
		"one-input": checkTransaction, "one-output": checkTransaction, "all-inputs-all-outputs": checkTransaction,
		"empty": checkTransaction, "many": checkTransaction, "unknown-modules-unknown-signature": checkTransaction,
		"submission-outcome": checkOutcome,
	}, nil)
}

// checkSigning checks signatures that are right or wrong, and that we make the
// same ones.
func checkSigning(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[parts](t, e.Inputs)
	want := vectors.Decode[transacted](t, e.Expected)
	tx := in.transaction(t)
	tx.Signature.Signatures = in.Signatures
	if got := wire.Encode(tx); !bytes.Equal(got, want.Transaction) || tx.TxID() != want.TxID {
		t.Errorf("transaction %v %x", tx.TxID(), got)
	}
	if got := wire.Encode(tx.Signature); !bytes.Equal(got, want.Signatures) {
		t.Errorf("signatures %x, want %x", got, want.Signatures)
	}
	err := tx.VerifySignatures(in.PublicKeys)
	var refused wire.TransactionError
	if (err == nil) != want.Valid || err != nil && !errors.As(err, &refused) {
		t.Errorf("verified with %v, want valid %v", err, want.Valid)
	}
	signed := in.transaction(t)
	if err := signed.Sign(in.SecretKeys); err != nil {
		t.Fatal(err)
	}
	for i, key := range in.SecretKeys {
		ours := signed.Signature.Signatures[i]
		if err := key.PublicKey().XOnly().Verify(tx.TxID(), ours); err != nil {
			t.Errorf("our signature %d: %v", i, err)
		}
		if (want.Valid || e.Kind == "wrong-key") && ours != in.Signatures[i] {
			t.Errorf("we sign input %d with %v, want %v", i, ours, in.Signatures[i])
		}
	}
}

func checkUnknownScheme(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Transaction vectors.Hex
		PublicKeys  []wire.PublicKey `json:"public_keys"`
	}](t, e.Inputs)
	want := vectors.Decode[transacted](t, e.Expected)
	tx := decoded[wire.Transaction](t, in.Transaction)
	if err := tx.VerifySignatures(in.PublicKeys); tx.TxID() != want.TxID || (err == nil) != want.Valid {
		t.Errorf("transaction %v verified with %v", tx.TxID(), err)
	}
}

func TestSigningVectors(t *testing.T) {
	vectors.Run(t, "signing", map[string]vectors.Handler{
		"plain": checkSigning, "swapped": checkSigning, "missing": checkSigning, "wrong-key": checkSigning,
		"negated-key": checkSigning, "unknown-scheme": checkUnknownScheme,
	}, nil)
}
