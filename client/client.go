package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sort"
	"sync"
	"time"

	"satchel/client/guardians"
	"satchel/client/secret"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A Setup is what a client of one federation is made of.
type Setup struct {
	Config wire.ClientConfig
	Secret secret.Client
	Others []secret.Client // that the same words have under other derivations
	Store  kv.Store
	// Kinds are the kinds of modules that the wallet can use; others are left
	// alone. Those that pay are asked in this order.
	Kinds []Kind

	// Device tells this wallet apart from others with the same words.
	Device Device

	// Random is cryptographically secure.
	Random io.Reader

	// Fetch makes HTTP requests, for modules that need them. It may be nil.
	Fetch Fetch

	// Connect makes the guardians with these options.
	Connect func(guardians.Options) *guardians.Federation

	// Versions are those of the API that were chosen before, if any.
	Versions guardians.Versions

	// APISecret is the federation's, if it has one: it goes into invite codes.
	APISecret *string

	// Now is the wall clock, by default time.Now. It dates entries of the log
	// and says when e-cash is taken back; no outcome depends on it.
	Now func() time.Time
}

// A Client is one federation, as a wallet uses it. Its methods may be used from
// several goroutines.
type Client struct {
	setup    Setup
	id       wire.FederationID
	modules  map[wire.ModuleID]Module
	cash     []Cash // those of modules that are, in the order in which they are asked
	x        *fsm.Executor
	circle   *guardians.Federation
	planning chan struct{} // holds a token while somebody plans

	mu       sync.Mutex
	versions *guardians.Versions
}

// Open finds what is under way in the federation. Nothing happens before Run.
func Open(ctx context.Context, s Setup) (*Client, error) {
	if s.Now == nil {
		s.Now = time.Now
	}
	c := &Client{
		setup: s, id: s.Config.FederationID(),
		modules:  map[wire.ModuleID]Module{},
		planning: make(chan struct{}, 1),
	}
	if s.Versions.Core != (wire.Version{}) {
		c.versions = &s.Versions
	}
	machines := []*fsm.Machine{c.submission()}
	for _, id := range c.sortedModules() {
		m, err := c.newModule(id, s.Config.Modules[id])
		if err != nil {
			return nil, fmt.Errorf("module %d of kind %s: %w", id, s.Config.Modules[id].Kind, err)
		}
		if m == nil {
			continue
		}
		c.modules[id] = m
		if cash, ok := m.(Cash); ok {
			c.cash = append(c.cash, cash)
		}
		machines = append(machines, m.Machines()...)
	}
	c.sortCash()
	x, err := fsm.Open(ctx, s.Store, machines...)
	if err != nil {
		return nil, err
	}
	x.Now = s.Now
	c.x = x
	c.circle = s.Connect(guardians.Options{Now: s.Now, Up: func(wire.PeerID) { x.Wake() }})
	return c, nil
}

func (c *Client) sortedModules() []wire.ModuleID { return wire.Keys(c.setup.Config.Modules) }

// sortCash puts the modules that pay into the order of their kinds.
func (c *Client) sortCash() {
	rank := func(m Cash) int {
		return slices.IndexFunc(c.setup.Kinds, func(k Kind) bool { return k.Name == m.Kind() })
	}
	sort.SliceStable(c.cash, func(i, j int) bool { return rank(c.cash[i]) < rank(c.cash[j]) })
}

// newModule makes a module, or returns nil for one that this wallet cannot use:
// of an unknown kind or consensus version, or the second of its kind.
func (c *Client) newModule(id wire.ModuleID, config wire.ModuleConfig) (Module, error) {
	for _, m := range c.modules {
		if m.Kind() == config.Kind {
			return nil, nil
		}
	}
	for _, k := range c.setup.Kinds {
		if k.Name == config.Kind && k.Version == config.Version.Major {
			h := Host{Client: c, ID: id, Config: config.Config.Body, Secret: c.setup.Secret.Module(uint16(id))}
			for _, other := range c.setup.Others {
				h.Others = append(h.Others, other.Module(uint16(id)))
			}
			return k.New(h)
		}
	}
	return nil, nil
}

