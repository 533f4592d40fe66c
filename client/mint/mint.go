// Package mint is the first generation of e-cash, fedimint's module kind "mint",
// consensus version 2: notes whose amounts are tiers of the config, in msat.
//
// It knows how a note's keys are derived from the words, how a note looks on the
// wire and as text, how many of which the wallet keeps, and how guardians are
// asked for their signatures. It does not know what becomes of a note: package
// ecash does, for this generation and the next.
//
// # Keys
//
// The keys of note i of a tier are derived from the words (see derive.go), so
// that the words alone bring it back. An index is used once, ever: two notes
// with the same keys can be signed but only one of them spent. The counter of a
// tier therefore moves in the same commit as the transaction that uses it.
//
// # What is kept
//
//	i <amount>   the next index of the tier
//	j <amount>   the same once more, should the other be damaged
//
// amount is 8 bytes, big endian. Everything else is package ecash's.
package mint

import (
	"context"
	"fmt"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// A Mint is the generation, for one instance of the module. It is a
// [notes.Generation] and a [notes.Teller].
type Mint struct {
	host   client.Host
	keys   wire.MintConfig
	scheme tbs.Scheme
	gap    uint64
	slice  uint64
	tiers  []wire.Amount // all, ascending
	worth  []wire.Amount // those of which a note is worth more than its fee
}

// Options are what a mint needs besides.
type Options struct {
	Scheme tbs.Scheme

	// Gap is how many notes in a row may never have been issued, of those of a
	// tier, before the rest is taken to be unused. In a real federation it is
	// [Gap]. Tests make do with fewer.
	Gap uint64

	// Slice is how many notes guardians list at a time, 0 for as many as usual.
	Slice uint64
}

// New reads the config of an instance.
func New(h client.Host, o Options) (*Mint, error) {
	config, err := wire.Decode[wire.MintConfig](h.Config)
	if err != nil {
		return nil, err
	}
	m := &Mint{host: h, keys: config, scheme: o.Scheme, gap: o.Gap, slice: o.Slice}
	m.tiers = wire.Keys(config.Keys)
	m.worth = notes.Economical(m.tiers, config.Fee)
	for peer := range h.Client.Config().Guardians {
		for _, tier := range m.tiers {
			if _, ok := config.PeerKeys[peer][tier]; !ok {
				return nil, fmt.Errorf("mint config has no key of guardian %d for %v", peer, tier)
			}
		}
	}
	return m, nil
}

// Kind implements [notes.Generation].
func (m *Mint) Kind() wire.ModuleKind { return wire.KindMint }

// Scheme implements [notes.Generation].
func (m *Mint) Scheme() tbs.Scheme { return m.scheme }

// Fee implements [notes.Generation].
func (m *Mint) Fee() wire.FeeConsensus { return m.keys.Fee }

// Tiers implements [notes.Generation].
func (m *Mint) Tiers() []wire.Amount { return m.tiers }

// TierKey implements [notes.Generation].
func (m *Mint) TierKey(tier wire.Amount) (wire.G2, bool) {
	key, ok := m.keys.Keys[tier]
	return key, ok
}

// PeerKey implements [notes.Generation].
func (m *Mint) PeerKey(peer wire.PeerID, tier wire.Amount) wire.G2 {
	return m.keys.PeerKeys[peer][tier]
}

// Unit implements [notes.Generation].
func (m *Mint) Unit() wire.Amount { return m.keys.Fee.MinEconomical() }

// Input implements [notes.Generation].
func (m *Mint) Input(n notes.Note) wire.Appender {
	return wire.MintInput{Amount: n.Amount, Note: wire.MintNote{Nonce: n.Nonce, Signature: n.Signature}}
}

// SaysSpent implements [notes.Generation].
func (m *Mint) SaysSpent(why string) bool {
	spent := wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(m.host.ID, wire.MintInputError{Variant: wire.MintNoteSpent})}
	return why == spent.Text(m.host.Client.Config().Kinds())
}

// Spent implements [notes.Teller].
func (m *Mint) Spent(ctx context.Context, nonce wire.PublicKey) (bool, error) {
	return guardians.Ask(ctx, m.host.Guardians(), guardians.Question{Method: m.host.Method("note_spent"), Params: nonce},
		guardians.JSON[bool], guardians.Agree[bool]())
}

// Issued implements [notes.Teller].
func (m *Mint) Issued(ctx context.Context, blinded wire.G1) (bool, error) {
	return guardians.Ask(ctx, m.host.Guardians(), guardians.Question{Method: m.host.Method("blind_nonce_used"), Params: blinded},
		guardians.JSON[bool], guardians.Agree[bool]())
}

// usedProbe is how many notes of each tier are looked for by [Mint.Used].
const usedProbe = 2

// Used reports whether notes were issued for these words before: the first ones
// of each tier that a wallet would make.
func (m *Mint) Used(ctx context.Context) (bool, error) {
	for _, tier := range m.worth {
		for index := range uint64(usedProbe) {
			q, err := newRequest(m.scheme, m.host.Secret, tier, index)
			if err != nil {
				return false, err
			}
			used, err := m.Issued(ctx, q.Blinded)
			if err != nil || used {
				return used, err
			}
		}
	}
	return false, nil
}
