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

func TestSchnorrRefusesNonsense(t *testing.T) {
	order := wire.SecretKey{
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
		0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
	}
	for _, k := range []wire.SecretKey{{}, order} {
		if _, err := k.Sign([32]byte{1}); err == nil {
			t.Fatalf("signed with %x", k[:])
		}
	}
	key := wire.SecretKey{31: 1}
	hash := [32]byte{1}
	good, err := key.Sign(hash)
	if err != nil {
		t.Fatal(err)
	}
	var field [32]byte // the order of the field, as r
	for i := range field {
		field[i] = 0xff
	}
	binary.BigEndian.PutUint64(field[24:], 0xfffffffefffffc2f)
	for _, sig := range []wire.Signature{
		{},
		wire.Signature(append(field[:], good[32:]...)),
		wire.Signature(append(append([]byte(nil), good[:32]...), order[:]...)),
	} {
		if key.PublicKey().XOnly().Verify(hash, sig) == nil {
			t.Fatalf("%v verifies", sig)
		}
	}
}
