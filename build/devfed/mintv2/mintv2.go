// Package mintv2 is the e-cash mint of the second generation, as a guardian of
// fedimint 0.13 runs it: kind "mintv2", consensus version 1.0, API 0.2.
//
// It knows inputs, outputs and how they are refused. It knows nothing of
// transactions as a whole, and leaves keys, shares, what is spent and the list
// for recovery to package ecash.
//
// The rules are those of the reference. Where they are not those of the first
// generation:
//
//   - A note that does not verify is refused as such, and named.
//   - Nothing is checked of an output but its denomination: neither that its
//     blind nonce is new nor that its tweak is one that its maker will know
//     again.
//   - An output has no outcome. Shares are had from the module's own methods, by
//     output, where one may wait for them, or by blind nonce. If a blind nonce
//     was used twice that method knows the last use.
//   - The list for recovery has the tweak of each output, and is given as JSON.
package mintv2

import (
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A Mint is one instance of the module, with bitcoin as its unit.
type Mint struct{ *ecash.Mint }

// Deal makes the keys of all denominations.
func Deal(guardians int) ecash.Keys {
	return ecash.Deal(int(wire.MaxDenomination)+1, guardians)
}

// New returns the mint with these keys, or an error if they are malformed.
func New(keys ecash.Keys, fee wire.FeeConsensus) (*Mint, error) {
	m, err := ecash.New(tbs.V2(), keys, fee)
	return &Mint{m}, err
}

// Module returns what the federation runs.
func (m *Mint) Module() consensus.Module {
	return consensus.Module{
		Kind:        wire.KindMintV2,
		Version:     wire.Version{Major: 1, Minor: 0},
		API:         wire.Version{Major: 0, Minor: 2},
		Config:      m.Config(),
		Inputs:      m,
		Outputs:     m,
		Methods:     m.methods(),
		Outstanding: ecash.Outstanding,
	}
}

// Config returns the client's config of the module.
func (m *Mint) Config() wire.MintV2Config {
	c := wire.MintV2Config{
		Keys:     make(map[wire.Denomination]wire.G2),
		PeerKeys: make(map[wire.Denomination]map[wire.PeerID]wire.G2),
		Fee:      m.Fee,
		Unit:     wire.Bitcoin,
	}
	for d := range wire.MaxDenomination + 1 {
		if key, ok := m.Key(d.Amount()); ok {
			c.Keys[d] = key
			c.PeerKeys[d] = m.PeerKeys(d.Amount())
		}
	}
	return c
}
