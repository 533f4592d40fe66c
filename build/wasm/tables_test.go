package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The memory of a program holds the same before it runs, whether the linker
// wrote the tables or the program's start function does.
func TestLeaveTables(t *testing.T) {
	program := filepath.Join(t.TempDir(), "deep.wasm")
	if _, err := goCommand(t.Context(), "build", "-o", program, "./testdata/deep"); err != nil {
		t.Fatal(err)
	}
	var at, size, zeros int
	var start code
	look := func(leave bool) string {
		if err := rewrite(program, func(module []byte) ([]byte, error) {
			module, err := joinSegments(module, func(memory []byte, first int) (err error) {
				at, size = first, len(memory)
				if leave {
					start, err = leaveTables(memory, first)
				}
				zeros = bytes.Count(memory, []byte{0})
				return err
			})
			if !leave || err != nil {
				return module, err
			}
			return addStart(module, start)
		}); err != nil {
			t.Fatal(err)
		}
		sum, err := exec.Command("node", "testdata/memory.mjs", program, strconv.Itoa(at), strconv.Itoa(size)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, sum)
		}
		return string(sum)
	}
	full := look(false)
	before := zeros
	if lean := look(true); lean != full {
		t.Errorf("its memory is\n%safter the start function, and was\n%s", lean, full)
	}
	if zeros < before+20_000 {
		t.Errorf("%d zeros became %d", before, zeros)
	}
}

// threeFunctions is a table of three functions, with the buckets of two before
// it: of the second function 7, described 56 bytes after the first, which has
// three further offsets. Their names are a, bc and d.
func threeFunctions() []byte {
	b := bucketsOf(2)
	b = append(binary.LittleEndian.AppendUint32(b, tableMagic), 0, 0, 1, 8)
	for _, n := range []uint64{3, 1, 0, 72, 80, 80, 80, 80} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	b = append(b, "a\x00bc\x00d\x00-"...)
	for _, n := range []uint32{6, 32, 7, 32 + 56, 8, 32 + 56 + 48, 9, 0} { // and the end
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	for i, name := range []byte{0, 2, 5} {
		f := make([]byte, 48)
		f[functionNumber], f[functionName] = byte(6+i), name
		if i == 0 {
			f[functionCount], f[functionData] = 1, 2
			f = append(f, "123412341234"[:8]...)
		}
		b = append(b, f...)
	}
	return b
}

func TestLeaveTablesOfThreeFunctions(t *testing.T) {
	memory := threeFunctions()
	want := bytes.Clone(memory)
	clear(want[:640])                      // the buckets
	clear(want[640+80 : 640+96])           // the first two entries
	clear(want[640+112 : 640+113])         // the first function's number
	clear(want[640+112+56 : 640+112+56+8]) // the second's, and its name
	if _, err := leaveTables(memory, 4096); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(memory, want) {
		t.Errorf("\n%x\nwant\n%x", memory, want)
	}
}

func TestLeaveTablesRefuses(t *testing.T) {
	const header, first = 640, 640 + 112
	for _, c := range []struct {
		name, want string
		change     func(b []byte) []byte
	}{
		{"no table", "not one header", func(b []byte) []byte { return b[:600] }},
		{"one function", "1 functions", func(b []byte) []byte { b[header+headFunctions] = 1; return b }},
		{"parts out of order", "parts at", func(b []byte) []byte { b[header+headNames] = 90; return b }},
		{"parts beyond the end", "parts at", func(b []byte) []byte { b[header+headEntryTable+2] = 1; return b }},
		{"other buckets", "no buckets of 2", func(b []byte) []byte { b[30]++; return b }},
		{"more functions than there are", "no buckets of 3", func(b []byte) []byte { b[header+headFunctions] = 4; return b }},
		{"a number left out", "function 1 is not number 7", func(b []byte) []byte { b[header+88]++; return b }},
		{"another number in a function", "function 0 is not number 6", func(b []byte) []byte { b[first]++; return b }},
		{"a gap between functions", "described at 88", func(b []byte) []byte { b[header+88+entryDescribed] += 8; return b }},
		{"a name beyond the end", "has its name at 9", func(b []byte) []byte { b[first+functionName] = 9; return b }},
		{"a name without an end", "has its name at 7", func(b []byte) []byte { b[first+functionName] = 7; return b }},
	} {
		_, err := leaveTables(c.change(threeFunctions()), 4096)
		if !errors.Is(err, errPositions) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestAddStart(t *testing.T) {
	const before = magic + "\x01\x05\x01\x60\x01\x7f\x00" + // a type
		"\x02\x07\x01\x01a\x01b\x00\x00" + // an import
		"\x03\x02\x01\x00" + "%s" + "\x09\x01\x00" + "\x0a\x04\x01\x02\x00\x0b"
	const after = magic + "\x01\x08\x02\x60\x01\x7f\x00\x60\x00\x00" +
		"\x02\x07\x01\x01a\x01b\x00\x00" +
		"\x03\x03\x02\x00\x01" + "\x08\x01\x02" + "\x09\x01\x00" + "\x0a\x07\x02\x02\x00\x0b\x02\x00\x0b"
	got, err := addStart(fmt.Appendf(nil, before, ""), code{0, opEnd})
	if err != nil || string(got) != after {
		t.Errorf("%x, %v\nwant\n%x", got, err, after)
	}
	if _, err := addStart(fmt.Appendf(nil, before, "\x08\x01\x00"), code{0, opEnd}); !errors.Is(err, errModule) {
		t.Errorf("with a start function already: %v", err)
	}
	if _, err := addStart([]byte(magic+"\x0a\x00"), code{0, opEnd}); !errors.Is(err, errModule) {
		t.Errorf("without a number of functions: %v", err)
	}
}
