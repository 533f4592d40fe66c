package age

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/scrypt"
)

var (
	// ErrNotAge is that bytes do not begin like a file of this format.
	ErrNotAge = errors.New("not a file that was encrypted with age")
	// ErrVersion is that a file is of another version of the format.
	ErrVersion = errors.New("file is of another version of age")
	// ErrKeys is that a file is encrypted to keys and not with a passphrase.
	ErrKeys = errors.New("file is encrypted to keys, not with a passphrase")
	// ErrNoPassphrase is that the passphrase to encrypt with is empty.
	ErrNoPassphrase = errors.New("no passphrase")
	// ErrWork is wrapped when a file asks for more work than was allowed.
	ErrWork = errors.New("opening the file takes too much memory")
	// ErrPassphrase is that a passphrase is wrong. A file whose salt or wrapped
	// key is damaged looks the same.
	ErrPassphrase = errors.New("wrong passphrase")
	// ErrDamaged is wrapped when a file was cut or changed.
	ErrDamaged = errors.New("file is damaged")
)

const (
	fileKeySize = 16
	saltSize    = 16
	nonceSize   = 16
	keySize     = chacha20poly1305.KeySize
	overhead    = chacha20poly1305.Overhead
)

// mostWork is the highest work factor that has a meaning here: N is a number of
// blocks of 1 KiB.
const mostWork = 30

// Encrypt returns a file that has plain. The work factor is from 1 to 30; see
// the package doc. It takes 48 bytes of random, which must be cryptographically
// secure, and fails with its error or with ErrNoPassphrase.
func Encrypt(plain []byte, passphrase string, work int, random io.Reader) ([]byte, error) {
	if passphrase == "" {
		return nil, ErrNoPassphrase
	}
	if work < 1 || work > mostWork {
		panic(fmt.Sprintf("age: work factor %d", work))
	}
	var fresh [fileKeySize + saltSize + nonceSize]byte
	if _, err := io.ReadFull(random, fresh[:]); err != nil {
		return nil, fmt.Errorf("randomness for a file: %w", err)
	}
	fileKey, salt, nonce := fresh[:fileKeySize], fresh[fileKeySize:][:saltSize], fresh[fileKeySize+saltSize:]
	stanza := scryptStanza{salt: [saltSize]byte(salt), work: work}
	aead := newAEAD(stanza.wrappingKey(passphrase))
	stanza.wrapped = [fileKeySize + overhead]byte(aead.Seal(nil, make([]byte, aead.NonceSize()), fileKey, nil))
	file := stanza.header()
	mac := headerMAC(fileKey, file)
	file = append(file, ' ')
	file = append(base64.RawStdEncoding.AppendEncode(file, mac), '\n')
	return sealPayload(append(file, nonce...), payloadKey(fileKey, nonce), plain), nil
}

// Decrypt returns what is in a file, which may be armored. most is the highest
// work factor that is accepted. The errors are those of this package.
func Decrypt(file []byte, passphrase string, most int) ([]byte, error) {
	h, err := parse(file)
	if err != nil {
		return nil, err
	}
	stanza, err := h.scrypt()
	if err != nil {
		return nil, err
	}
	if stanza.work > most {
		return nil, fmt.Errorf("%w: work factor %d, at most %d is allowed", ErrWork, stanza.work, most)
	}
	fileKey, err := stanza.fileKey(passphrase)
	if err != nil {
		return nil, err
	}
	return h.open(fileKey)
}

// A scryptStanza wraps the file key with a passphrase.
type scryptStanza struct {
	salt    [saltSize]byte
	work    int
	wrapped [fileKeySize + overhead]byte
}

// header returns the file up to and with "---".
func (s scryptStanza) header() []byte {
	encode := base64.RawStdEncoding.EncodeToString
	return []byte(intro + "\n-> scrypt " + encode(s.salt[:]) + " " + strconv.Itoa(s.work) + "\n" + encode(s.wrapped[:]) + "\n---")
}

func (s scryptStanza) wrappingKey(passphrase string) []byte {
	salt := append([]byte("age-encryption.org/v1/scrypt"), s.salt[:]...)
	key, err := scrypt.Key([]byte(passphrase), salt, 1<<s.work, 8, 1, keySize)
	if err != nil {
		panic("age: cannot derive a key: " + err.Error())
	}
	return key
}

func (s scryptStanza) fileKey(passphrase string) ([]byte, error) {
	aead := newAEAD(s.wrappingKey(passphrase))
	key, err := aead.Open(nil, make([]byte, aead.NonceSize()), s.wrapped[:], nil)
	if err != nil {
		return nil, ErrPassphrase
	}
	return key, nil
}

// headerMAC authenticates a header up to and with "---".
func headerMAC(fileKey, header []byte) []byte {
	mac := hmac.New(sha256.New, derive(fileKey, nil, "header"))
	mac.Write(header)
	return mac.Sum(nil)
}

func payloadKey(fileKey, nonce []byte) []byte { return derive(fileKey, nonce, "payload") }

func derive(fileKey, salt []byte, info string) []byte {
	key, err := hkdf.Key(sha256.New, fileKey, salt, info, keySize)
	if err != nil {
		panic("age: cannot derive a key: " + err.Error())
	}
	return key
}
