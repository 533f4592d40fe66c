package toyfed

import (
	"bytes"

	"satchel/client/wire"
)

// An LNContract is a contract of the first generation that was funded.
type LNContract struct {
	wire.LNAccount
	Funds wire.Amount // that were put into it, in msat
	Spent Spent
}

// LNContracts returns all contracts of the first generation.
func (f *Federation) LNContracts() map[wire.ContractID]LNContract {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[wire.ContractID]LNContract{}
	for id, c := range f.books.ln.accounts {
		all[id] = c
	}
	return all
}

// LNOffers returns how many offers there are that nobody has taken.
func (f *Federation) LNOffers() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.books.ln.offers)
}

func (m *ln) spend(b *books, body []byte) (amount, fee wire.Amount, key wire.PublicKey, refused *wire.TransactionError) {
	refuse := func(v wire.LNInputError) (wire.Amount, wire.Amount, wire.PublicKey, *wire.TransactionError) {
		return 0, 0, key, &wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(LNID, v)}
	}
	in, err := wire.Decode[wire.LNInput](body)
	if err != nil || in.Unknown != nil {
		return refuse(wire.LNInputError{Variant: wire.LNUnknownInput})
	}
	c, ok := b.ln.accounts[in.Contract]
	switch {
	case !ok:
		return refuse(wire.LNInputError{Variant: wire.LNNoInputContract, Contract: in.Contract})
	case c.Amount < in.Amount:
		return refuse(wire.LNInputError{Variant: wire.LNInsufficientFunds, Have: c.Amount, Spent: in.Amount})
	}
	key, err = c.spend(in.Preimage, b.height)
	if flaw, ok := err.(wire.LNInputError); ok {
		return refuse(flaw)
	}
	c.Amount -= in.Amount
	b.ln.accounts[in.Contract] = c
	return in.Amount, m.Fees.Input, key, nil
}

// spend returns the key that has to sign, or a [wire.LNInputError].
func (c *LNContract) spend(preimage *wire.Preimage, height uint64) (wire.PublicKey, error) {
	if c.Incoming != nil {
		return c.spendIncoming()
	}
	switch o := c.Outgoing; {
	case uint64(o.Timelock)+1 <= height || o.Cancelled:
		c.Spent = Refunded
		return o.UserKey, nil
	case preimage == nil:
		return wire.PublicKey{}, wire.LNInputError{Variant: wire.LNMissingPreimage}
	case preimage.Hash() != o.Hash:
		return wire.PublicKey{}, wire.LNInputError{Variant: wire.LNWrongPreimage}
	default:
		c.Spent = Claimed
		return o.GatewayKey, nil
	}
}

func (c *LNContract) spendIncoming() (wire.PublicKey, error) {
	switch d := c.Incoming.Decrypted; d.Variant {
	case wire.PreimageFound:
		c.Spent = Claimed
		return wire.PublicKey(d.Key), nil
	case wire.PreimageInvalid:
		c.Spent = Refunded
		return c.Incoming.GatewayKey, nil
	}
	return wire.PublicKey{}, wire.LNInputError{Variant: wire.LNContractNotReady}
}

// fund applies an output to the books.
func (m *ln) fund(b *books, body []byte, at wire.OutPoint) (amount, fee wire.Amount, refused *wire.TransactionError) {
	flaw := wire.LNOutputError{Variant: wire.LNUnknownOutput}
	o, err := wire.Decode[wire.LNOutput](body)
	bad := err != nil || o.Unknown != nil
	switch {
	case bad:
	case o.Contract != nil:
		amount, fee = o.Amount, m.Fees.Output
		flaw, bad = m.open(b, *o.Contract, o.Amount, at)
	case o.Offer != nil:
		flaw, bad = m.offer(b, *o.Offer)
	default:
		flaw, bad = b.ln.cancel(*o.Cancel)
	}
	if bad {
		return 0, 0, &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(LNID, flaw)}
	}
	return amount, fee, nil
}

