package toyfed_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/guardians"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

var mints = []wire.ModuleKind{wire.KindMint, wire.KindMintV2}

// federation is one of both mints, in which somebody has notes of each and has
// spent one.
func federation(change func(*toyfed.Setup)) *toyfed.Federation {
	setup := toyfed.Setup{
		Signer: toy.New(), Guardians: 4, TopTier: 12, Fee: wire.FeeConsensus{Base: 100}, Mints: mints,
	}
	if change != nil {
		change(&setup)
	}
	f := toyfed.New(nil, setup)
	for n, kind := range mints {
		keys := 0
		some := f.MintOf(kind, []wire.Amount{512, 1024, 4096}, func() wire.SecretKey {
			keys++
			return wire.SecretKey{byte(n + 1), byte(keys)}
		})
		f.SpendOf(kind, toyfed.PublicKey(some[1024][0].SpendKey), 1024)
	}
	return f
}

// ask asks a guardian.
func ask(t *testing.T, f *toyfed.Federation, peer wire.PeerID, method string, params any) json.RawMessage {
	t.Helper()
	answer, err := f.Guardian(peer).Call(t.Context(), method, params)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return answer
}

func read[T any](t *testing.T, answer json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatalf("%s: %v", answer, err)
	}
	return v
}

func method(id wire.ModuleID, name string) string { return fmt.Sprintf("module_%d_%s", id, name) }

// What guardians list of notes fits together.
func TestListsForRecovery(t *testing.T) {
	f := federation(nil)
	for _, id := range []wire.ModuleID{toyfed.MintID, toyfed.MintV2ID} {
		count := read[uint64](t, ask(t, f, 1, method(id, "recovery_count"), nil))
		if count != 4 {
			t.Errorf("module %d lists %d items", id, count)
		}
		for _, bounds := range [][2]uint64{{0, 4}, {1, 3}, {2, 99}, {4, 4}, {7, 9}, {3, 1}} {
			hash := read[wire.Hash](t, ask(t, f, 1, method(id, "recovery_slice_hash"), bounds))
			answer := ask(t, f, 2, method(id, "recovery_slice"), bounds)
			var got wire.Hash
			if id == toyfed.MintID {
				slice, err := wire.Decode[wire.MintRecoverySlice](read[wire.SerdeBase64](t, answer))
				if err != nil {
					t.Fatal(err)
				}
				got = wire.HashOf(slice)
			} else {
				got = wire.HashOf(read[wire.MintV2RecoverySlice](t, answer))
			}
			if got != hash {
				t.Errorf("module %d, %v: the hash is not that of the slice", id, bounds)
			}
		}
	}
}

// Old guardians do not know that there is such a list.
func TestOldGuardiansListNothing(t *testing.T) {
	f := federation(func(s *toyfed.Setup) { s.NoRecovery = true })
	for _, name := range []string{"recovery_count", "recovery_slice", "recovery_slice_hash", "recovery_blind_nonce_outpoints"} {
		_, err := f.Guardian(0).Call(t.Context(), method(toyfed.MintID, name), nil)
		var said *guardians.AnswerError
		if !errors.As(err, &said) || said.Code != -32601 {
			t.Errorf("%s: %v", name, err)
		}
	}
	ask(t, f, 0, method(toyfed.MintV2ID, "recovery_count"), nil)
}

// Sessions are signed by a threshold with the keys of the config.
func TestSessions(t *testing.T) {
	f := federation(nil)
	count := read[uint64](t, ask(t, f, 0, "session_count", nil))
	if count != 4 {
		t.Errorf("%d sessions", count)
	}
	for index, want := range []wire.SessionState{2, 2, 2, 2, wire.SessionPending, wire.SessionInitial} {
		s, err := wire.Decode[wire.SessionStatusV2](read[wire.SerdeBase64](t, ask(t, f, 3, "signed_session_status", index)))
		if err != nil || s.State != want {
			t.Fatalf("session %d: %v %v", index, s.State, err)
		}
		if s.State == wire.SessionComplete {
			if err := s.Signed().Verify(uint64(index), f.Config().BroadcastKeys); err != nil || len(s.Items) != 1 {
				t.Errorf("session %d: %v", index, err)
			}
		}
	}
}

