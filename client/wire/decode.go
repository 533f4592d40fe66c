package wire

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// MaxDecode is the length in bytes above which nothing is decoded.
const MaxDecode = 16_000_000

// A DecodeError says where and why bytes are not a consensus form.
type DecodeError struct {
	// Offset counts from the start of the whole value.
	Offset int
	Reason string
}

// Error returns both.
func (e *DecodeError) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Reason) }

// Decodable is a pointer to a T that reads a T. Decode is called on a zero T.
type Decodable[T any] interface {
	*T
	Decode(d *Decoder)
}

// Decode returns the value whose consensus form is b, all of b. The error is a
// *DecodeError. The value keeps nothing of b.
//
// A generic function is in the program once for each type, and people download
// it. So what need not know the type is in functions that do not.
func Decode[T any, P Decodable[T]](b []byte) (T, error) {
	v := new(T)
	if err := decodeTo(P(v), sizeOf[T](), b); err != nil {
		var none T
		return none, err
	}
	return *v, nil
}

// decodeTo decodes all of b to what v, a pointer to something of that size, points to.
func decodeTo(v interface{ Decode(*Decoder) }, size int, b []byte) error {
	d := NewDecoder(b)
	if d.charge(size) { // it is on the heap, since its method is not known
		v.Decode(d)
	}
	if err := d.Finish(); err != nil {
		return fmt.Errorf("decode %s: %w", strings.TrimPrefix(fmt.Sprintf("%T", v), "*"), err)
	}
	return nil
}

// A Decoder reads a consensus form piece by piece. The first error sticks:
// from then on every read returns a zero value, so that a Decode method need
// not look. It allocates at most four times the length of its input and
// 64 KiB, whatever lengths the input claims.
type Decoder struct {
	data   []byte
	off    int
	end    int // of the enum body being read, or of data
	budget int // bytes that may still be allocated
	err    error
}

// budgetFloor leaves of the promised 64 KiB something for the decoder itself,
// for the value at the top and for an error.
const budgetFloor = 56 << 10

// NewDecoder returns a decoder of b, which must not change while it is used.
func NewDecoder(b []byte) *Decoder {
	d := &Decoder{data: b, end: len(b), budget: 4*len(b) + budgetFloor}
	if len(b) > MaxDecode {
		d.Fail("%d bytes are more than %d", len(b), MaxDecode)
	}
	return d
}

// Err returns the first error.
func (d *Decoder) Err() error { return d.err }

// Finish returns the first error, which may be that bytes are left over.
func (d *Decoder) Finish() error {
	if d.err == nil && d.off != len(d.data) {
		d.Fail("%d bytes are left over", len(d.data)-d.off)
	}
	return d.err
}

// Fail records an error at the current offset, unless there is one already.
// Decode methods call it for bytes that no value of their type has.
func (d *Decoder) Fail(format string, args ...any) {
	if d.err == nil {
		d.err = &DecodeError{Offset: d.off, Reason: fmt.Sprintf(format, args...)}
	}
}

// Remaining returns the number of bytes that the value, or the body of the
// enum variant that is being read, still has.
func (d *Decoder) Remaining() int {
	if d.err != nil {
		return 0
	}
	return d.end - d.off
}

// take returns the next n bytes of the input, or nil after an error.
func (d *Decoder) take(n int) []byte {
	if n > d.Remaining() {
		d.Fail("%d bytes are needed and %d are there", n, d.Remaining())
	}
	if d.err != nil {
		return nil
	}
	d.off += n
	return d.data[d.off-n : d.off]
}

// charge accounts for an allocation of n bytes, rounded up as the allocator
// does, and reports whether it may be made.
func (d *Decoder) charge(n int) bool {
	if n > 0 && d.err == nil {
		cost := (n + 15) &^ 15
		if n > 32<<10 {
			cost += n / 4
		} else {
			cost += n / 8
		}
		if d.budget -= cost; d.budget < 0 {
			d.Fail("a value of this size takes more memory than four times its %d bytes", len(d.data))
		}
	}
	return d.err == nil
}