// Run drives everything that is under way until ctx ends or a commit fails. A
// client runs once; after a failed commit another one is opened.
func (c *Client) Run(ctx context.Context) error {
	defer c.circle.Close()
	ctx, cancel := context.WithCancel(ctx)
	var others sync.WaitGroup
	defer others.Wait()
	defer cancel()
	for _, m := range c.modules {
		if r, ok := m.(Runner); ok {
			others.Go(func() { r.Run(ctx) })
		}
	}
	return c.x.Run(ctx)
}

// Wake cuts every back-off short: the device came online, or somebody looks.
func (c *Client) Wake() {
	c.circle.Wake()
	c.x.Wake()
}

// Executor returns the engine that drives the machines.
func (c *Client) Executor() *fsm.Executor { return c.x }

// Guardians returns the guardians of the federation.
func (c *Client) Guardians() *guardians.Federation { return c.circle }

// Config returns the federation's config.
func (c *Client) Config() wire.ClientConfig { return c.setup.Config }

// FederationID returns the federation's id.
func (c *Client) FederationID() wire.FederationID { return c.id }

// Now returns the time of the wall clock.
func (c *Client) Now() time.Time { return c.setup.Now() }

// Module returns the instance of that kind, or nil.
func (c *Client) Module(kind wire.ModuleKind) Module {
	for _, m := range c.modules {
		if m.Kind() == kind {
			return m
		}
	}
	return nil
}

// Cash returns the modules that pay, in the order in which they are asked.
func (c *Client) Cash() []Cash { return slices.Clone(c.cash) }

// Balance returns what could be spent, in msat.
func (c *Client) Balance(r *kv.Reader) (sum wire.Amount) {
	for _, m := range c.cash {
		sum += m.Balance(r)
	}
	return sum
}

// Invite returns an invite code that names the guardian, and false if there is
// no such guardian.
func (c *Client) Invite(peer wire.PeerID) (wire.InviteCode, bool) {
	at, ok := c.setup.Config.Guardians[peer]
	if !ok {
		return wire.InviteCode{}, false
	}
	code, err := wire.NewInviteCode(c.id, map[wire.PeerID]wire.SafeURL{peer: at.URL}, c.setup.APISecret)
	return code, err == nil
}

// Update runs fn in the exclusive transaction.
func (c *Client) Update(ctx context.Context, fn func(*fsm.Tx) error) error {
	return c.x.Update(ctx, fn)
}

// AwaitClock waits until the wall clock shows t. It looks every minute, since a
// device sleeps and its clock may be set.
func (c *Client) AwaitClock(ctx context.Context, t time.Time) error {
	for {
		rest := t.Sub(c.Now())
		if rest <= 0 {
			return nil
		}
		timer := time.NewTimer(min(rest, time.Minute))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// Summary tells what an operation has come to.
func (c *Client) Summary(ctx context.Context, op Operation) (Summary, error) {
	steps, err := c.x.History(ctx, op.ID, 0)
	if err != nil {
		return Summary{}, err
	}
	m := c.modules[op.Module]
	if m == nil {
		return Summary{}, fmt.Errorf("%w: operation of module %d", ErrUnknownModule, op.Module)
	}
	return m.Summarize(op, steps), nil
}

// Progress yields what an operation came to with each commit that concerned it,
// from the first one on, and then waits for more.
func (c *Client) Progress(ctx context.Context, op Operation) iter.Seq2[Summary, error] {
	return func(yield func(Summary, error) bool) {
		m := c.modules[op.Module]
		if m == nil {
			yield(Summary{}, fmt.Errorf("%w: operation of module %d", ErrUnknownModule, op.Module))
			return
		}
		var steps []fsm.Record
		for seq := uint64(0); ; {
			more, err := c.x.Next(ctx, op.ID, seq)
			if err != nil {
				yield(Summary{}, err)
				return
			}
			for i, rec := range more {
				steps, seq = append(steps, rec), rec.Entered
				whole := i+1 == len(more) || more[i+1].Entered != seq
				if whole && !yield(m.Summarize(op, steps), nil) {
					return
				}
			}
		}
	}
}

// ErrUnknownModule reports something of a module that this wallet cannot use.
var ErrUnknownModule = errors.New("module is not known to this wallet")
