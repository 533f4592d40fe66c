package mintv2

import (
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// input is a note that is being spent.
type input struct {
	wire.MintV2Input
	mint *Mint
	// signed is that the note is signed, which VerifyInputs finds out.
	signed bool
}

// DecodeInput implements consensus.Inputs. The signature must be a point.
func (m *Mint) DecodeInput(body []byte) (consensus.Input, error) {
	in, err := wire.Decode[wire.MintV2Input](body)
	if err == nil && in.Unknown == nil {
		_, err = tbs.ParseSignature(in.Note.Signature)
	}
	return &input{MintV2Input: in, mint: m}, err
}

// VerifyInputs implements consensus.Inputs. A note that is not signed is refused
// only when it is spent: by then an earlier input may have been refused, and the
// first one is told.
func (m *Mint) VerifyInputs(inputs []consensus.Input) error {
	var known []*input
	var notes []tbs.SignedNote
	for _, in := range inputs {
		in := in.(*input)
		if key, ok := in.key(); ok {
			known = append(known, in)
			notes = append(notes, tbs.SignedNote{Nonce: in.Note.Nonce, Signature: in.Note.Signature, Key: key})
		}
	}
	bad, err := m.Scheme.VerifyNotes(notes)
	if err != nil {
		return err
	}
	for _, in := range known {
		in.signed = true
	}
	for _, i := range bad {
		known[i].signed = false
	}
	return nil
}

// key returns the federation's key of the note's denomination, if it has one.
func (in *input) key() (key wire.G2, ok bool) {
	if in.Unknown != nil {
		return key, false
	}
	return in.mint.Key(in.Note.Denomination.Amount())
}

// Spend implements consensus.Input: the denomination is known, the note signed,
// and the nonce new.
func (in *input) Spend(tx consensus.Tx) (consensus.Worth, wire.PublicKey, consensus.Refusal) {
	refuse := func(e wire.MintV2InputError) (consensus.Worth, wire.PublicKey, consensus.Refusal) {
		return consensus.Worth{}, in.Note.Nonce, e
	}
	if in.Unknown != nil {
		return refuse(wire.MintV2InputError{Variant: wire.MintV2UnknownInput, Input: in.Unknown.Variant})
	}
	if _, ok := in.key(); !ok {
		return refuse(wire.MintV2InputError{Variant: wire.MintV2InputDenomination})
	}
	if !in.signed {
		return refuse(wire.MintV2InputError{Variant: wire.MintV2NoteSignature})
	}
	nonce, amount := in.Note.Nonce, in.Note.Denomination.Amount()
	item := wire.MintV2RecoveryItem{Spent: true, Hash: wire.Hash160Of(nonce[:])}
	if !ecash.Spend(tx, nonce, amount, item) {
		return refuse(wire.MintV2InputError{Variant: wire.MintV2NoteSpent})
	}
	return in.mint.Worth(amount), nonce, nil
}
