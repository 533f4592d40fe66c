package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The sections of a module that a release changes, by their ids.
// https://webassembly.github.io/spec/core/binary/modules.html describes the format.
const (
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	startSection    = 8
	elementSection  = 9
	codeSection     = 10
	dataSection     = 11
)

var errModule = errors.New("wasm: not a module as the Go linker writes it")

// rewriteSections returns the module with what put appends of each section.
func rewriteSections(module []byte, put func(out []byte, id byte, content []byte) ([]byte, error)) ([]byte, error) {
	const header = 8 // magic and version
	if !bytes.HasPrefix(module, []byte("\x00asm\x01\x00\x00\x00")) {
		return nil, fmt.Errorf("%w: it starts with %.8x", errModule, module)
	}
	out := bytes.Clone(module[:header])
	for r := (reader{rest: module[header:]}); len(r.rest) > 0; {
		id := r.byte()
		content := r.take(r.unsigned())
		err := r.err
		if err == nil {
			out, err = put(out, id, content)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func appendSection(b []byte, id byte, content []byte) []byte {
	b = append(b, id)
	b = binary.AppendUvarint(b, uint64(len(content)))
	return append(b, content...)
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
