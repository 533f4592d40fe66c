package mint_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/mint"
	"satchel/client/tbs"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

var seeds = flag.Int("seeds", 60, "how many seeds of each story the simulator explores")

// A story is what somebody does with a wallet. It is told from the beginning in
// every life, and what has been done already is not done again.
type story struct {
	world *sim.World
	fed   *toyfed.Federation
	clock func() time.Time
	tell  func(*teller) error

	texts   map[string]wire.OOBNotes // e-cash from outside, by name
	outside wire.Amount              // face value of e-cash from outside that nobody has spent yet, msat
}

// A teller is one life of a story.
type teller struct {
	*story
	ctx  context.Context
	c    *client.Client
	mint *mint.Mint
}

func kinds() []client.Kind {
	return []client.Kind{mint.Kind(func() tbs.Scheme { return toy.New() })}
}

func newStory(w *sim.World, tell func(*teller) error, change ...func(*toyfed.Setup)) *story {
	setup := toyfed.Setup{
		Signer: toy.New(), Guardians: 4, TopTier: 11,
		Fee: wire.FeeConsensus{Base: 100},
		Off: []wire.PeerID{wire.PeerID(w.Rand("off").IntN(4))},
	}
	for _, c := range change {
		c(&setup)
	}
	return &story{world: w, fed: toyfed.New(w, setup), clock: time.Now, tell: tell, texts: map[string]wire.OOBNotes{}}
}

// ecash is e-cash that somebody else holds.
func (s *story) ecash(name string, amount wire.Amount) wire.OOBNotes {
	if text, ok := s.texts[name]; ok {
		return text
	}
	rnd := s.world.Rand("ecash " + name)
	notes := s.fed.Mint(amount, func() (k wire.SecretKey) {
		for i := range k {
			k[i] = byte(rnd.Uint32())
		}
		k[0] &= 0x7f
		return k
	})
	s.texts[name] = wire.NewOOBNotes(s.fed.Config().FederationID().Prefix(), notes)
	return s.texts[name]
}

func (s *story) live(ctx context.Context) error {
	c, err := s.fed.Open(ctx, "wallet", s.world.Disk(ctx, "wallet"), s.clock, kinds()...)
	if err != nil {
		return err
	}
	s.world.Observe(c.Executor())
	ctx, cancel := context.WithCancelCause(ctx)
	ran := make(chan error, 1)
	go func() {
		err := c.Run(ctx)
		cancel(err)
		ran <- err
	}()
	t := &teller{s, ctx, c, c.Module(wire.KindMint).(*mint.Mint)}
	err = s.tell(t)
	cancel(nil)
	if died := <-ran; err == nil && errors.Is(died, kv.ErrClosed) {
		err = died
	}
	if stuck := c.Executor().Stuck(); err == nil && len(stuck) > 0 {
		err = fmt.Errorf("%s stuck at %s: %w", stuck[0].Machine, stuck[0].Step, stuck[0].Err)
	}
	return err
}

// rest waits until nothing of the operation is under way except e-cash in
// somebody's hands, and returns what it came to.
func (t *teller) rest(op fsm.OpID) (client.Summary, error) {
	_, err := fsm.Await(t.ctx, t.c.Executor(), fsm.Under(op), func(r *kv.Reader) (bool, bool) {
		some := false
		for rec := range t.c.Executor().Machines(r, op) {
			if !rec.Final && rec.Step != "given" {
				return false, false
			}
			some = true
		}
		return some, some
	})
	if err != nil {
		return client.Summary{}, err
	}
	return t.summary(op)
}

func (t *teller) summary(op fsm.OpID) (client.Summary, error) {
	entry, ok := t.c.Operation(t.c.Executor().Snapshot(), op)
	if !ok {
		return client.Summary{}, errors.New("operation is not in the log")
	}
	return t.c.Summary(t.ctx, entry)
}

func (t *teller) receive(name string, amount wire.Amount) (fsm.OpID, error) {
	op, err := t.mint.Receive(t.ctx, t.ecash(name, amount), nil)
	if err != nil && !errors.Is(err, mint.ErrReceived) {
		return op, err
	}
	_, err = t.rest(op)
	return op, err
}

// claim is what the wallet says that it has, from its own records alone.
func (s *story) claim() (claim wire.Amount, err error) {
	ctx := context.Background()
	c, err := s.fed.Open(ctx, "wallet", s.world.Memory("wallet").Handle(), nil, kinds()...)
	if err != nil {
		return 0, err
	}
	r := c.Executor().Snapshot()
	claim = c.Balance(r) + c.Module(wire.KindMint).(*mint.Mint).Aside(r)
	for op := range c.Operations(r, 0) {
		sum, err := c.Summary(ctx, op)
		if err != nil {
			return 0, err
		}
		if sum.InFlight != 0 {
			return 0, fmt.Errorf("%v still in flight", sum.InFlight)
		}
		claim += sum.HandedOut
	}
	return claim, nil
}

// check holds the wallet's claim against the federation's books.
func (s *story) check() error {
	claim, err := s.claim()
	if err != nil {
		return err
	}
	audit := s.fed.Audit()
	if audit.Burnt != 0 {
		return fmt.Errorf("%v were burnt by using an index twice", audit.Burnt)
	}
	if got := audit.Outstanding(); got != claim+s.outside {
		return fmt.Errorf("the federation owes %v, the wallet claims %v and %v are with others (%+v)", got, claim, s.outside, audit)
	}
	return nil
}

