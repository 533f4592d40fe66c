package tpe_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"satchel/client/tpe"
	"satchel/client/vectors"
)

// TestVectors checks the known answers of the reference implementation.
func TestVectors(t *testing.T) {
	vectors.Run(t, "tpe", map[string]vectors.Handler{
		"encrypt":               checkEncrypt,
		"verify-ciphertext":     checkVerifyCiphertext,
		"verify-share":          checkVerifyShare,
		"verify-decryption-key": checkVerifyKey,
	}, nil)
}

// An encryption is the life of one ciphertext, with 4 guardians of which 3
// decrypt.
type encryption struct {
	Aggregate    vectors.Hex   `json:"aggregate_public_key"`
	Public       []vectors.Hex `json:"public_key_shares"`
	Ciphertext   vectors.Hex
	JSON         json.RawMessage `json:"ciphertext_json"`
	Key          vectors.Hex     `json:"aggregate_decryption_key"`
	Shares       []vectors.Hex   `json:"decryption_key_shares"`
	OfTwo        vectors.Hex     `json:"aggregate_of_two_shares"`
	Decrypted    vectors.Hex
	DecryptedTwo vectors.Hex `json:"decrypted_with_two_shares"`
}

func checkEncrypt(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Coefficients         []vectors.Hex
		Commitment, Preimage vectors.Hex
		Seed                 vectors.Hex `json:"encryption_seed"`
	}](t, e.Inputs)
	want := vectors.Decode[encryption](t, e.Expected)
	seed, commitment := [32]byte(in.Seed), [32]byte(in.Commitment)

	f := &federation{both: tpe.BLS{}, n: len(want.Public), threshold: len(in.Coefficients)}
	f.keys = good(f.Deal(draws(in.Coefficients), f.n, f.threshold))(t)
	equal(t, "aggregate public key", f.keys.Aggregate[:], want.Aggregate)
	f.ct = good(f.Encrypt(f.keys.Aggregate, seed, [32]byte(in.Preimage), commitment))(t)
	equal(t, "ciphertext", flat(f.ct), want.Ciphertext)
	checkJSON(t, f.ct, want.JSON)
	if !f.VerifyCiphertext(f.ct, commitment) || !f.Owns(f.ct, seed) {
		t.Error("the ciphertext does not verify")
	}
	for j := range f.n {
		equal(t, "public key share", f.keys.Public[j][:], want.Public[j])
		share := f.shares(t, uint16(j))[uint16(j)]
		equal(t, "share", share[:], want.Shares[j])
		if !f.VerifyShare(f.keys.Public[j], share, f.ct, commitment) {
			t.Errorf("share %d does not verify", j)
		}
	}
	key := good(f.DecryptionKey(f.keys.Aggregate, seed))(t)
	equal(t, "decryption key of the seed", key[:], want.Key)
	for _, guardians := range [][]uint16{{0, 1, 2}, {0, 2, 3}, {1, 2, 3}} {
		key := good(f.Aggregate(3, f.shares(t, guardians...)))(t)
		equal(t, "decryption key", key[:], want.Key)
	}
	preimage := f.ct.Decrypt(key)
	equal(t, "preimage", preimage[:], want.Decrypted)
	equal(t, "decrypted", want.Decrypted, in.Preimage)
	two := good(f.Aggregate(2, f.shares(t, 0, 1)))(t)
	equal(t, "aggregate of two", two[:], want.OfTwo)
	preimage = f.ct.Decrypt(two)
	equal(t, "decrypted with two", preimage[:], want.DecryptedTwo)
}

// draws returns the randomness of which a dealer makes some coefficients.
func draws(coefficients []vectors.Hex) *bytes.Buffer {
	var b bytes.Buffer
	for _, a := range coefficients {
		a = slices.Clone(a)
		slices.Reverse(a)
		b.Write(make([]byte, 64-len(a)))
		b.Write(a)
	}
	return &b
}

// flat returns the ciphertext as it is on the wire.
func flat(ct tpe.Ciphertext) []byte {
	return slices.Concat(ct.Encrypted[:], ct.Key[:], ct.Signature[:])
}

// ciphertext is the inverse of flat.
func ciphertext(t *testing.T, b vectors.Hex) (ct tpe.Ciphertext) {
	t.Helper()
	if len(b) != 32+48+96 {
		t.Fatalf("ciphertext of %d bytes", len(b))
	}
	return tpe.Ciphertext{Encrypted: [32]byte(b), Key: [48]byte(b[32:]), Signature: [96]byte(b[80:])}
}

func checkJSON(t *testing.T, ct tpe.Ciphertext, raw json.RawMessage) {
	t.Helper()
	want := vectors.Decode[struct {
		Encrypted [32]byte `json:"encrypted_preimage"`
		PK        vectors.Hex
		Signature vectors.Hex
	}](t, raw)
	equal(t, "encrypted preimage", ct.Encrypted[:], want.Encrypted[:])
	equal(t, "ephemeral key", ct.Key[:], want.PK)
	equal(t, "signature", ct.Signature[:], want.Signature)
}

func checkVerifyCiphertext(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ Ciphertext, Commitment vectors.Hex }](t, e.Inputs)
	verdict(t, e, tpe.BLS{}.VerifyCiphertext(ciphertext(t, in.Ciphertext), [32]byte(in.Commitment)))
}

func checkVerifyShare(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Ciphertext, Commitment, Share vectors.Hex
		Public                        vectors.Hex `json:"public_key_share"`
	}](t, e.Inputs)
	verdict(t, e, tpe.BLS{}.VerifyShare([48]byte(in.Public), [48]byte(in.Share), ciphertext(t, in.Ciphertext), [32]byte(in.Commitment)))
}

func checkVerifyKey(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Ciphertext, Commitment vectors.Hex
		Key                    vectors.Hex `json:"decryption_key"`
		Aggregate              vectors.Hex `json:"aggregate_public_key"`
	}](t, e.Inputs)
	verdict(t, e, tpe.BLS{}.VerifyKey([48]byte(in.Aggregate), [48]byte(in.Key), ciphertext(t, in.Ciphertext), [32]byte(in.Commitment)))
}

func verdict(t *testing.T, e vectors.Entry, got bool) {
	t.Helper()
	if want := vectors.Decode[struct{ Valid bool }](t, e.Expected).Valid; got != want {
		t.Errorf("verifies: %v, want %v", got, want)
	}
}

func equal(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}
