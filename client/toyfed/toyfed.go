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
// It knows four modules: the dummy, whose money is a number, the mints of both
// generations, of which a federation has one or both, and, where [Setup] says so,
// lightning of the second generation, and with it of the first. What other people do ([Federation.Mint],
// [Federation.Spend]) is a transaction like any, but that nobody has paid for it.
//
// With lightning come a [Gateway], which a wallet reaches by [Federation.Fetch],
// and those [Outside]. Blocks are found, and the guardians' clock goes on, only
// when a test says so: [Federation.Mine], [Federation.SetTime], [Federation.Pass].
// [Audit.Check] tells whether all money is still there.
//
// A wallet can be recovered: guardians list the notes of each mint, keep every
// accepted transaction as a session of its own, and keep backups.
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
	MintID   wire.ModuleID = 0
	DummyID  wire.ModuleID = 1
	MintV2ID wire.ModuleID = 2
	LNV2ID   wire.ModuleID = 3
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

	// Mints are the kinds of mints that there are, by default the first alone.
	Mints []wire.ModuleKind

	// SignerV2 is that of the mint of the second generation, by default Signer.
	SignerV2 Signer

	// Unit is of what that mint's notes are, by default bitcoin.
	Unit wire.AmountUnit

	// NoRecovery means that guardians do not list the notes of the mint of the
	// first generation, as old ones do not.
	NoRecovery bool

	// Core is the version of the core's API, by default 0.9.
	Core wire.Version

	// Lightning, if set, is the lightning module of the second generation.
	Lightning *Lightning

	// LN, if set, is that of the first generation.
	LN *LN

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
	world     *sim.World
	mints     []*mint          // in the order of Mints
	lightning *lightning       // nil without one
	ln        *ln              // nil without one
	broadcast []wire.SecretKey // of guardians, with which they sign sessions
	config    wire.ClientConfig
	id        wire.FederationID

	mu      sync.Mutex
	off     map[wire.PeerID]bool
	books   *books
	changed chan struct{} // closed and replaced with every accepted transaction
	refused map[wire.TxID]bool
	held    []wire.Transaction
	users   map[wire.PublicKey]wire.TxID // of a note: the last transaction that was to spend it
	doubles []error
	first   map[string]any // what guardians answered first, for Replays
	backups map[backupKey]wire.ClientBackupSnapshot
}

// New returns a federation in a world, on whose seed its keys depend, or, if w
// is nil, one of its own.
func New(w *sim.World, s Setup) *Federation {
	if s.Core == (wire.Version{}) {
		s.Core = wire.Version{Minor: 9}
	}
	if s.Mints == nil {
		s.Mints = []wire.ModuleKind{wire.KindMint}
	}
	if s.SignerV2 == nil {
		s.SignerV2 = s.Signer
	}
	f := &Federation{
		Setup: s, world: w, off: map[wire.PeerID]bool{},
		books: newBooks(), changed: make(chan struct{}),
		refused: map[wire.TxID]bool{}, users: map[wire.PublicKey]wire.TxID{}, first: map[string]any{},
		backups: map[backupKey]wire.ClientBackupSnapshot{},
	}
	for _, peer := range s.Off {
		f.off[peer] = true
	}
	for _, kind := range s.Mints {
		if kind == wire.KindMintV2 {
			f.mints = append(f.mints, f.newMint(MintV2ID, generation2{}, s.SignerV2, "denomination"))
		} else {
			f.mints = append(f.mints, f.newMint(MintID, generation1{}, s.Signer, "tier"))
		}
	}
	if s.Lightning != nil {
		f.lightning = f.newLightning(*s.Lightning)
	}
	if s.LN != nil {
		f.ln = f.newLN(*s.LN)
		f.ln.register()
	}
	f.config = f.newConfig()
	f.newBroadcastKeys()
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
	}
	c.Modules = map[wire.ModuleID]wire.ModuleConfig{
		DummyID: {Kind: "dummy", Version: wire.Version{}, Config: wire.DynConfig{Dyn: wire.Dyn{Module: DummyID}}},
	}
	for _, m := range f.mints {
		c.Modules[m.id] = wire.ModuleConfig{Kind: m.kind(), Version: m.consensus(), Config: wire.DynConfig{Dyn: wire.DynOf(m.id, m.config(m))}}
	}
	if l := f.lightning; l != nil {
		c.Modules[LNV2ID] = wire.ModuleConfig{Kind: wire.KindLNV2, Version: l.consensus(), Config: wire.DynConfig{Dyn: wire.DynOf(LNV2ID, l.config())}}
	}
	if l := f.ln; l != nil {
		c.Modules[LNID] = wire.ModuleConfig{Kind: wire.KindLN, Version: l.consensus(), Config: wire.DynConfig{Dyn: wire.DynOf(LNID, l.config())}}
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
