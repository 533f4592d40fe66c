package bolt11

import (
	"crypto/sha256"
	"errors"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"satchel/client/wire"
)

// compactHeader is what stands before r and s in the signatures of package
// ecdsa, to which the byte after them is added: the key is compressed.
const compactHeader = 27 + 4

var errSignature = errors.New("the signature is wrong")

func hashOf(parts ...[]byte) (sum wire.Hash) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

// checkSignature checks the signature, r, s and the number of the key, for the
// payee, or finds the payee.
func (i *Invoice) checkSignature(hash wire.Hash, sig []byte) (err error) {
	number := sig[64]
	if number > 3 {
		return errSignature
	}
	if !i.PayeeNamed {
		i.Payee, err = recovered(hash, sig, number)
		return err
	}
	var s secp256k1.ModNScalar
	if overflow := s.SetByteSlice(sig[32:64]); overflow || s.IsOverHalfOrder() {
		return errSignature // one of two signatures that differ in the sign of s
	}
	// It is the payee's if it is right with any number; BOLT 11 ignores the one
	// that is written. To verify in the usual way would be more to download.
	for n := range byte(4) {
		if key, err := recovered(hash, sig, number^n); err == nil && key == i.Payee {
			return nil
		}
	}
	return errSignature
}

// recovered returns the key that made r and s; there may be four, which have
// numbers.
func recovered(hash wire.Hash, sig []byte, number byte) (wire.PublicKey, error) {
	compact := append([]byte{compactHeader + number}, sig[:64]...)
	key, _, err := ecdsa.RecoverCompact(compact, hash[:])
	if err != nil {
		return wire.PublicKey{}, errSignature
	}
	return wire.PublicKey(key.SerializeCompressed()), nil
}

// sign returns r, s and the number of the key.
func sign(key wire.SecretKey, hash wire.Hash) []byte {
	compact := ecdsa.SignCompact(secp256k1.PrivKeyFromBytes(key[:]), hash[:], true)
	return append(compact[1:], compact[0]-compactHeader)
}
