package dummy_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"satchel/client"
	"satchel/client/dummy"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

var (
	seeds   = flag.Int("seeds", 50, "how many seeds of each story the simulator explores")
	rewrite = flag.Bool("rewrite", false, "write the diagrams anew")
)

// A purse is a wallet that pays with the dummy's coins. It begins with two coins
// of a thousand and pays twice.
type purse struct {
	world   *sim.World
	fed     *toyfed.Federation
	amounts [2]wire.Amount
}

const coin = 1000

func key(n byte) wire.SecretKey { return wire.SecretKey{7, n} }

func newFederation(w *sim.World, change ...func(*toyfed.Setup)) *toyfed.Federation {
	seen := map[wire.TxID]int{}
	s := toyfed.Setup{Signer: toy.New(), Guardians: 4, Off: []wire.PeerID{2}}
	s.Hold = func(tx wire.Transaction) bool {
		id := tx.TxID()
		if seen[id] == 0 {
			seen[id] = len(seen) + 1
		}
		return seen[id] == 2 // the second payment is refused
	}
	for _, c := range change {
		c(&s)
	}
	fed := toyfed.New(w, s)
	for n := range byte(2) {
		fed.GiveCoin(key(n).PublicKey(), coin)
	}
	return fed
}

func (p *purse) live(ctx context.Context) error {
	c, err := p.fed.Open(ctx, "purse", p.world.Disk(ctx, "purse"), nil, dummy.Kind())
	if err != nil {
		return err
	}
	p.world.Observe(c.Executor())
	ctx, cancel := context.WithCancelCause(ctx)
	ran := make(chan error, 1)
	go func() {
		err := c.Run(ctx)
		cancel(err)
		ran <- err
	}()
	err = p.pay(ctx, c)
	cancel(nil)
	if died := <-ran; err == nil && errors.Is(died, kv.ErrClosed) {
		err = died
	}
	return err
}

func (p *purse) pay(ctx context.Context, c *client.Client) error {
	m := c.Module(dummy.Name).(*dummy.Dummy)
	err := c.Update(ctx, func(tx *fsm.Tx) error {
		if !tx.Has("begun") {
			tx.Put("begun", nil)
			m.Put(tx, dummy.Coin{Key: key(0), Amount: coin})
			m.Put(tx, dummy.Coin{Key: key(1), Amount: coin})
		}
		return nil
	})
	for i, amount := range p.amounts {
		op := fsm.OpID{byte(i)}
		if err == nil {
			err = m.Pay(ctx, op, key(byte(100+i)).PublicKey(), amount)
		}
		if err == nil {
			err = settle(ctx, c, op)
		}
	}
	return err
}

// settle waits until an operation is over.
func settle(ctx context.Context, c *client.Client, op fsm.OpID) error {
	_, err := fsm.Await(ctx, c.Executor(), fsm.Under(op), func(r *kv.Reader) (bool, bool) {
		some := false
		for rec := range c.Executor().Machines(r, op) {
			if !rec.Final {
				return false, false
			}
			some = true
		}
		return some, some
	})
	return err
}

func (p *purse) reopen() (*client.Client, error) {
	return p.fed.Open(context.Background(), "purse", p.world.Memory("purse").Handle(), nil, dummy.Kind())
}

// check finds every coin again.
func (p *purse) check() error {
	c, err := p.reopen()
	if err != nil {
		return err
	}
	has := c.Balance(c.Executor().Snapshot())
	others := p.fed.Coin(key(100).PublicKey()) + p.fed.Coin(key(101).PublicKey())
	if books := p.fed.Audit().Coins; has+others != books {
		return fmt.Errorf("the purse has %v, others %v, the books %v", has, others, books)
	}
	return nil
}

func (p *purse) end() string {
	c, err := p.reopen()
	if err != nil {
		return err.Error()
	}
	r := c.Executor().Snapshot()
	end := fmt.Sprint(c.Balance(r))
	for op := range c.Operations(r, 0) {
		s, err := c.Summary(context.Background(), op)
		end += fmt.Sprintf("; %s %v %v %v", s.State, s.InFlight, s.Final, err)
	}
	return end
}

var purses = map[string][2]wire.Amount{
	"change":           {300, 200},
	"both coins":       {1200, 300},
	"nothing is left":  {980, 960},
	"a little is left": {975, 200}, // less than making a coin of it costs
}

func scenario(amounts [2]wire.Amount, change ...func(*toyfed.Setup)) func(*sim.World) sim.Scenario {
	return func(w *sim.World) sim.Scenario {
		p := &purse{world: w, fed: newFederation(w, change...), amounts: amounts}
		return sim.Scenario{Live: p.live, Check: p.check, End: p.end}
	}
}

func TestEveryStepKilled(t *testing.T) {
	edges := sim.Report{Edges: map[string]int{}}
	for _, name := range slices.Sorted(maps.Keys(purses)) {
		t.Run(name, func(t *testing.T) {
			report := sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true}, scenario(purses[name]))
			for e, n := range report.Edges {
				edges.Edges[e] += n
			}
		})
	}
	c, err := newFederation(nil).Open(context.Background(), "purse", kv.NewMemory().Handle(), nil, dummy.Kind())
	if err != nil {
		t.Fatal(err)
	}
	machines := append(c.Module(dummy.Name).Machines(), c.Executor().Machine("transaction"))
	if missing := edges.Missing(machines...); len(missing) > 0 {
		t.Errorf("never taken: %q", missing)
	}
}

// The diagrams are what the machines declare.
func TestDiagrams(t *testing.T) {
	for _, m := range (&dummy.Dummy{}).Machines() {
		file := filepath.Join("testdata", strings.ReplaceAll(m.Name(), "/", "-")+".mmd")
		if *rewrite {
			if err := os.WriteFile(file, []byte(m.Mermaid()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Mermaid(); got != string(want) {
			t.Errorf("%s is stale, -rewrite writes it anew:\n%s", file, got)
		}
	}
}
