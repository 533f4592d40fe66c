// Package ecash is what the two generations of the mint have in common on the
// side of the guardians: keys and shares, which notes are issued and spent, and
// the list that notes are recovered from.
//
// It knows notes by what they are worth in msat, whatever a generation calls
// that. It knows neither inputs and outputs nor how they are refused, which is
// where the generations differ: see packages mint and mintv2.
//
// Two things differ from a real mint. The keys come from a trusted dealer (Deal)
// instead of a key generation in which nobody learns the whole secret. And since
// one process has the keys of all guardians, shares are not kept: a share is
// made when a guardian is asked for it, from the note and that guardian's key,
// which gives the same bytes every time.
//
// # State
//
//	spent/<nonce>            wire.Amount
//	output/<txid><index u64> Issued
//	blind/<blind nonce>      the last wire.OutPoint that used it
//	recovery/<index u64>     the generation's recovery item
package ecash

import (
	"fmt"

	"satchel/build/devfed/consensus"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A Mint signs notes and verifies them.
type Mint struct {
	// Scheme is the blind signature of the generation.
	Scheme *tbs.BLS
	// Fee is what each note costs that is issued or spent.
	Fee wire.FeeConsensus

	keys   Keys
	secret map[wire.Amount][]tbs.SecretKeyShare
}

// New returns the mint with these keys, or an error if they are malformed.
func New(scheme *tbs.BLS, keys Keys, fee wire.FeeConsensus) (*Mint, error) {
	m := &Mint{Scheme: scheme, Fee: fee, keys: keys, secret: make(map[wire.Amount][]tbs.SecretKeyShare)}
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

// Common returns m, also of a mint of some generation that embeds it.
func (m *Mint) Common() *Mint { return m }

// Key returns the federation's public key of a tier, with which its notes
// verify, or false if there is no such tier.
func (m *Mint) Key(tier wire.Amount) (key wire.G2, ok bool) {
	k, ok := m.keys[tier]
	return k.Aggregate, ok
}

// Keys returns the federation's public key of every tier.
func (m *Mint) Keys() map[wire.Amount]wire.G2 {
	keys := make(map[wire.Amount]wire.G2, len(m.keys))
	for tier, k := range m.keys {
		keys[tier] = k.Aggregate
	}
	return keys
}

// PeerKeys returns the public keys of one tier by guardian.
func (m *Mint) PeerKeys(tier wire.Amount) map[wire.PeerID]wire.G2 {
	keys := make(map[wire.PeerID]wire.G2)
	for i, key := range m.keys[tier].Public {
		keys[wire.PeerID(i)] = key
	}
	return keys
}

// Worth returns what a note brings or takes, in msat.
func (m *Mint) Worth(amount wire.Amount) consensus.Worth {
	return consensus.Worth{Amount: amount, Fee: m.Fee.Fee(amount)}
}

// Sign returns a guardian's share of the signature of a blind nonce under the
// key of a tier, both of which must be right.
func (m *Mint) Sign(guardian wire.PeerID, tier wire.Amount, blind wire.G1) wire.G1 {
	message, err := tbs.ParseBlindedMessage(blind)
	if err != nil {
		panic(fmt.Sprintf("ecash: an accepted blind nonce is no point: %v", err))
	}
	return tbs.Sign(message, m.secret[tier][guardian]).Bytes()
}
