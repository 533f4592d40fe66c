package wasm

import (
	"encoding/binary"
	"fmt"
)

// code is a function of a module without parameters and results: its variables,
// then its instructions.
type code []byte

// Types and instructions, all of 32 bits.
const (
	typeI32      = 0x7f
	typeFunction = 0x60
	typeNothing  = 0x40

	opLoop     = 0x03
	opEnd      = 0x0b
	opBranchIf = 0x0d
	opGet      = 0x20
	opSet      = 0x21
	opTee      = 0x22
	opLoad     = 0x28
	opLoadByte = 0x2d
	opStore    = 0x36
	opI32Const = 0x41
	opUnequal  = 0x47
	opAdd      = 0x6a
	opMul      = 0x6c
	opDiv      = 0x6e // unsigned
)

func (c *code) op(b ...byte) *code { *c = append(*c, b...); return c }

// get, set and tee read a variable, write it, and write it and keep the value.
func (c *code) get(variable byte) *code { return c.op(opGet, variable) }
func (c *code) set(variable byte) *code { return c.op(opSet, variable) }
func (c *code) tee(variable byte) *code { return c.op(opTee, variable) }

func (c *code) constant(n int) *code {
	*c = appendAddress(append(*c, opI32Const), n)
	return c
}

// load, loadByte and store have the memory's address in front of an offset,
// which is the value before.
func (c *code) load(address int) *code     { return c.access(opLoad, address) }
func (c *code) loadByte(address int) *code { return c.access(opLoadByte, address) }
func (c *code) store(address int) *code    { return c.access(opStore, address) }

func (c *code) access(op byte, address int) *code {
	const aligned = 0 // at any byte
	*c = binary.AppendUvarint(append(*c, op, aligned), uint64(address))
	return c
}

// loop begins what again repeats if a value is not 0, and end ends.
func (c *code) loop() *code  { return c.op(opLoop, typeNothing) }
func (c *code) again() *code { return c.op(opBranchIf, 0) }
func (c *code) end() *code   { return c.op(opEnd) }

// addStart returns the module with a function that runs when it is instantiated,
// before Go does. A module has one at most, and Go's has none. All that Go
// imports is functions.
func addStart(module []byte, start code) ([]byte, error) {
	var kind, imported, own int
	return rewriteSections(module, func(out []byte, id byte, content []byte) (_ []byte, err error) {
		switch id {
		case typeSection:
			kind, content, err = addItem(content, []byte{typeFunction, 0, 0})
		case importSection:
			imported, _, err = addItem(content, nil)
		case functionSection:
			own, content, err = addItem(content, binary.AppendUvarint(nil, uint64(kind)))
		case startSection:
			return nil, fmt.Errorf("%w: it has a start function", errModule)
		case elementSection: // the one after
			out = appendSection(out, startSection, binary.AppendUvarint(nil, uint64(imported+own)))
		case codeSection:
			_, content, err = addItem(content, append(binary.AppendUvarint(nil, uint64(len(start))), start...))
		}
		return appendSection(out, id, content), err
	})
}

// addItem returns how many items a section has, and the section with one more.
func addItem(section, item []byte) (many int, more []byte, err error) {
	r := reader{rest: section}
	many = r.unsigned()
	more = binary.AppendUvarint(nil, uint64(many+1))
	more = append(more, r.rest...)
	return many, append(more, item...), r.err
}
