// Package toyfed is a federation in memory, for tests of the client.
//
// Its guardians answer the methods that a payment needs, over the real encoding
// and with the real rules, but consensus is a lock, keys come from a trusted
// dealer, and blind signatures may be those of package tbs/toy. In a simulated
// world every request goes through a gate, so it may be lost, answered late, or
// arrive twice; the answer to a question that had to wait goes through another.
// Without a world nothing goes wrong by itself. Guardians can be switched off,
// and lie, see [Lie]. For anything that needs sockets, sessions or a disk there
// is the demo federation in build/devfed.
//
// It knows two modules: the mint, and the dummy, whose money is a number.
package toyfed

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"satchel/client/guardians"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// Instances of the modules.
const (
	MintID  wire.ModuleID = 0
	DummyID wire.ModuleID = 1
)

// Signer is a blind signature scheme with both of its sides.
type Signer interface {
	tbs.Scheme
	tbs.Issuer
}

// Setup says what a federation is like.
type Setup struct {
	Signer    Signer
	Guardians int
	TopTier   int // notes are powers of two from 1 to 2^TopTier msat
	Fee       wire.FeeConsensus

	// Core is the version of the core's API, by default 0.9.
	Core wire.Version

	// Off are guardians that do not answer until they are switched on.
	Off []wire.PeerID

	// Lie, if set, is what guardians answer.
	Lie Lie

	// Delay, if set, is how long a guardian takes to answer, in a federation
	// without a world.
	Delay func(wire.PeerID) time.Duration

	// Wrap, if set, stands between the wallet and each guardian.
	Wrap func(guardians.Guardian) guardians.Guardian

	// Hold, if set, tells of which transactions all guardians say, for a reason
	// that passes, that they refuse them, see [Federation.Reconsider].
	Hold func(wire.Transaction) bool
}

// A Federation keeps the books. It outlives the wallets of a simulation.
type Federation struct {
	Setup
	world  *sim.World
	tiers  []wire.Amount
	keys   map[wire.Amount]tbs.KeyBytes
	config wire.ClientConfig
	id     wire.FederationID

	mu      sync.Mutex
	off     map[wire.PeerID]bool
	books   *books
	changed chan struct{} // closed and replaced with every accepted transaction
	refused map[wire.TxID]bool
	held    []wire.Transaction
	users   map[wire.PublicKey]wire.TxID // of a note: the last transaction that was to spend it
	doubles []error
	first   map[string]any // what guardians answered first, for Replays
}

// New returns a federation in a world, on whose seed its keys depend, or, if w
// is nil, one of its own.
func New(w *sim.World, s Setup) *Federation {
	if s.Core == (wire.Version{}) {
		s.Core = wire.Version{Minor: 9}
	}
	f := &Federation{
		Setup: s, world: w, keys: map[wire.Amount]tbs.KeyBytes{}, off: map[wire.PeerID]bool{},
		books: newBooks(), changed: make(chan struct{}),
		refused: map[wire.TxID]bool{}, users: map[wire.PublicKey]wire.TxID{}, first: map[string]any{},
	}
	for _, peer := range s.Off {
		f.off[peer] = true
	}
	for i := range s.TopTier + 1 {
		tier := wire.Amount(1) << i
		keys, err := s.Signer.Deal(f.random(fmt.Sprint("keys of tier ", i)), s.Guardians, wire.Threshold(s.Guardians))
		if err != nil {
			panic(fmt.Sprintf("toyfed: %v", err))
		}
		f.tiers, f.keys[tier] = append(f.tiers, tier), keys
	}
	f.config = f.newConfig()
	f.id = f.config.FederationID()
	return f
}

// random is a reader of a source of random numbers.
type random struct{ *rand.Rand }

func (r random) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r.Uint64())
	}
	return len(b), nil
}

func (f *Federation) random(name string) random {
	if f.world != nil {
		return random{f.world.Rand(name)}
	}
	var seed [32]byte
	copy(seed[:], name)
	return random{rand.New(rand.NewChaCha8(seed))}
}

// Config returns the config that the guardians serve, which must not be changed.
func (f *Federation) Config() wire.ClientConfig { return f.config }

// Prefix returns what e-cash of the federation begins with.
func (f *Federation) Prefix() wire.FederationPrefix { return f.id.Prefix() }

func (f *Federation) newConfig() wire.ClientConfig {
	mint := wire.MintConfig{Keys: map[wire.Amount]wire.G2{}, Fee: f.Fee, PeerKeys: map[wire.PeerID]map[wire.Amount]wire.G2{}}
	c := wire.ClientConfig{
		Guardians: map[wire.PeerID]wire.PeerURL{},
		Version:   wire.Version{Major: 2, Minor: 1},
		Meta:      map[string]string{"federation_name": "toy"},
	}
	for i := range f.Guardians {
		peer := wire.PeerID(i)
		url, err := wire.ParseURL(fmt.Sprintf("ws://toy.example/%d", i))
		if err != nil {
			panic(fmt.Sprintf("toyfed: %v", err))
		}
		c.Guardians[peer] = wire.PeerURL{URL: url, Name: fmt.Sprint("guardian ", i)}
		mint.PeerKeys[peer] = map[wire.Amount]wire.G2{}
		for tier, k := range f.keys {
			mint.PeerKeys[peer][tier] = k.Public[i]
		}
	}
	for tier, k := range f.keys {
		mint.Keys[tier] = k.Aggregate
	}
	c.Modules = map[wire.ModuleID]wire.ModuleConfig{
		MintID:  {Kind: wire.KindMint, Version: wire.Version{Major: 2}, Config: wire.DynConfig{Dyn: wire.DynOf(MintID, mint)}},
		DummyID: {Kind: "dummy", Version: wire.Version{}, Config: wire.DynConfig{Dyn: wire.Dyn{Module: DummyID}}},
	}
	return c
}

// Switch switches a guardian on or off.
func (f *Federation) Switch(peer wire.PeerID, on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.off[peer] = !on
}

func (f *Federation) isOff(peer wire.PeerID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.off[peer]
}
