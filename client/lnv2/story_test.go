package lnv2

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	tpetoy "satchel/client/tpe/toy"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

// A story is what somebody does with a wallet that has lightning. It is told from
// the beginning in every life, and what has been done already is not done again.
// The wallet begins with three coins.
type story struct {
	tell func(*teller) error

	// change makes the federation another one than one whose gateways are honest,
	// and of which one guardian is off.
	change func(*toyfed.Setup)

	// gateways are how gateways may lie, and lies how a guardian may, who is chosen
	// by the seed, as the lie is.
	gateways map[string]toyfed.GatewayLie
	lies     []toyfed.Lie

	// passes lets blocks be found and time pass, for what waits for it: when
	// nothing else has happened for so long, or, if it is 1, at any time.
	passes time.Duration

	// anyEnd says that the end depends on who comes first: only the value is
	// compared.
	anyEnd bool

	// left is what may stay in contracts at the end, in msat: it is not worth its
	// fee.
	left wire.Amount

	// free says that gateways take no fee, and so lose what the federation takes.
	free bool

	// plant, if set, plants a mistake in the module.
	plant func(*faulty)
}

const (
	coin    = 300_000 // msat of each of three coins
	coins   = 3
	passing = 10 * time.Minute // longer than any back-off
)

var fee = wire.PaymentFee{Base: 1000, PartsPerMillion: 100}

// A stage is a story in one world.
type stage struct {
	story
	world  *sim.World
	fed    *toyfed.Federation
	random *source

	sales map[string]sale // that others know of, by name
}

// A source of random numbers is that of all lives: none repeats another.
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

func coinKey(n byte) wire.SecretKey { return wire.SecretKey{7, n} }

func (s story) scenario(w *sim.World) sim.Scenario {
	st := s.stage(w)
	sc := sim.Scenario{Live: st.live, Check: st.check, End: st.end}
	if s.anyEnd {
		sc.End = nil
	}
	return sc
}

func (s story) stage(w *sim.World) *stage {
	setup := toyfed.Setup{
		Signer: toy.New(), Guardians: 4, Off: []wire.PeerID{wire.PeerID(w.Rand("off").IntN(4))},
		Lightning: &toyfed.Lightning{Fee: fee},
	}
	if names := slices.Sorted(maps.Keys(s.gateways)); len(names) > 0 {
		setup.Lightning.Lie = s.gateways[names[w.Rand("gateway's lie").IntN(len(names))]]
	}
	if s.lies != nil {
		setup.Off = nil
		setup.Lie = s.lies[w.Rand("lie").IntN(len(s.lies))].By(wire.PeerID(w.Rand("liar").IntN(4)))
	}
	if s.change != nil {
		s.change(&setup)
	}
	st := &stage{story: s, world: w, fed: toyfed.New(w, setup), random: &source{Rand: w.Rand("tweaks")}, sales: map[string]sale{}}
	for n := range byte(coins) {
		st.fed.GiveCoin(coinKey(n).PublicKey(), coin)
	}
	return st
}

func (s *stage) kinds() []client.Kind {
	kind := Kind(func() Options { return Options{Scheme: tpetoy.Toy{}, Random: s.random} })
	if s.plant != nil {
		kind = with(s.plant, kind)
	}
	return []client.Kind{dummy.Kind(), kind}
}

// self is the module, also where it is part of another.
func (m *Lightning) self() *Lightning { return m }

func lightningOf(c *client.Client) *Lightning {
	return c.Module(wire.KindLNV2).(interface{ self() *Lightning }).self()
}

// A teller is one life of a story.
type teller struct {
	*stage
	ctx context.Context
	c   *client.Client
	m   *Lightning
}

func (s *stage) live(ctx context.Context) error {
	c, err := s.fed.Open(ctx, "wallet", s.world.Disk(ctx, "wallet"), nil, s.kinds()...)
	if err != nil {
		return err
	}
	s.world.Observe(c.Executor())
	ctx, cancel := context.WithCancelCause(ctx)
	var others sync.WaitGroup
	ran := make(chan error, 1)
	go func() {
		err := c.Run(ctx)
		cancel(err)
		ran <- err
	}()
	if s.passes > 0 {
		idle := s.passes
		if idle == 1 {
			idle = 0
		}
		others.Go(func() { s.fed.Pass(ctx, idle) })
	}
	t := &teller{s, ctx, c, lightningOf(c)}
	if err = t.fund(); err == nil {
		err = s.tell(t)
	}
	cancel(nil)
	others.Wait()
	if died := <-ran; err == nil && errors.Is(died, kv.ErrClosed) {
		err = died
	}
	if stuck := c.Executor().Stuck(); err == nil && len(stuck) > 0 {
		err = fmt.Errorf("%s stuck at %s: %w", stuck[0].Machine, stuck[0].Step, stuck[0].Err)
	}
	return err
}

// fund puts the coins into the wallet.
func (t *teller) fund() error {
	d := t.c.Module(dummy.Name).(*dummy.Dummy)
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		if tx.Has("begun") {
			return nil
		}
		tx.Put("begun", nil)
		for n := range byte(coins) {
			d.Put(tx, dummy.Coin{Key: coinKey(n), Amount: coin})
		}
		return nil
	})
}

// again does something until it works, as a person would, but not for ever. What
// the wallet refuses for good is not done again.
func (t *teller) again(do func() error) error {
	for n := 0; ; n++ {
		err := do()
		var final interface{ final() }
		switch {
		case err == nil, errors.Is(err, kv.ErrClosed), t.ctx.Err() != nil, errors.As(err, &final), n == 20:
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-t.ctx.Done():
			return t.ctx.Err()
		}
	}
}

