package age

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// sizes are lengths of a plain text around the ends of chunks.
var sizes = []int{0, 1, 100, chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 2*chunkSize + 5}

// stream is randomness that is the same in every run.
func stream() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func text(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(rand.NewChaCha8([32]byte{2}), b); err != nil {
		panic(err)
	}
	return b
}

// TestAgeOpens lets the age of Go open what this package writes.
func TestAgeOpens(t *testing.T) {
	for _, n := range sizes {
		plain := text(n)
		file, err := Encrypt(plain, "öffne dich", 4, stream())
		if err != nil {
			t.Fatal(err)
		}
		identity, err := age.NewScryptIdentity("öffne dich")
		if err != nil {
			t.Fatal(err)
		}
		r, err := age.Decrypt(bytes.NewReader(file), identity)
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes are opened as %d (%v)", n, len(got), err)
		}
	}
}

// byAge has the age of Go encrypt.
func byAge(t *testing.T, plain []byte, armored bool) []byte {
	t.Helper()
	var file bytes.Buffer
	recipient, err := age.NewScryptRecipient("sesame")
	if err != nil {
		t.Fatal(err)
	}
	recipient.SetWorkFactor(3)
	out := io.WriteCloser(nopCloser{&file})
	if armored {
		out = armor.NewWriter(&file)
	}
	w, err := age.Encrypt(out, recipient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// TestOpensAge opens what the age of Go writes.
func TestOpensAge(t *testing.T) {
	for _, n := range sizes {
		for _, armored := range []bool{false, true} {
			plain := text(n)
			got, err := Decrypt(byAge(t, plain, armored), "sesame", 3)
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes, armored %v, are opened as %d (%v)", n, armored, len(got), err)
			}
		}
	}
}

// TestKnownAnswer keeps what is written as it is: a change here would be one of
// the format.
func TestKnownAnswer(t *testing.T) {
	file, err := Encrypt([]byte("hello"), "sesame", 2, bytes.NewReader(bytes.Repeat([]byte{7}, 48)))
	if err != nil {
		t.Fatal(err)
	}
	const want = "age-encryption.org/v1\n" +
		"-> scrypt BwcHBwcHBwcHBwcHBwcHBw 2\n" +
		"JCkPWdaqjlSFv+ry8oxUIZoEQEnmxPlq3fwfJH3tlJc\n" +
		"--- 7fRsHnqbGS7eRz+r1FatpkpBbZ7KaYqEJFUthxHgcRs\n" +
		"\a\a\a\a\a\a\a\a\a\a\a\a\a\a\a\a" +
		"eTm1\xbc\xf2\xd1[\xc0X]\xfa\x8b\x1fLn\xfb\x93Js\xe6"
	if string(file) != want {
		t.Errorf("written as %q", file)
	}
	other, err := Encrypt([]byte("hello"), "sesame", 2, stream())
	if err != nil || bytes.Equal(file, other) {
		t.Errorf("other randomness makes the same file (%v)", err)
	}
}

func TestEncryptRefuses(t *testing.T) {
	if _, err := Encrypt(nil, "", 2, stream()); !errors.Is(err, ErrNoPassphrase) {
		t.Errorf("an empty passphrase: %v", err)
	}
	lost := errors.New("no randomness")
	if _, err := Encrypt(nil, "sesame", 2, iotest.ErrReader(lost)); !errors.Is(err, lost) {
		t.Errorf("without randomness: %v", err)
	}
	if _, err := Encrypt(nil, "sesame", 2, bytes.NewReader(make([]byte, 47))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("with too little randomness: %v", err)
	}
}

func encrypted(t testing.TB, plain []byte) []byte {
	t.Helper()
	file, err := Encrypt(plain, "sesame", 2, stream())
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDecryptRefuses(t *testing.T) {
	good := string(encrypted(t, text(100)))
	factor := func(s string) string { return strings.Replace(good, " 2\n", " "+s+"\n", 1) }
	for what, c := range map[string]struct {
		file string
		want error
	}{
		"nothing":            {"", ErrNotAge},
		"a picture":          {"\x89PNG\r\n\x1a\n", ErrNotAge},
		"json":               {`{"version":1}`, ErrNotAge},
		"pem":                {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ErrNotAge},
		"half an intro":      {good[:10], ErrNotAge},
		"an intro":           {good[:len(intro)], ErrDamaged},
		"a header":           {good[:strings.Index(good, "\n---")+1], ErrDamaged},
		"version 2":          {strings.Replace(good, "/v1", "/v2", 1), ErrVersion},
		"version 11":         {strings.Replace(good, "/v1", "/v11", 1), ErrVersion},
		"version x":          {strings.Replace(good, "/v1", "/vx", 1), ErrDamaged},
		"too much work":      {factor("9"), ErrWork},
		"absurd work":        {factor("31"), ErrWork},
		"endless work":       {factor(strings.Repeat("9", 50)), ErrWork},
		"other work":         {factor("3"), ErrPassphrase},
		"armor of something": {"-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n", ErrDamaged},
		"many stanzas":       {"age-encryption.org/v1\n" + strings.Repeat("-> a\n\n", 2000) + "--- \n", ErrDamaged},
		"many arguments":     {"age-encryption.org/v1\n-> a" + strings.Repeat(" a", 10_000) + "\n\n--- \n", ErrDamaged},
	} {
		if plain, err := Decrypt([]byte(c.file), "sesame", 8); !errors.Is(err, c.want) || plain != nil {
			t.Errorf("%s: %d bytes, error %v, want %v", what, len(plain), err, c.want)
		}
	}
	if _, err := Decrypt([]byte(good), "sesam", 8); !errors.Is(err, ErrPassphrase) {
		t.Errorf("another passphrase: %v", err)
	}
}

// TestEveryByteCounts changes and cuts a file at each of its bytes.
func TestEveryByteCounts(t *testing.T) {
	good := encrypted(t, text(50))
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		for what, file := range map[string][]byte{"changed": bad, "cut": good[:i]} {
			plain, err := Decrypt(file, "sesame", 4)
			if plain != nil || err == nil {
				t.Errorf("%s at byte %d: opens as %d bytes (%v)", what, i, len(plain), err)
			}
		}
	}
	if _, err := Decrypt(append(good, 0), "sesame", 4); !errors.Is(err, ErrDamaged) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestErrorsQuoteLittle(t *testing.T) {
	for _, file := range []string{
		family + strings.Repeat("x", 1000) + "\n", intro + "\n" + strings.Repeat("x", 1000) + "\n",
		armorBegin + "\n" + strings.Repeat("x", 1000) + "\n",
	} {
		if _, err := Decrypt([]byte(file), "sesame", 4); err == nil || len(err.Error()) > 120 {
			t.Errorf("error %v", err)
		}
	}
}

func armored(file []byte) []byte {
	text := base64.StdEncoding.EncodeToString(file)
	out := armorBegin + "\n"
	for len(text) > columns {
		out, text = out+text[:columns]+"\n", text[columns:]
	}
	return []byte(out + text + "\n" + armorEnd + "\n")
}

// FuzzDecodeFile looks for a file that makes opening it panic.
func FuzzDecodeFile(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		plain, err := Decrypt(file, "sesame", 6)
		if err != nil && plain != nil {
			t.Errorf("%d bytes come with error %v", len(plain), err)
		}
	})
}

