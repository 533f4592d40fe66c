//go:build !tinygo

package wire_test

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"github.com/btcsuite/btcd/btcec/v2"
	"github.com/btcsuite/btcd/btcec/v2/schnorr"

	"satchel/client/wire"
)

// Another implementation of BIP-340 makes the same signatures and takes ours.
func TestSchnorrAgreesWithBtcec(t *testing.T) {
	for i := range uint64(300) {
		key := wire.SecretKey(sha256.Sum256(binary.BigEndian.AppendUint64([]byte("key"), i)))
		hash := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("hash"), i))
		private, public := btcec.PrivKeyFromBytes(key[:])
		if got := key.PublicKey(); string(got[:]) != string(public.SerializeCompressed()) {
			t.Fatalf("%d: public key %v, want %x", i, got, public.SerializeCompressed())
		}
		want, err := schnorr.Sign(private, hash[:], schnorr.CustomNonce([32]byte{}))
		if err != nil {
			t.Fatal(err)
		}
		got, err := key.Sign(hash)
		if err != nil || got != wire.Signature(want.Serialize()) {
			t.Fatalf("%d: signature %v, want %x (%v)", i, got, want.Serialize(), err)
		}
		if err := key.PublicKey().XOnly().Verify(hash, got); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		for at := range got {
			bad := got
			bad[at] ^= 1 << (i % 8)
			if key.PublicKey().XOnly().Verify(hash, bad) == nil {
				t.Fatalf("%d: signature with byte %d changed verifies", i, at)
			}
			if at%16 != int(i%16) {
				continue
			}
			otherHash, otherKey := hash, key.PublicKey().XOnly()
			otherHash[at%32] ^= 1
			otherKey[at%32] ^= 1
			if key.PublicKey().XOnly().Verify(otherHash, got) == nil || otherKey.Verify(hash, got) == nil {
				t.Fatalf("%d: verifies for another hash or key", i)
			}
		}
	}
}
