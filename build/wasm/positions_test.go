package wasm

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A program without positions walks its stack, collects its garbage and panics
// as one that has them, and names its functions.
func TestDropPositions(t *testing.T) {
	folder, _, err := run(t, "./testdata/deep")
	if err != nil {
		t.Fatal(err)
	}
	root, err := goCommand(t.Context(), "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	got, err := exec.Command(filepath.Join(root, "lib", "wasm", "go_js_wasm_exec"), filepath.Join(folder, "deep.wasm")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	want := regexp.MustCompile(`^2001000
runtime error: invalid memory address or nil pointer dereference
main.where (true|false) 0
main.main.func1 (true|false) 0
runtime.gopanic (true|false) 0
main.main (true|false) 0
$`)
	if !want.Match(got) {
		t.Errorf("it printed\n%s", got)
	}
	program, err := os.ReadFile(filepath.Join(folder, "deep.wasm"))
	if err != nil || bytes.Contains(program, []byte("/deep/main.go")) {
		t.Errorf("it names its source: %v", err)
	}
}

// With everything dropped that the runtime reads, the same program fails.
func TestPositionsThatAreNeeded(t *testing.T) {
	folder := t.TempDir()
	program, err := Build(context.Background(), "./testdata/deep", folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := rewrite(program, func(module []byte) ([]byte, error) {
		return joinSegments(module, func(memory []byte, _ int) error {
			table, err := functionTable(memory)
			if err == nil {
				clear(table[number(table, headPositions):number(table, headEntryTable)])
			}
			return err
		})
	}); err != nil {
		t.Fatal(err)
	}
	root, err := goCommand(t.Context(), "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := exec.Command(filepath.Join(root, "lib", "wasm", "go_js_wasm_exec"), program).CombinedOutput(); err == nil {
		t.Errorf("it printed\n%s", got)
	}
}

// aTable is a table of one function, whose stack has depth 0 everywhere.
func aTable() []byte {
	put := binary.LittleEndian.AppendUint64
	b := append(binary.LittleEndian.AppendUint32(nil, tableMagic), 0, 0, 1, 8)
	for _, n := range []uint64{1, 1, 0, 72, 72, 76, 80, 88} {
		b = put(b, n)
	}
	b = append(b, 1, 2, 3, 4)             // the files of the unit
	b = append(b, "a.go"...)              // the files
	b = append(b, 0, 2, 9, 0, 4, 9, 0, 7) // nothing, the stack's, lines
	b = append(b, 0, 0, 0, 0, 8, 0, 0, 0) // the function and where it is described
	f := make([]byte, functionSize)
	f[functionStack], f[functionLine], f[functionUnit], f[functionStart] = 1, 4, 5, 6
	return append(b, f...)
}

func TestDropPositionsOfOneFunction(t *testing.T) {
	before := append(make([]byte, 100), aTable()...)
	memory := bytes.Clone(before)
	if err := dropPositions(memory); err != nil {
		t.Fatal(err)
	}
	want := bytes.Clone(before)
	table := want[100:]
	clear(table[72:80])
	clear(table[84:88])
	f := table[96:]
	f[functionLine], f[functionUnit], f[functionStart] = 0, 0, 0
	if !bytes.Equal(memory, want) {
		t.Errorf("\n%x\nwant\n%x", memory, want)
	}
}

// What further tables and data a function has, as far as they are needed.
func TestDropFurther(t *testing.T) {
	for _, c := range []struct{ before, after []uint32 }{
		{nil, nil},
		{[]uint32{2, 0, 1, 2}, []uint32{2, 0, 0, 2}},
		{[]uint32{0, 6, 1, 2, 3, 4, 5, 6}, []uint32{0, 6, 1, 2, 3, 4, 5, 0xffffffff}},
		{[]uint32{1, 7, 1, 2, 3, 4, 5, 6, 7, 8}, []uint32{1, 7, 0, 2, 3, 4, 5, 6, 0xffffffff, 8}},
	} {
		got, want := aFunction(c.before), aFunction(c.after)
		dropFurther(got)
		if !bytes.Equal(got, want) {
			t.Errorf("%d:\n%x\nwant\n%x", c.before, got, want)
		}
	}
}

// aFunction returns a function from how many further tables and data it has, and
// their offsets.
func aFunction(further []uint32) []byte {
	f := make([]byte, functionSize)
	if len(further) > 0 {
		f[functionCount], f[functionData] = byte(further[0]), byte(further[1])
		for _, offset := range further[2:] {
			f = binary.LittleEndian.AppendUint32(f, offset)
		}
	}
	return f
}

func TestDropPositionsRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(table []byte) []byte
	}{
		{"no table", "not one header", func(b []byte) []byte { return b[8:] }},
		{"half a header", "not one header", func(b []byte) []byte { return b[:60] }},
		{"two tables", "not one header", func(b []byte) []byte { return append(b, b...) }},
		{"parts beyond the end", "parts at", func(b []byte) []byte { b[headEntryTable+2] = 1; return b }},
		{"parts out of order", "parts at", func(b []byte) []byte { b[headUnits] = 90; return b }},
		{"more functions than there are", "no function", func(b []byte) []byte { b[headFunctions] = 200; return b }},
		{"a huge number", "no function", func(b []byte) []byte { b[headFunctions+7] = 1; return b }},
		{"a function beyond the end", "is at", func(b []byte) []byte { b[88+4] = 200; return b }},
		{"more tables than there are", "has 9 tables", func(b []byte) []byte { b[96+functionCount] = 9; return b }},
		{"more data than there is", "has 0 tables and 9 data", func(b []byte) []byte { b[96+functionData] = 9; return b }},
		{"a table beyond the end", "a table at 99", func(b []byte) []byte { b[96+functionStack] = 99; return b }},
		{"a table without an end", "a table at 7", func(b []byte) []byte { b[96+functionStack] = 7; return b }},
	} {
		if err := dropPositions(c.change(aTable())); !errors.Is(err, errPositions) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
