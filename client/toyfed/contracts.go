package toyfed

import (
	"slices"

	"satchel/client/tpe"
	"satchel/client/wire"
)

// A Contract is one that was funded.
type Contract struct {
	At wire.OutPoint // which has funded it

	// One of these is set.
	Outgoing *wire.LNV2OutgoingContract
	Incoming *wire.LNV2IncomingContract

	// Spent says whether it was, and by whom.
	Spent Spent

	// Preimage is what an outgoing contract was claimed with.
	Preimage wire.Preimage
}

// Spent is how a contract was spent.
type Spent int

// Ways to spend a contract.
const (
	Open      Spent = iota // not yet
	Claimed                // by who has the preimage, or by the receiver
	Refunded               // by the sender after it had expired, or by the gateway for a useless preimage
	Cancelled              // by the sender, because the gateway forfeited it
)

// Amount returns what it is worth, in msat.
func (c Contract) Amount() wire.Amount {
	if c.Outgoing != nil {
		return c.Outgoing.Amount
	}
	return c.Incoming.Commitment.Amount
}

// Contracts returns all contracts, in the order in which they were funded.
func (f *Federation) Contracts() []Contract {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.books.contracts)
}

// contract returns the contract that an output has funded, or nil.
func (b *books) contract(at wire.OutPoint) *Contract {
	for i := range b.contracts {
		if b.contracts[i].At == at {
			return &b.contracts[i]
		}
	}
	return nil
}

// incoming returns the incoming contracts.
func (b *books) incoming() (all []Contract) {
	for _, c := range b.contracts {
		if c.Incoming != nil {
			all = append(all, c)
		}
	}
	return all
}

// latest returns the output that has funded an incoming contract, the last one
// of several.
func (b *books) latest(id wire.ContractID) (wire.OutPoint, bool) {
	for _, c := range slices.Backward(b.contracts) {
		if c.Incoming != nil && c.Incoming.ID() == id {
			return c.At, true
		}
	}
	return wire.OutPoint{}, false
}

// TakeBacks returns how many transactions were submitted, whatever became of them,
// that take an outgoing contract back, because it has expired or was forfeited.
func (f *Federation) TakeBacks() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.mustLightning().takeBacks)
}

// watch takes note of a transaction before it is processed.
func (l *lightning) watch(id wire.TxID, tx wire.Transaction) {
	for range takenBack(tx) {
		l.takeBacks[id] = true
	}
	l.overtake(tx)
}

var (
	decodedInputs  memo[string, wire.LNV2Input]
	decodedOutputs memo[string, wire.LNV2Output]
)

func decodeInput(body []byte) (wire.LNV2Input, error) {
	return decodedInputs.get(string(body), func() (wire.LNV2Input, error) { return wire.Decode[wire.LNV2Input](body) })
}

func decodeOutput(body []byte) (wire.LNV2Output, error) {
	return decodedOutputs.get(string(body), func() (wire.LNV2Output, error) { return wire.Decode[wire.LNV2Output](body) })
}

// fund applies an output to the books.
func (l *lightning) fund(b *books, body []byte, at wire.OutPoint) (amount, fee wire.Amount, refused *wire.TransactionError) {
	refuse := func(v wire.LNV2OutputError) (wire.Amount, wire.Amount, *wire.TransactionError) {
		return 0, 0, &wire.TransactionError{Variant: wire.TxInvalidOutput, Cause: wire.DynOf(LNV2ID, v)}
	}
	o, err := decodeOutput(body)
	switch {
	case err != nil:
		return refuse(wire.LNV2OutputError{Variant: wire.LNV2UnknownOutput})
	case o.Unknown != nil:
		return refuse(wire.LNV2OutputError{Variant: wire.LNV2UnknownOutput, Output: o.Unknown.Variant})
	case o.Incoming != nil && !l.verifies(*o.Incoming):
		return refuse(wire.LNV2OutputError{Variant: wire.LNV2BadContract})
	case o.Incoming != nil && o.Incoming.Commitment.Expiration <= b.time:
		return refuse(wire.LNV2OutputError{Variant: wire.LNV2ContractExpired})
	}
	c := Contract{At: at, Outgoing: o.Outgoing, Incoming: o.Incoming}
	b.contracts = append(b.contracts, c)
	return c.Amount(), l.Fee.Fee(c.Amount()), nil
}

