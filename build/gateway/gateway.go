// Package gateway is a lightning gateway for a demo federation: it pays invoices for
// wallets and lets them be paid, over the lightning network of package lightning.
//
// It is a wallet of the federation like any, with words, notes and operations, and a
// module of its own for contracts (package lnv2, below this one). This package gives
// it a place on disk, e-cash, a lightning node and HTTP. It can be made to lie, so
// that people and tests see what a wallet does then.
//
// It is for demonstrations and tests. Its e-cash comes from the faucet, its node from a
// network without money, and nobody guards its keys.
//
// # On disk
//
// Options.Store keeps a wallet as package client does: its own store, "wallet", and
// one for the federation. What a gateway has promised is in there, so two gateways
// never share it.
package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"satchel/build/gateway/lnv2"
	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/guardians"
	"satchel/client/mint"
	"satchel/client/mintv2"
	"satchel/client/secret"
	"satchel/client/tbs"
	"satchel/client/tpe"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// Options say what a gateway is like.
type Options struct {
	// Store returns the store of that name; each call returns a new one.
	Store func(name string) kv.Store
	// Node is the gateway's lightning node.
	Node lnv2.Node
	// Invite names the federation, and Dial connects to its guardians.
	Invite wire.InviteCode
	Dial   guardians.Dialer

	// Faucet gives e-cash, as text, that is worth amount msat or a little more.
	Faucet func(ctx context.Context, amount wire.Amount) (string, error)
	// Float is how much e-cash the gateway has at first, in msat. When less than
	// half of it is left it asks for more.
	Float wire.Amount

	// Log, if it is set, is told what goes wrong and is tried again.
	Log func(error)

	// Terms are what the gateway asks for, by default those of lnv2.DefaultTerms.
	Terms *lnv2.Terms
	// Now is the clock, time.Now by default.
	Now func() time.Time
}

// A Gateway serves one federation.
type Gateway struct {
	options Options
	wallet  *client.Wallet
	id      wire.FederationID
	bucket  bucket

	mu      sync.Mutex
	lie     Lie
	changed chan struct{} // closed and replaced when the lie is another one
}

// Open opens a gateway. Nothing happens before Run.
func Open(ctx context.Context, o Options) (*Gateway, error) {
	if o.Terms == nil {
		terms := lnv2.DefaultTerms()
		o.Terms = &terms
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = func(error) {}
	}
	g := &Gateway{options: o, id: o.Invite.FederationID(), bucket: bucket{now: o.Now}, changed: make(chan struct{})}
	var err error
	g.wallet, err = client.OpenWallet(ctx, client.Platform{
		Store: o.Store, Dial: o.Dial, Random: rand.Reader, Now: o.Now, Kinds: g.kinds(),
	})
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return g, nil
}

func (g *Gateway) kinds() []client.Kind {
	return []client.Kind{
		ecash.MintV2(func() mintv2.Options {
			return mintv2.Options{Scheme: tbs.V2(), Random: rand.Reader, Zeros: mintv2.Zeros}
		}),
		ecash.Mint(func() mint.Options { return mint.Options{Scheme: tbs.V1(), Gap: mint.Gap} }),
		lnv2.Kind(func() lnv2.Options {
			return lnv2.Options{Node: g.options.Node, Scheme: tpe.BLS{}, Terms: g.terms}
		}),
	}
}

// pause is how long the gateway waits before it tries something again.
const pause = time.Second

// Run joins the federation, if the gateway has not joined it yet, and serves it until
// ctx ends or the gateway's own store fails.
func (g *Gateway) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var work sync.WaitGroup
	work.Go(func() { stop(g.wallet.Run(ctx)) })
	if err := g.join(ctx); err != nil {
		stop(err)
	}
	work.Go(func() { g.serve(ctx, func(m *lnv2.Gateway) error { return m.Relay(ctx) }) })
	work.Go(func() { g.serve(ctx, func(m *lnv2.Gateway) error { return g.keepFloat(ctx, m.Client) }) })
	work.Wait()
	return context.Cause(ctx)
}

// join joins the federation, as often as it takes.
func (g *Gateway) join(ctx context.Context) error {
	if !g.wallet.HasWords() {
		if _, err := g.wallet.MakeWords(ctx); err != nil {
			return err
		}
	}
	for {
		if _, err := g.wallet.Client(g.id); !errors.Is(err, client.ErrNotJoined) {
			return nil
		}
		p, err := g.wallet.Preview(ctx, g.options.Invite)
		if err == nil {
			_, err = g.wallet.Join(ctx, p, "", secret.Double, false)
		}
		switch {
		case err == nil:
			return nil
		case errors.Is(err, kv.ErrClosed):
			return err
		}
		g.options.Log(fmt.Errorf("gateway cannot join the federation: %w", err))
		if !sleep(ctx, pause) {
			return ctx.Err()
		}
	}
}

