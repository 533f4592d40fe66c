package toy

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"

	"satchel/client/tbs"
)

// order is the Mersenne prime 2⁶¹−1, the number of elements of the field.
const order = 1<<61 - 1

// An element is a number below order. Points, keys and scalars are all
// elements.
type element uint64

// reduce returns n mod order.
func reduce(n uint64) element {
	n = n>>61 + n&order
	if n >= order {
		n -= order
	}
	return element(n)
}

func (a element) plus(b element) element  { return reduce(uint64(a + b)) }
func (a element) minus(b element) element { return reduce(uint64(a + order - b)) }

func (a element) times(b element) element {
	high, low := bits.Mul64(uint64(a), uint64(b))
	return reduce(high<<3 | low>>61).plus(reduce(low & order))
}

// inverse returns a^(order−2), which is 1/a for all a but 0.
func (a element) inverse() element {
	result := element(1)
	for n := uint64(order - 2); n > 0; n >>= 1 {
		if n&1 == 1 {
			result = result.times(a)
		}
		a = a.times(a)
	}
	return result
}

// hash maps a nonce to an element other than zero.
func hash(nonce []byte) element {
	digest := sha256.Sum256(append([]byte("toy message "), nonce...))
	return element(binary.BigEndian.Uint64(digest[:])%(order-1) + 1)
}

// The flag bytes of the real points: compressed, and compressed infinity.
const (
	flagPoint    = 0x80
	flagIdentity = 0xc0
)

// put writes a point: a flag byte, zeros, and 8 bytes in big endian.
func (a element) put(b []byte) {
	b[0] = flagPoint
	if a == 0 {
		b[0] = flagIdentity
	}
	binary.BigEndian.PutUint64(b[len(b)-8:], uint64(a))
}

func (a element) g1() (b [48]byte) { a.put(b[:]); return b }
func (a element) g2() (b [96]byte) { a.put(b[:]); return b }

// scalar returns 32 bytes in little endian.
func (a element) scalar() (b [32]byte) {
	binary.LittleEndian.PutUint64(b[:], uint64(a))
	return b
}

// parsePoint accepts what put writes and nothing else.
func parsePoint(role string, b []byte) (element, error) {
	a := element(binary.BigEndian.Uint64(b[len(b)-8:]))
	canonical := make([]byte, len(b))
	a.put(canonical)
	if a >= order || string(canonical) != string(b) {
		return 0, fmt.Errorf("toy %s %x: %w", role, b, tbs.ErrMalformed)
	}
	return a, nil
}

// parseSecret accepts what scalar writes and nothing else.
func parseSecret(b [32]byte) (element, error) {
	a := element(binary.LittleEndian.Uint64(b[:]))
	if a >= order || a.scalar() != b {
		return 0, fmt.Errorf("toy secret key share: %w", tbs.ErrMalformed)
	}
	return a, nil
}

// blindingKey reduces a scalar of the real group, so that a wallet's
// derivation of blinding keys works unchanged.
func blindingKey(b [32]byte) (element, error) {
	var k element
	for i := 24; i >= 0; i -= 8 {
		// 2⁶⁴ is 8 in this field.
		k = k.times(8).plus(reduce(binary.LittleEndian.Uint64(b[i:])))
	}
	if k == 0 {
		return 0, tbs.ErrZeroKey
	}
	return k, nil
}
