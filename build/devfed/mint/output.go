package mint

import (
	"encoding/binary"
	"fmt"

	"satchel/build/devfed/consensus"
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
	switch {
	case out.Unknown != nil:
		return out.unknown()
	case view.Has(blindKey(out.BlindNonce)):
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
	tx.Put(outputKey(at), wire.Encode(out.MintOutput))
	tx.Put(blindKey(out.BlindNonce), wire.Encode(at))
	addRecovery(tx, wire.MintRecoveryItem{Amount: out.Amount, Hash: wire.Hash160Of(out.BlindNonce[:])})
	return consensus.Worth{Amount: out.Amount, Fee: out.mint.fee.Fee(out.Amount)}, nil
}

// Outcome implements consensus.Outputs: a guardian's share of the signature.
func (m *Mint) Outcome(view consensus.View, guardian wire.PeerID, at wire.OutPoint) wire.Appender {
	out, ok := Issued(view, at)
	if !ok {
		return nil
	}
	return wire.MintOutcome{Share: m.Sign(guardian, out.Amount, out.BlindNonce)}
}

// Issued returns an output of an accepted transaction.
func Issued(view consensus.View, at wire.OutPoint) (out wire.MintOutput, ok bool) {
	value, ok := view.Get(outputKey(at))
	if !ok {
		return wire.MintOutput{}, false
	}
	return consensus.Stored[wire.MintOutput](value), true
}

// Sign returns a guardian's share of the signature of a blind nonce under the
// key of a tier, both of which must be right.
func (m *Mint) Sign(guardian wire.PeerID, tier wire.Amount, blind wire.G1) wire.G1 {
	message, err := tbs.ParseBlindedMessage(blind)
	if err != nil {
		panic(fmt.Sprintf("mint: an accepted blind nonce is no point: %v", err))
	}
	return tbs.Sign(message, m.secret[tier][guardian]).Bytes()
}

func outputKey(at wire.OutPoint) string {
	return "output/" + string(binary.BigEndian.AppendUint64(at.TxID[:], at.Index))
}

func blindKey(blind wire.G1) string { return "blind/" + string(blind[:]) }
