package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// A Go program has a table by which it tells the source line of each
// instruction. In a browser it is only ever read to print the trace of a panic,
// where the names of the functions remain, and it is a fourteenth of what people
// download. So a release has zeros in its place, which compress to nothing, and
// each function says that it has no such table. What the garbage collector
// needs to walk a stack shares the table's space, and stays.
//
// The same goes for where a function keeps its arguments, which a trace would
// print as numbers, keys among them, and for where a function must not be
// interrupted, which a program for the browser never is.
//
// The layout is that of internal/abi/symtab.go and cmd/link/internal/ld/pcln.go
// of Go 1.26; runtime/symtab.go reads it. Offset 0 means that there is none.

// The table's header, and where in it numbers stand.
const (
	tableMagic     = 0xfffffff1
	headerSize     = 8 + 8*8
	headFunctions  = 8 + 0*8 // how many functions there are
	headUnits      = 8 + 4*8 // offsets from the header: of the files of each compiled unit,
	headPositions  = 8 + 6*8 // of the tables by instruction, whose entries are
	headEntryTable = 8 + 7*8 // numbers from there on, and of the functions
)

// What is kept of each function. After it come the offsets of its further tables
// and then those of its data, which 0xffffffff says is not there.
const (
	functionSize  = 44
	functionStack = 16 // offset of its table of stack depths, uint32,
	functionFile  = 20 // of files,
	functionLine  = 24 // and of lines
	functionCount = 28 // of further tables
	functionUnit  = 32 // place in the files of the compiled units
	functionStart = 36 // line of the function itself
	functionData  = 43 // how much data it has, one byte

	tableUnsafe = 0 // which of its tables says where it must not be interrupted,
	dataArgs    = 5 // and which of its data where its arguments are
)

var errPositions = errors.New("wasm: the table of functions is not as Go 1.26 writes it")

// dropPositions removes from memory, as it is at the start of a program, what
// tells source lines.
func dropPositions(memory []byte) error {
	table, err := functionTable(memory)
	if err != nil {
		return err
	}
	var (
		functions = number(table, headFunctions)
		units     = number(table, headUnits)
		start     = number(table, headPositions)
		entries   = number(table, headEntryTable)
	)
	if units > start || start > entries || entries > len(table) {
		return fmt.Errorf("%w: parts at %d, %d, %d of %d bytes", errPositions, units, start, entries, len(table))
	}
	positions := table[start:entries]
	kept := make([]bool, len(positions))
	for i := range functions {
		f, err := function(table[entries:], i)
		if err != nil {
			return err
		}
		dropFurther(f)
		for _, at := range keptTables(f) {
			if err := keep(kept, positions, at); err != nil {
				return err
			}
		}
		for _, at := range []int{functionFile, functionLine, functionUnit, functionStart} {
			binary.LittleEndian.PutUint32(f[at:], 0)
		}
	}
	for i := range positions {
		if !kept[i] {
			positions[i] = 0
		}
	}
	clear(table[units:start]) // which files there are, and which of them a unit has
	return nil
}

// functionTable returns the memory from the table's header on.
func functionTable(memory []byte) (table []byte, err error) {
	// The number, two zeros, the least distance of instructions, the size of a
	// pointer.
	magic := append(binary.LittleEndian.AppendUint32(nil, tableMagic), 0, 0, 1, 8)
	at := bytes.Index(memory, magic)
	if at < 0 || len(memory)-at < headerSize || bytes.Contains(memory[at+1:], magic) {
		return nil, fmt.Errorf("%w: there is not one header", errPositions)
	}
	return memory[at:], nil
}

// number returns a number of the header; one that cannot be is larger than all.
func number(table []byte, at int) int {
	if n := binary.LittleEndian.Uint64(table[at:]); n < 1<<31 {
		return int(n)
	}
	return 1 << 31
}

// uint32At returns a number of 32 bits.
func uint32At(b []byte, at int) int { return int(binary.LittleEndian.Uint32(b[at:])) }

// function returns function number i, with what follows it.
func function(entries []byte, i int) (f []byte, err error) {
	if len(entries) < (i+1)*entrySize {
		return nil, fmt.Errorf("%w: no function %d", errPositions, i)
	}
	at := uint32At(entries, i*entrySize+entryDescribed)
	if at > len(entries)-functionSize {
		return nil, fmt.Errorf("%w: function %d is at %d", errPositions, i, at)
	}
	f = entries[at:]
	if tables, data := further(f); tables+data > (len(f)-functionSize)/4 {
		return nil, fmt.Errorf("%w: function %d has %d tables and %d data", errPositions, i, tables, data)
	}
	return f, nil
}

// further returns how many offsets follow a function.
func further(f []byte) (tables, data int) {
	return uint32At(f, functionCount), int(f[functionData])
}

// dropFurther makes a function say that what else only traces and interruptions
// need is not there.
func dropFurther(f []byte) {
	tables, data := further(f)
	if tables > tableUnsafe {
		binary.LittleEndian.PutUint32(f[functionSize+4*tableUnsafe:], 0)
	}
	if data > dataArgs {
		binary.LittleEndian.PutUint32(f[functionSize+4*(tables+dataArgs):], 0xffffffff)
	}
}

// keptTables returns where the tables of a function begin that it runs with.
func keptTables(f []byte) (at []int) {
	at = append(at, uint32At(f, functionStack))
	tables, _ := further(f)
	for i := range tables {
		at = append(at, uint32At(f, functionSize+4*i))
	}
	return at
}

// keep marks a table: pairs of what a value changes by and for how many
// instructions it holds, until a change of zero.
func keep(kept []bool, positions []byte, at int) error {
	if at == 0 {
		return nil
	}
	for i, first := at, true; ; first = false {
		if i > len(positions) {
			return fmt.Errorf("%w: a table at %d", errPositions, at)
		}
		change, n := binary.Uvarint(positions[i:])
		if n > 0 && change == 0 && !first {
			mark(kept[at : i+n])
			return nil
		}
		_, m := binary.Uvarint(positions[i+max(n, 0):])
		if n <= 0 || m <= 0 {
			return fmt.Errorf("%w: a table at %d", errPositions, at)
		}
		i += n + m
	}
}

func mark(some []bool) {
	for i := range some {
		some[i] = true
	}
}
