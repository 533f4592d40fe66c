package tbs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"satchel/client/vectors"
)

// TestVectors checks the known answers of the reference implementation.
func TestVectors(t *testing.T) {
	vectors.Run(t, "tbs", map[string]vectors.Handler{
		"hash":         checkHash,
		"flow":         checkFlow,
		"verify":       checkVerify,
		"verify-share": checkVerifyShare,
		"aggregate":    checkAggregate,
	}, nil)
}

func checkHash(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ Msg vectors.Hex }](t, e.Inputs)
	want := vectors.Decode[struct{ V1, V2 vectors.Hex }](t, e.Expected)
	equal(t, "version 1", HashV1(in.Msg), want.V1)
	equal(t, "version 2", HashV2(in.Msg), want.V2)
}

// A flow is the life of one note, with 4 guardians of which 3 sign.
type flow struct {
	Message          vectors.Hex            `json:"message"`
	Blinded          vectors.Hex            `json:"blinded_message"`
	Secrets          []vectors.Hex          `json:"secret_shares"`
	KeyShares        []vectors.Hex          `json:"public_key_shares"`
	Key              vectors.Hex            `json:"aggregate_public_key"`
	Shares           []vectors.Hex          `json:"blind_signature_shares"`
	BlindedSignature vectors.Hex            `json:"aggregate_blind_signature"`
	BySubset         map[string]vectors.Hex `json:"aggregate_by_subset"`
	OfTwo            vectors.Hex            `json:"aggregate_of_two_shares"`
	Signature        vectors.Hex            `json:"signature"`
}

func checkFlow(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		BlindingKey  vectors.Hex `json:"blinding_key"`
		Coefficients []vectors.Hex
		HashVersion  int `json:"hash_version"`
		Msg          vectors.Hex
	}](t, e.Inputs)
	want := vectors.Decode[flow](t, e.Expected)
	checkVerdicts(t, e.Expected)

	keys := checkDeal(t, in.Coefficients, want)
	hash := map[int]func([]byte) Message{1: HashV1, 2: HashV2}[in.HashVersion]
	k := parse(t, ParseBlindingKey, in.BlindingKey)
	m := hash(in.Msg)
	equal(t, "message", m, want.Message)
	b := Blind(m, k)
	equal(t, "blinded message", b, want.Blinded)
	shares := make(map[uint16]SignatureShare)
	for j := range keys.Secret {
		shares[uint16(j)] = Sign(b, keys.Secret[j])
		equal(t, "share", shares[uint16(j)], want.Shares[j])
		if !VerifyShare(b, shares[uint16(j)], keys.Public[j]) {
			t.Errorf("share %d does not verify", j)
		}
	}
	checkSubsets(t, want, shares, k)
	s := must(Aggregate(3, pick(shares, 0, 1, 2)))
	equal(t, "blinded signature", s, want.BlindedSignature)
	equal(t, "signature", Unblind(s, k), want.Signature)
	if !VerifyBlind(b, s, keys.Aggregate) || !Verify(m, Unblind(s, k), keys.Aggregate) {
		t.Error("the signature does not verify")
	}
	two := must(Aggregate(2, pick(shares, 0, 1)))
	equal(t, "aggregate of two", two, want.OfTwo)
	if VerifyBlind(b, two, keys.Aggregate) {
		t.Error("the aggregate of two shares verifies")
	}
}

// checkVerdicts makes sure that a flow expects what checkFlow checks.
func checkVerdicts(t *testing.T, expected json.RawMessage) {
	want := vectors.Decode[struct {
		Valid      bool
		Two        bool `json:"two_shares_blind_valid"`
		BlindValid bool `json:"blind_valid"`
	}](t, expected)
	if !want.Valid || !want.BlindValid || want.Two {
		t.Fatalf("unexpected verdicts %+v", want)
	}
}

func checkDeal(t *testing.T, coefficients []vectors.Hex, want flow) Keys {
	t.Helper()
	var polynomial [][32]byte
	for _, a := range coefficients {
		polynomial = append(polynomial, [32]byte(a))
	}
	keys := must(DealFrom(polynomial, len(want.Secrets)))
	equal(t, "public key", keys.Aggregate, want.Key)
	shares := make(map[uint16]PublicKeyShare)
	for j := range want.Secrets {
		if got := keys.Secret[j].Bytes(); string(got[:]) != string(want.Secrets[j]) {
			t.Errorf("secret share %d is %x, want %x", j, got, want.Secrets[j])
		}
		equal(t, "public key share", keys.Public[j], want.KeyShares[j])
		if j > 0 {
			shares[uint16(j)] = keys.Public[j]
		}
	}
	equal(t, "aggregated key", must(AggregateKeys(3, shares)), want.Key)
	return keys
}

