// Package mintv2 is the second generation of e-cash, fedimint's module kind
// "mintv2", consensus version 1, which guardians enable by default since 0.12:
// notes worth powers of two, in msat.
//
// It knows how a note's keys are derived from the words, how a note looks on the
// wire and as text, how many of which the wallet keeps, and how guardians are
// asked for their signatures. It does not know what becomes of a note: package
// ecash does, for this generation and the one before.
//
// # Keys
//
// The keys of a note follow from the words, its denomination, and a tweak of 16
// bytes, which is random and stands in the transaction for all to see (see
// derive.go). Nothing has to be kept for the words to bring a note back. A tweak
// is chosen such that its hash, with a secret of the wallet, begins with zeros:
// whoever has the words finds his own notes among all by one hash each.
//
// # What guardians do not tell
//
// Unlike those of the first generation they do not say of a note whether it is
// spent. That a transaction which spends but one note is refused for that reason
// says it as well.
//
// Nothing is kept in the map but what package ecash keeps.
package mintv2

import (
	"fmt"
	"io"
	"math/bits"
	"sort"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// Denominations of which the wallet makes notes: 512 msat to 2^41 msat. There are
// smaller ones, which are not worth their fees.
const (
	Least    wire.Denomination = 9
	Greatest wire.Denomination = 41
)

// A Mint is the generation, for one instance of the module. It is a
// [notes.Generation].
type Mint struct {
	host   client.Host
	keys   wire.MintV2Config
	scheme tbs.Scheme
	fees   wire.FeeConsensus
	tiers  []wire.Amount // ascending
	tweaks *tweaks
	slice  uint64
}

// Options are what a mint needs besides.
type Options struct {
	Scheme tbs.Scheme
	Random io.Reader // cryptographically secure

	// Zeros is how many zero bits the hash of a tweak begins with. In a real
	// federation it is [Zeros], or other wallets with the words would not find
	// the notes. Tests make do with fewer.
	Zeros int

	// Slice is how many notes guardians list at a time, 0 for as many as usual.
	Slice uint64
}

// New reads the config of an instance. It returns nil for e-cash that is not in
// bitcoin.
func New(h client.Host, o Options) (*Mint, error) {
	config, err := wire.Decode[wire.MintV2Config](h.Config)
	if err != nil {
		return nil, err
	}
	if config.Unit != wire.Bitcoin {
		return nil, nil
	}
	m := &Mint{host: h, keys: config, scheme: o.Scheme, fees: config.Fee, tweaks: newTweaks(filter(h.Secret), o), slice: o.Slice}
	for d := range config.Keys {
		if d > wire.MaxDenomination {
			return nil, fmt.Errorf("mint config has a key for denomination %d, at most %d are issued", uint8(d), uint8(wire.MaxDenomination))
		}
		for peer := range h.Client.Config().Guardians {
			if _, ok := config.PeerKeys[d][peer]; !ok {
				return nil, fmt.Errorf("mint config has no key of guardian %d for %v", peer, d)
			}
		}
		if d >= Least && d <= Greatest {
			m.tiers = append(m.tiers, d.Amount())
		}
	}
	sort.Slice(m.tiers, func(i, j int) bool { return m.tiers[i] < m.tiers[j] })
	return m, nil
}

// Kind implements [notes.Generation].
func (m *Mint) Kind() wire.ModuleKind { return wire.KindMintV2 }

// Scheme implements [notes.Generation].
func (m *Mint) Scheme() tbs.Scheme { return m.scheme }

// Fee implements [notes.Generation].
func (m *Mint) Fee() wire.FeeConsensus { return m.fees }

// Tiers implements [notes.Generation].
func (m *Mint) Tiers() []wire.Amount { return m.tiers }

// TierKey implements [notes.Generation].
func (m *Mint) TierKey(amount wire.Amount) (wire.G2, bool) {
	d, ok := denomination(amount)
	key, known := m.keys.Keys[d]
	return key, ok && known
}

// PeerKey implements [notes.Generation].
func (m *Mint) PeerKey(peer wire.PeerID, amount wire.Amount) wire.G2 {
	d, _ := denomination(amount)
	return m.keys.PeerKeys[d][peer]
}

// denomination returns the denomination whose amount that is, and false for an
// amount that is not a power of two.
func denomination(amount wire.Amount) (wire.Denomination, bool) {
	d := wire.Denomination(bits.Len64(uint64(amount)) - 1)
	return d, amount != 0 && d <= wire.MaxDenomination && d.Amount() == amount
}

// Unit implements [notes.Generation].
func (m *Mint) Unit() wire.Amount { return Least.Amount() }

// Input implements [notes.Generation].
func (m *Mint) Input(n notes.Note) wire.Appender {
	d, _ := denomination(n.Amount)
	return wire.MintV2Input{Note: wire.MintV2Note{Denomination: d, Nonce: n.Nonce, Signature: n.Signature}}
}

// SaysSpent implements [notes.Generation].
func (m *Mint) SaysSpent(why string) bool {
	spent := wire.TransactionError{Variant: wire.TxInvalidInput, Cause: wire.DynOf(m.host.ID, wire.MintV2InputError{Variant: wire.MintV2NoteSpent})}
	return why == spent.Text(m.host.Client.Config().Kinds())
}
