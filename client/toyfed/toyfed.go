// Package toyfed is a federation in memory, for simulations of the client.
//
// Its guardians answer the methods that a payment needs, over the real encoding
// and with the real rules, but consensus is a lock, keys come from a trusted
// dealer, and blind signatures may be those of package tbs/toy. Every request
// goes through a gate of the simulated world, so it may be lost, answered late,
// or arrive twice; the answer to a question that had to wait goes through
// another. For anything that needs sockets, sessions or a disk there is the demo
// federation in build/devfed.
//
// It knows two modules: the mint, and the dummy, whose money is a number.
package toyfed

import (
	"context"
	"encoding/binary"
	"encoding/json"
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

	// Off are guardians that never answer.
	Off []wire.PeerID

	// Lie, if set, replaces what a guardian answers. It returns the answer
	// itself to be honest.
	Lie func(peer wire.PeerID, method string, answer any) any
}

// A Federation keeps the books. It outlives the wallets of a simulation.
type Federation struct {
	Setup
	world *sim.World
	tiers []wire.Amount
	keys  map[wire.Amount]tbs.KeyBytes

	mu      sync.Mutex
	books   *books
	changed chan struct{} // closed and replaced with every accepted transaction
}

// New returns a federation. Its keys depend on the world's seed.
func New(w *sim.World, s Setup) *Federation {
	f := &Federation{Setup: s, world: w, keys: map[wire.Amount]tbs.KeyBytes{}, books: newBooks(), changed: make(chan struct{})}
	for i := range s.TopTier + 1 {
		tier := wire.Amount(1) << i
		keys, err := s.Signer.Deal(random{w.Rand(fmt.Sprint("keys of tier ", i))}, s.Guardians, wire.Threshold(s.Guardians))
		if err != nil {
			panic(fmt.Sprintf("toyfed: %v", err))
		}
		f.tiers, f.keys[tier] = append(f.tiers, tier), keys
	}
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

// Config returns the config that the guardians serve.
func (f *Federation) Config() wire.ClientConfig {
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
			panic(err)
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

// A Guardian is one of the federation, as a wallet reaches it.
type Guardian struct {
	f    *Federation
	peer wire.PeerID
}

// Guardian returns one of the guardians.
func (f *Federation) Guardian(peer wire.PeerID) Guardian { return Guardian{f, peer} }

// Call answers a request, as its fate and the guardian's honesty will have it.
func (g Guardian) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	for _, off := range g.f.Off {
		if off == g.peer {
			return nil, silence(ctx)
		}
	}
	request, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("guardian %d %s %s", g.peer, method, brief(request))
	return sim.Call(ctx, g.f.world, name, func() (json.RawMessage, error) {
		answer, err := g.f.serve(ctx, g.peer, name, method, request)
		if err != nil {
			return nil, err
		}
		if g.f.Lie != nil {
			answer = g.f.Lie(g.peer, method, answer)
		}
		return json.Marshal(answer)
	})
}

// silence is what a guardian answers that is off: nothing, until the caller
// loses patience.
func silence(ctx context.Context) error {
	select {
	case <-time.After(time.Minute):
		return guardians.ErrUnreachable
	case <-ctx.Done():
		return ctx.Err()
	}
}

// brief tells requests apart in the name of a gate.
func brief(request []byte) string {
	if len(request) > 24 {
		sum := uint64(14695981039346656037)
		for _, b := range request {
			sum = (sum ^ uint64(b)) * 1099511628211
		}
		return fmt.Sprintf("%x", binary.BigEndian.AppendUint64(nil, sum))
	}
	return string(request)
}
