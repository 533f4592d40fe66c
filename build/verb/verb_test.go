package verb_test

import (
	"bytes"
	"flag"
	"strings"
	"testing"

	"satchel/build/verb"
)

func TestParse(t *testing.T) {
	const usage = "usage: go run ./build sing [flags] [song]\n\nSings.\n\nflags:\n"
	for _, c := range []struct {
		args  string
		most  int
		wants string // the beginning of what is printed, or of the error
	}{
		{"", 0, ""},
		{"-loud la", 1, ""},
		{"-h", 0, usage + "  -loud"},
		{"--help", 0, usage + "  -loud"},
		{"-loud -h la", 0, usage + "  -loud"},
		{"-slow", 0, "sing: flag provided but not defined: -slow; see sing -h"},
		{"la li", 1, `sing: no argument "li" is wanted; see sing -h`},
		{"la", 0, `sing: no argument "la" is wanted; see sing -h`},
	} {
		flags := verb.Flags("sing [flags] [song]", "\nSings.")
		flags.Bool("loud", false, "so that it is heard")
		var out bytes.Buffer
		err := verb.Parse(flags, strings.Fields(c.args), c.most, &out)
		said := out.String()
		if err != nil && err != flag.ErrHelp {
			said += err.Error()
		}
		if help := strings.HasPrefix(c.wants, "usage"); !strings.HasPrefix(said, c.wants) || (c.wants == "") != (err == nil) || help != (err == flag.ErrHelp) {
			t.Errorf("%q: printed %q, %v; want %q", c.args, &out, err, c.wants)
		}
	}
}

func TestWithoutFlags(t *testing.T) {
	var out bytes.Buffer
	err := verb.Parse(verb.Flags("test", "Tests."), []string{"-h"}, 0, &out)
	if want := "usage: go run ./build test\n\nTests.\n"; err != flag.ErrHelp || out.String() != want {
		t.Errorf("printed %q, %v; want %q", &out, err, want)
	}
}
