package secret

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/cloudflare/circl/ecc/bls12381/ff"
)

const redacted = "[secret]"

// A Secret is a node of the tree of secrets. It never prints. Two Secrets do
// not compare with ==. The zero Secret panics when it is used.
type Secret struct{ node *hidden[node] }

// hidden keeps a value from fmt also where it cannot call Format, which is on an
// unexported field of somebody else's struct: there it follows no pointer, or
// one for a verb that does not suit the pointer, but not two.
type hidden[T any] struct{ value *T }

func hide[T any](value T) *hidden[T] { return &hidden[T]{&value} }

type node struct {
	level uint64
	key   [64]byte
}

// NewRoot returns the root of a tree from key material, such as a seed.
func NewRoot(material, salt []byte) Secret {
	key, err := hkdf.Extract(sha512.New, material, salt)
	if err != nil {
		panic("secret: cannot extract: " + err.Error())
	}
	return Secret{hide(node{key: [64]byte(key)})}
}

// FromKey returns a node from its level and key. It is how the reference writes
// a secret where it stores one: the level as a BigSize, then the key.
func FromKey(level uint64, key [64]byte) Secret { return Secret{hide(node{level, key})} }

// Level counts the steps from the root, or from the last FederationKey.
func (s Secret) Level() uint64 { return s.node.value.level }

// Child returns a numbered child, one level down.
func (s Secret) Child(number uint64) Secret {
	return s.step(label("childkey", number), s.node.value.level+1)
}

// FederationKey returns the child of a federation, of whose id only the first
// eight bytes matter. Levels count from it anew.
func (s Secret) FederationKey(id [32]byte) Secret {
	return s.step(label(string(id[:8]), 0), 0)
}

// Tweak returns the child that any bytes name, one level down.
func (s Secret) Tweak(tweak []byte) Secret {
	return s.step(string(tweak), s.node.value.level+1)
}

func (s Secret) step(info string, level uint64) Secret {
	return Secret{hide(node{level: level, key: [64]byte(s.expand(info, 64))})}
}

// SecpKey returns a secret key of secp256k1, big endian, neither zero nor
// above the order.
func (s Secret) SecpKey() [32]byte {
	for attempt := uint64(0); ; attempt++ {
		if key := [32]byte(s.expand(label("secp256k", attempt), 32)); validSecpKey(key) {
			return key
		}
	}
}

// secpOrder is the order of secp256k1 (SEC 2, 2.4.1).
var secpOrder = [32]byte{
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
	0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
}

func validSecpKey(key [32]byte) bool {
	return key != [32]byte{} && bytes.Compare(key[:], secpOrder[:]) < 0
}

// BLSScalar returns a scalar of BLS12-381, little endian, below the order.
func (s Secret) BLSScalar() [32]byte {
	wide := s.expand(label("bls12381", 0), 64)
	slices.Reverse(wide)
	var scalar ff.Scalar
	scalar.SetBytes(wide)
	b, err := scalar.MarshalBinary()
	if err != nil {
		panic("secret: a scalar does not encode: " + err.Error())
	}
	slices.Reverse(b)
	return [32]byte(b)
}

// ChaChaKey returns a key of ChaCha20-Poly1305.
func (s Secret) ChaChaKey() [32]byte { return [32]byte(s.expand(label("c20p1305", 0), 32)) }

// RandomBytes returns n ≤ 16320 bytes; fewer are the beginning of more.
func (s Secret) RandomBytes(n int) []byte { return s.expand(label("rawbytes", 0), n) }

// label is a tag of eight bytes with a number.
func label(tag string, number uint64) string {
	return string(binary.BigEndian.AppendUint64([]byte(tag), number))
}

func (s Secret) expand(info string, n int) []byte {
	b, err := hkdf.Expand(sha512.New, s.node.value.key[:], info, n)
	if err != nil {
		panic(fmt.Sprintf("secret: cannot expand to %d bytes: %v", n, err))
	}
	return b
}

// String returns a redaction.
func (s Secret) String() string { return redacted }

// Format writes a redaction for every verb.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }
