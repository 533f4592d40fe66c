package ecash_test

import (
	"bytes"
	"testing"

	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// FuzzCanonicalKeys checks that keys have one encoding.
func FuzzCanonicalKeys(f *testing.F) {
	f.Add(wire.Encode(ecash.Keys{1: {Public: [][96]byte{{1}}, Secret: [][32]byte{{2}}}, 2: {}}))
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, b []byte) {
		keys, err := wire.Decode[ecash.Keys](b)
		if err == nil && !bytes.Equal(wire.Encode(keys), b) {
			t.Errorf("%x comes back as %x", b, wire.Encode(keys))
		}
	})
}

// TestBadSecret makes no mint of a key that is none.
func TestBadSecret(t *testing.T) {
	secret := [32]byte{31: 0xff}
	if _, err := ecash.New(tbs.V1(), ecash.Keys{1: {Secret: [][32]byte{secret}}}, wire.FeeConsensus{}); err == nil {
		t.Error("a secret above the order was taken")
	}
}

// TestIssued checks that a note stands in the state as it did before there were
// two generations of the mint.
func TestIssued(t *testing.T) {
	note := ecash.Issued{Amount: 1024, Blind: wire.G1{0: 0xc0}}
	stored := wire.Encode(wire.MintOutput{Amount: note.Amount, BlindNonce: note.Blind})
	if got, err := wire.Decode[ecash.Issued](stored); err != nil || got != note || !bytes.Equal(wire.Encode(note), stored) {
		t.Errorf("%x is read as %+v (%v) and written as %x", stored, got, err, wire.Encode(note))
	}
}
