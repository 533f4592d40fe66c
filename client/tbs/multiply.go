package tbs

import (
	"encoding/binary"
	"math/bits"

	"github.com/cloudflare/circl/ecc/bls12381"
)

// An integer is a signed multiplier below 2²⁵⁵, in limbs from low to high.
type integer struct {
	limbs    [4]uint64
	negative bool
}

func integerFromScalar(k *bls12381.Scalar) integer {
	b := scalar{k}.Bytes()
	return integerFromBytes(b[:])
}

// integerFromBytes reads a little-endian number of 16 or 32 bytes.
func integerFromBytes(b []byte) (n integer) {
	for i := range len(b) / 8 {
		n.limbs[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return n
}

func (n *integer) bitLen() int {
	for i := len(n.limbs) - 1; i >= 0; i-- {
		if n.limbs[i] != 0 {
			return 64*i + bits.Len64(n.limbs[i])
		}
	}
	return 0
}

// recode returns the non-adjacent form of n with the given window width, from
// low to high: each digit is zero or odd and below 2^(width−1) in magnitude,
// and of width digits in a row at most one is not zero.
func (n integer) recode(width uint) []int8 {
	digits := make([]int8, 0, n.bitLen()+1)
	for n.limbs != [4]uint64{} {
		var d int8
		if n.limbs[0]&1 == 1 {
			low := int(n.limbs[0] & (1<<width - 1))
			if low >= 1<<(width-1) {
				low -= 1 << width
			}
			d = int8(low)
			n.subtract(low)
		}
		if n.negative {
			d = -d
		}
		digits = append(digits, d)
		n.halve()
	}
	return digits
}

// subtract takes a small number off the magnitude.
func (n *integer) subtract(d int) {
	if d < 0 {
		carry := uint64(-d)
		for i := range n.limbs {
			n.limbs[i], carry = bits.Add64(n.limbs[i], carry, 0)
		}
		return
	}
	borrow := uint64(d)
	for i := range n.limbs {
		n.limbs[i], borrow = bits.Sub64(n.limbs[i], borrow, 0)
	}
}

func (n *integer) halve() {
	for i := range n.limbs {
		n.limbs[i] >>= 1
		if i+1 < len(n.limbs) {
			n.limbs[i] |= n.limbs[i+1] << 63
		}
	}
}

// multiple is a point with the digits of its multiplier and the odd multiples
// 1, 3, 5, … of the point that those digits ask for.
type multiple struct {
	digits []int8
	odd    []bls12381.G1
}

func newMultiple(p *bls12381.G1, n integer) multiple {
	// Below some 24 bits the table costs more than it saves.
	width := uint(2)
	if n.bitLen() > 24 {
		width = 5
	}
	m := multiple{digits: n.recode(width), odd: make([]bls12381.G1, 1<<(width-2))}
	m.odd[0] = *p
	if len(m.odd) == 1 {
		return m
	}
	twice := *p
	twice.Double()
	for i := 1; i < len(m.odd); i++ {
		m.odd[i].Add(&m.odd[i-1], &twice)
	}
	return m
}

// addDigit adds the multiple that the digit at a position stands for.
func (m *multiple) addDigit(acc *bls12381.G1, position int) {
	if position >= len(m.digits) {
		return
	}
	switch d := m.digits[position]; {
	case d > 0:
		acc.Add(acc, &m.odd[d/2])
	case d < 0:
		p := m.odd[-d/2]
		p.Neg()
		acc.Add(acc, &p)
	}
}

// multiply returns Σ factors[i]·points[i]: windows interleaved (Straus), so
// that all points share the doublings. Its time depends on the factors.
func multiply(points []bls12381.G1, factors []integer) (sum bls12381.G1) {
	multiples := make([]multiple, len(points))
	length := 0
	for i := range points {
		multiples[i] = newMultiple(&points[i], factors[i])
		length = max(length, len(multiples[i].digits))
	}
	sum.SetIdentity()
	for position := length - 1; position >= 0; position-- {
		if position < length-1 {
			sum.Double()
		}
		for i := range multiples {
			multiples[i].addDigit(&sum, position)
		}
	}
	return sum
}

// multiplyOne returns k·p in a time that depends on k.
func multiplyOne(p *bls12381.G1, k *bls12381.Scalar) bls12381.G1 {
	return multiply([]bls12381.G1{*p}, []integer{integerFromScalar(k)})
}
