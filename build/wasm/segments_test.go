package wasm

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

const magic = "\x00asm\x01\x00\x00\x00"

func TestJoinSegments(t *testing.T) {
	custom := "\x00\x05\x04name" // before and after the data, and kept
	for _, c := range []struct{ name, module, want string }{
		{"no section", magic, magic},
		{"no data section", magic + custom, magic + custom},
		{"no segment", magic + "\x0b\x01\x00", magic + "\x0b\x01\x00"},
		{"one segment", magic + "\x0b\x08\x01\x00\x41\x08\x0b\x02ab", magic + "\x0b\x08\x01\x00\x41\x08\x0b\x02ab"},
		{"two with a gap, and sections around",
			magic + custom + "\x0b\x0e\x02\x00\x41\x08\x0b\x02ab\x00\x41\x0d\x0b\x01c" + custom,
			magic + custom + "\x0b\x0c\x01\x00\x41\x08\x0b\x06ab\x00\x00\x00c" + custom},
		{"out of order, and without a gap",
			magic + "\x0b\x0e\x02\x00\x41\x0a\x0b\x01c\x00\x41\x08\x0b\x02ab",
			magic + "\x0b\x09\x01\x00\x41\x08\x0b\x03abc"},
		{"an address of two bytes, as 64 would be -64 in one",
			magic + "\x0b\x10\x02\x00\x41\xc0\x00\x0b\x01a\x00\x41\xc2\x00\x0b\x02bc",
			magic + "\x0b\x0b\x01\x00\x41\xc0\x00\x0b\x04a\x00bc"},
		{"a length of five bytes, as the linker writes it",
			magic + "\x0b\x88\x80\x80\x80\x00\x01\x00\x41\x08\x0b\x02ab",
			magic + "\x0b\x08\x01\x00\x41\x08\x0b\x02ab"},
	} {
		got, err := joinSegments([]byte(c.module), nil)
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\n%x, %v\nwant\n%x", c.name, got, err, c.want)
		}
	}
}

func TestJoinSegmentsRefuses(t *testing.T) {
	for _, c := range []struct{ module, want string }{
		{"", "it starts with"},
		{"\x7fELF....", "it starts with 7f454c46"},
		{magic + "\x0b", "a number"},
		{magic + "\x0b\x02\x01", "1 bytes early"},
		{magic + "\x0b\xff\xff\xff\xff\x0f", "a number of more than 31 bits"},
		{magic + "\x0b\x01\x01", "1 bytes early"},
		{magic + "\x0b\x08\x01\x01\x41\x08\x0b\x02ab", "0x1 in the place of 0x0"},
		{magic + "\x0b\x08\x01\x00\x42\x08\x0b\x02ab", "0x42 in the place of 0x41"},
		{magic + "\x0b\x08\x01\x00\x41\x48\x0b\x02ab", "an address below zero"},
		{magic + "\x0b\x08\x01\x00\x41\x08\x0c\x02ab", "0xc in the place of 0xb"},
		{magic + "\x0b\x08\x01\x00\x41\x08\x0b\x03ab", "1 bytes early"},
		{magic + "\x0b\x08\x01\x00\x41\x08\x0b\x01ab", "1 bytes after the data"},
		{magic + "\x0b\x0e\x02\x00\x41\x08\x0b\x02ab\x00\x41\x09\x0b\x01c", "data at 9 is written twice"},
	} {
		_, err := joinSegments([]byte(c.module), nil)
		if !errors.Is(err, errModule) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%x: %v, want %s", c.module, err, c.want)
		}
	}
}

// memoryOf returns what the memory holds at the start, and the bytes of the
// module that say so.
func memoryOf(t *testing.T, module []byte) (memory []byte, segments int) {
	t.Helper()
	for r := (reader{rest: module[len(magic):]}); len(r.rest) > 0; {
		id, content := r.byte(), r.take(r.unsigned())
		if id != dataSection {
			continue
		}
		all, err := readSegments(content)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			if end := s.offset + len(s.data); end > len(memory) {
				memory = append(memory, make([]byte, end-len(memory))...)
			}
			copy(memory[s.offset:], s.data)
		}
		return memory, len(all)
	}
	t.Fatal("no data section")
	return nil, 0
}

// What the linker writes keeps its memory.
func TestJoinSegmentsOfProgram(t *testing.T) {
	program := t.TempDir() + "/tiny.wasm"
	if _, err := goCommand(t.Context(), "build", "-o", program, "./testdata/tiny"); err != nil {
		t.Fatal(err)
	}
	var before, after []byte
	if err := rewrite(program, func(b []byte) (_ []byte, err error) {
		before = b
		after, err = joinSegments(b, nil)
		return after, err
	}); err != nil {
		t.Fatal(err)
	}
	was, many := memoryOf(t, before)
	is, one := memoryOf(t, after)
	if many < 1000 || one != 1 || !bytes.Equal(was, is) {
		t.Errorf("%d segments of %d bytes became %d of %d", many, len(was), one, len(is))
	}
	again, err := joinSegments(after, nil)
	if err != nil || !bytes.Equal(after, again) {
		t.Errorf("joined again it is another: %v", err)
	}
}
