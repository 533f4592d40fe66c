package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// checkBackup checks what stands in a backup; package client/backup checks how
// it is encrypted.
func checkBackup(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Mint         *vectors.Hex  `json:"ecash_backup"`
		Instance     wire.ModuleID `json:"mint_instance"`
		Metadata     vectors.Hex
		SessionCount vectors.Uint `json:"session_count"`
	}](t, e.Inputs)
	want := vectors.Decode[struct{ Encoded vectors.Hex }](t, e.Expected)
	backup := wire.ClientBackup{SessionCount: uint64(in.SessionCount), Metadata: in.Metadata}
	if in.Mint != nil {
		mint := decoded[wire.MintBackup](t, *in.Mint)
		checkForm(t, mint, *in.Mint)
		backup.Modules = map[wire.ModuleID]wire.DynModuleBackup{in.Instance: {Dyn: wire.DynOf(in.Instance, mint)}}
	}
	checkForm(t, backup, want.Encoded)
	back := decoded[wire.ClientBackup](t, want.Encoded)
	if back.SessionCount != backup.SessionCount || !bytes.Equal(back.Metadata, backup.Metadata) || len(back.Modules) != len(backup.Modules) {
		t.Errorf("read as %d, %q, %d modules", back.SessionCount, back.Metadata, len(back.Modules))
	}
}

func checkBackupRequest(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Payload   vectors.Hex
		Key       wire.SecretKey `json:"secret_key"`
		Timestamp struct {
			Secs  uint64
			Nanos uint32
		}
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Hash      wire.Hash
		JSON      json.RawMessage
		Request   vectors.Hex `json:"request_hex"`
		Signature wire.Signature
	}](t, e.Expected)
	at := wire.SystemTime{Secs: in.Timestamp.Secs, Nanos: in.Timestamp.Nanos}
	signed, err := wire.SignBackup(in.Key, in.Payload, at)
	if err != nil {
		t.Fatal(err)
	}
	checkForm(t, signed.Request, want.Request)
	if got := wire.HashOf(signed.Request); got != want.Hash {
		t.Errorf("hash %v, want %v", got, want.Hash)
	}
	signed.Signature = want.Signature // the reference's has other randomness in it
	if text, err := json.Marshal(signed); err != nil || !sameJSON(t, text, want.JSON) {
		t.Errorf("JSON %s (%v)", text, err)
	}
	back := vectors.Decode[wire.SignedBackupRequest](t, want.JSON)
	if err := back.Verify(); err != nil {
		t.Error(err)
	}
	checkForm(t, back.Request, want.Request)
	back.Request.Timestamp.Nanos++
	if err := back.Verify(); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("another request verifies: %v", err)
	}
}

func checkSnapshot(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Type  string
		Value json.RawMessage
	}](t, e.Inputs)
	snapshot := vectors.Decode[wire.ClientBackupSnapshot](t, in.Value)
	checkEncoded(t, e, snapshot, in.Type)
	if text, err := json.Marshal(snapshot); err != nil || !sameJSON(t, text, in.Value) {
		t.Errorf("JSON %s (%v)", text, err)
	}
}

func TestBackupVectors(t *testing.T) {
	vectors.Run(t, "backup", map[string]vectors.Handler{
		"backup": checkBackup, "request": checkBackupRequest, "snapshot": checkSnapshot,
	}, map[string]string{
		"open": "client/backup",
	})
}

func TestSignBackup(t *testing.T) {
	signed, err := wire.SignBackup(wire.SecretKey{31: 1}, []byte{1, 2, 3}, wire.SystemTime{Secs: 5})
	if err != nil || signed.Verify() != nil {
		t.Errorf("signed with %v, %v", err, signed.Verify())
	}
	if _, err := wire.SignBackup(wire.SecretKey{}, nil, wire.SystemTime{}); err == nil {
		t.Error("zero signs")
	}
}

func TestBackupJSONIsStrict(t *testing.T) {
	signed, err := wire.SignBackup(wire.SecretKey{31: 1}, []byte{1}, wire.SystemTime{Secs: 5})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(signed)
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range []string{"id", "payload", "timestamp", "signature"} {
		var r wire.SignedBackupRequest
		without := strings.Replace(string(text), `"`+member+`"`, `"x"`, 1)
		if err := json.Unmarshal([]byte(without), &r); err == nil || !strings.Contains(err.Error(), member) {
			t.Errorf("a request without %s: %v", member, err)
		}
	}
	for _, answer := range []string{`{}`, `{"timestamp":null,"data":""}`, `{"timestamp":{"secs_since_epoch":1,"nanos_since_epoch":0},"data":"0"}`} {
		var s wire.ClientBackupSnapshot
		if err := json.Unmarshal([]byte(answer), &s); err == nil {
			t.Errorf("%s is read as a backup", answer)
		}
	}
}

// TestBackupOfALaterVersion keeps what it does not know.
func TestBackupOfALaterVersion(t *testing.T) {
	b := []byte{7, 2, 0xaa, 0xbb}
	backup := decoded[wire.MintBackup](t, b)
	if backup.Unknown == nil || backup.Unknown.Variant != 7 {
		t.Fatalf("read as %v", backup)
	}
	checkForm(t, backup, b)
	old := append([]byte{5, 0, 0, 3}, 0, 0, 0)
	checkForm(t, decoded[wire.ClientBackup](t, old), old)
}

func TestBackupsDoNotPrint(t *testing.T) {
	note := wire.MintSpendableNote{SpendKey: wire.SecretKey{0: 0xde, 1: 0xad, 31: 1}}
	mint := wire.MintBackup{Notes: wire.MintNotes{1: {note}}}
	part := wire.DynModuleBackup{Dyn: wire.DynOf(1, mint)}
	backup := wire.ClientBackup{Metadata: []byte{0xde, 0xad}, Modules: map[wire.ModuleID]wire.DynModuleBackup{1: part}}
	for _, v := range []any{mint, part, backup, &backup} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%s", "%d"} {
			text := fmt.Sprintf(verb, v)
			if strings.Contains(text, "dead") || strings.Contains(text, "222 173") || strings.Contains(text, "0xde, 0xad") {
				t.Errorf("%s shows %s", verb, text)
			}
		}
	}
}
