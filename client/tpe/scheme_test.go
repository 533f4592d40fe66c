package tpe_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"testing"

	"satchel/client/tbs"
	"satchel/client/tpe"
	"satchel/client/tpe/toy"
)

// both is all sides of a scheme.
type both interface {
	tpe.Scheme
	tpe.Guardian
	tpe.Dealer
}

// federation has keys, and one ciphertext for a contract.
type federation struct {
	both
	n, threshold               int
	keys                       tpe.Keys
	seed, preimage, commitment [32]byte
	ct                         tpe.Ciphertext
}

func newFederation(t testing.TB, s both, n, threshold int) *federation {
	f := &federation{both: s, n: n, threshold: threshold, seed: [32]byte{1}, preimage: [32]byte{2}, commitment: [32]byte{3}}
	f.keys = good(s.Deal(stream(byte(n)), n, threshold))(t)
	f.ct = good(s.Encrypt(f.keys.Aggregate, f.seed, f.preimage, f.commitment))(t)
	return f
}

// stream returns bytes that are the same in every run.
func stream(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

// good returns a value whose error has to be nil.
func good[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// shares returns what some guardians answer.
func (f *federation) shares(t testing.TB, guardians ...uint16) map[uint16][48]byte {
	t.Helper()
	shares := make(map[uint16][48]byte)
	for _, j := range guardians {
		shares[j] = good(f.Share(f.keys.Secret[j], f.ct))(t)
	}
	return shares
}

// TestScheme holds the real scheme and the toy to the same contract.
func TestScheme(t *testing.T) {
	cases := map[string]func(*testing.T, *federation){
		"opens":              opens,
		"knows its own":      knowsItsOwn,
		"sees mutations":     seesMutations,
		"sees other points":  seesOtherPoints,
		"needs a ciphertext": needsACiphertext,
		"counts shares":      countsShares,
		"names bad shares":   namesBadShares,
		"refuses bad inputs": refusesBadInputs,
		"refuses identities": refusesIdentities,
		"deals":              deals,
	}
	for name, scheme := range map[string]both{"bls": tpe.BLS{}, "toy": toy.Toy{}} {
		for what, check := range cases {
			t.Run(name+"/"+what, func(t *testing.T) { check(t, newFederation(t, scheme, 4, 3)) })
		}
		for n, threshold := range map[int]int{1: 1, 2: 2, 3: 3, 7: 5} {
			t.Run(fmt.Sprintf("%s/opens with %d of %d", name, threshold, n), func(t *testing.T) {
				opens(t, newFederation(t, scheme, n, threshold))
			})
		}
	}
}

// opens takes every set of guardians at the threshold.
func opens(t *testing.T, f *federation) {
	want := good(f.DecryptionKey(f.keys.Aggregate, f.seed))(t)
	for mask := range uint(1) << f.n {
		if bits.OnesCount(mask) != f.threshold {
			continue
		}
		var guardians []uint16
		for j := range f.n {
			if mask>>j&1 == 1 {
				guardians = append(guardians, uint16(j))
			}
		}
		if got := good(f.Aggregate(f.threshold, f.shares(t, guardians...)))(t); got != want {
			t.Errorf("guardians %v make the key %x, the seed %x", guardians, got, want)
		}
	}
	if !f.VerifyCiphertext(f.ct, f.commitment) || !f.VerifyKey(f.keys.Aggregate, want, f.ct, f.commitment) {
		t.Error("the ciphertext or its key does not verify")
	}
	for j := range f.n {
		if !f.VerifyShare(f.keys.Public[j], f.shares(t, uint16(j))[uint16(j)], f.ct, f.commitment) {
			t.Errorf("the share of guardian %d does not verify", j)
		}
	}
	if got := f.ct.Decrypt(want); got != f.preimage {
		t.Errorf("the preimage is %x", got)
	}
	if f.ct.Encrypted == f.preimage {
		t.Error("nothing is encrypted")
	}
}

func knowsItsOwn(t *testing.T, f *federation) {
	if !f.Owns(f.ct, f.seed) || f.Owns(f.ct, [32]byte{9}) {
		t.Error("another seed owns the ciphertext")
	}
	again := good(f.Encrypt(f.keys.Aggregate, f.seed, f.preimage, f.commitment))(t)
	if again != f.ct {
		t.Error("the same inputs make another ciphertext")
	}
	other := good(f.Encrypt(f.keys.Aggregate, [32]byte{9}, f.preimage, f.commitment))(t)
	if other.Encrypted == f.ct.Encrypted || other.Key == f.ct.Key || other.Signature == f.ct.Signature {
		t.Error("another seed makes the same ciphertext")
	}
	key := good(f.DecryptionKey(f.keys.Aggregate, [32]byte{9}))(t)
	if f.VerifyKey(f.keys.Aggregate, key, f.ct, f.commitment) || f.ct.Decrypt(key) == f.preimage {
		t.Error("another seed's key decrypts")
	}
}

// seesMutations flips one bit of each byte of everything a verifier is given.
func seesMutations(t *testing.T, f *federation) {
	share, key := f.shares(t, 1)[1], good(f.DecryptionKey(f.keys.Aggregate, f.seed))(t)
	ct, commitment, public, aggregate := f.ct, f.commitment, f.keys.Public[1], f.keys.Aggregate
	sealed := func() bool { return f.VerifyCiphertext(ct, commitment) }
	shared := func() bool { return f.VerifyShare(public, share, ct, commitment) }
	opened := func() bool { return f.VerifyKey(aggregate, key, ct, commitment) }
	for what, c := range map[string]struct {
		bytes  []byte
		checks []func() bool
	}{
		"encrypted":  {ct.Encrypted[:], []func() bool{sealed, shared, opened}},
		"key":        {ct.Key[:], []func() bool{sealed, shared, opened}},
		"signature":  {ct.Signature[:], []func() bool{sealed, shared, opened}},
		"commitment": {commitment[:], []func() bool{sealed, shared, opened}},
		"public":     {public[:], []func() bool{shared}},
		"share":      {share[:], []func() bool{shared}},
		"aggregate":  {aggregate[:], []func() bool{opened}},
		"dk":         {key[:], []func() bool{opened}},
	} {
		for i := range c.bytes {
			c.bytes[i] ^= 1 << (i % 8)
			for n, check := range c.checks {
				if check() {
					t.Errorf("check %d of %s passes with byte %d changed", n, what, i)
				}
			}
			c.bytes[i] ^= 1 << (i % 8)
		}
	}
	if !sealed() || !shared() || !opened() {
		t.Error("nothing is changed, but does not verify")
	}
}

// seesOtherPoints exchanges well-formed points.
func seesOtherPoints(t *testing.T, f *federation) {
	shares := f.shares(t, 0, 1, 2, 3)
	other := good(f.Encrypt(f.keys.Aggregate, [32]byte{9}, f.preimage, f.commitment))(t)
	for what, passes := range map[string]bool{
		"another guardian's share":      f.VerifyShare(f.keys.Public[0], shares[1], f.ct, f.commitment),
		"the aggregate key as a share":  f.VerifyShare(f.keys.Aggregate, shares[0], f.ct, f.commitment),
		"a share of another ciphertext": f.VerifyShare(f.keys.Public[0], shares[0], other, f.commitment),
		"the ephemeral key as a share":  f.VerifyShare(f.keys.Public[0], f.ct.Key, f.ct, f.commitment),
		"a share as the key":            f.VerifyKey(f.keys.Aggregate, shares[0], f.ct, f.commitment),
		"two shares of three": f.VerifyKey(f.keys.Aggregate,
			good(f.Aggregate(2, f.shares(t, 0, 1)))(t), f.ct, f.commitment),
		"another ephemeral key": f.VerifyCiphertext(tpe.Ciphertext{Encrypted: f.ct.Encrypted, Key: other.Key, Signature: f.ct.Signature}, f.commitment),
		"another signature":     f.VerifyCiphertext(tpe.Ciphertext{Encrypted: f.ct.Encrypted, Key: f.ct.Key, Signature: other.Signature}, f.commitment),
		"another contract":      f.VerifyCiphertext(f.ct, [32]byte{4}),
	} {
		if passes {
			t.Errorf("%s verifies", what)
		}
	}
}

// needsACiphertext has a share that is right, of a ciphertext that is not. The
// reference panics.
func needsACiphertext(t *testing.T, f *federation) {
	bad := f.ct
	bad.Encrypted[0] ^= 1
	share := good(f.Share(f.keys.Secret[0], bad))(t)
	key := good(f.DecryptionKey(f.keys.Aggregate, f.seed))(t)
	if share != f.shares(t, 0)[0] {
		t.Error("a share depends on what is encrypted")
	}
	if f.VerifyShare(f.keys.Public[0], share, bad, f.commitment) || f.VerifyKey(f.keys.Aggregate, key, bad, f.commitment) {
		t.Error("a share of a bad ciphertext verifies")
	}
}

func countsShares(t *testing.T, f *federation) {
	for _, guardians := range [][]uint16{{}, {0, 1}, {0, 1, 2, 3}} {
		if _, err := f.Aggregate(f.threshold, f.shares(t, guardians...)); !errors.Is(err, tbs.ErrShareCount) {
			t.Errorf("%d shares: %v", len(guardians), err)
		}
	}
	if _, err := f.Aggregate(0, nil); !errors.Is(err, tbs.ErrShareCount) {
		t.Errorf("threshold zero: %v", err)
	}
}

func namesBadShares(t *testing.T, f *federation) {
	for what, b := range map[string][48]byte{"zeros": {}, "identity": {0: 0xc0}, "ones": [48]byte(bytes.Repeat([]byte{0xff}, 48))} {
		shares := f.shares(t, 0, 1, 3)
		shares[1], shares[3] = b, b
		_, err := f.Aggregate(f.threshold, shares)
		var bad *tbs.ShareError
		if !errors.As(err, &bad) || bad.Guardian != 1 || !errors.Is(err, tbs.ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func refusesBadInputs(t *testing.T, f *federation) {
	if _, err := f.Encrypt([48]byte{}, f.seed, f.preimage, f.commitment); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("encrypt: %v", err)
	}
	if _, err := f.DecryptionKey([48]byte{}, f.seed); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("decryption key: %v", err)
	}
	if _, err := f.Share(f.keys.Secret[0], tpe.Ciphertext{}); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("share of nothing: %v", err)
	}
	if _, err := f.Share([32]byte(bytes.Repeat([]byte{0xff}, 32)), f.ct); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("share of a secret out of range: %v", err)
	}
	if f.VerifyCiphertext(tpe.Ciphertext{}, f.commitment) {
		t.Error("nothing is a ciphertext")
	}
}

func refusesIdentities(t *testing.T, f *federation) {
	identity := [48]byte{0: 0xc0}
	open := tpe.Ciphertext{Key: identity, Signature: [96]byte{0: 0xc0}}
	if f.VerifyCiphertext(open, f.commitment) || f.VerifyShare(f.keys.Public[0], identity, open, f.commitment) || f.VerifyKey(f.keys.Aggregate, identity, open, f.commitment) {
		t.Error("a ciphertext that everybody can decrypt verifies")
	}
	if f.VerifyShare(identity, identity, f.ct, f.commitment) || f.VerifyKey(identity, identity, f.ct, f.commitment) {
		t.Error("the key of nobody verifies")
	}
	if _, err := f.Encrypt(identity, f.seed, f.preimage, f.commitment); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("encrypt to nobody: %v", err)
	}
	if _, err := f.Share(f.keys.Secret[0], open); !errors.Is(err, tbs.ErrMalformed) {
		t.Errorf("share: %v", err)
	}
}

