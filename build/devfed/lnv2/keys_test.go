package lnv2_test

import (
	"bytes"
	"strings"
	"testing"

	"satchel/build/devfed/lnv2"
	"satchel/client/tpe"
	"satchel/client/wire"
)

// TestDeal encrypts to the dealt keys and decrypts with every threshold of the
// guardians, with keys that come back from disk.
func TestDeal(t *testing.T) {
	for _, n := range []int{1, 2, 4, 7} {
		keys, err := wire.Decode[lnv2.Keys](wire.Encode(lnv2.Deal(n)))
		if err != nil {
			t.Fatal(err)
		}
		l, err := lnv2.New(keys, lnv2.DefaultFee)
		if err != nil {
			t.Fatal(err)
		}
		config := l.Config()
		if decoded, err := wire.Decode[wire.LNV2Config](wire.Encode(config)); err != nil || !bytes.Equal(wire.Encode(decoded), wire.Encode(config)) {
			t.Errorf("the config does not come back: %v", err)
		}
		preimage, commitment := [32]byte{2}, [32]byte{3}
		ct, err := tpe.BLS{}.Encrypt(config.Key, [32]byte{1}, preimage, commitment)
		if err != nil {
			t.Fatal(err)
		}
		threshold := wire.Threshold(n)
		for first := range n { // a different guardian begins
			shares := map[uint16][48]byte{}
			for i := range threshold {
				peer := wire.PeerID((first + i) % n)
				share := l.Share(peer, ct.Key)
				if !(tpe.BLS{}).VerifyShare(config.PeerKeys[peer], share, ct, commitment) {
					t.Errorf("the share of guardian %d of %d is bad", peer, n)
				}
				shares[uint16(peer)] = share
			}
			key, err := tpe.BLS{}.Aggregate(threshold, shares)
			if err != nil || ct.Decrypt(key) != preimage {
				t.Errorf("guardians from %d of %d decrypt %x (%v)", first, n, ct.Decrypt(key), err)
			}
		}
	}
}

// TestWrongKeys has keys that do not belong together.
func TestWrongKeys(t *testing.T) {
	for want, spoil := range map[string]func(*lnv2.Keys){
		"guardian 2: ":                 func(k *lnv2.Keys) { k.Secret[2][0] ^= 1 },
		"guardian 0: ":                 func(k *lnv2.Keys) { k.Public[0] = k.Public[1] },
		"guardian 3: ":                 func(k *lnv2.Keys) { k.Secret[3] = [32]byte{31: 0xff} },
		"3 public and 4 secret keys":   func(k *lnv2.Keys) { k.Public = k.Public[:3] },
		"0 public and 0 secret keys":   func(k *lnv2.Keys) { k.Public, k.Secret = nil, nil },
		"secret is that of another pu": func(k *lnv2.Keys) { k.Secret[0], k.Secret[1] = k.Secret[1], k.Secret[0] },
	} {
		keys := lnv2.Deal(4)
		spoil(&keys)
		if _, err := lnv2.New(keys, lnv2.DefaultFee); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
