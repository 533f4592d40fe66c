package ecash

import (
	"context"
	"io"
	"math/rand/v2"
	"sync"

	"satchel/client"
	"satchel/client/mint"
	"satchel/client/mintv2"
	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// A generation is one of the two kinds of e-cash, as stories know it.
type generation struct {
	kind wire.ModuleKind
	name string

	// factor is by how much the amounts of stories are multiplied, which are
	// those of the first generation.
	factor wire.Amount

	// least is the amount of the least note that the wallet makes, lone the
	// greatest of which a note brings nothing by itself, with a fee of 100 msat.
	least, lone wire.Amount

	// top is the greatest tier of the federation, as a power of two.
	top int

	// tells says that guardians tell whether a note is spent.
	tells bool
}

var (
	first  = &generation{wire.KindMint, "first", 1, 128, 256, 10, true}
	second = &generation{wire.KindMintV2, "second", 4, 512, 512, 12, false}
	both   = []*generation{first, second}
)

func (g *generation) String() string { return g.name }

// scaled returns amounts of a story as they are in the generation.
func (g *generation) scaled(amounts ...wire.Amount) (all []wire.Amount) {
	for _, a := range amounts {
		all = append(all, g.factor*a)
	}
	return all
}

// text puts notes into a text of a federation.
func (g *generation) text(id wire.FederationID, some wire.MintNotes) notes.Text {
	if g == first {
		return mint.Text{OOBNotes: wire.NewOOBNotes(id.Prefix(), some)}
	}
	var list []wire.MintV2SpendableNote
	for amount, n := range some.All() {
		list = append(list, wire.MintV2SpendableNote{Denomination: denomination(amount), SpendKey: n.SpendKey, Signature: n.Signature})
	}
	return mintv2.Text{ECash: wire.NewECash(id, list, wire.Bitcoin)}
}

// denomination returns that of an amount. One that is no power of two is of a
// denomination that nobody issues.
func denomination(amount wire.Amount) wire.Denomination {
	for d := range wire.MaxDenomination + 1 {
		if d.Amount() == amount {
			return d
		}
	}
	return 200
}

// zeros is how many zero bits hashes of tweaks begin with in stories: real ones
// would take too long.
const zeros = 2

// gap is how far the wallet looks for notes in stories.
const gap = 3

// slice is how many notes guardians list at a time in stories.
const slice = 2

// kindWith is the module of the generation. random is where it has tweaks from,
// which must go on over all lives of a wallet.
func (g *generation) kindWith(scheme tbs.Scheme, random io.Reader) client.Kind {
	if g == first {
		return Mint(func() mint.Options { return mint.Options{Scheme: scheme, Gap: gap, Slice: slice} })
	}
	return MintV2(func() mintv2.Options {
		return mintv2.Options{Scheme: scheme, Random: random, Zeros: zeros, Slice: slice}
	})
}

// A still generation finds no tweaks ahead of time: who gets which would depend
// on what of several things at once is done first, and a story could not be told
// again as it was.
type still struct{ *mintv2.Mint }

func (still) Run(ctx context.Context) { <-ctx.Done() }

// stillKind is a module without anything that happens by itself.
func stillKind(k client.Kind) client.Kind {
	sound := k.New
	k.New = func(h client.Host) (client.Module, error) {
		m, err := sound(h)
		if p, ok := m.(*Purse); ok {
			if g, ok := p.Generation.(*mintv2.Mint); ok {
				p.Generation = still{g}
			}
		}
		return m, err
	}
	return k
}

// A source is random numbers that depend on a seed, for several readers.
type source struct {
	mu sync.Mutex
	*rand.Rand
}

func (s *source) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b {
		b[i] = byte(s.Uint64())
	}
	return len(b), nil
}

// one makes a federation that has this mint alone.
func (g *generation) one(s *toyfed.Setup) { s.Mints, s.TopTier = []wire.ModuleKind{g.kind}, g.top }

// spentOf reads which note an input of the mint spends.
func (g *generation) spentOf(i wire.DynInput) (amount wire.Amount, nonce wire.PublicKey, ok bool) {
	if g == first {
		v, err := wire.Decode[wire.MintInput](i.Body)
		return v.Amount, v.Note.Nonce, err == nil && i.Module == toyfed.MintID
	}
	v, err := wire.Decode[wire.MintV2Input](i.Body)
	return v.Note.Denomination.Amount(), v.Note.Nonce, err == nil && i.Module == toyfed.MintV2ID
}

// output is what asks for a note.
func (g *generation) output(q request) wire.Appender {
	if g == first {
		return wire.MintOutput{Amount: q.Amount, BlindNonce: q.Blinded}
	}
	return wire.MintV2Output{Denomination: denomination(q.Amount), BlindNonce: q.Blinded}
}
