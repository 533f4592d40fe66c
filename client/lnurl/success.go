package lnurl

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// ErrDecrypt is that a preimage does not decrypt a success action.
var ErrDecrypt = errors.New("success action does not decrypt")

// maxCiphertext is the length of the longest ciphertext in base64 (LUD-10).
const maxCiphertext = 4096

// A Success is what a service shows to whom has paid (LUD-09, LUD-10): a text, a
// text with a url to open, or a text with a secret that the preimage decrypts. Its
// JSON form is for a store. Texts are untrusted.
type Success struct {
	Text string `json:"text"` // at most MaxText characters
	// URL is of the service's own domain. A person sees it before it is opened.
	URL string `json:"url,omitempty"`
	// Ciphertext and IV are those of AES-256 in CBC mode, padded as in PKCS #7.
	Ciphertext []byte `json:"ciphertext,omitempty"`
	IV         []byte `json:"iv,omitempty"`
}

// successOf reads a success action of a service at a host. nil is none.
func (c Client) successOf(text json.RawMessage, host string) (*Success, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	var a struct{ Tag, Message, Description, URL, Ciphertext, IV string }
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	switch a.Tag {
	case "message":
		return &Success{Text: cut(a.Message)}, nil
	case "url":
		url, err := c.check(a.URL)
		if err != nil {
			return nil, err
		}
		if url.Host() != host {
			return nil, fmt.Errorf("%w: url of %.80q, not of the service", ErrAnswer, url.Host())
		}
		return &Success{Text: cut(a.Description), URL: url.Full()}, nil
	case "aes":
		s := &Success{Text: cut(a.Description)}
		var err, err2 error
		s.Ciphertext, err = base64.StdEncoding.DecodeString(a.Ciphertext)
		s.IV, err2 = base64.StdEncoding.DecodeString(a.IV)
		if err != nil || err2 != nil || !s.isEncrypted() || len(a.Ciphertext) > maxCiphertext {
			return nil, fmt.Errorf("%w: ciphertext of %d characters, iv of %d", ErrAnswer, len(a.Ciphertext), len(a.IV))
		}
		return s, nil
	}
	return nil, fmt.Errorf("%w: %.40q", ErrUnsupported, a.Tag)
}

func (s *Success) isEncrypted() bool {
	return len(s.IV) == aes.BlockSize && len(s.Ciphertext) > 0 && len(s.Ciphertext)%aes.BlockSize == 0
}

// Secret decrypts what only whoever has paid can read, "" if there is nothing. The
// text is untrusted and may have lines. The error is ErrDecrypt; the payment is
// made all the same.
func (s *Success) Secret(preimage [32]byte) (string, error) {
	if len(s.Ciphertext) == 0 {
		return "", nil
	}
	block, err := aes.NewCipher(preimage[:])
	if err != nil || !s.isEncrypted() {
		return "", ErrDecrypt
	}
	text := make([]byte, len(s.Ciphertext))
	cipher.NewCBCDecrypter(block, s.IV).CryptBlocks(text, s.Ciphertext)
	padding := text[len(text)-1]
	rest := len(text) - int(padding)
	if padding == 0 || padding > aes.BlockSize || !bytes.Equal(text[rest:], bytes.Repeat([]byte{padding}, int(padding))) {
		return "", ErrDecrypt
	}
	if text = text[:rest]; !utf8.Valid(text) {
		return "", ErrDecrypt
	}
	return cutLong(string(text)), nil
}
