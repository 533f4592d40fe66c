package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// A module's data is what its memory holds at the start. The linker cuts it at
// every run of eight zeros, to save bytes, and so makes a hundred thousand
// segments of it, each with its address and its length. Compressed it is the
// other way round: zeros cost nothing, while an address looks like noise. As one
// segment the same memory takes about a twelfth off the whole program, and it is
// instantiated sooner.
//
// https://webassembly.github.io/spec/core/binary/modules.html describes the format.

// dataSection is the id of the section that holds the data segments.
const dataSection = 11

// What stands around the offset of a segment of the memory with index 0.
const (
	opI32Const = 0x41
	opEnd      = 0x0b
)

var errModule = errors.New("wasm: not a module as the Go linker writes it")

// A segment is what a part of the memory holds at the start.
type segment struct {
	offset int
	data   []byte
}

// joinSegments returns the module with all its data in one segment, of which
// change, unless it is nil, may make something else.
func joinSegments(module []byte, change func(memory []byte) error) ([]byte, error) {
	const header = 8 // magic and version
	if !bytes.HasPrefix(module, []byte("\x00asm\x01\x00\x00\x00")) {
		return nil, fmt.Errorf("%w: it starts with %.8x", errModule, module)
	}
	out := bytes.Clone(module[:header])
	for r := (reader{rest: module[header:]}); len(r.rest) > 0; {
		id := r.byte()
		content := r.take(r.unsigned())
		if r.err != nil {
			return nil, r.err
		}
		if id == dataSection {
			var err error
			if content, err = joinSection(content, change); err != nil {
				return nil, err
			}
		}
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(content)))
		out = append(out, content...)
	}
	return out, nil
}

// joinSection does so with the content of the data section.
func joinSection(section []byte, change func(memory []byte) error) ([]byte, error) {
	segments, err := readSegments(section)
	if err != nil || len(segments) == 0 {
		return section, err
	}
	slices.SortFunc(segments, func(a, b segment) int { return a.offset - b.offset })
	first := segments[0].offset
	var memory []byte
	for _, s := range segments {
		gap := s.offset - first - len(memory)
		if gap < 0 {
			return nil, fmt.Errorf("%w: data at %d is written twice", errModule, s.offset)
		}
		memory = append(memory, make([]byte, gap)...)
		memory = append(memory, s.data...)
	}
	if change != nil {
		if err := change(memory); err != nil {
			return nil, err
		}
	}
	out := []byte{1, 0, opI32Const} // one segment, of memory 0
	out = appendAddress(out, first)
	out = append(out, opEnd)
	out = binary.AppendUvarint(out, uint64(len(memory)))
	return append(out, memory...), nil
}

func readSegments(section []byte) ([]segment, error) {
	r := reader{rest: section}
	segments := make([]segment, 0, min(r.unsigned(), len(section)))
	for range cap(segments) {
		r.expect(0)
		r.expect(opI32Const)
		offset := r.address()
		r.expect(opEnd)
		segments = append(segments, segment{offset, r.take(r.unsigned())})
	}
	if len(r.rest) > 0 {
		r.fail("%d bytes after the data", len(r.rest))
	}
	return segments, r.err
}

// A reader reads what a module consists of. After the first error it reads
// nothing more.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: "+format, append([]any{errModule}, args...)...)
	}
	r.rest = nil
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail("it ends %d bytes early", n-len(r.rest))
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) expect(want byte) {
	if b := r.byte(); b != want {
		r.fail("%#x in the place of %#x", b, want)
	}
}

// unsigned reads a number of 32 bits, which LEB128 writes as [binary.Uvarint] does.
func (r *reader) unsigned() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > math.MaxInt32 {
		r.fail("a number of more than 31 bits")
		return 0
	}
	r.take(size)
	return int(n)
}

// address reads a signed number that is not below zero: the highest bit of its
// last byte, bit 6, is its sign.
func (r *reader) address() int {
	before := r.rest
	n := r.unsigned()
	if size := len(before) - len(r.rest); size > 0 && before[size-1]&0x40 != 0 {
		r.fail("an address below zero")
	}
	return n
}

// appendAddress writes what address reads.
func appendAddress(b []byte, n int) []byte {
	b = binary.AppendUvarint(b, uint64(n))
	if last := len(b) - 1; b[last]&0x40 != 0 {
		b[last] |= 0x80
		b = append(b, 0)
	}
	return b
}
