package lnurl

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

// Encrypted by openssl enc -aes-256-cbc, with the bytes from 0 to 31 as the key
// and those from 32 to 47 as the iv.
func TestSecret(t *testing.T) {
	var preimage [32]byte
	for i := range preimage {
		preimage[i] = byte(i)
	}
	for ciphertext, want := range map[string]string{
		"Vnpge4EB/sb5A9MuxoQ7yQ==":                     "Secret data",
		"fpJJ8uuQ7bGbIjmKh+EPwSGBYdRF+Hgv+Rwn8SCUG+I=": "sixteen bytes ok",
		"Q0ErkjbMiA80FLDVYS5BQg==":                     "", // no padding
		"qfVQnpKc9eQnkSmH6e0/RQ==":                     "", // padding of 0
		"TpzM9z1Znd9Sgxg9UYEyXw==":                     "", // padding of 1 4 4 4
		"SMtWLR6WiuEG7lsx053qPA==":                     "", // not UTF-8
	} {
		action := `{"tag":"aes","description":"Here","iv":"ICEiIyQlJicoKSorLC0uLw==","ciphertext":"` + ciphertext + `"}`
		s, err := Client{}.successOf(json.RawMessage(action), "a.example")
		if err != nil || s.Text != "Here" {
			t.Fatalf("%s: %+v (%v)", action, s, err)
		}
		stored, err := json.Marshal(s)
		var loaded Success
		if err != nil || json.Unmarshal(stored, &loaded) != nil || !reflect.DeepEqual(&loaded, s) {
			t.Fatalf("%s comes back as %+v (%v)", stored, loaded, err)
		}
		got, err := loaded.Secret(preimage)
		if got != want || (want == "") != errors.Is(err, ErrDecrypt) {
			t.Errorf("%s decrypts to %q (%v), want %q", ciphertext, got, err, want)
		}
		if got, err := loaded.Secret([32]byte{}); err == nil {
			t.Errorf("%s decrypts to %q with another preimage", ciphertext, got)
		}
	}
	if got, err := (&Success{Text: "message"}).Secret(preimage); got != "" || err != nil {
		t.Errorf("message decrypts to %q (%v)", got, err)
	}
	for _, s := range []Success{{Ciphertext: make([]byte, 15), IV: make([]byte, 16)}, {Ciphertext: make([]byte, 16), IV: make([]byte, 15)}, {Ciphertext: make([]byte, 16)}} {
		if got, err := s.Secret(preimage); !errors.Is(err, ErrDecrypt) {
			t.Errorf("%s decrypts to %q (%v)", base64.StdEncoding.EncodeToString(s.Ciphertext), got, err)
		}
	}
}
