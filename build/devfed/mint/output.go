package mint

import (
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// output is a note that is being issued.
type output struct {
	wire.MintOutput
	mint *Mint
}

// DecodeOutput implements consensus.Outputs. The blind nonce must be a point.
func (m *Mint) DecodeOutput(body []byte) (consensus.Output, error) {
	out, err := wire.Decode[wire.MintOutput](body)
	if err == nil && out.Unknown == nil {
		_, err = tbs.ParseBlindedMessage(out.BlindNonce)
	}
	return output{out, m}, err
}

// Admit implements consensus.Output: the blind nonce is new.
func (out output) Admit(view consensus.View) consensus.Refusal {
	if out.Unknown != nil {
		return out.unknown()
	}
	if _, used := ecash.OutPointOf(view, out.BlindNonce); used {
		return wire.MintOutputError{Variant: wire.MintBlindNonceReused}
	}
	return nil
}

func (out output) unknown() consensus.Refusal {
	return wire.MintOutputError{Variant: wire.MintUnknownOutput, Output: out.Unknown.Variant}
}

// Create implements consensus.Output: the amount is a tier.
func (out output) Create(tx consensus.Tx, at wire.OutPoint) (consensus.Worth, consensus.Refusal) {
	if out.Unknown != nil {
		return consensus.Worth{}, out.unknown()
	}
	if _, ok := out.mint.Key(out.Amount); !ok {
		return consensus.Worth{}, wire.MintOutputError{Variant: wire.MintOutputAmount, Amount: out.Amount}
	}
	item := wire.MintRecoveryItem{Amount: out.Amount, Hash: wire.Hash160Of(out.BlindNonce[:])}
	ecash.Issue(tx, at, ecash.Issued{Amount: out.Amount, Blind: out.BlindNonce}, item)
	return out.mint.Worth(out.Amount), nil
}

// Outcome implements consensus.Outputs: a guardian's share of the signature.
func (m *Mint) Outcome(view consensus.View, guardian wire.PeerID, at wire.OutPoint) wire.Appender {
	note, ok := ecash.IssuedAt(view, at)
	if !ok {
		return nil
	}
	return wire.MintOutcome{Share: m.Sign(guardian, note.Amount, note.Blind)}
}
