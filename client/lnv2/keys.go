package lnv2

import (
	"crypto/sha256"
	"io"

	"satchel/client/tpe"
	"satchel/client/wire"
)

// A tweak is what the wallet and nobody else knows of a contract.
type tweak [32]byte

// newTweak draws a tweak for a contract of the static key, with the ephemeral key
// that goes into the contract.
func newTweak(random io.Reader, static wire.PublicKey) (t tweak, ephemeral wire.PublicKey, err error) {
	var e wire.SecretKey
	for !e.Valid() || !wire.SecretKey(t).Valid() {
		if _, err = io.ReadFull(random, e[:]); err != nil {
			return t, ephemeral, err
		}
		if !e.Valid() {
			continue
		}
		if t, err = e.Shared(static); err != nil {
			return t, ephemeral, err
		}
	}
	return t, e.PublicKey(), nil
}

// refundKey returns the key that takes an outgoing contract back.
func (m *Lightning) refundKey(c wire.LNV2OutgoingContract) (wire.SecretKey, error) {
	t, err := m.key.Shared(c.EphemeralKey)
	return wire.SecretKey(t), err
}

func (t tweak) seed() [32]byte { return sha256.Sum256(t[:]) }

func (t tweak) preimage() wire.Preimage {
	seed := t.seed()
	return sha256.Sum256(seed[:])
}

// A claim is what spends an incoming contract.
type claim struct {
	Key        wire.SecretKey
	Decryption wire.G1
}

// own returns what spends the contract if it was made for a static key of the
// wallet, and false if it was not. The federation must have accepted it.
func (m *Lightning) own(static wire.SecretKey, c wire.LNV2IncomingContract) (claim, bool) {
	shared, err := static.Shared(c.Commitment.EphemeralKey)
	if err != nil {
		return claim{}, false
	}
	t := tweak(shared)
	key, err := static.Times(wire.SecretKey(t))
	if err != nil || key.PublicKey() != c.Commitment.ClaimKey {
		return claim{}, false
	}
	ct := ciphertext(c)
	if !m.scheme.Owns(ct, t.seed()) {
		return claim{}, false
	}
	decryption, err := m.scheme.DecryptionKey(m.config.Key, t.seed())
	if err != nil || !c.Commitment.Image.Verify(ct.Decrypt(decryption)) {
		return claim{}, false
	}
	return claim{key, decryption}, true
}

// anyOwn is own for all static keys that the words have.
func (m *Lightning) anyOwn(c wire.LNV2IncomingContract) (claim, bool) {
	for _, static := range m.static {
		if found, ok := m.own(static, c); ok {
			return found, true
		}
	}
	return claim{}, false
}

func ciphertext(c wire.LNV2IncomingContract) tpe.Ciphertext {
	return tpe.Ciphertext{Encrypted: c.Ciphertext.Encrypted, Key: c.Ciphertext.Key, Signature: c.Ciphertext.Signature}
}
