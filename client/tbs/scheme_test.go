package tbs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"testing"

	"satchel/client/tbs"
	"satchel/client/tbs/toy"
)

// A signer is both sides of a scheme.
type signer interface {
	tbs.Scheme
	tbs.Issuer
}

// TestScheme holds the real schemes and the toy to the same contract.
func TestScheme(t *testing.T) {
	schemes := map[string]func() signer{
		"v1":  func() signer { return tbs.V1() },
		"v2":  func() signer { return tbs.V2() },
		"toy": func() signer { return toy.New() },
	}
	cases := map[string]func(*testing.T, *federation){
		"pays":               pays,
		"finds bad notes":    findsBadNotes,
		"finds liars":        findsLiars,
		"counts shares":      countsShares,
		"names bad shares":   namesBadShares,
		"refuses bad keys":   refusesBadKeys,
		"refuses bad inputs": refusesBadInputs,
		"refuses identities": refusesIdentities,
		"deals":              deals,
	}
	for name, scheme := range schemes {
		for what, check := range cases {
			t.Run(name+"/"+what, func(t *testing.T) { check(t, newFederation(t, scheme(), 4, 3)) })
		}
		for n, threshold := range map[int]int{1: 1, 2: 2, 7: 5} {
			t.Run(fmt.Sprintf("%s/pays with %d of %d", name, threshold, n), func(t *testing.T) {
				pays(t, newFederation(t, scheme(), n, threshold))
			})
		}
	}
}

// federation has the keys of three denominations and makes notes.
type federation struct {
	signer
	n, threshold int
	keys         [3]tbs.KeyBytes
	random       *rand.Rand
}

// stream returns bytes that are the same in every run.
func stream(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

func newFederation(t *testing.T, s signer, n, threshold int) *federation {
	f := &federation{signer: s, n: n, threshold: threshold, random: rand.New(rand.NewChaCha8([32]byte{1}))}
	for i := range f.keys {
		f.keys[i] = good(s.Deal(stream(byte(10+i)), n, threshold))(t)
	}
	return f
}

// good returns a value whose error has to be nil.
func good[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// issue is a note on its way: what all guardians answer to its request.
type issue struct {
	nonce   [33]byte
	key     [32]byte
	blinded [48]byte
	shares  map[uint16][48]byte
	tier    int
}

func (f *federation) issue(t *testing.T, tier int) issue {
	t.Helper()
	i := issue{tier: tier, shares: make(map[uint16][48]byte)}
	i.nonce[0] = 2
	for b := range i.key[:31] { // below the group order
		i.nonce[1+b], i.key[b] = byte(f.random.Uint32()), byte(f.random.Uint32())
	}
	i.blinded = good(f.Blind(i.nonce, i.key))(t)
	for j, secret := range f.keys[tier].Secret {
		i.shares[uint16(j)] = good(f.Sign(i.blinded, secret))(t)
	}
	return i
}

// only keeps the shares of threshold guardians, from a first one on.
func (f *federation) only(i issue, first int) map[uint16][48]byte {
	shares := make(map[uint16][48]byte)
	for k := range f.threshold {
		guardian := uint16((first + k) % f.n)
		shares[guardian] = i.shares[guardian]
	}
	return shares
}

func (f *federation) note(t *testing.T, tier int) tbs.SignedNote {
	t.Helper()
	i := f.issue(t, tier)
	signature := good(f.Combine(f.threshold, f.only(i, 0), i.key))(t)
	return tbs.SignedNote{Nonce: i.nonce, Signature: signature, Key: f.keys[tier].Aggregate}
}

func (f *federation) notes(t *testing.T, count int) []tbs.SignedNote {
	t.Helper()
	var notes []tbs.SignedNote
	for i := range count {
		notes = append(notes, f.note(t, i%len(f.keys)))
	}
	return notes
}

// answers returns what each guardian says to some requests.
func (f *federation) answers(issues []issue) map[uint16][]tbs.BlindShare {
	answers := make(map[uint16][]tbs.BlindShare)
	for j := range uint16(f.n) {
		for _, i := range issues {
			answers[j] = append(answers[j], tbs.BlindShare{Blinded: i.blinded, Share: i.shares[j], Key: f.keys[i.tier].Public[j]})
		}
	}
	return answers
}

func pays(t *testing.T, f *federation) {
	i := f.issue(t, 0)
	if i.blinded != good(f.Blind(i.nonce, i.key))(t) {
		t.Error("a nonce blinds to two messages")
	}
	signature := good(f.Combine(f.threshold, f.only(i, 0), i.key))(t)
	for first := range f.n {
		if got := good(f.Combine(f.threshold, f.only(i, first), i.key))(t); got != signature {
			t.Errorf("guardians from %d on make the signature %x, the first ones %x", first, got, signature)
		}
	}
	if bad := good(f.VerifyNotes(f.notes(t, 4)))(t); bad != nil {
		t.Errorf("notes %v are bad", bad)
	}
	if bad := good(f.VerifyNotes(nil))(t); bad != nil {
		t.Errorf("of no notes %v are bad", bad)
	}
}

func findsBadNotes(t *testing.T, f *federation) {
	notes := f.notes(t, 9)
	notes[1].Signature = notes[4].Signature      // another note's, same key
	notes[2].Key = f.keys[0].Aggregate           // another denomination
	notes[5].Nonce[20] ^= 1                      // another nonce
	notes[6].Signature = [48]byte{0: 0xff}       // no point
	notes[8].Signature = f.issue(t, 2).shares[0] // a share
	if bad := good(f.VerifyNotes(notes))(t); !reflect.DeepEqual(bad, []int{1, 2, 5, 6, 8}) {
		t.Errorf("bad notes %v", bad)
	}
}

func findsLiars(t *testing.T, f *federation) {
	issues := []issue{f.issue(t, 0), f.issue(t, 1), f.issue(t, 1), f.issue(t, 2)}
	answers := f.answers(issues)
	if liars := good(tbs.FindLiars(f, answers))(t); len(liars) != 0 {
		t.Errorf("honest guardians lie: %v", liars)
	}
	answers[1][1].Share, answers[1][2].Share = answers[1][2].Share, answers[1][1].Share
	answers[3][0].Share = answers[2][0].Share
	answers[3][3].Share = [48]byte{}
	want := map[uint16][]int{1: {1, 2}, 3: {0, 3}}
	if liars := good(tbs.FindLiars(f, answers))(t); !reflect.DeepEqual(liars, want) {
		t.Errorf("liars %v, want %v", liars, want)
	}
	answers[0][0].Key = [96]byte{}
	liars, err := tbs.FindLiars(f, answers)
	if !errors.Is(err, tbs.ErrMalformed) || !reflect.DeepEqual(liars, want) {
		t.Errorf("with a malformed key: %v, %v", liars, err)
	}
}

func countsShares(t *testing.T, f *federation) {
	i := f.issue(t, 0)
	few := f.only(i, 0)
	delete(few, 0)
	for what, shares := range map[string]map[uint16][48]byte{"none": nil, "too few": few, "too many": i.shares} {
		if _, err := f.Combine(f.threshold, shares, i.key); !errors.Is(err, tbs.ErrShareCount) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := f.Combine(0, nil, i.key); !errors.Is(err, tbs.ErrShareCount) {
		t.Errorf("threshold zero: %v", err)
	}
	// Fewer guardians than the keys ask for make a signature of nothing.
	signature := good(f.Combine(f.threshold-1, few, i.key))(t)
	note := tbs.SignedNote{Nonce: i.nonce, Signature: signature, Key: f.keys[0].Aggregate}
	if bad := good(f.VerifyNotes([]tbs.SignedNote{note}))(t); len(bad) != 1 {
		t.Error("two guardians of three signed")
	}
}

func namesBadShares(t *testing.T, f *federation) {
	i := f.issue(t, 0)
	shares := f.only(i, 0)
	shares[1], shares[2] = [48]byte(bytes.Repeat([]byte{0xff}, 48)), [48]byte{}
	_, err := f.Combine(f.threshold, shares, i.key)
	var bad *tbs.ShareError
	if !errors.As(err, &bad) || bad.Guardian != 1 || !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("error %v", err)
	}
}

func refusesBadKeys(t *testing.T, f *federation) {
	note := f.note(t, 0)
	note.Key[50] ^= 1
	if _, err := f.VerifyNotes([]tbs.SignedNote{note}); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("public key: %v", err)
	}
	i := f.issue(t, 0)
	if _, err := f.Blind(i.nonce, [32]byte{}); !errors.Is(err, tbs.ErrZeroKey) {
		t.Errorf("blind with zero: %v", err)
	}
	if _, err := f.Combine(f.threshold, f.only(i, 0), [32]byte{}); !errors.Is(err, tbs.ErrZeroKey) {
		t.Errorf("unblind with zero: %v", err)
	}
	if _, err := f.Sign(i.blinded, [32]byte(bytes.Repeat([]byte{0xff}, 32))); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("secret key share: %v", err)
	}
}

