package wasm

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// A module's data is what its memory holds at the start. The linker cuts it at
// every run of eight zeros, to save bytes, and so makes a hundred thousand
// segments of it, each with its address and its length. Compressed it is the
// other way round: zeros cost nothing, while an address looks like noise. As one
// segment the same memory takes about a twelfth off the whole program, and it is
// instantiated sooner.
//
// A segment is what a part of the memory holds at the start.
type segment struct {
	offset int
	data   []byte
}

// joinSegments returns the module with all its data in one segment, of which
// change, unless it is nil, may make something else. first is the address of the
// first byte of memory.
func joinSegments(module []byte, change func(memory []byte, first int) error) ([]byte, error) {
	return rewriteSections(module, func(out []byte, id byte, content []byte) (_ []byte, err error) {
		if id == dataSection {
			content, err = joinSection(content, change)
		}
		return appendSection(out, id, content), err
	})
}

// joinSection does so with the content of the data section.
func joinSection(section []byte, change func(memory []byte, first int) error) ([]byte, error) {
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
		if err := change(memory, first); err != nil {
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
