package ecash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/notes"
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

	// of is the generation of the e-cash, by default the first; beside, if set,
	// the other one, which the federation has as well and the wallet asks first.
	of, beside *generation

	// only says that the story makes sense in one generation alone.
	only *generation

	// change makes the federation another one than a small one of which one
	// guardian is off.
	change func(*toyfed.Setup)

	// others says that somebody else spends notes that the wallet counts on:
	// until it learns of that, it claims too much.
	others bool

	// twice says that transactions are refused because an index is used twice,
	// and helpless that notes are refused for good, though they are not spent.
	twice, helpless bool

	// anyEnd says that the end depends on who comes first, or on the clock: only
	// the value is compared.
	anyEnd bool

	// scheme is that of blind signatures, by default the toy. plant, if set, plants
	// a mistake in the module.
	scheme tbs.Scheme
	plant  func(*faulty)

	// relives is a mistake: every life draws the same random numbers.
	relives bool

	tabs  int // that have the wallet open at once, by default 1
	clock func(*sim.World) func() time.Time

	// watch, if set, looks at a life, which it may end.
	watch func(context.Context, *client.Client, context.CancelCauseFunc) error

	// audit, if set, wraps the store of a story without a world.
	audit func(kv.Store) kv.Store

	// rotten, if set, tells which entries of the store are damaged when they are
	// read.
	rotten func(key string) bool

	// entered, if set, looks at every step that is entered.
	entered func(fsm.Record) error

	// lies are told by a guardian, both chosen by the seed.
	lies []toyfed.Lie
}

// A stage is a story in one world, or without one.
type stage struct {
	story
	world  *sim.World
	disk   *kv.Memory
	fed    *toyfed.Federation
	now    func() time.Time
	random *source

	mu        sync.Mutex
	texts     map[string]outside // e-cash from outside, by name
	had       []request          // notes that the words had before
	elsewhere bool               // another device with the words was at work
	meddled   bool               // somebody has issued notes under their blinded nonces
	ends      map[fsm.OpID]client.Summary
	broken    error // what was wrong at some commit
}

// outside is e-cash that somebody else has.
type outside struct {
	of    *generation
	notes wire.MintNotes
}

// A teller is one life of a story.
type teller struct {
	*stage
	ctx   context.Context
	c     *client.Client
	purse *Purse
}

// self finds the purse in a module that has one.
func (m *Purse) self() *Purse { return m }

func purseOf(c *client.Client, g *generation) *Purse {
	return c.Module(g.kind).(interface{ self() *Purse }).self()
}

// purses are those of a wallet.
func (s *stage) purses(c *client.Client) []*Purse {
	all := []*Purse{purseOf(c, s.of)}
	if s.beside != nil {
		all = append(all, purseOf(c, s.beside))
	}
	return all
}

// kinds are the modules as the wallet has them.
func (s *stage) kinds() (kinds []client.Kind) {
	if s.relives {
		s.random = s.newSource()
	}
	if s.beside != nil {
		kinds = append(kinds, s.kind(s.beside))
	}
	kinds = append(kinds, s.kind(s.of))
	if s.plant != nil {
		kinds[len(kinds)-1] = with(s.plant, kinds[len(kinds)-1])
	}
	return kinds
}

func (s *stage) kind(g *generation) client.Kind {
	k := g.kindWith(s.scheme, s.random)
	if s.world != nil {
		return stillKind(k)
	}
	return k
}

// smallSetup is a federation with few tiers, one of whose guardians is off.
func smallSetup(off wire.PeerID) toyfed.Setup {
	return toyfed.Setup{
		Signer: toy.New(), Guardians: 4,
		Fee: wire.FeeConsensus{Base: 100},
		Off: []wire.PeerID{off},
	}
}

func (s *stage) newSource() *source {
	if s.world != nil {
		return &source{Rand: s.world.Rand("tweaks")}
	}
	return &source{Rand: rand.New(rand.NewPCG(1, 2))}
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
		texts: map[string]outside{}, ends: map[fsm.OpID]client.Summary{},
	}
	if st.of == nil {
		st.of = first
	}
	if st.scheme == nil {
		st.scheme = toy.New()
	}
	st.random = st.newSource()
	setup := smallSetup(0)
	st.of.one(&setup)
	if s.beside != nil {
		setup.Mints = append([]wire.ModuleKind{s.beside.kind}, setup.Mints...)
		setup.TopTier = max(setup.TopTier, s.beside.top)
	}
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
	c, err := s.fed.Open(ctx, "wallet", store, s.now, s.kinds()...)
	if err != nil {
		return err
	}
	if s.world != nil {
		s.world.Observe(c.Executor())
	}
	s.inspect(c)
	for _, m := range s.purses(c) {
		m.pace = haste
	}
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
	err = s.tell(&teller{s, ctx, c, purseOf(c, s.of)})
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
func (s *stage) ecash(name string, amount wire.Amount) notes.Text {
	return s.text(s.of, name, s.fed.Split(s.of.kind, s.of.factor*amount))
}

// many is e-cash of n notes of an amount, as it is in the generation.
func (s *stage) many(name string, n int, amount wire.Amount) notes.Text {
	amounts := make([]wire.Amount, n)
	for i := range amounts {
		amounts[i] = amount
	}
	return s.text(s.of, name, amounts)
}

// text is e-cash of a generation that somebody else has, of one note of each
// amount.
func (s *stage) text(g *generation, name string, amounts []wire.Amount) notes.Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.texts[name]; !ok {
		n := 0
		s.texts[name] = outside{g, s.fed.MintOf(g.kind, amounts, func() wire.SecretKey {
			n++
			return keyOf(fmt.Sprint(name, n))
		})}
	}
	return g.text(s.id(), s.texts[name].notes)
}

// id is the federation's.
func (s *stage) id() wire.FederationID { return s.fed.Config().FederationID() }

// listed returns the notes of a text one by one, by ascending amount.
func listed(text notes.Text) (all []note) {
	for amount, n := range text.All() {
		all = append(all, note{Amount: amount, Nonce: toyfed.PublicKey(n.SpendKey), MintSpendableNote: n})
	}
	return notes.Sorted(all)
}

// keyOf returns the spend key of a note from outside.
func keyOf(name string) wire.SecretKey { return wire.SecretKey(wire.HashOf(wire.ModuleKind(name))) }

// An act is something that a teller does, unless it has been done already.
type act func(*teller) error
