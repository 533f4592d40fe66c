package mintv2

import (
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// output is a note that is being issued.
type output struct {
	wire.MintV2Output
	mint *Mint
}

// DecodeOutput implements consensus.Outputs. The blind nonce must be a point.
func (m *Mint) DecodeOutput(body []byte) (consensus.Output, error) {
	out, err := wire.Decode[wire.MintV2Output](body)
	if err == nil && out.Unknown == nil {
		_, err = tbs.ParseBlindedMessage(out.BlindNonce)
	}
	return output{out, m}, err
}

// Admit implements consensus.Output: there is nothing that only a submission is
// checked for.
func (output) Admit(consensus.View) consensus.Refusal { return nil }

// Create implements consensus.Output: the denomination is known.
func (out output) Create(tx consensus.Tx, at wire.OutPoint) (consensus.Worth, consensus.Refusal) {
	if out.Unknown != nil {
		return consensus.Worth{}, wire.MintV2OutputError{Variant: wire.MintV2UnknownOutput, Output: out.Unknown.Variant}
	}
	amount := out.Denomination.Amount()
	if _, ok := out.mint.Key(amount); !ok {
		return consensus.Worth{}, wire.MintV2OutputError{Variant: wire.MintV2OutputDenomination}
	}
	item := wire.MintV2RecoveryItem{Denomination: out.Denomination, Tweak: out.Tweak, Hash: wire.Hash160Of(out.BlindNonce[:])}
	ecash.Issue(tx, at, ecash.Issued{Amount: amount, Blind: out.BlindNonce}, item)
	return out.mint.Worth(amount), nil
}

// Outcome implements consensus.Outputs: outputs have none.
func (*Mint) Outcome(consensus.View, wire.PeerID, wire.OutPoint) wire.Appender { return nil }
