package mint_test

import (
	"bytes"
	"testing"

	"satchel/build/devfed/mint"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// TestDeal checks the keys of every tier: any threshold of guardians makes the
// signature that the federation's key verifies.
func TestDeal(t *testing.T) {
	const guardians = 4
	m, err := mint.New(mint.Deal(guardians), wire.FeeConsensus{Base: 100})
	if err != nil {
		t.Fatal(err)
	}
	config := m.Config()
	if len(config.Keys) != 57 || len(config.PeerKeys) != guardians || config.MaxNotes != 3 || config.Fee.Base != 100 {
		t.Errorf("%d tiers, %d guardians, %d notes, fee %v", len(config.Keys), len(config.PeerKeys), config.MaxNotes, config.Fee)
	}
	scheme := tbs.V1()
	blinding := [32]byte{7}
	nonce := wire.SecretKey{31: 1}.PublicKey()
	blind, err := scheme.Blind(nonce, blinding)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 57 {
		tier := wire.Amount(1) << i
		out := wire.PeerID(i % guardians) // a different guardian is left out
		shares := map[uint16][48]byte{}
		for peer := range wire.PeerID(guardians) {
			if peer != out {
				shares[uint16(peer)] = m.Sign(peer, tier, blind)
			}
		}
		signature, err := scheme.Combine(3, shares, blinding)
		if err != nil {
			t.Fatal(err)
		}
		bad, err := scheme.VerifyNotes([]tbs.SignedNote{{Nonce: nonce, Signature: signature, Key: config.Keys[tier]}})
		if err != nil || len(bad) > 0 {
			t.Errorf("tier %v: %v, %v", tier, bad, err)
		}
	}
	decoded, err := wire.Decode[wire.MintConfig](wire.Encode(config))
	if err != nil || !bytes.Equal(wire.Encode(decoded), wire.Encode(config)) {
		t.Errorf("the config does not come back: %v", err)
	}
}
