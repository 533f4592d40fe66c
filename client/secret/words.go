package secret

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

var (
	// ErrWordCount is wrapped when there are not 12, 15, 18, 21 or 24 words,
	// or not the entropy for so many.
	ErrWordCount = errors.New("wrong number of words")
	// ErrChecksum is returned for words that are all in the list and do not
	// belong together: one is wrong, or some are out of order.
	ErrChecksum = errors.New("the words do not belong together: one is wrong or out of order")
)

// An UnknownWordError says which word is not in the list. It quotes the word.
type UnknownWordError struct {
	Position int // from 1
	Word     string
}

func (e *UnknownWordError) Error() string {
	return fmt.Sprintf("word %d is not in the list: %q", e.Position, e.Word)
}

// Words are the words of a wallet (BIP-39, English). They never print. The
// zero Words panic when they are used.
type Words struct {
	entropy *hidden[[]byte]
}

// NewWords makes twelve words of 16 random bytes.
func NewWords(random io.Reader) (Words, error) {
	entropy := make([]byte, 16)
	if _, err := io.ReadFull(random, entropy); err != nil {
		return Words{}, fmt.Errorf("randomness for words: %w", err)
	}
	return WordsFromEntropy(entropy)
}

// WordsFromEntropy returns the words of 16, 20, 24, 28 or 32 bytes.
func WordsFromEntropy(entropy []byte) (Words, error) {
	if n := len(entropy); n < 16 || n > 32 || n%4 != 0 {
		return Words{}, fmt.Errorf("%w: entropy of %d bytes, want 16, 20, 24, 28 or 32", ErrWordCount, n)
	}
	return Words{hide(slices.Clone(entropy))}, nil
}

// ParseWords reads words as a person types them: any blanks between them, and
// upper case is lower case. Its errors are ErrWordCount, an *UnknownWordError
// and ErrChecksum, in that order.
func ParseWords(sentence string) (Words, error) {
	list := strings.Fields(strings.ToLower(sentence))
	n := len(list)
	if n < 12 || n > 24 || n%3 != 0 {
		return Words{}, fmt.Errorf("%w: %d, want 12, 15, 18, 21 or 24", ErrWordCount, n)
	}
	var bits [33]byte
	for i, word := range list {
		number, ok := slices.BinarySearch(english(), word)
		if !ok {
			return Words{}, &UnknownWordError{Position: i + 1, Word: word}
		}
		for j := range 11 {
			at := 11*i + j
			bits[at/8] |= byte(number>>(10-j)&1) << (7 - at%8)
		}
	}
	words, err := WordsFromEntropy(bits[:n/3*4])
	if err != nil {
		return Words{}, err
	}
	if !slices.Equal(words.List(), list) {
		return Words{}, ErrChecksum
	}
	return words, nil
}

// IsWord reports whether a word is in the list, as a person types it.
func IsWord(word string) bool {
	_, ok := slices.BinarySearch(english(), strings.ToLower(strings.TrimSpace(word)))
	return ok
}

// List returns the words in order: each stands for 11 bits of the entropy,
// followed by the first bits of its SHA-256, one for every 4 bytes.
func (w Words) List() []string {
	checksum := sha256.Sum256(*w.entropy.value)
	bits := append(w.Entropy(), checksum[0])
	list := make([]string, len(*w.entropy.value)*3/4)
	for i := range list {
		number := 0
		for at := 11 * i; at < 11*(i+1); at++ {
			number = number<<1 | int(bits[at/8]>>(7-at%8)&1)
		}
		list[i] = english()[number]
	}
	return list
}

// Sentence returns the words with single blanks between them.
func (w Words) Sentence() string { return strings.Join(w.List(), " ") }

// Entropy returns the bytes that a wallet stores: 16 for twelve words.
func (w Words) Entropy() []byte { return slices.Clone(*w.entropy.value) }

// Seed returns the BIP-39 seed for an empty passphrase. It takes a while: 2048
// rounds of PBKDF2.
func (w Words) Seed() [64]byte {
	seed, err := pbkdf2.Key(sha512.New, w.Sentence(), []byte("mnemonic"), 2048, 64)
	if err != nil {
		panic("secret: cannot derive a seed: " + err.Error())
	}
	return [64]byte(seed)
}

// Root returns the root of the tree of secrets. It takes as long as Seed.
func (w Words) Root() Secret {
	seed := w.Seed()
	return NewRoot(seed[:], []byte("Fedimint Client Salt"))
}

// String returns a redaction.
func (w Words) String() string { return redacted }

// Format writes a redaction for every verb.
func (w Words) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

//go:embed english.txt
var englishText string

// english returns the list of BIP-39, in alphabetical order.
var english = sync.OnceValue(func() []string { return strings.Fields(englishText) })
