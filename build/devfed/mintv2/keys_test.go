package mintv2_test

import (
	"bytes"
	"testing"

	"satchel/build/devfed/mintv2"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// TestDeal checks the keys of every denomination: any threshold of guardians
// makes the signature that the federation's key verifies.
func TestDeal(t *testing.T) {
	const guardians = 4
	m, err := mintv2.New(mintv2.Deal(guardians), wire.FeeConsensus{Base: 100})
	if err != nil {
		t.Fatal(err)
	}
	config := m.Config()
	if len(config.Keys) != 42 || config.Fee.Base != 100 || config.Unit != wire.Bitcoin {
		t.Errorf("%d denominations, fee %v, unit %v", len(config.Keys), config.Fee, config.Unit)
	}
	scheme := tbs.V2()
	blinding := [32]byte{7}
	nonce := wire.SecretKey{31: 1}.PublicKey()
	blind, err := scheme.Blind(nonce, blinding)
	if err != nil {
		t.Fatal(err)
	}
	for d := range wire.MaxDenomination + 1 {
		out := wire.PeerID(d % guardians) // a different guardian is left out
		shares := map[uint16][48]byte{}
		var claims []tbs.BlindShare
		for peer := range wire.PeerID(guardians) {
			if peer != out {
				share := m.Sign(peer, d.Amount(), blind)
				shares[uint16(peer)] = share
				claims = append(claims, tbs.BlindShare{Blinded: blind, Share: share, Key: config.PeerKeys[d][peer]})
			}
		}
		signature, err := scheme.Combine(3, shares, blinding)
		if err != nil {
			t.Fatal(err)
		}
		good, err := scheme.CheckNotes([]tbs.SignedNote{{Nonce: nonce, Signature: signature, Key: config.Keys[d]}})
		if err != nil || !good {
			t.Errorf("denomination %v: %v, %v", d, good, err)
		}
		if bad, err := scheme.VerifyShares(claims); err != nil || len(bad) > 0 {
			t.Errorf("denomination %v: bad shares %v, %v", d, bad, err)
		}
	}
	decoded, err := wire.Decode[wire.MintV2Config](wire.Encode(config))
	if err != nil || !bytes.Equal(wire.Encode(decoded), wire.Encode(config)) {
		t.Errorf("the config does not come back: %v", err)
	}
}
