package ln_test

import (
	"testing"
	"time"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ln"
	v1 "satchel/client/tpe/v1"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// FuzzDecodeItems decodes bytes as an input, as an output and as a vote, and does
// with what decodes all that a guardian does, where one offer is open. Nothing
// panics, and there is nothing to spend.
func FuzzDecodeItems(f *testing.F) {
	l, err := ln.New(ln.Deal(1), time.Now)
	if err != nil {
		f.Fatal(err)
	}
	module := l.Module()
	key := wire.SecretKey{31: 1}.PublicKey()
	ct, err := v1.Encrypt(l.Config().Key, [32]byte{1}, key[:])
	if err != nil {
		f.Fatal(err)
	}
	encrypted := wire.EncryptedPreimage{U: ct.U, V: ct.V, W: ct.W}
	hash := wire.PreimageKey(key).Preimage().Hash()
	incoming := wire.LNIncomingContract{Hash: hash, Encrypted: encrypted, GatewayKey: key}
	offer := wire.LNOutput{Offer: &wire.LNOffer{Hash: hash, Encrypted: encrypted, Amount: 1}}
	broken := wire.LNOffer{Hash: hash, Encrypted: encrypted, Amount: 1}
	broken.Encrypted.V = broken.Encrypted.V[:32]
	unknown := &wire.Unknown{Variant: 7, Body: []byte("later")}
	for _, seed := range []wire.Appender{
		wire.LNInput{Contract: wire.ContractID(hash), Amount: 1},
		wire.LNInput{Preimage: &wire.Preimage{}},
		wire.LNInput{Unknown: unknown},
		wire.LNOutput{Amount: 1, Contract: &wire.LNContract{Incoming: &incoming}},
		wire.LNOutput{Amount: 1, Contract: &wire.LNContract{Outgoing: &wire.LNOutgoingContract{GatewayKey: key, UserKey: key}}},
		offer,
		wire.LNOutput{Offer: &broken},
		wire.LNOutput{Cancel: &wire.LNCancel{}},
		wire.LNOutput{Unknown: unknown},
		wire.LNConsensusItem{Variant: wire.LNBlockCount},
		wire.LNConsensusItem{Variant: wire.LNDecryptionShare},
		wire.LNConsensusItem{Unknown: unknown},
	} {
		f.Add(wire.Encode(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		db, err := kv.Open(t.Context(), kv.NewMemory().Handle())
		if err != nil {
			t.Fatal(err)
		}
		ledger := consensus.New(db, nil, nil)
		err = ledger.Update(t.Context(), 1, func(tx consensus.Tx) {
			offered, err := module.Outputs.DecodeOutput(wire.Encode(offer))
			if err != nil {
				t.Fatal(err)
			}
			if _, refusal := offered.Create(tx, wire.OutPoint{}); refusal != nil {
				t.Fatal(refusal)
			}
			if in, err := module.Inputs.DecodeInput(body); err == nil {
				if _, _, refusal := in.Spend(tx); refusal == nil {
					t.Errorf("%x was spent", body)
				}
			}
			if out, err := module.Outputs.DecodeOutput(body); err == nil {
				at := wire.OutPoint{Index: 1}
				worth, refusal := out.Create(tx, at)
				if refusal == nil && module.Outputs.Outcome(tx.View, 0, at) == nil {
					t.Errorf("%x of %v has no outcome", body, worth.Amount)
				}
			}
			item, err := wire.Decode[wire.LNConsensusItem](body)
			taken := module.ApplyItem(tx, 0, body) == nil
			if taken && (err != nil || item.Unknown != nil || item.BlockCount == 0) {
				t.Errorf("%x was taken for a vote", body)
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}