func checkSubsets(t *testing.T, want flow, shares map[uint16]SignatureShare, k BlindingKey) {
	t.Helper()
	for name, aggregate := range want.BySubset {
		var subset []uint16
		for digits := range strings.SplitSeq(name, ",") {
			subset = append(subset, uint16(must(strconv.ParseUint(digits, 10, 16))))
		}
		equal(t, name, must(Aggregate(3, pick(shares, subset...))), aggregate)
		equal(t, name, must(Combine(3, pick(shares, subset...), k)), want.Signature)
	}
}

func checkVerify(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Message, Signature vectors.Hex
		Key                vectors.Hex `json:"public_key"`
	}](t, e.Inputs)
	want := vectors.Decode[struct{ Valid bool }](t, e.Expected)
	m, s, key := parse(t, ParseMessage, in.Message), parse(t, ParseSignature, in.Signature), parse(t, ParsePublicKey, in.Key)
	if got := Verify(m, s, key); got != want.Valid {
		t.Errorf("Verify says %v, want %v", got, want.Valid)
	}
}

func checkVerifyShare(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Blinded vectors.Hex `json:"blinded_message"`
		Share   vectors.Hex
		Key     vectors.Hex `json:"public_key_share"`
	}](t, e.Inputs)
	want := vectors.Decode[struct{ Valid bool }](t, e.Expected)
	b, s, key := parse(t, ParseBlindedMessage, in.Blinded), parse(t, ParseSignatureShare, in.Share), parse(t, ParsePublicKeyShare, in.Key)
	if got := VerifyShare(b, s, key); got != want.Valid {
		t.Errorf("VerifyShare says %v, want %v", got, want.Valid)
	}
}

func checkAggregate(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Key         vectors.Hex `json:"aggregate_public_key"`
		BlindingKey vectors.Hex `json:"blinding_key"`
		Msg         vectors.Hex
		Shares      map[string]vectors.Hex
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Aggregate vectors.Hex `json:"aggregate_blind_signature"`
		Signature vectors.Hex
		Valid     bool
	}](t, e.Expected)
	shares := make(map[uint16]SignatureShare)
	for guardian, share := range in.Shares {
		shares[uint16(must(strconv.ParseUint(guardian, 10, 16)))] = parse(t, ParseSignatureShare, share)
	}
	k := parse(t, ParseBlindingKey, in.BlindingKey)
	s := must(Aggregate(len(shares), shares))
	equal(t, "blinded signature", s, want.Aggregate)
	equal(t, "signature", Unblind(s, k), want.Signature)
	combined := must(Combine(len(shares), shares, k))
	equal(t, "combined signature", combined, want.Signature)
	if got := Verify(HashV1(in.Msg), combined, parse(t, ParsePublicKey, in.Key)); got != want.Valid {
		t.Errorf("Verify says %v, want %v", got, want.Valid)
	}
}

// equal compares the bytes of an element.
func equal[B [48]byte | [96]byte](t *testing.T, what string, got interface{ Bytes() B }, want vectors.Hex) {
	t.Helper()
	b := got.Bytes()
	if fmt.Sprintf("%x", b) != fmt.Sprintf("%x", want) {
		t.Errorf("%s is %x, want %x", what, b, want)
	}
}

// parse decodes an element that a vector says is good.
func parse[B [32]byte | [48]byte | [96]byte, T any](t *testing.T, parser func(B) (T, error), b vectors.Hex) T {
	t.Helper()
	var array B
	switch p := any(&array).(type) {
	case *[32]byte:
		*p = [32]byte(b)
	case *[48]byte:
		*p = [48]byte(b)
	case *[96]byte:
		*p = [96]byte(b)
	}
	v, err := parser(array)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// pick returns some of a map's entries.
func pick[V any](all map[uint16]V, guardians ...uint16) map[uint16]V {
	some := maps.Clone(all)
	maps.DeleteFunc(some, func(guardian uint16, _ V) bool { return !slices.Contains(guardians, guardian) })
	return some
}

// must is for what a test has arranged not to fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
