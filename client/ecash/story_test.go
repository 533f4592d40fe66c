package ecash

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/tbs"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

// A story is what somebody does with a wallet. It is told from the beginning in
// every life, and what has been done already is not done again.
type story struct {
	tell act

	// change makes the federation another one than a small one of which one
	// guardian is off.
	change func(*toyfed.Setup)

	// others says that somebody else spends notes that the wallet notes.Counts on:
	// until it learns of that, it claims too much.
	others bool

	// twice says that transactions are refused because an index is used twice,
	// and helpless that notes are refused for good, though they are not spent.
	twice, helpless bool

	// anyEnd says that the end depends on who comes first, or on the clock: only
	// the value is compared.
	anyEnd bool

	// kind is the module as the wallet has it: there may be a mistake in it.
	kind func() client.Kind

	tabs  int // that have the wallet open at once, by default 1
	clock func(*sim.World) func() time.Time

	// watch, if set, looks at a life, which it may end.
	watch func(context.Context, *client.Client, context.CancelCauseFunc) error

	// audit, if set, wraps the store of a story without a world.
	audit func(kv.Store) kv.Store

	// rotten, if set, tells which entries of the store are damaged when they are
	// read.
	rotten func(key string) bool

	// lies are told by a guardian, both chosen by the seed.
	lies []toyfed.Lie
}

// A stage is a story in one world, or without one.
type stage struct {
	story
	world *sim.World
	disk  *kv.Memory
	fed   *toyfed.Federation
	now   func() time.Time

	mu     sync.Mutex
	texts  map[string]wire.OOBNotes // e-cash from outside, by name
	held   wire.Amount              // face value of what was in the wallet from the beginning
	ends   map[fsm.OpID]client.Summary
	broken error // what was wrong at some commit
}

// A teller is one life of a story.
type teller struct {
	*stage
	ctx  context.Context
	c    *client.Client
	mint *Purse
}

// self finds the mint in a module that has one.
func (m *Purse) self() *Purse { return m }

func mintOf(c *client.Client) *Purse {
	return c.Module(wire.KindMint).(interface{ self() *Purse }).self()
}

func soundKind() client.Kind { return kindOf(toy.New())() }

func kindOf(scheme tbs.Scheme) func() client.Kind {
	return func() client.Kind { return Kind(func() tbs.Scheme { return scheme }) }
}

// smallSetup is a federation with few tiers, one of whose guardians is off.
func smallSetup(off wire.PeerID) toyfed.Setup {
	return toyfed.Setup{
		Signer: toy.New(), Guardians: 4, TopTier: 10,
		Fee: wire.FeeConsensus{Base: 100},
		Off: []wire.PeerID{off},
	}
}

func (s story) scenario(w *sim.World) sim.Scenario {
	st := s.stage(w)
	sc := sim.Scenario{Live: st.live, Always: st.always, Check: st.check, End: st.end}
	if s.anyEnd {
		sc.End = nil
	}
	return sc
}

func (s story) stage(w *sim.World) *stage {
	st := &stage{
		story: s, world: w, disk: kv.NewMemory(), now: time.Now,
		texts: map[string]wire.OOBNotes{}, ends: map[fsm.OpID]client.Summary{},
	}
	setup := smallSetup(0)
	if w != nil {
		st.disk = w.Memory("wallet")
		setup.Off = []wire.PeerID{wire.PeerID(w.Rand("off").IntN(4))}
	}
	if s.change != nil {
		s.change(&setup)
	}
	if s.lies != nil {
		setup.Off = nil
		setup.Lie = s.lies[w.Rand("lie").IntN(len(s.lies))].By(wire.PeerID(w.Rand("liar").IntN(4)))
	}
	st.fed = toyfed.New(w, setup)
	if s.clock != nil {
		st.now = s.clock(w)
	}
	if s.kind == nil {
		st.kind = soundKind
	}
	return st
}

// perform tells the story without a world, once, and checks how it ends.
func (s story) perform(t *testing.T) (end string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		st := s.stage(nil)
		err := st.live(t.Context())
		time.Sleep(time.Minute) // what was asked may outlive the wallet for a while
		if err != nil {
			t.Fatal(err)
		}
		if err := st.check(); err != nil {
			t.Fatal(err)
		}
		end = st.end()
	})
	return end
}

// tellOnly tells the story without a world, and does not look at how it ends.
func (s story) tellOnly(t *testing.T) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		err := s.stage(nil).live(t.Context())
		time.Sleep(time.Minute)
		if err != nil {
			t.Fatal(err)
		}
	})
}

// live lets all tabs live. One that finds that another has taken over closes;
// the program has done its work when one of them has.
func (s *stage) live(ctx context.Context) error {
	errs := make(chan error)
	for range max(1, s.tabs) {
		go func() { errs <- s.tab(ctx) }()
	}
	var all error
	done := false
	for range max(1, s.tabs) {
		err := <-errs
		done = done || err == nil
		all = errors.Join(all, err)
	}
	if done {
		return nil
	}
	return all
}

func (s *stage) tab(ctx context.Context) error {
	store := s.disk.Handle()
	switch {
	case s.world != nil:
		store = s.world.Disk(ctx, "wallet")
	case s.audit != nil:
		store = s.audit(store)
	}
	if s.rotten != nil {
		store = &rottenStore{store, s.rotten}
	}
	c, err := s.fed.Open(ctx, "wallet", store, s.now, s.kind())
	if err != nil {
		return err
	}
	if s.world != nil {
		s.world.Observe(c.Executor())
	}
	s.inspect(c)
	ctx, cancel := context.WithCancelCause(ctx)
	ran := make(chan error, 1)
	go func() {
		err := c.Run(ctx)
		cancel(err)
		ran <- err
	}()
	watched := make(chan error, 1)
	go func() {
		var err error
		if s.watch != nil {
			err = s.watch(ctx, c, cancel)
		}
		watched <- err
	}()
	err = s.tell(&teller{s, ctx, c, mintOf(c)})
	cancel(nil)
	s.fail(<-watched)
	if died := <-ran; err == nil && errors.Is(died, kv.ErrClosed) {
		err = died
	}
	if stuck := c.Executor().Stuck(); err == nil && len(stuck) > 0 {
		err = fmt.Errorf("%s stuck at %s: %w", stuck[0].Machine, stuck[0].Step, stuck[0].Err)
	}
	return err
}

// fail notes what is wrong, unless nothing is.
func (s *stage) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = err
	}
}

// ecash is e-cash that somebody else has.
func (s *stage) ecash(name string, amount wire.Amount) wire.OOBNotes {
	return s.text(name, func(key func() wire.SecretKey) wire.MintNotes { return s.fed.Mint(amount, key) })
}

func (s *stage) text(name string, mint func(func() wire.SecretKey) wire.MintNotes) wire.OOBNotes {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text, ok := s.texts[name]; ok {
		return text
	}
	n := 0
	s.texts[name] = wire.NewOOBNotes(s.fed.Prefix(), mint(func() wire.SecretKey {
		n++
		return keyOf(fmt.Sprint(name, n))
	}))
	return s.texts[name]
}

// listed returns notes one by one, by ascending amount.
func listed(g wire.MintNotes) (notes []note) {
	for amount, n := range g.All() {
		notes = append(notes, note{amount, n.SpendKey.PublicKey(), n})
	}
	return notes
}

// keyOf returns the spend key of a note from outside.
func keyOf(name string) wire.SecretKey { return wire.SecretKey(wire.HashOf(wire.ModuleKind(name))) }

// An act is something that a teller does, unless it has been done already.
type act func(*teller) error
