package draw

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"
)

func seed(b byte) [32]byte { return [32]byte(bytes.Repeat([]byte{b}, 32)) }

// TestKnownAnswers has what the reference makes of a seed.
func TestKnownAnswers(t *testing.T) {
	var first [32]byte
	New(seed(7)).Fill(first[:])
	if got := hex.EncodeToString(first[:]); got != "f400927857aaf64114f561baacb379708c79a1dc1476ab573216a4020764bde5" {
		t.Errorf("the stream begins with %s", got)
	}
	k := New(seed(7)).Scalar()
	b, err := k.MarshalBinary()
	slices.Reverse(b)
	if got := hex.EncodeToString(b); err != nil || got != "0528df0d06528491c0de167cf22f701307f6df1597879a297c9d91c2d853f36d" {
		t.Errorf("the scalar is %s, %v", got, err)
	}
}

// TestDraws reads a stream once as bytes and once as what they stand for.
func TestDraws(t *testing.T) {
	raw := make([]byte, 3*(96+4+64))
	New(seed(1)).Fill(raw)
	next := func(n int) []byte {
		b := raw[:n]
		raw = raw[n:]
		return b
	}
	mod := func(b, order []byte) string {
		n := new(big.Int).SetBytes(b)
		return n.Mod(n, new(big.Int).SetBytes(order)).Text(16)
	}
	stream := New(seed(1))
	for range 3 {
		b := next(96)
		z := stream.Field()
		got, err := z.MarshalBinary()
		if want := mod(slices.Concat(b[48:], b[:48]), ff.FpOrder()); err != nil || mod(got, ff.FpOrder()) != want {
			t.Errorf("field element %x, %v, want %s", got, err, want)
		}
		if b = next(4); stream.Odd() != (b[0]%2 == 1) {
			t.Errorf("the number %x is taken for an even one, or the other way round", b)
		}
		k := stream.Scalar()
		got, err = k.MarshalBinary()
		b = slices.Clone(next(64))
		slices.Reverse(b)
		if want := mod(b, bls12381.Order()); err != nil || mod(got, bls12381.Order()) != want {
			t.Errorf("scalar %x, %v, want %s", got, err, want)
		}
	}
}
