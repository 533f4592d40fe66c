package tbs

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/cloudflare/circl/ecc/bls12381"
)

// TestTimes multiplies by halves, and compares with circl.
func TestTimes(t *testing.T) {
	one := big.NewInt(1)
	near := func(n *big.Int) []*big.Int {
		return []*big.Int{new(big.Int).Sub(n, one), n, new(big.Int).Add(n, one)}
	}
	factors := []*big.Int{one, big.NewInt(2), big.NewInt(15), big.NewInt(16), big.NewInt(17), big.NewInt(31), new(big.Int).Sub(groupOrder, one)}
	factors = append(factors, near(lambda)...)
	factors = append(factors, near(new(big.Int).Lsh(one, 128))...)
	factors = append(factors, near(new(big.Int).Mul(lambda, lambda))...)
	factors = append(factors, new(big.Int).Mul(lambda, big.NewInt(31)))
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var b [31]byte
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		factors = append(factors, new(big.Int).SetBytes(b[:]))
	}
	for i, n := range factors {
		p := pointV1([]byte{byte(i)})
		m, k := p.message(), scalarFromBig(n)
		want := slowly([]bls12381.G1{m.p}, []*big.Int{n})
		product := p.times(&k)
		if got := product.affine().compressed(); string(got[:]) != string(want.BytesCompressed()) {
			t.Errorf("the products by %v differ", n)
		}
	}
}

// TestAddition adds what the formula leaves out.
func TestAddition(t *testing.T) {
	p := pointV2(nil).jacobian()
	twice := p
	twice.double()
	thrice := twice
	thrice.add(&p)

	var sum jacobian
	for n, want := range []jacobian{p, twice, thrice} { // 0+p, p+p, 2p+p
		if sum.add(&p); sum.affine() != want.affine() {
			t.Errorf("%d times: another point", n+1)
		}
	}
	p.y.Neg()
	twice.y.Neg()
	if sum.add(&twice); sum.affine() != pointV2(nil) {
		t.Error("3p−2p is not p")
	}
	if sum.add(&p); sum.z.IsZero() != 1 {
		t.Error("p−p is not the identity")
	}
	if sum.double(); sum.z.IsZero() != 1 {
		t.Error("twice the identity is not the identity")
	}
}

func BenchmarkBlindNonce(b *testing.B) {
	scheme, k := V1(), testKey(1).Bytes()
	nonce := [33]byte{2}
	for b.Loop() {
		if nonce[32]++; nonce[32] == 0 {
			nonce[31]++
		}
		must(scheme.Blind(nonce, k))
	}
}
