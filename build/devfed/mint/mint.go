// Package mint is the e-cash mint of the first generation, as a guardian of
// fedimint 0.13 runs it: kind "mint", consensus version 2.0, API 0.1.
//
// It knows keys, blind signatures and which notes are spent. It knows nothing of
// transactions as a whole.
//
// Two things differ from a real mint. The keys come from a trusted dealer (Deal)
// instead of a key generation in which nobody learns the whole secret. And since
// one process has the keys of all guardians, shares are not kept: a share is
// made when a guardian is asked for it, from the output and that guardian's key,
// which gives the same bytes every time.
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
//
// # State
//
//	spent/<nonce>            wire.Amount
//	output/<txid><index u64> wire.MintOutput
//	blind/<blind nonce>      the last wire.OutPoint that used it
//	recovery/<index u64>     wire.MintRecoveryItem
package mint

import (
	"satchel/build/devfed/consensus"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A Mint is one instance of the module.
type Mint struct {
	keys   Keys
	secret map[wire.Amount][]tbs.SecretKeyShare
	fee    wire.FeeConsensus
	scheme *tbs.BLS
}

// New returns the mint with these keys, or an error if they are malformed.
func New(keys Keys, fee wire.FeeConsensus) (*Mint, error) {
	m := &Mint{keys: keys, secret: make(map[wire.Amount][]tbs.SecretKeyShare), fee: fee, scheme: tbs.V1()}
	for tier, k := range keys {
		for _, b := range k.Secret {
			share, err := tbs.ParseSecretKeyShare(b)
			if err != nil {
				return nil, err
			}
			m.secret[tier] = append(m.secret[tier], share)
		}
	}
	return m, nil
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
		Methods:     methods,
		Outstanding: outstanding,
	}
}

// Config returns the client's config of the module.
func (m *Mint) Config() wire.MintConfig {
	c := wire.MintConfig{
		Keys:     make(map[wire.Amount]wire.G2),
		Fee:      m.fee,
		PeerKeys: make(map[wire.PeerID]map[wire.Amount]wire.G2),
		MaxNotes: 3,
	}
	for tier, k := range m.keys {
		c.Keys[tier] = wire.G2(k.Aggregate)
		for i, key := range k.Public {
			peer := wire.PeerID(i)
			if c.PeerKeys[peer] == nil {
				c.PeerKeys[peer] = make(map[wire.Amount]wire.G2)
			}
			c.PeerKeys[peer][tier] = wire.G2(key)
		}
	}
	return c
}

// Key returns the federation's public key of a tier, with which its notes
// verify, or false if there is no such tier.
func (m *Mint) Key(tier wire.Amount) (key [96]byte, ok bool) {
	k, ok := m.keys[tier]
	return k.Aggregate, ok
}
