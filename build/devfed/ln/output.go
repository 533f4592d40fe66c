package ln

import (
	"bytes"

	"satchel/build/devfed/consensus"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// output is a contract that is being funded, an offer or a cancellation.
type output struct {
	wire.LNOutput
	module *Lightning
	// sealed is that the ciphertext verifies of an offer or an incoming contract.
	sealed bool
}

// DecodeOutput implements consensus.Outputs. The parts of a ciphertext must be
// points.
func (l *Lightning) DecodeOutput(body []byte) (consensus.Output, error) {
	decoded, err := wire.Decode[wire.LNOutput](body)
	if err != nil {
		return nil, err
	}
	out := output{LNOutput: decoded, module: l}
	if e := out.encrypted(); e != nil {
		if _, err := tbs.ParseSignature(e.U); err != nil {
			return nil, err
		}
		if _, err := tbs.ParsePublicKey(e.W); err != nil {
			return nil, err
		}
		out.sealed = ciphertext(*e).Verify()
	}
	return out, nil
}

// encrypted returns the ciphertext, if there is one.
func (out output) encrypted() *wire.EncryptedPreimage {
	switch {
	case out.Offer != nil:
		return &out.Offer.Encrypted
	case out.Contract != nil && out.Contract.Incoming != nil:
		return &out.Contract.Incoming.Encrypted
	}
	return nil
}

// Admit implements consensus.Output: what a submission is checked for is checked
// again, since version 2.1.
func (output) Admit(consensus.View) consensus.Refusal { return nil }

// Create implements consensus.Output.
func (out output) Create(tx consensus.Tx, at wire.OutPoint) (consensus.Worth, consensus.Refusal) {
	create := out.cancel
	switch {
	case out.Unknown != nil:
		return consensus.Worth{}, wire.LNOutputError{Variant: wire.LNUnknownOutput, Output: out.Unknown.Variant}
	case out.Contract != nil:
		create = out.fund
	case out.Offer != nil:
		create = out.offer
	}
	outcome, refusal := create(tx, at)
	if refusal != nil {
		return consensus.Worth{}, *refusal
	}
	tx.Put(outcomeKey(at), wire.Encode(outcome))
	return consensus.Worth{Amount: out.Amount}, nil // which only a contract has
}

func refuse(e wire.LNOutputError) (wire.LNOutcome, *wire.LNOutputError) {
	return wire.LNOutcome{}, &e
}

func (out output) fund(tx consensus.Tx, at wire.OutPoint) (wire.LNOutcome, *wire.LNOutputError) {
	id, account := out.contractID(), wire.LNAccount{Amount: out.Amount, Outgoing: out.Contract.Outgoing}
	if _, funded := Account(tx.View, id); funded {
		return refuse(wire.LNOutputError{Variant: wire.LNContractAlreadyFunded, Contract: id})
	}
	outcome := wire.LNOutcome{Variant: wire.LNContractOutcome, ID: id}
	if c := out.Contract.Incoming; c != nil {
		if refusal := out.buy(tx.View, c); refusal != nil {
			return refuse(*refusal)
		}
		bought := *c
		bought.Decrypted = out.module.decrypt(c.Encrypted, c.Hash)
		account.Incoming, account.OutPoint = &bought, at
		outcome.Decrypted = &bought.Decrypted
		tx.Delete(offerKey(c.Hash))
	}
	if out.Amount == 0 {
		return refuse(wire.LNOutputError{Variant: wire.LNZeroOutput})
	}
	putAccount(tx, id, account)
	return outcome, nil
}

func (out output) contractID() wire.ContractID {
	if c := out.Contract.Incoming; c != nil {
		return c.ID()
	}
	return out.Contract.Outgoing.ID()
}

// buy compares an incoming contract with the offer for it.
func (out output) buy(view consensus.View, c *wire.LNIncomingContract) *wire.LNOutputError {
	offer, ok := Offer(view, c.Hash)
	switch {
	case !ok:
		return &wire.LNOutputError{Variant: wire.LNNoOffer, Hash: c.Hash}
	case out.Amount < offer.Amount:
		return &wire.LNOutputError{Variant: wire.LNInsufficientFunding, Need: offer.Amount, Got: out.Amount}
	case !bytes.Equal(wire.Encode(c.Encrypted), wire.Encode(offer.Encrypted)):
		return &wire.LNOutputError{Variant: wire.LNEncryptedPreimageMismatch}
	case c.Decrypted.Variant != wire.PreimagePending:
		return &wire.LNOutputError{Variant: wire.LNPreDecryptedContract}
	case !out.sealed:
		return &wire.LNOutputError{Variant: wire.LNInvalidEncryptedPreimage}
	}
	return nil
}

func (out output) offer(tx consensus.Tx, _ wire.OutPoint) (wire.LNOutcome, *wire.LNOutputError) {
	id, key, sealed := out.Offer.ID(), offerKey(out.Offer.Hash), sealedKey(out.Offer.Encrypted)
	if _, funded := Account(tx.View, id); funded {
		return refuse(wire.LNOutputError{Variant: wire.LNOfferForFundedContract, Contract: id})
	}
	switch {
	case !out.sealed:
		return refuse(wire.LNOutputError{Variant: wire.LNInvalidEncryptedPreimage})
	case tx.Has(sealed) || tx.Has(key):
		return refuse(wire.LNOutputError{Variant: wire.LNReusedEncryptedPreimage})
	}
	tx.Put(sealed, nil)
	tx.Put(key, wire.Encode(*out.Offer))
	return wire.LNOutcome{Variant: wire.LNOfferOutcome, ID: id}, nil
}

func (out output) cancel(tx consensus.Tx, _ wire.OutPoint) (wire.LNOutcome, *wire.LNOutputError) {
	id := out.Cancel.Contract
	account, ok := Account(tx.View, id)
	switch {
	case !ok:
		return refuse(wire.LNOutputError{Variant: wire.LNNoOutputContract, Contract: id})
	case account.Outgoing == nil:
		return refuse(wire.LNOutputError{Variant: wire.LNNotOutgoingContract})
	case account.Outgoing.VerifyCancel(out.Cancel.Signature) != nil:
		return refuse(wire.LNOutputError{Variant: wire.LNInvalidCancelSignature})
	}
	account.Outgoing.Cancelled = true
	putAccount(tx, id, account)
	return wire.LNOutcome{Variant: wire.LNCancelOutcome, ID: id}, nil
}

// Outcome implements consensus.Outputs: all guardians give the same.
func (*Lightning) Outcome(view consensus.View, _ wire.PeerID, at wire.OutPoint) wire.Appender {
	outcome, ok := stored[wire.LNOutcome](view, outcomeKey(at))
	if !ok {
		return nil
	}
	return outcome
}
