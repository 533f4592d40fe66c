package wasm

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Some tables of a Go program say what everybody could know: functions have
// consecutive numbers, and what describes them lies side by side, as their names
// do. Numbers that count up are all different, though, which a compressor takes
// for noise: a twentieth of what people download. So a release has zeros in their
// place, and a function that writes them before anything else runs, within a few
// milliseconds.
//
// In a program for the browser an address of code is the number of a function
// times 2^16, and a place within it. So the table that finds the function of an
// address, in buckets of 2^12 addresses, has sixteen buckets for each function.
const (
	entrySize       = 8 // of a function in the table of functions: its number,
	entryDescribed  = 4 // and where it is described, from the table on
	functionNumber  = 0
	functionName    = 4             // offset among the names, which end with a zero
	functionAlign   = 8             // what describes a function begins at a multiple
	headNames       = 8 + 3*8       // offset of the names from the header
	bucketSize      = 4 + 16        // a place in the table of functions, and offsets from it
	functionBuckets = 1 << 16 >> 12 // how many a function has
)

// tables is what is to be known of tables to write them.
type tables struct {
	many                    int // functions, without the last, which has fewer buckets
	names, entries, buckets int // their addresses
	number                  int // of the first function
	described               int // where it is described, from the entries on
}

// leaveTables puts zeros where memory, whose first byte has the address first,
// holds what the code of writer can write. Of where a name begins, there remains
// how far that is from the end of the name before.
func leaveTables(memory []byte, first int) (writer code, err error) {
	table, err := functionTable(memory)
	if err != nil {
		return nil, err
	}
	many, names, entries := number(table, headFunctions)-1, number(table, headNames), number(table, headEntryTable)
	if many < 1 || names > entries || entries > len(table)-entrySize || many > len(table) {
		return nil, fmt.Errorf("%w: %d functions, parts at %d, %d of %d bytes", errPositions, many+1, names, entries, len(table))
	}
	buckets := bucketsOf(many)
	bucketsAt := bytes.Index(memory, buckets)
	if bucketsAt < 0 {
		return nil, fmt.Errorf("%w: there are no buckets of %d functions", errPositions, many)
	}
	clear(memory[bucketsAt : bucketsAt+len(buckets)])
	header := first + len(memory) - len(table)
	t := tables{
		many:      many,
		names:     header + names,
		entries:   header + entries,
		buckets:   first + bucketsAt,
		number:    uint32At(table, entries),
		described: uint32At(table, entries+entryDescribed),
	}
	if err := t.leaveFunctions(table[entries:], table[names:entries]); err != nil {
		return nil, err
	}
	return t.writer(), nil
}

// bucketsOf returns the buckets of so many functions.
func bucketsOf(many int) []byte {
	all := make([]byte, many*functionBuckets*bucketSize)
	for i := range many * functionBuckets {
		binary.LittleEndian.PutUint32(all[i*bucketSize:], uint32(i/functionBuckets))
	}
	return all
}

// leaveFunctions leaves what the entries and what they describe can do without.
func (t tables) leaveFunctions(entries, names []byte) error {
	at, name := t.described, 0
	for i := range t.many {
		f, err := function(entries, i)
		if err != nil {
			return err
		}
		entry := entries[i*entrySize:]
		if n := t.number + i; uint32At(entry, 0) != n || uint32At(f, functionNumber) != n || uint32At(entry, entryDescribed) != at {
			return fmt.Errorf("%w: function %d is not number %d, described at %d", errPositions, i, n, at)
		}
		clear(entry[:entrySize])
		clear(f[functionNumber:functionName])
		named := uint32At(f, functionName)
		if named > len(names) || bytes.IndexByte(names[named:], 0) < 0 {
			return fmt.Errorf("%w: function %d has its name at %d", errPositions, i, named)
		}
		binary.LittleEndian.PutUint32(f[functionName:], uint32(named-name))
		name = named + bytes.IndexByte(names[named:], 0) + 1
		count, data := further(f)
		at += (functionSize + 4*(count+data) + functionAlign - 1) / functionAlign * functionAlign
	}
	return nil
}

// writer returns the code of a function that writes what was left out.
func (t tables) writer() code {
	// Its variables, all 0 at first: the place in the table of functions, and
	// offsets of what belongs there.
	const (
		place = iota
		entry
		described
		name
		bucket
		nextBuckets
		variables
	)
	c := code{1, variables, typeI32}
	c.constant(t.described).set(described)
	c.loop()

	c.get(entry).get(place).constant(t.number).op(opAdd).store(t.entries)
	c.get(entry).get(described).store(t.entries + entryDescribed)
	c.get(entry).constant(entrySize).op(opAdd).set(entry)

	c.get(described).get(place).constant(t.number).op(opAdd).store(t.entries + functionNumber)
	c.get(described)
	c.get(described).load(t.entries + functionName).get(name).op(opAdd).tee(name)
	c.store(t.entries + functionName)
	c.loop() // to the end of the name
	c.get(name).loadByte(t.names)
	c.get(name).constant(1).op(opAdd).set(name)
	c.again().end()

	c.get(bucket).constant(functionBuckets * bucketSize).op(opAdd).set(nextBuckets)
	c.loop()
	c.get(bucket).get(place).store(t.buckets)
	c.get(bucket).constant(bucketSize).op(opAdd).tee(bucket).get(nextBuckets).op(opUnequal)
	c.again().end()

	c.get(described).load(t.entries + functionCount).get(described).loadByte(t.entries + functionData).op(opAdd)
	c.constant(4).op(opMul).constant(functionSize + functionAlign - 1).op(opAdd)
	c.constant(functionAlign).op(opDiv).constant(functionAlign).op(opMul)
	c.get(described).op(opAdd).set(described)

	c.get(place).constant(1).op(opAdd).tee(place).constant(t.many).op(opUnequal)
	c.again().end()
	c.end()
	return c
}