func deals(t *testing.T, f *federation) {
	again := good(f.Deal(stream(byte(f.n)), f.n, f.threshold))(t)
	if !reflect.DeepEqual(again, f.keys) || len(again.Public) != f.n || len(again.Secret) != f.n {
		t.Error("the same randomness deals other keys")
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

// FuzzVerify gives both schemes bytes that anybody may have sent.
func FuzzVerify(f *testing.F) {
	var feds []*federation
	for _, s := range []both{tpe.BLS{}, toy.Toy{}} {
		fed := newFederation(f, s, 1, 1)
		feds = append(feds, fed)
		share := fed.shares(f, 0)[0]
		f.Add(fed.ct.Encrypted[:], fed.ct.Key[:], fed.ct.Signature[:], fed.commitment[:], fed.keys.Public[0][:], share[:])
	}
	f.Add([]byte{}, []byte{0xc0}, []byte{0xc0}, []byte{}, []byte{0xc0}, []byte{0xc0})
	f.Fuzz(func(t *testing.T, encrypted, key, signature, commitment, public, share []byte) {
		var ct tpe.Ciphertext
		var c [32]byte
		var p, s [48]byte
		copy(ct.Encrypted[:], encrypted)
		copy(ct.Key[:], key)
		copy(ct.Signature[:], signature)
		copy(c[:], commitment)
		copy(p[:], public)
		copy(s[:], share)
		for _, fed := range feds {
			sealed := fed.VerifyCiphertext(ct, c)
			if (fed.VerifyShare(p, s, ct, c) || fed.VerifyKey(p, s, ct, c)) && !sealed {
				t.Errorf("a share of a bad ciphertext verifies: %+v, %x", ct, c)
			}
			own, err := fed.Share(fed.keys.Secret[0], ct)
			if sealed && (err != nil || !fed.VerifyShare(fed.keys.Public[0], own, ct, c)) {
				t.Errorf("a share does not verify: %+v, %x, %v", ct, c, err)
			}
			fed.Encrypt(p, ct.Encrypted, ct.Encrypted, c)
			fed.Aggregate(2, map[uint16][48]byte{0: p, 7: s})
		}
	})
}

func BenchmarkWallet(b *testing.B) {
	f := newFederation(b, tpe.BLS{}, 4, 3)
	b.Run("Encrypt", func(b *testing.B) {
		for b.Loop() {
			f.commitment[0]++ // the number of attempts of the hash differs
			good(f.Encrypt(f.keys.Aggregate, f.seed, f.preimage, f.commitment))(b)
		}
	})
	b.Run("DecryptionKey", func(b *testing.B) {
		for b.Loop() {
			good(f.DecryptionKey(f.keys.Aggregate, f.seed))(b)
		}
	})
	b.Run("Owns", func(b *testing.B) {
		for b.Loop() {
			f.Owns(f.ct, f.seed)
		}
	})
}

func BenchmarkGuardian(b *testing.B) {
	f := newFederation(b, tpe.BLS{}, 4, 3)
	shares := f.shares(b, 0, 1, 2)
	b.Run("VerifyCiphertext", func(b *testing.B) {
		for b.Loop() {
			f.VerifyCiphertext(f.ct, f.commitment)
		}
	})
	b.Run("VerifyShare", func(b *testing.B) {
		for b.Loop() {
			f.VerifyShare(f.keys.Public[0], shares[0], f.ct, f.commitment)
		}
	})
	b.Run("Aggregate", func(b *testing.B) {
		for b.Loop() {
			good(f.Aggregate(3, shares))(b)
		}
	})
}
