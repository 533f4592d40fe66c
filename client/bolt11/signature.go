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

// checkSignature checks the signature, r, s and the number of the key, with the
// payee's key, or finds that key.
func (i *Invoice) checkSignature(hash wire.Hash, sig []byte) error {
	if sig[64] > 3 {
		return errSignature
	}
	if i.PayeeNamed {
		return verify(i.Payee, hash, sig)
	}
	key, _, err := ecdsa.RecoverCompact(append([]byte{compactHeader + sig[64]}, sig[:64]...), hash[:])
	if err != nil {
		return errSignature
	}
	i.Payee = wire.PublicKey(key.SerializeCompressed())
	return nil
}

// verify refuses a signature with the greater of the two possible s.
func verify(key wire.PublicKey, hash wire.Hash, sig []byte) error {
	var r, s secp256k1.ModNScalar
	overflow := r.SetByteSlice(sig[:32]) || s.SetByteSlice(sig[32:64])
	public, err := secp256k1.ParsePubKey(key[:])
	if overflow || err != nil || s.IsOverHalfOrder() || !ecdsa.NewSignature(&r, &s).Verify(hash[:], public) {
		return errSignature
	}
	return nil
}

// sign returns r, s and the number of the key.
func sign(key wire.SecretKey, hash wire.Hash) []byte {
	compact := ecdsa.SignCompact(secp256k1.PrivKeyFromBytes(key[:]), hash[:], true)
	return append(compact[1:], compact[0]-compactHeader)
}
