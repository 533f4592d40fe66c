package wire_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"satchel/client/wire"
)

// Metadata that the reference signed, from the wire specification.
const (
	metadataKey     = "031b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f"
	metadataContent = `{"api_urls":["ws://127.0.0.1:18174/"],"pkarr_id_z32":"yyy","timestamp_secs":1700000000}`
	metadataDigest  = "df42019cefe09580e04903b65d8c97095b09ae464b6a0a0e2de4bb88f62f0379"
	metadataSig     = "43d27e9fe949691525a310c31e29025b217886a6db73c9596267ac14c98eca5bb1f8cb07bd038043e9baaaee94789564bfb4bdc9a8efc47f0b424a637e07d00a"
	metadataJSON    = `{"content":"{\"api_urls\":[\"ws://127.0.0.1:18174/\"],\"pkarr_id_z32\":\"yyy\",\"timestamp_secs\":1700000000}","signature":"` + metadataSig + `"}`
)

func TestGuardianMetadata(t *testing.T) {
	var key wire.PublicKey
	var m wire.SignedGuardianMetadata
	if err := errors.Join(key.UnmarshalText([]byte(metadataKey)), json.Unmarshal([]byte(metadataJSON), &m)); err != nil {
		t.Fatal(err)
	}
	if m.Content != metadataContent || m.SigningHash().String() != metadataDigest || m.Metadata.Seconds != 1700000000 || m.Metadata.URLs[0].String() != "ws://127.0.0.1:18174/" {
		t.Errorf("metadata %+v, hash %v", m, m.SigningHash())
	}
	if text, err := json.Marshal(m); err != nil || string(text) != metadataJSON {
		t.Errorf("written as %s (%v)", text, err)
	}
	want := wire.AppendText(nil, metadataContent)
	sig, _ := hex.DecodeString(metadataSig)
	checkForm(t, m, append(want, sig...))

	const signed = 1700000000
	for now, ok := range map[uint64]bool{signed: true, signed - 3600: true, signed - 3601: false, 0: false, 1 << 40: true} {
		if err := m.Verify(key, now); (err == nil) != ok {
			t.Errorf("at %d: %v", now, err)
		}
	}
	m.Content = strings.Replace(m.Content, "yyy", "yyz", 1)
	if err := m.Verify(key, signed); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("changed content: %v", err)
	}
}

func TestGuardianMetadataRefused(t *testing.T) {
	for _, content := range []string{
		``, `null`, `[]`, `{}`, `{"api_urls":null,"pkarr_id_z32":"","timestamp_secs":0}`,
		`{"api_urls":["h"],"pkarr_id_z32":"","timestamp_secs":0}`, `{"api_urls":[],"pkarr_id_z32":"","timestamp_secs":-1}`,
		`{"API_URLS":[],"pkarr_id_z32":"","timestamp_secs":0}`, metadataContent + `x`, metadataContent + "\xff",
	} {
		b := wire.Signature{}.Append(wire.AppendBytes(nil, []byte(content)))
		if m, err := wire.Decode[wire.SignedGuardianMetadata](b); err == nil {
			t.Errorf("%q is read as %+v", content, m)
		}
	}
}
