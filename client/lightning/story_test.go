package lightning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
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

	// gateway is how gateways lie, and lies are those of a guardian, who is chosen
	// by the seed, as the lie is.
	gateway toyfed.GatewayLie
	lies    []toyfed.Lie

	// passes lets blocks be found, for what waits for it: when nothing else has
	// happened for so long, or, if it is 1, at any time.
	passes time.Duration

	// anyEnd says that the end depends on who comes first: only the value is
	// compared.
	anyEnd bool

	// left is what may stay in contracts at the end, in msat: it is not worth its
	// fee, or nobody's.
	left wire.Amount

	// plant, if set, plants a mistake in the module.
	plant func(*faulty)
}

const (
	coin    = 300_000 // msat of each of three coins
	coins   = 3
	passing = 2 * time.Minute // longer than any question is asked anew after
)

var fees = wire.LNFees{Input: 50, Output: 30}

// A stage is a story in one world.
type stage struct {
	story
	world  *sim.World
	fed    *toyfed.Federation
	random *source

	sales map[string]sale // that others know of, by name
	wrong time.Duration   // by which the wallet's clock is
}

func (s *stage) now() time.Time { return time.Now().Add(s.wrong) }

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
		Lightning: &toyfed.Lightning{Lie: s.gateway}, LN: &toyfed.LN{Fees: fees},
	}
	if s.lies != nil {
		setup.Off = nil
		setup.Lie = s.lies[w.Rand("lie").IntN(len(s.lies))].By(wire.PeerID(w.Rand("liar").IntN(4)))
	}
	if s.change != nil {
		s.change(&setup)
	}
	st := &stage{story: s, world: w, fed: toyfed.New(w, setup), random: &source{Rand: w.Rand("secrets")}, sales: map[string]sale{}}
	for n := range byte(coins) {
		st.fed.GiveCoin(coinKey(n).PublicKey(), coin)
	}
	return st
}

func (s *stage) kinds() []client.Kind {
	encrypt := toyfed.LNEncryption(toyfed.ToyEncryption{}).Encrypt
	if e := s.fed.LN.Encryption; e != nil {
		encrypt = e.Encrypt
	}
	kind := Kind(func() Options { return Options{Encrypt: encrypt, Random: s.random} })
	if s.plant != nil {
		kind = with(s.plant, kind)
	}
	return []client.Kind{dummy.Kind(), kind}
}

// self is the module, also where it is part of another.
func (m *Lightning) self() *Lightning { return m }

func lightningOf(c *client.Client) *Lightning {
	return c.Module(wire.KindLN).(interface{ self() *Lightning }).self()
}

// A teller is one life of a story.
type teller struct {
	*stage
	ctx context.Context
	c   *client.Client
	m   *Lightning
}

func (s *stage) live(ctx context.Context) error {
	c, err := s.fed.Open(ctx, "wallet", s.world.Disk(ctx, "wallet"), s.now, s.kinds()...)
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
// the federation refuses is not done again.
func (t *teller) again(do func() error) error {
	for n := 0; ; n++ {
		err := do()
		var refused *RefusedError
		switch {
		case err == nil, errors.Is(err, kv.ErrClosed), t.ctx.Err() != nil, errors.As(err, &refused), n == 20:
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-t.ctx.Done():
			return t.ctx.Err()
		}
	}
}

// logged returns the operation of which the meta has something, the first of
// several.
func (t *teller) logged(is func(meta) bool) (found fsm.OpID, v meta, ok bool) {
	for op := range t.c.Operations(t.c.Executor().Snapshot(), 0) {
		if m, err := parseMeta(op.Meta); err == nil && is(m) {
			found, v, ok = op.ID, m, true
		}
	}
	return found, v, ok
}

// pay pays an invoice and waits until that is over.
func (t *teller) pay(invoice string) (client.Summary, error) {
	op, err := t.begin(invoice, 1)
	if err != nil {
		return client.Summary{}, err
	}
	return t.settle(op)
}

// begin begins to pay an invoice for the nth time, unless that has begun.
func (t *teller) begin(invoice string, n uint64) (fsm.OpID, error) {
	i, err := t.m.Read(invoice)
	if err != nil {
		return fsm.OpID{}, err
	}
	op := attemptID(i.PaymentHash, n)
	err = t.again(func() error {
		if fsm.Exists(t.c.Executor().Snapshot(), op) {
			return nil
		}
		q, err := t.m.Pay(t.ctx, invoice, PayOptions{})
		if err == nil && q.Op != op {
			err = fmt.Errorf("operation %v, not %v", q.Op, op)
		}
		return err
	})
	return op, err
}

// invoice makes an invoice, once in all lives: which one it is stands in the log.
func (t *teller) invoice(name string, amount wire.Amount) (fsm.OpID, string, error) {
	text := fmt.Sprintf("%q", name)
	op, v, ok := t.logged(func(v meta) bool { return v.Variant.Receive != nil && string(v.Extra) == text })
	if ok {
		return op, v.Variant.Receive.Invoice, t.m.awaitOffered(t.ctx, op)
	}
	var o Offer
	err := t.again(func() (err error) {
		o, err = t.m.Receive(t.ctx, Ask{Amount: amount, Description: name, Expiry: time.Hour, Extra: json.RawMessage(text)})
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

// ends is settle for an operation that must end in one of some states.
func (t *teller) ends(op fsm.OpID, want ...client.State) error {
	s, err := t.settle(op)
	if err != nil {
		return err
	}
	for _, state := range want {
		if s.State == state {
			return nil
		}
	}
	return fmt.Errorf("the operation is %v, want %v", s.State, want)
}

// bill is an invoice of somebody outside.
func (t *teller) bill(name string, amount wire.Amount) string {
	return t.fed.Outside().Invoice(amount, name)
}

func (s *stage) reopen() (*client.Client, error) {
	return s.fed.Open(context.Background(), "wallet", s.world.Memory("wallet").Handle(), s.now, s.kinds()...)
}
