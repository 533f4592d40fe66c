package mint

import (
	"errors"

	"satchel/build/devfed/consensus"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// input is a note that is being spent.
type input struct {
	wire.MintInput
	fee wire.FeeConsensus
}

// DecodeInput implements consensus.Inputs. The signature must be a point.
func (m *Mint) DecodeInput(body []byte) (consensus.Input, error) {
	in, err := wire.Decode[wire.MintInput](body)
	if err == nil && in.Unknown == nil {
		_, err = tbs.ParseSignature(in.Note.Signature)
	}
	return input{in, m.fee}, err
}

var errNote = errors.New("a note does not verify")

// VerifyInputs implements consensus.Inputs: all notes are of a tier and signed.
func (m *Mint) VerifyInputs(inputs []consensus.Input) error {
	notes := make([]tbs.SignedNote, len(inputs))
	for i, in := range inputs {
		in := in.(input)
		key, ok := m.Key(in.Amount)
		if in.Unknown != nil || !ok {
			return errNote
		}
		notes[i] = tbs.SignedNote{Nonce: in.Note.Nonce, Signature: in.Note.Signature, Key: key}
	}
	bad, err := m.scheme.VerifyNotes(notes)
	if err == nil && len(bad) > 0 {
		err = errNote
	}
	return err
}

// Spend implements consensus.Input: the nonce is new.
func (in input) Spend(tx consensus.Tx) (consensus.Worth, wire.PublicKey, consensus.Refusal) {
	nonce := in.Note.Nonce
	if tx.Has(spentKey(nonce)) {
		return consensus.Worth{}, nonce, wire.MintInputError{Variant: wire.MintNoteSpent}
	}
	tx.Put(spentKey(nonce), wire.Encode(in.Amount))
	addRecovery(tx, wire.MintRecoveryItem{Spent: true, Hash: wire.Hash160Of(nonce[:])})
	return consensus.Worth{Amount: in.Amount, Fee: in.fee.Fee(in.Amount)}, nonce, nil
}

func spentKey(nonce wire.PublicKey) string { return "spent/" + string(nonce[:]) }
