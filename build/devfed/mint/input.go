package mint

import (
	"errors"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// input is a note that is being spent.
type input struct {
	wire.MintInput
	mint *Mint
}

// DecodeInput implements consensus.Inputs. The signature must be a point.
func (m *Mint) DecodeInput(body []byte) (consensus.Input, error) {
	in, err := wire.Decode[wire.MintInput](body)
	if err == nil && in.Unknown == nil {
		_, err = tbs.ParseSignature(in.Note.Signature)
	}
	return input{in, m}, err
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
	good, err := m.Scheme.CheckNotes(notes)
	if err == nil && !good {
		err = errNote
	}
	return err
}

// Spend implements consensus.Input: the nonce is new.
func (in input) Spend(tx consensus.Tx) (consensus.Worth, wire.PublicKey, consensus.Refusal) {
	nonce := in.Note.Nonce
	item := wire.MintRecoveryItem{Spent: true, Hash: wire.Hash160Of(nonce[:])}
	if !ecash.Spend(tx, nonce, in.Amount, item) {
		return consensus.Worth{}, nonce, wire.MintInputError{Variant: wire.MintNoteSpent}
	}
	return in.mint.Worth(in.Amount), nonce, nil
}