// pay pays an invoice and waits until that is over.
func (t *teller) pay(invoice string) (client.Summary, error) {
	q, err := t.begin(invoice)
	if err != nil {
		return client.Summary{}, err
	}
	return t.settle(q.Op)
}

// begin begins to pay an invoice, unless that has begun.
func (t *teller) begin(invoice string) (q Payment, err error) {
	err = t.again(func() (err error) {
		q, err = t.m.Pay(t.ctx, invoice, PayOptions{})
		return err
	})
	return q, err
}

// invoice has an invoice made, once in all lives: which one it is stands in the
// log.
func (t *teller) invoice(name string, amount wire.Amount) (fsm.OpID, string, error) {
	for op := range t.c.Operations(t.c.Executor().Snapshot(), 0) {
		v, err := parseMeta(op.Meta)
		if err == nil && v.Receive != nil && string(v.Receive.Extra) == fmt.Sprintf("%q", name) {
			return op.ID, v.Receive.Invoice.Bolt11, nil
		}
	}
	var o Offer
	err := t.again(func() (err error) {
		o, err = t.m.Receive(t.ctx, Ask{
			Amount: amount, Description: name, Expiry: time.Hour, Extra: []byte(fmt.Sprintf("%q", name)),
		})
		return err
	})
	return o.Op, o.Invoice.String(), err
}

// settle waits until an operation is over.
func (t *teller) settle(op fsm.OpID) (client.Summary, error) {
	x := t.c.Executor()
	_, err := fsm.Await(t.ctx, x, fsm.Under(op), func(r *kv.Reader) (bool, bool) {
		some := false
		for rec := range x.Machines(r, op) {
			if !rec.Final {
				return false, false
			}
			some = true
		}
		return some, some
	})
	if err != nil {
		return client.Summary{}, err
	}
	o, ok := t.c.Operation(x.Snapshot(), op)
	if !ok {
		return client.Summary{}, fmt.Errorf("operation %v is not in the log", op)
	}
	s, err := t.c.Summary(t.ctx, o)
	if err == nil && (!s.Final || s.InFlight > 0) {
		err = fmt.Errorf("all machines are at rest, but %v: final %v, %v in flight", s.State, s.Final, s.InFlight)
	}
	return s, err
}

// bill is an invoice of somebody outside.
func (t *teller) bill(name string, amount wire.Amount) string {
	return t.fed.Outside().Invoice(amount, name)
}

func (s *stage) reopen() (*client.Client, error) {
	return s.fed.Open(context.Background(), "wallet", s.world.Memory("wallet").Handle(), nil, s.kinds()...)
}

// check finds all money again, and nothing that should not have happened.
func (s *stage) check() error {
	c, err := s.reopen()
	if err != nil {
		return err
	}
	audit := s.fed.Audit()
	all := append(s.fed.Outside().Faults(), s.fed.Doubles()...)
	all = append(all, audit.Check())
	has := c.Balance(c.Executor().Snapshot())
	if others := s.fed.Coin(elsewhere.PublicKey()); has+others != audit.Coins {
		all = append(all, fmt.Errorf("the wallet has %v, somebody else %v, the books %v", has, others, audit.Coins))
	}
	if open := audit.Outgoing + audit.Incoming; open > s.left {
		all = append(all, fmt.Errorf("%v are left in contracts", open))
	}
	all = append(all, s.addsUp(c, has))
	for _, g := range s.fed.Gateways() {
		if s.gateways == nil && !s.free && g.Profit() < 0 {
			all = append(all, fmt.Errorf("an honest gateway has lost %v msat", -g.Profit()))
		}
	}
	return errors.Join(all...)
}

// addsUp holds the balance against what the operations say of themselves, and
// what they say against what happened outside.
func (s *stage) addsUp(c *client.Client, has wire.Amount) error {
	sum := int64(coins * coin)
	done := map[wire.Hash]int{}
	for op := range c.Operations(c.Executor().Snapshot(), 0) {
		v, err := c.Summary(context.Background(), op)
		if err != nil {
			return err
		}
		sum += v.Change
		meta, err := parseMeta(op.Meta)
		if err != nil {
			return err
		}
		if meta.Send != nil && v.State == client.Done {
			done[meta.Send.Contract.Image.Hash]++
		}
	}
	if sum != int64(has) {
		return fmt.Errorf("the operations add up to %v, the wallet has %v", sum, has)
	}
	contracts := map[wire.Hash]int{}
	for _, contract := range s.fed.Contracts() {
		if contract.Outgoing != nil {
			contracts[contract.Outgoing.Image.Hash]++
		}
	}
	for hash, n := range contracts {
		paid := s.fed.Outside().Paid(hash)
		if n > 1 {
			return fmt.Errorf("%d contracts for one invoice", n)
		}
		if done[hash] != paid && s.gateways == nil && !s.swapped(hash) {
			return fmt.Errorf("%d payments are done of an invoice that was paid %d times", done[hash], paid)
		}
	}
	return nil
}

// swapped reports whether an invoice is of the wallet itself.
func (s *stage) swapped(hash wire.Hash) bool {
	for _, contract := range s.fed.Contracts() {
		if contract.Incoming != nil && contract.Incoming.Commitment.Image.Hash == hash {
			return true
		}
	}
	return false
}

func (s *stage) end() string {
	c, err := s.reopen()
	if err != nil {
		return err.Error()
	}
	r := c.Executor().Snapshot()
	end := fmt.Sprint(c.Balance(r))
	for op := range c.Operations(r, 0) {
		v, err := c.Summary(context.Background(), op)
		end += fmt.Sprintf("; %s %s %v of %v for %v, %v", v.Title, v.State, v.Amount, v.Requested, v.Fee, err)
	}
	return end
}