// Byte reads a u8.
func (d *Decoder) Byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

// Bool reads 00 or 01.
func (d *Decoder) Bool() bool {
	v := d.Byte()
	if v > 1 {
		d.Fail("flag %#02x is neither 00 nor 01", v)
	}
	return v == 1 && d.err == nil
}

// Fixed fills dst with raw bytes, the form of an array.
func (d *Decoder) Fixed(dst []byte) { copy(dst, d.take(len(dst))) }

// Uint64 reads a BigSize. Only the shortest form of a number is accepted.
func (d *Decoder) Uint64() uint64 {
	first := d.Byte()
	var n, least uint64
	switch first {
	case 0xfd:
		n, least = d.bigEndian(2), 0xfd
	case 0xfe:
		n, least = d.bigEndian(4), 0x1_0000
	case 0xff:
		n, least = d.bigEndian(8), 0x1_0000_0000
	default:
		return uint64(first)
	}
	if n < least {
		d.Fail("number %d is not in its shortest form", n)
	}
	if d.err != nil {
		return 0
	}
	return n
}

func (d *Decoder) bigEndian(size int) uint64 {
	var buf [8]byte
	copy(buf[8-size:], d.take(size))
	return binary.BigEndian.Uint64(buf[:])
}

// Uint32 reads a BigSize that must fit.
func (d *Decoder) Uint32() uint32 { return uint32(d.atMost(1<<32 - 1)) }

// Uint16 reads a BigSize that must fit.
func (d *Decoder) Uint16() uint16 { return uint16(d.atMost(1<<16 - 1)) }

func (d *Decoder) atMost(most uint64) uint64 {
	n := d.Uint64()
	if n > most {
		d.Fail("number %d is above %d", n, most)
		return 0
	}
	return n
}

// count reads a number of things of which each takes at least one byte.
func (d *Decoder) count(what string) int {
	n := d.Uint64()
	if n > uint64(d.Remaining()) {
		d.Fail("%d %s are claimed where %d bytes are left", n, what, d.Remaining())
	}
	if d.err != nil {
		return 0
	}
	return int(n)
}

// Bytes reads a length and raw bytes, and returns a copy of these.
func (d *Decoder) Bytes() []byte { return d.copied(d.count("bytes")) }

// Rest reads all that is left of the value or of the body of the enum variant
// that is being read, and returns a copy.
func (d *Decoder) Rest() []byte { return d.copied(d.Remaining()) }

func (d *Decoder) copied(n int) []byte {
	b := d.take(n)
	if len(b) == 0 || !d.charge(n) {
		return nil
	}
	return append(make([]byte, 0, n), b...)
}

// Text reads a length and UTF-8.
func (d *Decoder) Text() string {
	b := d.take(d.count("bytes"))
	if !utf8.Valid(b) {
		d.Fail("text %.40q is not UTF-8", b)
	}
	if !d.charge(len(b)) {
		return ""
	}
	return string(b)
}

// Enum reads a variant and its length, and calls body to read what follows,
// which it must do to the last byte. For a variant it does not know, body calls
// Unknown or NoVariant.
func (d *Decoder) Enum(body func(variant uint64)) {
	variant := d.Uint64()
	d.sized(func() { body(variant) })
}

// sized reads a length and calls body to read exactly so many bytes.
func (d *Decoder) sized(body func()) {
	n := d.count("bytes")
	if d.err != nil {
		return
	}
	outer := d.end
	d.end = d.off + n
	body()
	if d.err == nil && d.off != d.end {
		d.Fail("%d bytes of a body are left over", d.end-d.off)
	}
	d.end = outer
}

// Unknown reads the body of a variant that this version does not know, inside
// the function given to Enum.
func (d *Decoder) Unknown(variant uint64) *Unknown {
	d.charge(int(unsafe.Sizeof(Unknown{})))
	return &Unknown{Variant: variant, Body: d.Rest()}
}