// spend applies an input to the books.
func (l *lightning) spend(b *books, body []byte) (amount, fee wire.Amount, key wire.PublicKey, refused *wire.TransactionError) {
	refuse := func(v wire.LNV2InputError) (wire.Amount, wire.Amount, wire.PublicKey, *wire.TransactionError) {
		return 0, 0, key, &wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(LNV2ID, v)}
	}
	in, err := decodeInput(body)
	switch {
	case err != nil:
		return refuse(wire.LNV2InputError{Variant: wire.LNV2UnknownInput})
	case in.Unknown != nil:
		return refuse(wire.LNV2InputError{Variant: wire.LNV2UnknownInput, Input: in.Unknown.Variant})
	}
	c := b.contract(in.OutPoint)
	if c == nil || c.Spent != Open || (c.Outgoing == nil) != (in.Witness == nil) {
		return refuse(wire.LNV2InputError{Variant: wire.LNV2NoContract})
	}
	if in.Witness != nil {
		key, err = c.spendOutgoing(*in.Witness, b.height)
	} else {
		key, err = l.spendIncoming(c, *in.DecryptionKey)
	}
	if flaw, ok := err.(wire.LNV2InputError); ok {
		return refuse(flaw)
	}
	return c.Amount(), l.Fee.Fee(c.Amount()), key, nil
}

// spendOutgoing returns the key that has to sign, or a [wire.LNV2InputError].
func (c *Contract) spendOutgoing(w wire.LNV2Witness, height uint64) (wire.PublicKey, error) {
	expired := c.Outgoing.Expiration <= height
	switch {
	case w.Variant == wire.LNV2Claim && expired:
		return wire.PublicKey{}, wire.LNV2InputError{Variant: wire.LNV2Expired}
	case w.Variant == wire.LNV2Claim && !c.Outgoing.Image.Verify(w.Preimage):
		return wire.PublicKey{}, wire.LNV2InputError{Variant: wire.LNV2WrongPreimage}
	case w.Variant == wire.LNV2Claim:
		c.Spent, c.Preimage = Claimed, w.Preimage
		return c.Outgoing.ClaimKey, nil
	case w.Variant == wire.LNV2Refund && !expired:
		return wire.PublicKey{}, wire.LNV2InputError{Variant: wire.LNV2NotExpired}
	case w.Variant == wire.LNV2Refund:
		c.Spent = Refunded
	case !verifySignature(c.Outgoing.ClaimKey, c.Outgoing.ID(), w.Signature):
		return wire.PublicKey{}, wire.LNV2InputError{Variant: wire.LNV2ForfeitSig}
	default:
		c.Spent = Cancelled
	}
	return c.Outgoing.RefundKey, nil
}

// spendIncoming returns the key that has to sign, or a [wire.LNV2InputError].
func (l *lightning) spendIncoming(c *Contract, key wire.G1) (wire.PublicKey, error) {
	commitment := c.Incoming.Commitment
	if !l.Encryption.VerifyKey(l.keys.Aggregate, key, ciphertext(*c.Incoming), wire.HashOf(commitment)) {
		return wire.PublicKey{}, wire.LNV2InputError{Variant: wire.LNV2DecryptionKey}
	}
	if commitment.Image.Verify(ciphertext(*c.Incoming).Decrypt(key)) {
		c.Spent = Claimed
		return commitment.ClaimKey, nil
	}
	c.Spent = Refunded
	return commitment.RefundKey, nil
}

// verifies reports whether a contract has a preimage that guardians can decrypt,
// whatever it is.
func (l *lightning) verifies(c wire.LNV2IncomingContract) bool {
	return l.Encryption.VerifyCiphertext(ciphertext(c), wire.HashOf(c.Commitment))
}

func ciphertext(c wire.LNV2IncomingContract) tpe.Ciphertext {
	return tpe.Ciphertext{Encrypted: c.Ciphertext.Encrypted, Key: c.Ciphertext.Key, Signature: c.Ciphertext.Signature}
}
