package lnv2

import (
	"satchel/build/devfed/consensus"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// output is a contract that is being funded.
type output struct {
	wire.LNV2Output
	module *Lightning
	// sealed is that the ciphertext of an incoming contract was made for it.
	sealed bool
}

// DecodeOutput implements consensus.Outputs. The parts of a ciphertext must be
// points.
func (l *Lightning) DecodeOutput(body []byte) (consensus.Output, error) {
	decoded, err := wire.Decode[wire.LNV2Output](body)
	if err != nil {
		return nil, err
	}
	out := output{LNV2Output: decoded, module: l}
	if c := out.Incoming; c != nil {
		if _, err := tbs.ParseSignature(c.Ciphertext.Key); err != nil {
			return nil, err
		}
		if _, err := tbs.ParsePublicKey(c.Ciphertext.Signature); err != nil {
			return nil, err
		}
		out.sealed = l.tpe.VerifyCiphertext(ciphertext(c.Ciphertext), wire.HashOf(c.Commitment))
	}
	return out, nil
}

// Admit implements consensus.Output: there is nothing that only a submission is
// checked for.
func (output) Admit(consensus.View) consensus.Refusal { return nil }

// Create implements consensus.Output.
func (out output) Create(tx consensus.Tx, at wire.OutPoint) (consensus.Worth, consensus.Refusal) {
	switch {
	case out.Unknown != nil:
		return consensus.Worth{}, wire.LNV2OutputError{Variant: wire.LNV2UnknownOutput, Output: out.Unknown.Variant}
	case out.Outgoing != nil:
		fundOutgoing(tx, at, *out.Outgoing)
		return out.module.worth(out.Outgoing.Amount), nil
	case !out.sealed:
		return consensus.Worth{}, wire.LNV2OutputError{Variant: wire.LNV2BadContract}
	case out.Incoming.Commitment.Expiration <= out.module.Seconds(tx.View):
		return consensus.Worth{}, wire.LNV2OutputError{Variant: wire.LNV2ContractExpired}
	}
	fundIncoming(tx, at, *out.Incoming)
	return out.module.worth(out.Incoming.Commitment.Amount), nil
}

// Outcome implements consensus.Outputs: outputs have none.
func (*Lightning) Outcome(consensus.View, wire.PeerID, wire.OutPoint) wire.Appender { return nil }
