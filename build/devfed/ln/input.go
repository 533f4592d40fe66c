package ln

import (
	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

// input is an account that is being spent from.
type input struct {
	wire.LNInput
	module *Lightning
}

// DecodeInput implements consensus.Inputs.
func (l *Lightning) DecodeInput(body []byte) (consensus.Input, error) {
	in, err := wire.Decode[wire.LNInput](body)
	return input{in, l}, err
}

// VerifyInputs implements consensus.Inputs: all checks need the account.
func (*Lightning) VerifyInputs([]consensus.Input) error { return nil }

// Spend implements consensus.Input.
func (in input) Spend(tx consensus.Tx) (consensus.Worth, wire.PublicKey, consensus.Refusal) {
	account, refusal := in.account(tx.View)
	if refusal != nil {
		return consensus.Worth{}, wire.PublicKey{}, *refusal
	}
	key, refusal := in.key(tx.View, account)
	if refusal != nil {
		return consensus.Worth{}, wire.PublicKey{}, *refusal
	}
	account.Amount -= in.Amount
	putAccount(tx, in.Contract, account)
	return consensus.Worth{Amount: in.Amount}, key, nil
}

func (in input) account(view consensus.View) (wire.LNAccount, *wire.LNInputError) {
	if in.Unknown != nil {
		return wire.LNAccount{}, &wire.LNInputError{Variant: wire.LNUnknownInput, Input: in.Unknown.Variant}
	}
	account, ok := Account(view, in.Contract)
	switch {
	case !ok:
		return account, &wire.LNInputError{Variant: wire.LNNoInputContract, Contract: in.Contract}
	case account.Amount < in.Amount:
		return account, &wire.LNInputError{Variant: wire.LNInsufficientFunds, Have: account.Amount, Spent: in.Amount}
	}
	return account, nil
}

// key returns who may spend. Where the preimage is not asked for it is not looked
// at either.
func (in input) key(view consensus.View, account wire.LNAccount) (wire.PublicKey, *wire.LNInputError) {
	if c := account.Incoming; c != nil {
		if c.Decrypted.Variant == wire.PreimageFound {
			return wire.PublicKey(c.Decrypted.Key), nil
		}
		return c.GatewayKey, nil
	}
	c := account.Outgoing
	switch late := uint64(c.Timelock) < in.module.Blocks(view); {
	case late || c.Cancelled:
		return c.UserKey, nil
	case in.Preimage == nil:
		return wire.PublicKey{}, &wire.LNInputError{Variant: wire.LNMissingPreimage}
	case in.Preimage.Hash() != c.Hash:
		return wire.PublicKey{}, &wire.LNInputError{Variant: wire.LNWrongPreimage}
	}
	return c.GatewayKey, nil
}
