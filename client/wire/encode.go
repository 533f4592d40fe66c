package wire

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"sort"
)

// An Appender has a consensus form and appends it to b.
type Appender interface {
	Append(b []byte) []byte
}

// Encode returns the consensus form of v.
func Encode(v Appender) []byte { return v.Append(nil) }

// HashOf returns the consensus hash of v: a single SHA-256 of its consensus
// form.
func HashOf(v Appender) Hash { return sha256.Sum256(Encode(v)) }

// AppendUint appends n as a BigSize, the form of every u16, u32, u64, length
// and enum variant.
func AppendUint(b []byte, n uint64) []byte {
	switch {
	case n < 0xfd:
		return append(b, byte(n))
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, 0xfd), uint16(n))
	case n <= 0xffff_ffff:
		return binary.BigEndian.AppendUint32(append(b, 0xfe), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(b, 0xff), n)
	}
}

// AppendByte appends a raw byte, the form of a u8.
func AppendByte(b []byte, v byte) []byte { return append(b, v) }

// AppendBool appends 00 or 01.
func AppendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendBytes appends a length and raw bytes, the form of Vec<u8>.
func AppendBytes(b, raw []byte) []byte {
	return append(AppendUint(b, uint64(len(raw))), raw...)
}

// AppendText appends a length and the bytes of s, the form of String.
func AppendText(b []byte, s string) []byte {
	return append(AppendUint(b, uint64(len(s))), s...)
}

// AppendOption appends 00 for nil, else 01 and the value.
func AppendOption[T Appender](b []byte, v *T) []byte {
	if v == nil {
		return append(b, 0)
	}
	return (*v).Append(append(b, 1))
}

// AppendVec appends a count and the items.
func AppendVec[T Appender](b []byte, v []T) []byte {
	return AppendVecFunc(b, v, appendValue[T])
}

// AppendVecFunc is AppendVec for items without a method, such as numbers:
// AppendVecFunc(b, v, AppendUint).
func AppendVecFunc[T any](b []byte, v []T, item func([]byte, T) []byte) []byte {
	b = AppendUint(b, uint64(len(v)))
	for _, x := range v {
		b = item(b, x)
	}
	return b
}

// An OrderedAppender is a map key. Keys are ordered as numbers or as strings,
// which for strings is not the order of their consensus forms.
type OrderedAppender interface {
	cmp.Ordered
	Appender
}

// AppendMap appends a count and the entries in ascending order of the keys.
// A BTreeSet is a map to Unit.
func AppendMap[K OrderedAppender, V Appender](b []byte, m map[K]V) []byte {
	return AppendMapFunc(b, m, appendValue[K], appendValue[V])
}

// AppendMapFunc is AppendMap for keys or values without a method.
func AppendMapFunc[K cmp.Ordered, V any](b []byte, m map[K]V, key func([]byte, K) []byte, value func([]byte, V) []byte) []byte {
	b = AppendUint(b, uint64(len(m)))
	for _, k := range Keys(m) {
		b = value(key(b, k), m[k])
	}
	return b
}

// Keys returns the keys of a map in ascending order.
//
// slices.Sorted(maps.Keys(m)) does so as well, but its sorting is in the program
// again for each type of keys, with more than a kilobyte that people download.
// What else is to be sorted is sorted by the functions of package sort, for the
// same reason.
func Keys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}

// AppendEnum appends a variant, the length of its body, and the body. A nil
// body is that of a variant without fields.
func AppendEnum(b []byte, variant uint64, body func([]byte) []byte) []byte {
	b = AppendUint(b, variant)
	if body == nil {
		return append(b, 0)
	}
	return appendSized(b, body)
}

// appendSized appends the length of a body and the body.
func appendSized(b []byte, body func([]byte) []byte) []byte {
	start := len(b)
	b = body(b)
	size := len(b) - start
	var buf [9]byte
	length := AppendUint(buf[:0], uint64(size))
	b = append(b, length...)
	copy(b[start+len(length):], b[start:start+size])
	copy(b[start:], length)
	return b
}

func appendValue[T Appender](b []byte, v T) []byte { return v.Append(b) }

// Unit has no bytes. It is the value of a map that is a BTreeSet.
type Unit struct{}

// Append appends nothing.
func (Unit) Append(b []byte) []byte { return b }

// Decode reads nothing.
func (*Unit) Decode(*Decoder) {}

// Unknown is a variant of an enum that a later version has added and that this
// one keeps as it is. Only enums with a default variant have it.
type Unknown struct {
	Variant uint64
	Body    []byte
}

// Append appends the variant as it was read.
func (u Unknown) Append(b []byte) []byte {
	return AppendBytes(AppendUint(b, u.Variant), u.Body)
}
