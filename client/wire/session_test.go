package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

// checkSession checks header, hashes and signatures of one session.
func checkSession(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Keys    map[wire.PeerID]wire.PublicKey `json:"broadcast_public_keys"`
		Index   uint64
		Items   []vectors.Hex `json:"items_hex"`
		Signed  vectors.Hex   `json:"signed_session_outcome"`
		Forged  vectors.Hex   `json:"forged_signature"`
		TooFew  vectors.Hex   `json:"too_few_signatures"`
		Unknown vectors.Hex   `json:"unknown_signer"`
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Header        vectors.Hex
		ItemHashes    []wire.Hash `json:"item_hashes"`
		Outcome       vectors.Hex `json:"session_outcome"`
		OutcomeHash   wire.Hash   `json:"session_outcome_hash"`
		Message       wire.Hash   `json:"signed_message"`
		Threshold     int
		Valid         bool
		ValidAtNext   bool `json:"valid_at_next_index"`
		ValidForged   bool `json:"valid_forged"`
		ValidTooFew   bool `json:"valid_too_few"`
		ValidStranger bool `json:"valid_unknown_signer"`
	}](t, e.Expected)

	var outcome wire.SessionOutcome
	for i, b := range in.Items {
		item := decoded[wire.AcceptedItem](t, b)
		if got := wire.HashOf(item); got != want.ItemHashes[i] {
			t.Errorf("hash of item %d is %v, want %v", i, got, want.ItemHashes[i])
		}
		outcome.Items = append(outcome.Items, item)
	}
	header := outcome.Header(in.Index)
	if !bytes.Equal(header[:], want.Header) || !bytes.Equal(wire.Encode(outcome), want.Outcome) || wire.HashOf(outcome) != want.OutcomeHash {
		t.Errorf("header %x, outcome %x", header, wire.Encode(outcome))
	}
	if got := outcome.SigningHash(in.Index, in.Keys); got != want.Message || wire.Threshold(len(in.Keys)) != want.Threshold {
		t.Errorf("guardians sign %v, want %v", got, want.Message)
	}
	signed := decoded[wire.SignedSessionOutcome](t, in.Signed)
	if !bytes.Equal(wire.Encode(signed), in.Signed) || !bytes.Equal(wire.Encode(signed.Outcome), want.Outcome) {
		t.Errorf("signed outcome read back as %x", wire.Encode(signed))
	}
	for _, c := range []struct {
		name  string
		bytes vectors.Hex
		index uint64
		valid bool
	}{
		{"signed", in.Signed, in.Index, want.Valid},
		{"signed, at the next index", in.Signed, in.Index + 1, want.ValidAtNext},
		{"forged", in.Forged, in.Index, want.ValidForged},
		{"too few", in.TooFew, in.Index, want.ValidTooFew},
		{"unknown signer", in.Unknown, in.Index, want.ValidStranger},
	} {
		err := decoded[wire.SignedSessionOutcome](t, c.bytes).Verify(c.index, in.Keys)
		if (err == nil) != c.valid || err != nil && !errors.Is(err, wire.ErrSignature) {
			t.Errorf("%s: verified with %v, want valid %v", c.name, err, c.valid)
		}
	}
}

// checkStatus checks a status in all its forms.
func checkStatus[T wire.Appender, P wire.Decodable[T]](name string, state func(T) (wire.SessionState, []wire.AcceptedItem)) vectors.Handler {
	states := map[string]wire.SessionState{"initial": wire.SessionInitial, "pending": wire.SessionPending, "complete": wire.SessionComplete}
	return func(t *testing.T, e vectors.Entry) {
		in := vectors.Decode[struct {
			Value struct {
				Case string
				Item vectors.Hex
			}
		}](t, e.Inputs).Value
		v := decoded[T, P](t, vectors.Decode[encoded](t, e.Expected).Hex)
		checkEncoded(t, e, v, name)
		got, items := state(v)
		if want, ok := states[in.Case]; !ok || got != want {
			t.Errorf("state %d, want %s", got, in.Case)
		}
		if got != wire.SessionInitial && (len(items) != 1 || !bytes.Equal(wire.Encode(items[0]), in.Item)) {
			t.Errorf("items %v, want one of %x", items, in.Item)
		}
		checkWrapped(t, v)
	}
}

// checkWrapped wraps a value in both ways and unwraps it again.
func checkWrapped(t *testing.T, v wire.Appender) {
	t.Helper()
	text, err := json.Marshal([]any{wire.SerdeOf(v), wire.SerdeBase64Of(v)})
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		hex    wire.Serde
		base64 wire.SerdeBase64
	}
	if err := json.Unmarshal(text, &[]any{&back.hex, &back.base64}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(back.hex, wire.Encode(v)) || !bytes.Equal(back.base64, wire.Encode(v)) {
		t.Errorf("wrapped as %s and read back as %x and %x", text, back.hex, back.base64)
	}
}

func TestSessionVectors(t *testing.T) {
	entries := vectors.Load(t, "session")
	for i := range entries {
		// Sessions are named by how many guardians they have.
		if keys := vectors.Decode[map[string]json.RawMessage](t, entries[i].Inputs); keys["broadcast_public_keys"] != nil {
			entries[i].Kind = "session"
		}
	}
	vectors.RunEntries(t, entries, map[string]vectors.Handler{
		"session": checkSession,
		"status": checkStatus("SessionStatus", func(s wire.SessionStatus) (wire.SessionState, []wire.AcceptedItem) {
			return s.State, s.Items
		}),
		"status-v2": checkStatus("SessionStatusV2", func(s wire.SessionStatusV2) (wire.SessionState, []wire.AcceptedItem) {
			return s.State, s.Items
		}),
	}, nil)
}

func TestSessionOfNobody(t *testing.T) {
	if err := (wire.SignedSessionOutcome{}).Verify(0, nil); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("without guardians and signatures: %v", err)
	}
}

func TestQuorum(t *testing.T) {
	for n, want := range map[int][3]int{1: {0, 1, 1}, 2: {0, 2, 1}, 3: {0, 3, 1}, 4: {1, 3, 2}, 5: {1, 4, 2}, 7: {2, 5, 3}, 10: {3, 7, 4}} {
		if got := [3]int{wire.MaxEvil(n), wire.Threshold(n), wire.OneHonest(n)}; got != want {
			t.Errorf("of %d guardians: %v, want %v", n, got, want)
		}
	}
}