func refusesBadInputs(t *testing.T, f *federation) {
	if _, err := f.Sign([48]byte{}, f.keys[0].Secret[0]); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("sign: %v", err)
	}
	share := tbs.BlindShare{Key: f.keys[0].Public[0]}
	if _, err := f.VerifyShares([]tbs.BlindShare{share}); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("verify: %v", err)
	}
}

func refusesIdentities(t *testing.T, f *federation) {
	note, i := f.note(t, 0), f.issue(t, 1)
	nobody := tbs.SignedNote{Nonce: note.Nonce, Signature: [48]byte{0: 0xc0}, Key: [96]byte{0: 0xc0}}
	unsigned := tbs.SignedNote{Nonce: note.Nonce, Signature: [48]byte{0: 0xc0}, Key: note.Key}
	if bad := good(f.VerifyNotes([]tbs.SignedNote{nobody, note, unsigned}))(t); !reflect.DeepEqual(bad, []int{0, 2}) {
		t.Errorf("bad notes %v", bad)
	}
	shares := []tbs.BlindShare{
		{Blinded: i.blinded, Share: [48]byte{0: 0xc0}, Key: f.keys[1].Public[0]},
		{Blinded: [48]byte{0: 0xc0}, Share: [48]byte{0: 0xc0}, Key: f.keys[1].Public[0]},
	}
	if bad := good(f.VerifyShares(shares))(t); !reflect.DeepEqual(bad, []int{0, 1}) {
		t.Errorf("bad shares %v", bad)
	}
}

func deals(t *testing.T, f *federation) {
	again := good(f.Deal(stream(10), f.n, f.threshold))(t)
	if !reflect.DeepEqual(again, f.keys[0]) {
		t.Error("the same randomness deals other keys")
	}
	if len(again.Public) != f.n || len(again.Secret) != f.n {
		t.Errorf("%d public and %d secret shares for %d guardians", len(again.Public), len(again.Secret), f.n)
	}
	for _, bad := range [][2]int{{0, 0}, {4, 0}, {4, 5}, {1<<16 + 1, 1}} {
		if _, err := f.Deal(stream(1), bad[0], bad[1]); err == nil {
			t.Errorf("deals to %d guardians with threshold %d", bad[0], bad[1])
		}
	}
	if _, err := f.Deal(bytes.NewReader([]byte{1, 2, 3}), 4, 3); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short randomness: %v", err)
	}
}