func (s *story) end() string {
	ctx := context.Background()
	c, err := s.fed.Open(ctx, "wallet", s.world.Memory("wallet").Handle(), nil, kinds()...)
	if err != nil {
		return err.Error()
	}
	r := c.Executor().Snapshot()
	end := fmt.Sprint(c.Balance(r))
	for op := range c.Operations(r, 0) {
		sum, err := c.Summary(ctx, op)
		end += fmt.Sprintf(" %s %s %v %v %v", sum.Title, sum.State, sum.Amount, sum.HandedOut, err)
	}
	return end
}

func scenario(tell func(*teller) error, change ...func(*story)) func(*sim.World) sim.Scenario {
	return func(w *sim.World) sim.Scenario {
		s := newStory(w, tell)
		for _, c := range change {
			c(s)
		}
		return sim.Scenario{Live: s.live, Check: s.check, End: s.end}
	}
}

// stories that end the same whatever goes wrong.
var stories = map[string]func(*teller) error{
	"receive": func(t *teller) error {
		_, err := t.receive("gift", 5000)
		return err
	},
	"hand out and take back": func(t *teller) error {
		if _, err := t.receive("gift", 9000); err != nil {
			return err
		}
		op := fsm.OpID{1}
		if err := t.send(op, 1024, mint.SendOptions{}); err != nil { // such notes are there
			return err
		}
		return t.takeBack(op)
	},
	"reissue, hand out, take back": func(t *teller) error {
		if _, err := t.receive("gift", 20_000); err != nil {
			return err
		}
		op := fsm.OpID{1}
		if err := t.send(op, 7000, mint.SendOptions{}); err != nil {
			return err
		}
		return t.takeBack(op)
	},
	"handed out and taken": func(t *teller) error {
		if _, err := t.receive("gift", 9000); err != nil {
			return err
		}
		op := fsm.OpID{1}
		if err := t.send(op, 1024, mint.SendOptions{}); err != nil {
			return err
		}
		if err := t.spendElsewhere(op, 2); err != nil {
			return err
		}
		return t.takeBack(op)
	},
	"taken, and seen to be": func(t *teller) error {
		if _, err := t.receive("gift", 9000); err != nil {
			return err
		}
		op := fsm.OpID{1}
		if err := t.send(op, 1024, mint.SendOptions{}); err != nil {
			return err
		}
		if err := t.spendElsewhere(op, 2); err != nil {
			return err
		}
		for {
			taken, err := t.mint.CheckTaken(t.ctx, op)
			if taken {
				return t.final(op)
			}
			if t.ctx.Err() != nil {
				return err
			}
			time.Sleep(time.Second)
		}
	},
	"partly taken": func(t *teller) error {
		if _, err := t.receive("gift", 20_000); err != nil {
			return err
		}
		op := fsm.OpID{1}
		if err := t.send(op, 7000, mint.SendOptions{}); err != nil {
			return err
		}
		if err := t.spendElsewhere(op, 1); err != nil {
			return err
		}
		return t.takeBack(op)
	},
	"taken back by itself": func(t *teller) error {
		if _, err := t.receive("gift", 9000); err != nil {
			return err
		}
		op := fsm.OpID{1}
		if err := t.send(op, 1024, mint.SendOptions{TakeBackAfter: time.Hour}); err != nil {
			return err
		}
		return t.final(op)
	},
	"partly spent e-cash comes in": func(t *teller) error {
		text := t.ecash("gift", 5000)
		t.spendNotes(text.Notes(), 1)
		_, err := t.receive("gift", 5000)
		return err
	},
	"own e-cash comes home": func(t *teller) error {
		if _, err := t.receive("gift", 9000); err != nil {
			return err
		}
		op := fsm.OpID{1}
		if err := t.send(op, 1024, mint.SendOptions{}); err != nil {
			return err
		}
		text, ok, err := t.mint.Text(t.ctx, op)
		if err != nil || !ok {
			return fmt.Errorf("no text: %w", err)
		}
		home, err := t.mint.Receive(t.ctx, text, nil)
		if err != nil && !errors.Is(err, mint.ErrReceived) {
			return err
		}
		if err := t.final(op); err != nil {
			return err
		}
		return t.final(home)
	},
}

func (t *teller) send(op fsm.OpID, amount wire.Amount, o mint.SendOptions) error {
	if err := t.mint.Send(t.ctx, op, amount, nil, o); err != nil {
		return err
	}
	_, err := t.rest(op)
	return err
}

func (t *teller) takeBack(op fsm.OpID) error {
	if err := t.mint.TakeBack(t.ctx, op); err != nil {
		return err
	}
	return t.final(op)
}

// spendElsewhere lets somebody who got the text spend the n greatest notes.
func (t *teller) spendElsewhere(op fsm.OpID, n int) error {
	text, ok, err := t.mint.Text(t.ctx, op)
	if err != nil || !ok {
		return fmt.Errorf("no text: %w", err)
	}
	t.spendNotes(text.Notes(), n)
	return nil
}

func (t *teller) spendNotes(notes wire.MintNotes, n int) {
	var keys []wire.PublicKey
	var amounts []wire.Amount
	for amount, note := range notes.All() {
		keys, amounts = append(keys, note.SpendKey.PublicKey()), append(amounts, amount)
	}
	for i := len(keys) - 1; i >= 0 && n > 0; i, n = i-1, n-1 {
		t.fed.Spend(keys[i], amounts[i])
	}
}

// final waits until nothing of the operation is under way at all.
func (t *teller) final(op fsm.OpID) error {
	_, err := fsm.Await(t.ctx, t.c.Executor(), fsm.Under(op), func(r *kv.Reader) (bool, bool) {
		for rec := range t.c.Executor().Machines(r, op) {
			if !rec.Final {
				return false, false
			}
		}
		return true, true
	})
	return err
}

func TestEveryStepKilled(t *testing.T) {
	for name, tell := range stories {
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true}, scenario(tell))
		})
	}
}