// open funds a contract, or says why not.
func (m *ln) open(b *books, c wire.LNContract, amount wire.Amount, at wire.OutPoint) (wire.LNOutputError, bool) {
	account := LNContract{LNAccount: wire.LNAccount{Incoming: c.Incoming, Outgoing: c.Outgoing, OutPoint: at}}
	id := wire.ContractID{}
	if c.Incoming != nil {
		id = c.Incoming.ID()
	} else {
		id = c.Outgoing.ID()
	}
	old, exists := b.ln.accounts[id]
	if exists && !m.Topping {
		return wire.LNOutputError{Variant: wire.LNContractAlreadyFunded, Contract: id}, true
	}
	if c.Incoming != nil {
		if flaw, bad := m.buy(b, *c.Incoming, amount); bad {
			return flaw, bad
		}
		sold := *c.Incoming
		sold.Decrypted = m.decrypt(sold)
		account.Incoming = &sold
	}
	if amount == 0 {
		return wire.LNOutputError{Variant: wire.LNZeroOutput}, true
	}
	if exists {
		account = old
	}
	account.Amount += amount
	account.Funds += amount
	b.ln.accounts[id] = account
	return wire.LNOutputError{}, false
}

// buy takes the offer of an incoming contract, or says why not.
func (m *ln) buy(b *books, c wire.LNIncomingContract, amount wire.Amount) (wire.LNOutputError, bool) {
	o, ok := b.ln.offers[c.Hash]
	flaw := wire.LNOutputError{}
	switch {
	case !ok:
		flaw = wire.LNOutputError{Variant: wire.LNNoOffer, Hash: c.Hash}
	case amount < o.Amount:
		flaw = wire.LNOutputError{Variant: wire.LNInsufficientFunding, Need: o.Amount, Got: amount}
	case !m.Topping && !bytes.Equal(wire.Encode(c.Encrypted), wire.Encode(o.Encrypted)):
		flaw = wire.LNOutputError{Variant: wire.LNEncryptedPreimageMismatch}
	case !m.Topping && c.Decrypted.Variant != wire.PreimagePending:
		flaw = wire.LNOutputError{Variant: wire.LNPreDecryptedContract}
	case !m.Encryption.Verify(lnCiphertext(c.Encrypted)):
		flaw = wire.LNOutputError{Variant: wire.LNInvalidEncryptedPreimage}
	default:
		delete(b.ln.offers, c.Hash)
		return flaw, false
	}
	return flaw, true
}

// decrypt is what guardians find out about a preimage.
func (m *ln) decrypt(c wire.LNIncomingContract) wire.DecryptedPreimage {
	invalid := wire.DecryptedPreimage{Variant: wire.PreimageInvalid}
	plain := m.Encryption.Decrypt(lnCiphertext(c.Encrypted))
	if len(plain) != len(wire.PreimageKey{}) {
		return invalid
	}
	key := wire.PreimageKey(plain)
	if _, err := wire.Decode[wire.PublicKey](plain); err != nil || key.Preimage().Hash() != c.Hash {
		return invalid
	}
	return wire.DecryptedPreimage{Variant: wire.PreimageFound, Key: key}
}

// offer takes an offer, or says why not.
func (m *ln) offer(b *books, o wire.LNOffer) (wire.LNOutputError, bool) {
	if _, exists := b.ln.accounts[o.ID()]; exists && !m.Topping {
		return wire.LNOutputError{Variant: wire.LNOfferForFundedContract, Contract: o.ID()}, true
	}
	if !m.Encryption.Verify(lnCiphertext(o.Encrypted)) {
		return wire.LNOutputError{Variant: wire.LNInvalidEncryptedPreimage}, true
	}
	used := [32]byte(wire.HashOf(o.Encrypted))
	if _, exists := b.ln.offers[o.Hash]; exists || b.ln.used[used] {
		return wire.LNOutputError{Variant: wire.LNReusedEncryptedPreimage}, true
	}
	b.ln.offers[o.Hash], b.ln.used[used] = o, true
	return wire.LNOutputError{}, false
}

// cancel cancels an outgoing contract, or says why not.
func (b *lnBooks) cancel(v wire.LNCancel) (wire.LNOutputError, bool) {
	c, ok := b.accounts[v.Contract]
	switch {
	case !ok:
		return wire.LNOutputError{Variant: wire.LNNoOutputContract, Contract: v.Contract}, true
	case c.Outgoing == nil:
		return wire.LNOutputError{Variant: wire.LNNotOutgoingContract}, true
	case !verifySignature(c.Outgoing.GatewayKey, c.Outgoing.CancelMessage(), v.Signature):
		return wire.LNOutputError{Variant: wire.LNInvalidCancelSignature}, true
	}
	cancelled := *c.Outgoing
	cancelled.Cancelled = true
	c.Outgoing = &cancelled
	b.accounts[v.Contract] = c
	return wire.LNOutputError{}, false
}
