package curve

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/ecc/bls12381/ff"

	"satchel/client/tbs"
)

// TestPointsOfTheReference has what bls12_381 0.8 makes of seeds of one byte, 32
// times.
func TestPointsOfTheReference(t *testing.T) {
	for b, want := range map[byte]string{
		7: "a6f4055e19363d477e9969a0cacdac85f6361f37af6eea6fa09c75b50d8b0747b5ab700a62007cddc9aff5663c3c76ff" +
			"03d5bce172375600e1f0968380db2084a72201760906117a736538ebee0e0beb0333eb1ad544eff2c73e1a4721a7b09c",
		0: "84fffa0351b79483318771c4a459271907bd8161773f1508b89e2d64db5cb5974019a6c9291843da3fc529040300addb" +
			"0f05e4de4456cd0bf95d626db2233a188010038d6b8a6e778f13e39dccc771ce9b0f10c893a480b0dc42ea85949fe74a",
		1: "a9379e415a0d4a992928786c059ff88fd2e65408c3cf6383e29ce66e5bb22e8fc7fc8fe72685bd94e0eb11772d751b74" +
			"17d86640c054c80c0443ac8c4e4135a177259ec8e51cb29deea4888d069e4003cddaae6eac558bf79032bb7e8190582e",
	} {
		p := Point([32]byte(bytes.Repeat([]byte{b}, 32)))
		if got := hex.EncodeToString(p.BytesCompressed()); got != want {
			t.Errorf("seed of %d: %s", b, got)
		}
	}
}

// generator returns the generator of G2 in our coordinates.
func generator(t *testing.T) (p jacobian) {
	t.Helper()
	b := bls12381.G2Generator().Bytes()
	if err := errors.Join(p.x.UnmarshalBinary(b[:96]), p.y.UnmarshalBinary(b[96:])); err != nil {
		t.Fatal(err)
	}
	p.z.SetOne()
	return p
}

// TestArithmetic compares with circl, where circl has the points.
func TestArithmetic(t *testing.T) {
	g := generator(t)
	for _, n := range []uint64{1, 2, 3, 4, 5, 6, 7, 97, parameter, 1<<64 - 1} {
		var k bls12381.Scalar
		k.SetUint64(n)
		got := g.times(n).point()
		if want := TimesG2(&k, bls12381.G2Generator()); [96]byte(got.BytesCompressed()) != want {
			t.Errorf("%d times the generator is %v", n, got)
		}
	}
	twice, minus := g.times(2), g
	minus.y.Neg()
	for what, c := range map[string]struct{ a, b, want jacobian }{
		"0+p":   {jacobian{}, g, g},
		"p+p":   {g, g, twice},
		"2p-p":  {twice, minus, g},
		"2p+2p": {twice, twice, g.times(4)},
	} {
		if c.a.add(&c.b); c.a.affine() != c.want.affine() {
			t.Errorf("%s is another point", what)
		}
	}
	sum := g
	if sum.add(&minus); sum.z.IsZero() != 1 {
		t.Error("p-p is not the identity")
	}
	if sum.double(); sum.z.IsZero() != 1 {
		t.Error("twice the identity is not the identity")
	}
}

// TestPsi checks the constants, and that ψ is the multiplication by z in G2.
func TestPsi(t *testing.T) {
	p := new(big.Int).SetBytes(ff.FpOrder())
	less := new(big.Int).Sub(p, big.NewInt(1))
	for n, constant := range map[int64]*ff.Fp2{3: &psiX, 2: &psiY} {
		var base, power, one ff.Fp2
		base[0].SetOne()
		base[1].SetOne()
		one.SetOne()
		power.ExpVarTime(&base, new(big.Int).Div(less, big.NewInt(n)).Bytes())
		if power.Mul(&power, constant); power.IsEqual(&one) != 1 {
			t.Errorf("the constant is not (1+u)^((1-p)/%d)", n)
		}
	}
	got, want := generator(t), generator(t).times(parameter)
	want.y.Neg() // z is negative
	if got.psi(); got.affine() != want.affine() {
		t.Error("ψ of the generator is another point")
	}
}

