// Package mint is the e-cash mint of the first generation, as a guardian of
// fedimint 0.13 runs it: kind "mint", consensus version 2.0, API 0.1.
//
// It knows inputs, outputs and how they are refused. It knows nothing of
// transactions as a whole, and leaves keys, shares, what is spent and the list
// for recovery to package ecash.
//
// The rules are those of the reference, with its surprises:
//
//   - A note that does not verify is not named; the transaction fails with the
//     error of a wrong number of signatures.
//   - A blind nonce may be used once, but only a submission is checked for that.
//     If two transactions with one blind nonce are in the order both are
//     accepted, both outputs are signed, and one of the two notes is worthless.
//   - Recovery items are numbered in the order of processing: of each
//     transaction the inputs, then the outputs.
package mint

import (
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// tiers is the number of tiers: 1, 2, 4, … 2^56 msat, which is what a real
// federation has.
const tiers = 57

// A Mint is one instance of the module.
type Mint struct{ *ecash.Mint }

// Deal makes the keys of all tiers.
func Deal(guardians int) ecash.Keys { return ecash.Deal(tiers, guardians) }

// New returns the mint with these keys, or an error if they are malformed.
func New(keys ecash.Keys, fee wire.FeeConsensus) (*Mint, error) {
	m, err := ecash.New(tbs.V1(), keys, fee)
	return &Mint{m}, err
}

// Module returns what the federation runs.
func (m *Mint) Module() consensus.Module {
	return consensus.Module{
		Kind:        wire.KindMint,
		Version:     wire.Version{Major: 2, Minor: 0},
		API:         wire.Version{Major: 0, Minor: 1},
		Config:      m.Config(),
		Inputs:      m,
		Outputs:     m,
		Methods:     methods(),
		Outstanding: ecash.Outstanding,
	}
}

// Config returns the client's config of the module.
func (m *Mint) Config() wire.MintConfig {
	c := wire.MintConfig{
		Keys:     m.Keys(),
		Fee:      m.Fee,
		PeerKeys: make(map[wire.PeerID]map[wire.Amount]wire.G2),
		MaxNotes: 3,
	}
	for tier := range c.Keys {
		for peer, key := range m.PeerKeys(tier) {
			if c.PeerKeys[peer] == nil {
				c.PeerKeys[peer] = make(map[wire.Amount]wire.G2)
			}
			c.PeerKeys[peer][tier] = key
		}
	}
	return c
}
