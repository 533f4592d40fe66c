package age

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// chunkSize is how much of the plain text stands in a chunk that is full.
const chunkSize = 64 << 10

func newAEAD(key []byte) cipher.AEAD {
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		panic("age: " + err.Error())
	}
	return aead
}

// chunkNonce is the number of a chunk in eleven bytes, and whether it is the
// last.
func chunkNonce(number int, last bool) []byte {
	var nonce [chacha20poly1305.NonceSize]byte
	binary.BigEndian.PutUint64(nonce[3:11], uint64(number))
	if last {
		nonce[11] = 1
	}
	return nonce[:]
}

// sealPayload appends the chunks of plain to file.
func sealPayload(file, key, plain []byte) []byte {
	aead := newAEAD(key)
	for number := 0; ; number++ {
		chunk := plain[:min(chunkSize, len(plain))]
		plain = plain[len(chunk):]
		file = aead.Seal(file, chunkNonce(number, len(plain) == 0), chunk, nil)
		if len(plain) == 0 {
			return file
		}
	}
}

// openPayload returns what is in chunks, all of it or nothing.
func openPayload(key, chunks []byte) ([]byte, error) {
	aead := newAEAD(key)
	plain := make([]byte, 0, len(chunks))
	for number := 0; ; number++ {
		chunk := chunks[:min(chunkSize+overhead, len(chunks))]
		chunks = chunks[len(chunk):]
		if number > 0 && len(chunk) == overhead {
			return nil, fmt.Errorf("%w: chunk %d is empty", ErrDamaged, number)
		}
		var err error
		if plain, err = aead.Open(plain, chunkNonce(number, len(chunks) == 0), chunk, nil); err != nil {
			return nil, fmt.Errorf("%w: chunk %d does not open", ErrDamaged, number)
		}
		if len(chunks) == 0 {
			return plain, nil
		}
	}
}
