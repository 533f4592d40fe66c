package lnv2

import (
	"satchel/build/devfed/consensus"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// input is a contract that is being spent.
type input struct {
	wire.LNV2Input
	module *Lightning
}

// DecodeInput implements consensus.Inputs. A decryption key must be a point.
func (l *Lightning) DecodeInput(body []byte) (consensus.Input, error) {
	in, err := wire.Decode[wire.LNV2Input](body)
	if err == nil && in.DecryptionKey != nil {
		_, err = tbs.ParseSignature(*in.DecryptionKey)
	}
	return input{in, l}, err
}

// VerifyInputs implements consensus.Inputs: all checks need the contract.
func (*Lightning) VerifyInputs([]consensus.Input) error { return nil }

// Spend implements consensus.Input.
func (in input) Spend(tx consensus.Tx) (consensus.Worth, wire.PublicKey, consensus.Refusal) {
	if in.Unknown != nil {
		return consensus.Worth{}, wire.PublicKey{}, wire.LNV2InputError{Variant: wire.LNV2UnknownInput, Input: in.Unknown.Variant}
	}
	spend := in.spendIncoming
	if in.Witness != nil {
		spend = in.spendOutgoing
	}
	amount, key, refusal := spend(tx)
	if refusal != nil {
		return consensus.Worth{}, wire.PublicKey{}, *refusal
	}
	return in.module.worth(amount), key, nil
}

func refuse(variant uint64) (wire.Amount, wire.PublicKey, *wire.LNV2InputError) {
	return 0, wire.PublicKey{}, &wire.LNV2InputError{Variant: variant}
}

func (in input) spendOutgoing(tx consensus.Tx) (wire.Amount, wire.PublicKey, *wire.LNV2InputError) {
	c, ok := Outgoing(tx.View, in.OutPoint)
	if !ok {
		return refuse(wire.LNV2NoContract)
	}
	spendOutgoing(tx, in.OutPoint)
	expired := c.Expiration <= in.module.Blocks(tx.View)
	switch w := in.Witness; {
	case w.Variant == wire.LNV2Claim && expired:
		return refuse(wire.LNV2Expired)
	case w.Variant == wire.LNV2Claim && !c.Image.Verify(w.Preimage):
		return refuse(wire.LNV2WrongPreimage)
	case w.Variant == wire.LNV2Claim:
		tx.Put(pointKey(preimage, in.OutPoint), wire.Encode(w.Preimage))
		return c.Amount, c.ClaimKey, nil
	case w.Variant == wire.LNV2Refund && !expired:
		return refuse(wire.LNV2NotExpired)
	case w.Variant == wire.LNV2Cancel && c.VerifyForfeit(w.Signature) != nil:
		return refuse(wire.LNV2ForfeitSig)
	}
	return c.Amount, c.RefundKey, nil
}

func (in input) spendIncoming(tx consensus.Tx) (wire.Amount, wire.PublicKey, *wire.LNV2InputError) {
	c, ok := Incoming(tx.View, in.OutPoint)
	if !ok {
		return refuse(wire.LNV2NoContract)
	}
	spendIncoming(tx, in.OutPoint)
	sealed := ciphertext(c.Ciphertext)
	if !in.module.tpe.VerifyKey(in.module.keys.Aggregate, *in.DecryptionKey, sealed, wire.HashOf(c.Commitment)) {
		return refuse(wire.LNV2DecryptionKey)
	}
	if c.Commitment.Image.Verify(sealed.Decrypt(*in.DecryptionKey)) {
		return c.Commitment.Amount, c.Commitment.ClaimKey, nil
	}
	return c.Commitment.Amount, c.Commitment.RefundKey, nil
}
