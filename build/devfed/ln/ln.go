// Package ln is lightning of the first generation, as a guardian of fedimint 0.13
// runs it: kind "ln", consensus version 2.1, API 0.1.
//
// It knows contracts: how they are offered, funded, cancelled and spent, and what
// guardians tell of them and of gateways. It knows nothing of invoices, of the
// lightning network and of how gateways work.
//
// # Contracts
//
// A contract has an account, which is found by the contract's id, is funded once
// and stays when it is empty. It may be spent bit by bit.
//
//	outgoing    until its timelock is below the count of blocks, and unless it is
//	            cancelled: by the gateway, with the preimage; else by the sender
//	incoming    by the key that was encrypted to the guardians, if the preimage that
//	            it hashes to is right, and by the gateway if it is not
//
// The id of an incoming contract is the hash of the payment. Before a gateway funds
// it somebody has to offer the preimage, in an output that is worth nothing; and the
// contract has to have the ciphertext of the offer. A ciphertext is offered once.
//
// The gateway may cancel an outgoing contract, in an output that is worth nothing.
//
// # Gateways
//
// Gateways register with each guardian, for a day at most. Once one has done so
// with its signature only that signature changes its registration or removes it.
//
// # Things that differ
//
// The keys come from a trusted dealer (Deal). Since one process has the keys of all
// guardians they decrypt the preimage when the contract is funded, and propose no
// shares of it; that a contract is not ready never happens. Version 2.1 of the
// consensus is there from the start, and not voted for.
//
// # State
//
//	account/<contract id>      wire.LNAccount, also an empty one
//	offer/<payment hash>       wire.LNOffer that no contract has been funded for
//	sealed/<hash>              is there if a ciphertext with this hash was offered
//	outcome/<txid><index u64>  wire.LNOutcome
//	blocks/<peer u16>          how many blocks a guardian has voted for, u64
//	gateway/<peer u16><id>     a guardian's registration of a gateway
package ln

import (
	"errors"
	"fmt"
	"time"

	"satchel/build/devfed/consensus"
	v1 "satchel/client/tpe/v1"
	"satchel/client/wire"
)

// A Lightning is one instance of the module.
type Lightning struct {
	keys Keys
	now  func() time.Time
}

// New returns the module with these keys, or an error if a guardian's secret does
// not belong to its public key. now is the clock by which registrations of gateways
// expire. The module takes no fees, like a real one.
func New(keys Keys, now func() time.Time) (*Lightning, error) {
	if err := keys.check(); err != nil {
		return nil, err
	}
	return &Lightning{keys, now}, nil
}

var version = wire.Version{Major: 2, Minor: 1}

// Module returns what the federation runs.
func (l *Lightning) Module() consensus.Module {
	return consensus.Module{
		Kind:        wire.KindLN,
		Version:     version,
		API:         wire.Version{Major: 0, Minor: 1},
		Config:      l.Config(),
		Inputs:      l,
		Outputs:     l,
		ApplyItem:   applyItem,
		Propose:     propose,
		Methods:     l.methods(),
		Outstanding: outstanding,
	}
}

// Config returns the client's config of the module.
func (l *Lightning) Config() wire.LNConfig {
	return wire.LNConfig{Key: l.keys.Commitment[0], Network: "regtest"}
}

// threshold is how many guardians it takes to agree, or to decrypt.
func (l *Lightning) threshold() int { return wire.Threshold(len(l.keys.Secret)) }

// decrypt returns what the guardians make of a ciphertext that verifies: the key if
// it is one and its hash, the preimage, has that hash.
func (l *Lightning) decrypt(encrypted wire.EncryptedPreimage, hash wire.Hash) wire.DecryptedPreimage {
	ct := ciphertext(encrypted)
	shares := make(map[uint16][48]byte)
	var trouble error
	for peer := range l.threshold() {
		share, err := ct.Share(l.keys.Secret[peer])
		trouble = errors.Join(trouble, err)
		shares[uint16(peer)] = share
	}
	message, err := ct.Decrypt(l.threshold(), shares)
	if err := errors.Join(trouble, err); err != nil {
		panic(fmt.Sprintf("ln: an accepted ciphertext is not decrypted: %v", err))
	}
	if _, err := wire.Decode[wire.PublicKey](message); err != nil {
		return wire.DecryptedPreimage{Variant: wire.PreimageInvalid}
	}
	key := wire.PreimageKey(message)
	if key.Preimage().Hash() != hash {
		return wire.DecryptedPreimage{Variant: wire.PreimageInvalid}
	}
	return wire.DecryptedPreimage{Variant: wire.PreimageFound, Key: key}
}

func ciphertext(e wire.EncryptedPreimage) v1.Ciphertext {
	return v1.Ciphertext{U: e.U, W: e.W, V: e.V}
}
