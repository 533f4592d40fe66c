package lightning

import (
	"crypto/sha256"
	"encoding/binary"

	"satchel/client/secret"
	"satchel/client/wire"
)

// staticKeys derives the keys that the reference derives, too.
func staticKeys(s secret.Secret) (redeem, auth wire.SecretKey) {
	return s.Child(0).SecpKey(), s.Child(1).SecpKey()
}

// userKey returns the key that takes back what the nth attempt to pay for a hash
// has put into an outgoing contract.
func (m *Lightning) userKey(hash wire.Hash, attempt uint64) wire.SecretKey {
	label := append([]byte("satchel outgoing"), hash[:]...)
	return m.Secret.Tweak(binary.BigEndian.AppendUint64(label, attempt)).SecpKey()
}

// A slot is the place of a receive key among those of the words: which derivation,
// and which number.
type slot struct {
	Derivation byte // 0 for the wallet's own
	Number     uint64
}

func (s slot) bytes() []byte { return binary.BigEndian.AppendUint64([]byte{s.Derivation}, s.Number) }

func parseSlot(b []byte) (slot, bool) {
	if len(b) != 9 {
		return slot{}, false
	}
	return slot{b[0], binary.BigEndian.Uint64(b[1:])}, true
}

// receiveKey returns the key of a slot, whose public key is sold as the secret
// behind the preimage.
func (m *Lightning) receiveKey(s slot) wire.SecretKey {
	label := binary.BigEndian.AppendUint64([]byte("satchel incoming"), s.Number)
	return m.secrets[s.Derivation].Tweak(label).SecpKey()
}

// paymentHash returns the hash of the preimage that belongs to a receive key.
func paymentHash(key wire.SecretKey) wire.Hash {
	return wire.PreimageKey(key.PublicKey()).Preimage().Hash()
}

// preimageAuth is what a gateway wants to be told again before it tells a preimage
// again.
func (m *Lightning) preimageAuth(hash wire.Hash) wire.Hash {
	return sha256.Sum256(append(hash[:], m.auth[:]...))
}

// marker returns the key that stands for the federation in the hint of an invoice
// that only its own members can pay.
func marker(id wire.FederationID) (wire.PublicKey, bool) {
	key := wire.SecretKey(id)
	if !key.Valid() {
		return wire.PublicKey{}, false
	}
	return key.PublicKey(), true
}
