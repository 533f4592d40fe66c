// Package backup encrypts what a client keeps at the guardians of a federation
// (fedimint-client 0.13), and signs the request that puts it there.
//
// It knows the cipher, the padding and the limits. What stands in a backup is a
// wire.ClientBackup, where its keys come from is package secret's, and when a
// backup is made and what of it is used is the caller's.
//
// # Format
//
//	plaintext = consensus form of the ClientBackup ‖ zeros up to the next multiple of 4096 bytes
//	payload   = nonce of 12 random bytes ‖ ChaCha20-Poly1305 (RFC 8439) of plaintext, without associated data
//	key       = ChaCha20 key of the backup's secret
//	id        = public key of its secp256k1 key, which signs requests
//
// Whoever opens a backup reads the ClientBackup from the front and ignores what
// follows. A payload has at most wire.MaxBackupPayload bytes.
//
// # Of a module
//
// The reference leaves the part of a module out that is not below
// wire.MaxModuleBackup, or puts that of the backup before in its place, also
// where the new one has none: see Fit.
//
// # Trust
//
// A guardian cannot forge a backup, nor move it to another client. It can
// withhold it or keep an old one, so several are asked: see Newest.
package backup

import (
	"cmp"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"satchel/client/secret"
	"satchel/client/wire"
)

const alignment = 4096

var (
	// ErrTooLarge is wrapped when guardians would not keep a backup.
	ErrTooLarge = errors.New("backup is larger than guardians keep")
	// ErrSealed is that a payload is not of these keys, or is damaged.
	ErrSealed = errors.New("backup does not open with the keys of this client")
)

// Keys are those of the backups of a client in a federation. They do not print.
// The zero Keys panic when they are used.
type Keys struct {
	hidden *struct{ *secretKeys } // two pointers: fmt follows one
	id     wire.PublicKey
}

type secretKeys struct {
	cipher [32]byte // of ChaCha20-Poly1305
	signer wire.SecretKey
}

// NewKeys derives the keys of a client.
func NewKeys(client secret.Client) Keys {
	s := client.Backup()
	keys := &secretKeys{s.ChaChaKey(), s.SecpKey()}
	return Keys{&struct{ *secretKeys }{keys}, keys.signer.PublicKey()}
}

// ID returns the id under which guardians keep the backup.
func (k Keys) ID() wire.PublicKey { return k.id }

// Format writes the id alone for every verb.
func (k Keys) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "keys of backup %v", k.id) }

// Seal returns the payload of a backup. It takes 12 bytes of random, which must
// be cryptographically secure, and returns its error or ErrTooLarge.
func (k Keys) Seal(b wire.ClientBackup, random io.Reader) ([]byte, error) {
	plain := wire.Encode(b)
	size := max(1, (len(plain)+alignment-1)/alignment) * alignment
	if whole := chacha20poly1305.NonceSize + size + chacha20poly1305.Overhead; whole > wire.MaxBackupPayload {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, whole, wire.MaxBackupPayload)
	}
	plain = append(plain, make([]byte, size-len(plain))...)
	nonce := make([]byte, chacha20poly1305.NonceSize, chacha20poly1305.NonceSize+size+chacha20poly1305.Overhead)
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("randomness for a backup: %w", err)
	}
	return newAEAD(k.hidden.cipher).Seal(nonce, nonce, plain, nil), nil
}

// Sign returns the request that has a payload kept. The time must be later than
// that of the last request; guardians refuse what is more than an hour ahead.
func (k Keys) Sign(payload []byte, at wire.SystemTime) wire.SignedBackupRequest {
	r, err := wire.SignBackup(k.hidden.signer, payload, at)
	if err != nil {
		panic("backup: " + err.Error())
	}
	return r
}

// Open returns the backup in a payload. The error is ErrSealed, or that of
// decoding what somebody with these keys has sealed.
func (k Keys) Open(payload []byte) (wire.ClientBackup, error) {
	plain, err := open(k.hidden.cipher, payload)
	if err != nil {
		return wire.ClientBackup{}, err
	}
	d := wire.NewDecoder(plain)
	b := wire.Read[wire.ClientBackup](d)
	if err := d.Err(); err != nil {
		return wire.ClientBackup{}, fmt.Errorf("backup: %w", err)
	}
	return b, nil
}

// open decrypts a payload.
func open(key [32]byte, payload []byte) ([]byte, error) {
	if len(payload) < chacha20poly1305.NonceSize {
		return nil, ErrSealed
	}
	nonce, sealed := payload[:chacha20poly1305.NonceSize], payload[chacha20poly1305.NonceSize:]
	plain, err := newAEAD(key).Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func newAEAD(key [32]byte) cipher.AEAD {
	aead, err := chacha20poly1305.New(key[:])
	if err != nil {
		panic("backup: " + err.Error())
	}
	return aead
}

// Newest returns of the answers of several guardians the backup with the highest
// session count, and of those of one session the one that was kept last, as far as
// guardians tell the truth about that. Answers without a backup, which are nil, and
// those that do not open are passed over; ok is whether one is left.
func (k Keys) Newest(answers []*wire.ClientBackupSnapshot) (newest wire.ClientBackup, ok bool) {
	var kept wire.SystemTime
	for _, answer := range answers {
		if answer == nil {
			continue
		}
		b, err := k.Open(answer.Data)
		if err != nil {
			continue
		}
		order := cmp.Compare(b.SessionCount, newest.SessionCount)
		if order == 0 {
			order = cmp.Or(cmp.Compare(answer.Timestamp.Secs, kept.Secs), cmp.Compare(answer.Timestamp.Nanos, kept.Nanos))
		}
		if !ok || order > 0 {
			newest, kept, ok = b, answer.Timestamp, true
		}
	}
	return newest, ok
}

// Fit returns b with the parts of modules that may be sent: where one is missing
// or too large, that of the backup before, which may be nil, or none.
func Fit(b wire.ClientBackup, before *wire.ClientBackup) wire.ClientBackup {
	parts := make(map[wire.ModuleID]wire.DynModuleBackup)
	take := func(from map[wire.ModuleID]wire.DynModuleBackup) {
		for id, part := range from {
			if len(wire.Encode(part)) < wire.MaxModuleBackup {
				parts[id] = part
			}
		}
	}
	if before != nil {
		take(before.Modules)
	}
	take(b.Modules)
	b.Modules = parts
	return b
}
