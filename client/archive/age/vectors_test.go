package age

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	agetest "c2sp.org/CCTV/age"
)

// A vector is a known answer of C2SP: a file, what it is about and what is to
// come of it.
type vector struct {
	expect      string
	payloadHash string
	fileKey     []byte
	passphrases []string
	file        []byte
}

func parseVector(t *testing.T, text []byte) (v vector) {
	t.Helper()
	v.file = text
	unpack := func(b []byte) []byte { return b }
	for {
		line, rest, _ := strings.Cut(string(v.file), "\n")
		v.file = []byte(rest)
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "":
			v.file = unpack(v.file)
			return v
		case "expect":
			v.expect = value
		case "payload":
			v.payloadHash = value
		case "file key":
			v.fileKey = unhex(t, value)
		case "passphrase":
			v.passphrases = append(v.passphrases, value)
		case "compressed":
			unpack = func(b []byte) []byte { return inflate(t, b) }
		case "identity", "armored", "comment":
		default:
			t.Fatalf("unknown key %q", key)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func inflate(t *testing.T, b []byte) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = io.ReadAll(r); err != nil {
		t.Fatal(err)
	}
	return b
}

// open opens the file with a passphrase, or where it is encrypted to keys, with
// the file key that the vector tells.
func (v vector) open() ([]byte, error) {
	if len(v.passphrases) > 0 {
		var last error
		for _, p := range v.passphrases {
			plain, err := Decrypt(v.file, p, 22)
			if err == nil {
				return plain, nil
			}
			last = err
		}
		return nil, last
	}
	_, err := Decrypt(v.file, "", 22)
	if !errors.Is(err, ErrKeys) || v.expect == "no match" || v.expect == "header failure" {
		return nil, err // what is wrong may be in a stanza that nobody here looks into
	}
	h, err := parse(v.file)
	if err != nil {
		return nil, err
	}
	return h.open(v.fileKey)
}

// expected are the errors of which a vector with that expectation has one.
var expected = map[string][]error{
	"no match":        {ErrPassphrase, ErrKeys},
	"header failure":  {ErrDamaged, ErrVersion, ErrNotAge, ErrWork, ErrKeys},
	"HMAC failure":    {ErrDamaged},
	"armor failure":   {ErrDamaged, ErrNotAge},
	"payload failure": {ErrDamaged},
}

func TestVectors(t *testing.T) {
	names, err := fs.ReadDir(agetest.Vectors, ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatal("no vectors")
	}
	for _, name := range names {
		text, err := fs.ReadFile(agetest.Vectors, name.Name())
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name.Name(), func(t *testing.T) { checkVector(t, parseVector(t, text)) })
	}
}

func checkVector(t *testing.T, v vector) {
	plain, err := v.open()
	if v.expect == "success" {
		if sum := sha256.Sum256(plain); err != nil || hex.EncodeToString(sum[:]) != v.payloadHash {
			t.Errorf("%d bytes, %v", len(plain), err)
		}
		return
	}
	wanted, ok := expected[v.expect]
	if !ok {
		t.Fatalf("unknown expectation %q", v.expect)
	}
	for _, want := range wanted {
		if errors.Is(err, want) {
			return
		}
	}
	t.Errorf("error %v, want one of %q", err, wanted)
}