func seed(f *testing.F) {
	file := encrypted(f, []byte("hello"))
	for _, b := range [][]byte{file, armored(file), file[:60], {}, []byte(intro + "\n-> X25519 a\nb\n--- c\n")} {
		f.Add(b)
	}
}

// FuzzCanonical looks for two headers that mean the same: one that is read must
// be what is written of what was read.
func FuzzCanonical(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		if !bytes.HasPrefix(file, []byte(family)) {
			return // armor may have blanks around it
		}
		h, err := parse(file)
		if err != nil {
			return
		}
		s, err := h.scrypt()
		if err != nil {
			return
		}
		again := append(s.header(), " "+base64.RawStdEncoding.EncodeToString(h.mac)+"\n"...)
		if again = append(again, h.payload...); !bytes.Equal(again, file) {
			t.Errorf("%q is written as %q", file, again)
		}
	})
}

// BenchmarkEncrypt tells what a work factor costs. In a browser:
//
//	go run ./build browsertest -run ^$ -bench Encrypt ./client/archive/age
func BenchmarkEncrypt(b *testing.B) {
	for _, work := range []int{14, 15, 16, 17, 18} {
		b.Run(fmt.Sprint(work), func(b *testing.B) {
			for range b.N {
				if _, err := Encrypt(nil, "sesame", work, stream()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