// serve has something done with the federation's client, and again with the next one
// when it fails.
func (g *Gateway) serve(ctx context.Context, do func(*lnv2.Gateway) error) {
	for ctx.Err() == nil {
		m, err := g.module()
		if err == nil && m != nil {
			err = do(m)
		}
		if err != nil && ctx.Err() == nil {
			g.options.Log(fmt.Errorf("gateway: %w", err))
		}
		sleep(ctx, pause)
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// module returns the module as it is at present, or nil if the federation has none.
// An error passes.
func (g *Gateway) module() (*lnv2.Gateway, error) {
	c, err := g.wallet.Client(g.id)
	if err != nil {
		return nil, err
	}
	m, _ := c.Module(wire.KindLNV2).(*lnv2.Gateway)
	return m, nil
}

// Balance returns what e-cash the gateway has, in msat, and false while it has not
// joined the federation.
func (g *Gateway) Balance() (wire.Amount, bool) {
	c, err := g.wallet.Client(g.id)
	if err != nil {
		return 0, false
	}
	return c.Balance(c.Executor().Snapshot()), true
}

// Ready waits until the gateway has joined the federation and has e-cash.
func (g *Gateway) Ready(ctx context.Context) error { return g.Await(ctx, g.options.Float/2) }

// Rest waits until nothing of the gateway is under way, and returns what e-cash it has
// then, in msat.
func (g *Gateway) Rest(ctx context.Context) (has wire.Amount, err error) {
	err = g.await(ctx, "", func(c *client.Client, r *kv.Reader) bool {
		has = c.Balance(r)
		return len(c.Executor().Active()) == 0
	})
	return has, err
}

// Await waits until the gateway has so much e-cash, in msat.
func (g *Gateway) Await(ctx context.Context, least wire.Amount) error {
	return g.await(ctx, "m", func(c *client.Client, r *kv.Reader) bool { return c.Balance(r) >= least })
}

// await waits until something is so, which may change with keys under prefix.
func (g *Gateway) await(ctx context.Context, prefix string, is func(*client.Client, *kv.Reader) bool) error {
	for {
		changed := g.wallet.Changed()
		if c, err := g.wallet.Client(g.id); err == nil {
			_, err := fsm.Await(ctx, c.Executor(), prefix, func(r *kv.Reader) (struct{}, bool) { return struct{}{}, is(c, r) })
			if err == nil || ctx.Err() != nil {
				return err
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// keepFloat gets e-cash whenever there is too little.
func (g *Gateway) keepFloat(ctx context.Context, c *client.Client) error {
	for {
		has, err := fsm.Await(ctx, c.Executor(), "m", func(r *kv.Reader) (wire.Amount, bool) {
			has := c.Balance(r)
			return has, has < g.options.Float/2
		})
		if err != nil {
			return err
		}
		if err := g.draw(ctx, c, g.options.Float-has); err != nil {
			return err
		}
	}
}

// draw gets e-cash from the faucet and waits until it is there.
func (g *Gateway) draw(ctx context.Context, c *client.Client, amount wire.Amount) error {
	notes, err := g.options.Faucet(ctx, amount)
	if err != nil {
		return err
	}
	op, err := receive(ctx, c, notes)
	if err != nil {
		return err
	}
	begun, _ := c.Operation(c.Executor().Snapshot(), op)
	for s, err := range c.Progress(ctx, begun) {
		if err != nil || s.Final {
			return err
		}
	}
	return ctx.Err()
}

// receive claims e-cash of either generation.
func receive(ctx context.Context, c *client.Client, text string) (fsm.OpID, error) {
	if second, err := mintv2.ParseText(text); err == nil {
		if p, ok := c.Module(wire.KindMintV2).(*ecash.Purse); ok {
			return p.Receive(ctx, second, nil)
		}
	}
	first, err := mint.ParseText(text)
	if err != nil {
		return fsm.OpID{}, err
	}
	p, ok := c.Module(wire.KindMint).(*ecash.Purse)
	if !ok {
		return fsm.OpID{}, client.ErrNoCash
	}
	return p.Receive(ctx, first, nil)
}
