package ln_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed/ln"
	v1 "satchel/client/tpe/v1"
	"satchel/client/wire"
)

// TestDeal encrypts to the dealt keys and decrypts with every threshold of the
// guardians, with keys that come back from disk.
func TestDeal(t *testing.T) {
	for _, n := range []int{1, 2, 4, 7} {
		keys, err := wire.Decode[ln.Keys](wire.Encode(ln.Deal(n)))
		if err != nil {
			t.Fatal(err)
		}
		l, err := ln.New(keys, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		config := l.Config()
		if decoded, err := wire.Decode[wire.LNConfig](wire.Encode(config)); err != nil || !bytes.Equal(wire.Encode(decoded), wire.Encode(config)) {
			t.Errorf("the config does not come back: %v", err)
		}
		message := []byte("thirty-three bytes, as a key has.")
		ct, err := v1.Encrypt(config.Key, [32]byte{1}, message)
		if err != nil {
			t.Fatal(err)
		}
		threshold := wire.Threshold(n)
		for first := range n { // a different guardian begins
			shares := map[uint16][48]byte{}
			for i := range threshold {
				peer := (first + i) % n
				if shares[uint16(peer)], err = ct.Share(keys.Secret[peer]); err != nil {
					t.Fatal(err)
				}
				if !ct.VerifyShare(keys.Public[peer], shares[uint16(peer)]) {
					t.Errorf("the share of guardian %d of %d is bad", peer, n)
				}
			}
			if got, err := ct.Decrypt(threshold, shares); err != nil || !bytes.Equal(got, message) {
				t.Errorf("guardians from %d of %d decrypt %q (%v)", first, n, got, err)
			}
		}
	}
}

// TestWrongKeys has keys that do not belong together.
func TestWrongKeys(t *testing.T) {
	for want, spoil := range map[string]func(*ln.Keys){
		"guardian 2: ":      func(k *ln.Keys) { k.Secret[2][0] ^= 1 },
		"guardian 0: ":      func(k *ln.Keys) { k.Public[0] = k.Public[1] },
		"guardian 3: ":      func(k *ln.Keys) { k.Secret[3] = [32]byte{31: 0xff} },
		"of another public": func(k *ln.Keys) { k.Commitment[1] = k.Commitment[2] },
		"4 secret and 3":    func(k *ln.Keys) { k.Public = k.Public[:3] },
		"0 secret and 0":    func(k *ln.Keys) { *k = ln.Keys{} },
		"a commitment of 2": func(k *ln.Keys) { k.Commitment = k.Commitment[:2] },
		"commitment":        func(k *ln.Keys) { k.Commitment[0] = [48]byte{0: 0x80} },
	} {
		keys := ln.Deal(4)
		spoil(&keys)
		if _, err := ln.New(keys, time.Now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
