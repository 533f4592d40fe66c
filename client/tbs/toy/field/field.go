// Package field is the group of the toy schemes: the field of 2⁶¹−1 elements,
// where dividing is as easy as multiplying. It is INSECURE BY DESIGN.
//
// An element stands for a point of either group or for a scalar, and its bytes
// have the lengths and flags of the real ones.
package field

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math/bits"
	"slices"

	"satchel/client/tbs"
)

// Order is the Mersenne prime 2⁶¹−1, the number of elements.
const Order = 1<<61 - 1

// An Element is a number below Order.
type Element uint64

// Reduce returns n mod Order.
func Reduce(n uint64) Element {
	n = n>>61 + n&Order
	if n >= Order {
		n -= Order
	}
	return Element(n)
}

// Plus returns a+b.
func (a Element) Plus(b Element) Element { return Reduce(uint64(a + b)) }

// Minus returns a−b.
func (a Element) Minus(b Element) Element { return Reduce(uint64(a + Order - b)) }

// Times returns a·b.
func (a Element) Times(b Element) Element {
	high, low := bits.Mul64(uint64(a), uint64(b))
	return Reduce(high<<3 | low>>61).Plus(Reduce(low & Order))
}

// Inverse returns a^(Order−2), which is 1/a for all a but 0.
func (a Element) Inverse() Element {
	result := Element(1)
	for n := uint64(Order - 2); n > 0; n >>= 1 {
		if n&1 == 1 {
			result = result.Times(a)
		}
		a = a.Times(a)
	}
	return result
}

// The flag bytes of the real points: compressed, and compressed infinity.
const (
	flagPoint    = 0x80
	flagIdentity = 0xc0
)

// put writes a point: a flag byte, zeros, and 8 bytes in big endian.
func (a Element) put(b []byte) {
	b[0] = flagPoint
	if a == 0 {
		b[0] = flagIdentity
	}
	binary.BigEndian.PutUint64(b[len(b)-8:], uint64(a))
}

// G1 returns a as a point of G1.
func (a Element) G1() (b [48]byte) { a.put(b[:]); return b }

// G2 returns a as a point of G2.
func (a Element) G2() (b [96]byte) { a.put(b[:]); return b }

// Scalar returns 32 bytes in little endian.
func (a Element) Scalar() (b [32]byte) {
	binary.LittleEndian.PutUint64(b[:], uint64(a))
	return b
}

// ParsePoint accepts what G1 and G2 write and nothing else. The error wraps
// tbs.ErrMalformed and names the role of the point.
func ParsePoint(role string, b []byte) (Element, error) {
	a := Element(binary.BigEndian.Uint64(b[len(b)-8:]))
	canonical := make([]byte, len(b))
	a.put(canonical)
	if a >= Order || string(canonical) != string(b) {
		return 0, fmt.Errorf("toy %s %x: %w", role, b, tbs.ErrMalformed)
	}
	return a, nil
}

// ParseSecret accepts what Scalar writes and nothing else.
func ParseSecret(b [32]byte) (Element, error) {
	a := Element(binary.LittleEndian.Uint64(b[:]))
	if a >= Order || a.Scalar() != b {
		return 0, fmt.Errorf("toy secret key share: %w", tbs.ErrMalformed)
	}
	return a, nil
}

// A Polynomial shares its first coefficient: guardian j = 0, 1, … holds its value
// at j+1.
type Polynomial []Element

// Draw reads 8 bytes of random for each of threshold coefficients.
func Draw(random io.Reader, n, threshold int) (Polynomial, error) {
	if threshold < 1 || threshold > n || n > 1<<16 {
		return nil, fmt.Errorf("threshold %d of %d guardians: want 1 ≤ threshold ≤ n ≤ 65536", threshold, n)
	}
	f := make(Polynomial, threshold)
	for i := range f {
		var draw [8]byte
		if _, err := io.ReadFull(random, draw[:]); err != nil {
			return nil, fmt.Errorf("randomness of a dealer: %w", err)
		}
		f[i] = Reduce(binary.BigEndian.Uint64(draw[:]))
	}
	return f, nil
}

// Share returns what a guardian holds.
func (f Polynomial) Share(guardian int) (value Element) {
	for _, a := range slices.Backward(f) {
		value = value.Times(Element(guardian) + 1).Plus(a)
	}
	return value
}

// Interpolate joins exactly threshold shares, keyed by guardian and of some role,
// to the value at zero. The error wraps tbs.ErrShareCount or is a *tbs.ShareError
// about the first guardian whose share is malformed.
func Interpolate(role string, threshold int, shares map[uint16][48]byte) (sum Element, err error) {
	if threshold < 1 || len(shares) != threshold {
		return 0, fmt.Errorf("%w: %d, the threshold is %d", tbs.ErrShareCount, len(shares), threshold)
	}
	for _, guardian := range slices.Sorted(maps.Keys(shares)) {
		b := shares[guardian]
		share, err := ParsePoint(role, b[:])
		if err != nil {
			return 0, &tbs.ShareError{Guardian: guardian, Err: err}
		}
		sum = sum.Plus(share.Times(lagrange(shares, guardian)))
	}
	return sum, nil
}

// lagrange returns a guardian's coefficient at zero.
func lagrange(shares map[uint16][48]byte, guardian uint16) Element {
	at := Element(guardian) + 1
	numerator, denominator := Element(1), Element(1)
	for other := range shares {
		if x := Element(other) + 1; x != at {
			numerator = numerator.Times(x)
			denominator = denominator.Times(x.Minus(at))
		}
	}
	return numerator.Times(denominator.Inverse())
}