// strangers are bytes of no point, or of the identity, to be followed by zeros.
func strangers() [][]byte {
	return [][]byte{
		{},
		{0xc0},        // the identity
		{0xe0},        // with a sign
		{0xc0, 47: 1}, // with an x
		{0x80, 47: 1}, // off the curve, or outside the subgroup
		{0x80, 47: 4},
		{0x80, 95: 2},
		ff.FpOrder(),    // not reduced, and no flag
		{0x9a, 1, 0x11}, // no point of G1
		bytes.Repeat([]byte{0xff}, 96),
	}
}

func TestStrangersAreMalformed(t *testing.T) {
	for _, s := range strangers() {
		var narrow [48]byte
		var wide [96]byte
		copy(narrow[:], s)
		copy(wide[:], s)
		if _, err := ParseG1("key", narrow); !errors.Is(err, tbs.ErrMalformed) || !strings.HasPrefix(err.Error(), "key "+hex.EncodeToString(narrow[:])) {
			t.Errorf("point of G1 %x: %v", narrow, err)
		}
		if _, err := ParseG2("key", wide); !errors.Is(err, tbs.ErrMalformed) || !strings.HasPrefix(err.Error(), "key "+hex.EncodeToString(wide[:])) {
			t.Errorf("point of G2 %x: %v", wide, err)
		}
	}
	order := [32]byte(bls12381.Order())
	slices.Reverse(order[:])
	_, err := ParseSecret("secret", order)
	if !errors.Is(err, tbs.ErrMalformed) || strings.Contains(err.Error(), "73eda") {
		t.Errorf("the group order is a secret: %v", err)
	}
}

// TestOutsideTheSubgroup has points of the curves before the cofactor is cleared.
func TestOutsideTheSubgroup(t *testing.T) {
	found := 0
	for n := uint64(1); n < 40; n++ {
		var x, y ff.Fp2
		x[0].SetUint64(n)
		if square := rightSide(&x); root(&y, &square) {
			b, err := x.MarshalBinary()
			b[0] |= 0x80
			if _, refused := ParseG2("key", [96]byte(b)); err != nil || refused == nil {
				t.Errorf("x = %d: %v, %v", n, err, refused)
			}
			found++
		}
	}
	if found == 0 {
		t.Error("none of the x are on the twist")
	}
}

func FuzzCanonicalPoints(f *testing.F) {
	for _, s := range strangers() {
		f.Add(s)
	}
	f.Add(bls12381.G1Generator().BytesCompressed())
	f.Add(bls12381.G2Generator().BytesCompressed())
	f.Fuzz(func(t *testing.T, input []byte) {
		var narrow [48]byte
		var wide [96]byte
		copy(narrow[:], input)
		copy(wide[:], input)
		if p, err := ParseG1("key", narrow); err == nil && ([48]byte(p.BytesCompressed()) != narrow || p.IsIdentity()) {
			t.Errorf("%x becomes %v", narrow, p)
		}
		if p, err := ParseG2("key", wide); err == nil && ([96]byte(p.BytesCompressed()) != wide || p.IsIdentity()) {
			t.Errorf("%x becomes %v", wide, p)
		}
	})
}

func FuzzPoint(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("a seed"))
	f.Fuzz(func(t *testing.T, input []byte) {
		var seed [32]byte
		copy(seed[:], input)
		if p := Point(seed); p.IsIdentity() || !p.IsOnG2() {
			t.Errorf("seed %x", seed)
		}
	})
}

func BenchmarkPoint(b *testing.B) {
	var seed [32]byte
	for b.Loop() {
		seed[0]++ // the number of attempts differs from seed to seed
		Point(seed)
	}
}
