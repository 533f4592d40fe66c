package secret

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestKnownWords takes entropies of one repeated byte from the test vectors
// that BIP-39 links to.
func TestKnownWords(t *testing.T) {
	for _, c := range []struct {
		size  int
		fill  byte
		words string
	}{
		{16, 0x00, abandon},
		{16, 0x7f, "legal winner thank year wave sausage worth useful legal winner thank yellow"},
		{16, 0x80, "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"},
		{16, 0xff, strings.Repeat("zoo ", 11) + "wrong"},
		{24, 0x00, strings.Repeat("abandon ", 17) + "agent"},
		{24, 0xff, strings.Repeat("zoo ", 17) + "when"},
		{32, 0x00, strings.Repeat("abandon ", 23) + "art"},
		{32, 0xff, strings.Repeat("zoo ", 23) + "vote"},
	} {
		entropy := bytes.Repeat([]byte{c.fill}, c.size)
		words, err := WordsFromEntropy(entropy)
		if err != nil || words.Sentence() != c.words {
			t.Errorf("entropy %x is %q, %v", entropy, words.Sentence(), err)
		}
	}
}

func TestList(t *testing.T) {
	// The list of bitcoin/bips, bip-0039/english.txt.
	const want = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(englishText))); got != want {
		t.Errorf("the list has hash %s", got)
	}
	if len(english()) != 2048 || !slices.IsSorted(english()) {
		t.Errorf("the list has %d words, sorted: %v", len(english()), slices.IsSorted(english()))
	}
}

func TestNewWords(t *testing.T) {
	words, err := NewWords(rand.NewChaCha8([32]byte{}))
	if err != nil || len(words.List()) != 12 || len(words.Entropy()) != 16 {
		t.Fatalf("%d words, %d bytes, %v", len(words.List()), len(words.Entropy()), err)
	}
	again, err := ParseWords(words.Sentence())
	if err != nil || !bytes.Equal(again.Entropy(), words.Entropy()) {
		t.Errorf("new words do not parse: %v", err)
	}
	if _, err := NewWords(bytes.NewReader(make([]byte, 15))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short randomness: %v", err)
	}
}

func TestEntropyIsNotShared(t *testing.T) {
	entropy := make([]byte, 16)
	words, err := WordsFromEntropy(entropy)
	if err != nil {
		t.Fatal(err)
	}
	entropy[0] = 1
	words.Entropy()[1] = 1
	words.List()
	if words.Sentence() != abandon {
		t.Errorf("the words became %q", words.Sentence())
	}
}

func TestWordsAsTyped(t *testing.T) {
	typed := "\n Abandon ABANDON\tabandon  " + strings.Repeat("abandon ", 8) + "about\r\n"
	words, err := ParseWords(typed)
	if err != nil || words.Sentence() != abandon {
		t.Errorf("%q is %q, %v", typed, words.Sentence(), err)
	}
}

func TestWordErrors(t *testing.T) {
	eleven := strings.Repeat("abandon ", 11)
	for _, n := range []int{0, 1, 11, 13, 14, 16, 23, 25, 27, 36} {
		if _, err := ParseWords(strings.Repeat("abandon ", n)); !errors.Is(err, ErrWordCount) {
			t.Errorf("%d words: %v", n, err)
		}
	}
	for _, n := range []int{0, 12, 15, 17, 31, 33, 36} {
		if _, err := WordsFromEntropy(make([]byte, n)); !errors.Is(err, ErrWordCount) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	_, err := ParseWords("abandon abandon abandn " + strings.Repeat("abandon ", 8) + "about")
	var unknown *UnknownWordError
	if !errors.As(err, &unknown) || unknown.Position != 3 || unknown.Word != "abandn" {
		t.Errorf("an unknown word: %v", err)
	}
	for _, last := range []string{"abandon", "zoo", "absent"} {
		if _, err := ParseWords(eleven + last); !errors.Is(err, ErrChecksum) {
			t.Errorf("last word %s: %v", last, err)
		}
	}
}

// TestChecksumFits counts the last words that fit: one in 2^(words/3).
func TestChecksumFits(t *testing.T) {
	for _, count := range []int{12, 15, 18, 21, 24} {
		first, fits := strings.Repeat("zoo ", count-1), 0
		for _, last := range english() {
			if _, err := ParseWords(first + last); err == nil {
				fits++
			}
		}
		if want := 2048 >> (count / 3); fits != want {
			t.Errorf("%d words: %d last words fit, want %d", count, fits, want)
		}
	}
}

func FuzzCanonicalWords(f *testing.F) {
	f.Add(abandon)
	f.Add(strings.Repeat("zoo ", 23) + "vote")
	f.Add("abandon")
	f.Fuzz(func(t *testing.T, sentence string) {
		words, err := ParseWords(sentence)
		if err != nil {
			return
		}
		if typed := strings.Join(strings.Fields(strings.ToLower(sentence)), " "); words.Sentence() != typed {
			t.Errorf("%q became %q", sentence, words.Sentence())
		}
	})
}

func FuzzEntropy(f *testing.F) {
	f.Add(make([]byte, 16))
	f.Add(bytes.Repeat([]byte{0xa5}, 28))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, entropy []byte) {
		words, err := WordsFromEntropy(entropy)
		if err != nil {
			return
		}
		again, err := ParseWords(words.Sentence())
		if err != nil || !bytes.Equal(again.Entropy(), entropy) {
			t.Errorf("entropy %x became %q, %v", entropy, words.Sentence(), err)
		}
	})
}

func BenchmarkSeed(b *testing.B) {
	words, err := ParseWords(abandon)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		words.Seed()
	}
}