// NoVariant records that the enum called name, which has no default variant,
// has no such variant.
func (d *Decoder) NoVariant(name string, variant uint64) {
	d.Fail("%s has no variant %d", name, variant)
}

// Read reads a T.
func Read[T any, P Decodable[T]](d *Decoder) T {
	var v T
	if d.charge(sizeOf[T]()) { // v is on the heap, since its method is not known here
		P(&v).Decode(d)
	}
	return v
}

// ReadOption reads 00, which is nil, or 01 and a T.
func ReadOption[T any, P Decodable[T]](d *Decoder) *T {
	if !d.Bool() || !d.charge(sizeOf[T]()) {
		return nil
	}
	v := new(T)
	P(v).Decode(d)
	return v
}

// ReadVec reads a count and items.
func ReadVec[T any, P Decodable[T]](d *Decoder) []T {
	return readVec(d, func(d *Decoder, v *T) { P(v).Decode(d) })
}

// ReadVecFunc is ReadVec for items without a method, such as numbers:
// ReadVecFunc(d, (*Decoder).Uint64).
func ReadVecFunc[T any](d *Decoder, item func(*Decoder) T) []T {
	return readVec(d, func(d *Decoder, v *T) { *v = item(d) })
}

func readVec[T any](d *Decoder, item func(*Decoder, *T)) []T {
	n := d.count("items")
	if n == 0 || !d.charge(product(n, sizeOf[T]())) {
		return nil
	}
	v := make([]T, n)
	for i := range v {
		before := d.off
		item(d, &v[i])
		if d.off == before {
			d.Fail("an item of a list has no bytes")
		}
		if d.err != nil {
			return nil
		}
	}
	return v
}

// ReadMap reads a count and entries, whose keys must ascend strictly. The map
// is not nil.
func ReadMap[K cmp.Ordered, V any, KP Decodable[K], VP Decodable[V]](d *Decoder) map[K]V {
	return readMap(d, func(d *Decoder, k *K) { KP(k).Decode(d) }, func(d *Decoder, v *V) { VP(v).Decode(d) })
}

// ReadMapFunc is ReadMap for keys or values without a method.
func ReadMapFunc[K cmp.Ordered, V any](d *Decoder, key func(*Decoder) K, value func(*Decoder) V) map[K]V {
	return readMap(d, func(d *Decoder, k *K) { *k = key(d) }, func(d *Decoder, v *V) { *v = value(d) })
}

func readMap[K cmp.Ordered, V any](d *Decoder, key func(*Decoder, *K), value func(*Decoder, *V)) map[K]V {
	n := d.entries(sizeOf[K]() + sizeOf[V]())
	m := make(map[K]V, n)
	var entry, none struct {
		key   K
		value V
	}
	var last K
	for i := range n {
		entry = none
		key(d, &entry.key)
		d.ascends(i, i == 0 || entry.key > last)
		value(d, &entry.value)
		if d.err != nil {
			return m
		}
		m[entry.key], last = entry.value, entry.key
	}
	return m
}

// entries reads how many entries of that size a map has.
func (d *Decoder) entries(size int) int {
	n := d.count("entries")
	if !d.charge(size + mapSize(n, size)) {
		return 0
	}
	return n
}

// ascends records an error unless the key of that entry comes after the one before.
func (d *Decoder) ascends(entry int, after bool) {
	if !after {
		d.Fail("key of entry %d does not come after the one before", entry)
	}
}

func sizeOf[T any]() int {
	var v T
	return int(unsafe.Sizeof(v))
}

// product multiplies two sizes of at most MaxDecode, or says "too much".
func product(n, size int) int {
	if p := uint64(n) * uint64(size); p <= 1<<30 {
		return int(p)
	}
	return 1 << 30
}

// mapSize estimates what a map made for n entries allocates: groups of eight
// slots and as many control bytes, a power of two of slots, seven eighths full.
func mapSize(n, entry int) int {
	slots := 8
	for slots/8*7 < n {
		slots *= 2
	}
	if n == 0 {
		return 64
	}
	return product(slots, entry+8) + 128
}