// Backups are kept by whoever has the key, newer ones only.
func TestBackups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, key := federation(nil), wire.SecretKey{31: 1}
		signed := func(at time.Time, payload string) wire.SignedBackupRequest {
			r, err := wire.SignBackup(key, []byte(payload), wire.TimeOf(at))
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if got := ask(t, f, 1, "recover", key.PublicKey()); string(got) != "null" {
			t.Errorf("before there is one: %s", got)
		}
		now := time.Now()
		forged := signed(now, "one")
		forged.Request.Payload = []byte("two")
		for _, test := range []struct {
			request wire.SignedBackupRequest
			want    string
		}{
			{forged, "invalid request"},
			{signed(now.Add(2*time.Hour), "later"), "timestamp too far in the future"},
			{signed(now, strings.Repeat("x", wire.MaxBackupPayload+1)), "snapshot too large"},
			{signed(now, "first"), ""},
			{signed(now, "again"), "timestamp too small"},
			{signed(now.Add(time.Second), "second"), ""},
			{signed(now, "old"), "timestamp too small"},
		} {
			_, err := f.Guardian(1).Call(t.Context(), "backup", test.request)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		}
		got := read[wire.ClientBackupSnapshot](t, ask(t, f, 1, "recover", key.PublicKey()))
		if string(got.Data) != "second" {
			t.Errorf("kept is %q", got.Data)
		}
		if _, ok := f.Backup(2, key.PublicKey()); ok {
			t.Error("another guardian has it")
		}
	})
}

// Every lie is one: the answer is another than that of an honest guardian, to at
// least one of the questions.
func TestLiesAreLies(t *testing.T) {
	questions := map[string][]any{"session_count": {nil}, "session_status": {0}, "signed_session_status": {0}}
	for _, id := range []wire.ModuleID{toyfed.MintID, toyfed.MintV2ID} {
		questions[method(id, "recovery_count")] = []any{nil}
		questions[method(id, "recovery_slice")] = []any{[2]int{0, 4}}
		questions[method(id, "recovery_slice_hash")] = []any{[2]int{0, 4}}
	}
	honest := federation(nil)
	tx := issuedTo(honest)
	questions[method(toyfed.MintID, "recovery_blind_nonce_outpoints")] = []any{tx.blinded[:1]}
	questions[method(toyfed.MintV2ID, "recovery_signature_shares")] = []any{tx.blinded[1:]}
	questions[method(toyfed.MintV2ID, "signature_shares")] = []any{wire.OutPointRange{TxID: tx.id, Indices: wire.IndexRange{Start: 1, End: 2}}}
	questions["await_outputs_outcomes"] = []any{wire.OutPointRange{TxID: tx.id, Indices: wire.IndexRange{Start: 0, End: 1}}}
	for kind, lies := range map[string]map[string]toyfed.Lie{
		"recovery": toyfed.FalseRecovery(), "session": toyfed.FalseSessions(), "share": toyfed.BadShares(),
	} {
		for name, lie := range lies {
			liar := federation(func(s *toyfed.Setup) { s.Lie = lie })
			issuedTo(liar)
			told := 0
			for method, all := range questions {
				for _, params := range all {
					if string(ask(t, liar, 1, method, params)) != string(ask(t, honest, 1, method, params)) {
						told++
					}
				}
			}
			if told == 0 {
				t.Errorf("%s: %q is the truth", kind, name)
			}
		}
	}
}

// issued is a transaction that asks each mint for a note.
type issued struct {
	id      wire.TxID
	blinded []wire.G1
}

func issuedTo(f *toyfed.Federation) (tx issued) {
	for i := range 2 {
		b, err := f.Signer.Blind([33]byte{2, byte(i)}, [32]byte{5})
		if err != nil {
			panic(err)
		}
		tx.blinded = append(tx.blinded, b)
	}
	tx.id = f.Grant(
		wire.DynOutput{Dyn: wire.DynOf(toyfed.MintID, wire.MintOutput{Amount: 512, BlindNonce: tx.blinded[0]})},
		wire.DynOutput{Dyn: wire.DynOf(toyfed.MintV2ID, wire.MintV2Output{Denomination: 9, BlindNonce: tx.blinded[1]})},
	)
	return tx
}
