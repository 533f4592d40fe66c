package mint_test

import (
	"crypto/rand"
	"testing"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/build/devfed/mint"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// FuzzDecodeItems decodes bytes as an input and as an output, and does with what
// decodes all that a guardian does. Nothing panics, and nothing is accepted.
func FuzzDecodeItems(f *testing.F) {
	key, err := tbs.V1().Deal(rand.Reader, 1, 1)
	if err != nil {
		f.Fatal(err)
	}
	m, err := mint.New(ecash.Keys{1: key, 2: key}, wire.FeeConsensus{Base: 100})
	if err != nil {
		f.Fatal(err)
	}
	db, err := kv.Open(f.Context(), kv.NewMemory().Handle())
	if err != nil {
		f.Fatal(err)
	}
	const id = 1
	keys := map[wire.PeerID]wire.SecretKey{0: {31: 1}}
	ledger := consensus.New(db, map[wire.ModuleID]consensus.Module{id: m.Module()}, keys)
	point := wire.G1(tbs.HashV1([]byte("point")).Bytes())
	for _, seed := range []wire.Appender{
		wire.MintInput{Amount: 1, Note: wire.MintNote{Nonce: keys[0].PublicKey(), Signature: point}},
		wire.MintInput{Amount: 3, Note: wire.MintNote{Nonce: keys[0].PublicKey(), Signature: wire.G1{0: 0xc0}}},
		wire.MintInput{Unknown: &wire.Unknown{Variant: 7, Body: []byte("later")}},
		wire.MintOutput{Amount: 2, BlindNonce: point},
		wire.MintOutput{Amount: 1 << 60, BlindNonce: point},
		wire.MintOutput{Unknown: &wire.Unknown{Variant: 7}},
	} {
		f.Add(wire.Encode(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		dyn := wire.Dyn{Module: id, Body: body}
		for _, tx := range []wire.Transaction{
			{Inputs: []wire.DynInput{{Dyn: dyn}}},
			{Outputs: []wire.DynOutput{{Dyn: dyn}}},
		} {
			parsed, err := ledger.Decode(wire.Encode(tx))
			if err != nil {
				continue
			}
			// Run is not called, so an accepted one would wait for ever.
			if err := ledger.Submit(t.Context(), 0, parsed); err == nil {
				t.Errorf("%x was accepted", body)
			}
		}
	})
}
