package lnv2_test

import (
	"testing"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/lnv2"
	"satchel/client/tpe"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// FuzzDecodeItems decodes bytes as an input, as an output and as a vote, and does
// with what decodes all that a guardian does. Nothing panics, and nothing is
// accepted.
func FuzzDecodeItems(f *testing.F) {
	l, err := lnv2.New(lnv2.Deal(1), lnv2.DefaultFee)
	if err != nil {
		f.Fatal(err)
	}
	db, err := kv.Open(f.Context(), kv.NewMemory().Handle())
	if err != nil {
		f.Fatal(err)
	}
	const id = 1
	keys := map[wire.PeerID]wire.SecretKey{0: {31: 1}}
	ledger := consensus.New(db, map[wire.ModuleID]consensus.Module{id: l.Module()}, keys)
	key := keys[0].PublicKey()
	outgoing := wire.LNV2OutgoingContract{Amount: 1000, Expiration: 5, ClaimKey: key, RefundKey: key, EphemeralKey: key}
	incoming := wire.LNV2IncomingContract{Commitment: wire.LNV2Commitment(outgoing)}
	ct, err := tpe.BLS{}.Encrypt(l.Config().Key, [32]byte{1}, [32]byte{2}, wire.HashOf(incoming.Commitment))
	if err != nil {
		f.Fatal(err)
	}
	incoming.Ciphertext = wire.LNV2Ciphertext{Encrypted: ct.Encrypted, Key: ct.Key, Signature: ct.Signature}
	sealedForAnother := incoming
	sealedForAnother.Commitment.Expiration++
	unknown := &wire.Unknown{Variant: 7, Body: []byte("later")}
	for _, seed := range []wire.Appender{
		wire.LNV2Input{Witness: &wire.LNV2Witness{Variant: wire.LNV2Claim}},
		wire.LNV2Input{Witness: &wire.LNV2Witness{Variant: wire.LNV2Refund}},
		wire.LNV2Input{Witness: &wire.LNV2Witness{Variant: wire.LNV2Cancel}},
		wire.LNV2Input{DecryptionKey: &incoming.Ciphertext.Key},
		wire.LNV2Input{DecryptionKey: &wire.G1{0: 0xc0}},
		wire.LNV2Input{Unknown: unknown},
		wire.LNV2Output{Outgoing: &outgoing},
		wire.LNV2Output{Incoming: &incoming},
		wire.LNV2Output{Incoming: &sealedForAnother},
		wire.LNV2Output{Unknown: unknown},
		wire.LNV2ConsensusItem{Variant: wire.LNV2BlockCountVote},
		wire.LNV2ConsensusItem{Unknown: unknown},
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
		item, err := wire.Decode[wire.LNV2ConsensusItem](body)
		ledger.Update(t.Context(), id, func(tx consensus.Tx) {
			taken := l.Module().ApplyItem(tx, 0, body) == nil
			if taken && (err != nil || item.Unknown != nil || item.Vote == 0) {
				t.Errorf("%x was taken for a vote", body)
			}
		})
	})
}
