package lnv2_test

import (
	"context"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/toyfed"
	"satchel/client/tpe"
	tpetoy "satchel/client/tpe/toy"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

var (
	seeds   = flag.Int("seeds", 4, "how many seeds of each story the simulator explores")
	rewrite = flag.Bool("rewrite", false, "write the files in testdata anew")
)

// pays has an invoice of somebody outside paid.
func pays(change ...func(*wire.LNV2OutgoingContract)) func(*teller) error {
	return func(t *teller) error {
		invoice, err := t.bill()
		if err != nil {
			return err
		}
		return t.send(t.order(invoice, change...))
	}
}

// swaps has one wallet pay another one through the gateway.
func swaps(garbage bool) func(*teller) error {
	return func(t *teller) error {
		invoice, err := t.offer(garbage)
		if err != nil {
			return err
		}
		return t.send(t.order(invoice))
	}
}

// isPaid has somebody outside pay a wallet, and others with it.
func isPaid(garbage bool, others ...func(*teller, string) error) func(*teller) error {
	return func(t *teller) error {
		invoice, err := t.offer(garbage)
		if err != nil {
			return err
		}
		var all sync.WaitGroup
		failures := make([]error, 1+len(others))
		for i, do := range append(others, func(t *teller, invoice string) error {
			_, err := t.paidBy(t.outside, invoice)
			return err
		}) {
			all.Go(func() { failures[i] = do(t, invoice) })
		}
		all.Wait()
		return errors.Join(failures...)
	}
}

// expensive makes a federation that takes for a contract whatever is in it.
func expensive(s *toyfed.Setup) { s.Lightning.Fee = wire.PaymentFee{Base: 2 * amount} }

// tooExpensive makes a federation that takes more for a contract than the gateway
// has.
func tooExpensive(s *toyfed.Setup) { s.Lightning.Fee = wire.PaymentFee{Base: 2 * coins * coin} }

// refusing makes a federation that refuses the nth transaction that it sees.
func refusing(nth ...int) func(*toyfed.Setup) {
	return func(s *toyfed.Setup) {
		seen := map[wire.TxID]int{}
		s.Hold = func(tx wire.Transaction) bool {
			id := tx.TxID()
			if seen[id] == 0 {
				seen[id] = len(seen) + 1
			}
			return slices.Contains(nth, seen[id])
		}
	}
}

// A slow node lets blocks be found while it pays, once.
type slow struct {
	*lightning.Node
	once   *sync.Once
	fed    *toyfed.Federation
	blocks uint64
}

func (n slow) Pay(ctx context.Context, i bolt11.Invoice, delay uint64) (lightning.Payment, error) {
	p, err := n.Node.Pay(ctx, i, delay)
	if err == nil {
		n.once.Do(func() { n.fed.Mine(n.blocks) })
	}
	return p, err
}

func slowly(blocks uint64) func(*stage) lnv2.Node {
	return func(s *stage) lnv2.Node { return slow{s.gateway, s.once, s.fed, blocks} }
}

// A contrary node ends what it holds the other way than it is told to.
type contrary struct{ *lightning.Node }

func (n contrary) Settle(ctx context.Context, p wire.Preimage) error {
	n.Cancel(ctx, p.Hash())
	return n.Node.Settle(ctx, p)
}

// knowing is a node whose owner has the preimage of what it is told to cancel.
type knowing struct {
	*lightning.Node
	stage *stage
}

func (n knowing) Cancel(ctx context.Context, hash wire.Hash) error {
	n.Settle(ctx, wire.Preimage{9, n.stage.contracts})
	return n.Node.Cancel(ctx, hash)
}

// inconsistent are keys of which the aggregate one is not that of the others.
type inconsistent struct{ tpetoy.Toy }

func (inconsistent) VerifyKey(_, _ [48]byte, _ tpe.Ciphertext, _ [32]byte) bool { return false }

var stories = map[string]story{
	"pays": {tell: pays()},
	"pays what nobody takes": {tell: func(t *teller) error {
		invoice, err := t.bill(func(r *lightning.Request) { r.Unpayable = true })
		if err != nil {
			return err
		}
		return t.send(t.order(invoice))
	}},
	"is underfunded":      {tell: pays(func(c *wire.LNV2OutgoingContract) { c.Amount = amount })},
	"is asked too late":   {tell: pays(func(c *wire.LNV2OutgoingContract) { c.Expiration = 1000 + 144 })},
	"pays slowly":         {tell: pays(), node: slowly(1440)}, // so that no payment could begin any more
	"pays too slowly":     {tell: pays(), node: slowly(1440 + 12), loses: true},
	"claims twice":        {tell: pays(), change: refusing(1)},
	"cannot afford to":    {tell: pays(), change: expensive, loses: true},
	"swaps":               {tell: swaps(false)},
	"swaps garbage":       {tell: swaps(true), loses: true},
	"cannot swap":         {tell: swaps(false), change: refusing(1)},
	"is too poor to swap": {tell: swaps(false), change: tooExpensive},
	"has no contract": {tell: func(t *teller) error {
		if t.invoices["own"] == "" {
			i, err := t.gateway.Invoice(t.ctx, lightning.Request{Amount: amount, Expiry: 3600})
			if err != nil {
				return err
			}
			t.invoices["own"] = i.String()
		}
		return t.send(t.order(t.invoices["own"]))
	}},
	"is too poor":         {tell: isPaid(false), anyEnd: true, change: tooExpensive},
	"is paid":             {tell: isPaid(false), anyEnd: true},
	"is paid for garbage": {tell: isPaid(true), anyEnd: true, loses: true},
	"is paid by two": {tell: isPaid(false, func(t *teller, invoice string) error {
		_, err := t.paidBy(t.eve, invoice)
		return err
	}), anyEnd: true},
	"is paid and swaps": {tell: isPaid(false, func(t *teller, invoice string) error { return t.send(t.order(invoice)) }), anyEnd: true},
	"cannot fund":       {tell: isPaid(false), anyEnd: true, change: refusing(1)},
	"has no refund":     {tell: isPaid(true), anyEnd: true, change: refusing(2), loses: true},
	"wants no refund": {tell: isPaid(true), anyEnd: true, loses: true, change: func(s *toyfed.Setup) {
		s.Lightning.Fee = wire.PaymentFee{Base: amount} // more than is left of the amount
	}},
	"has no key":     {tell: isPaid(false), anyEnd: true, scheme: inconsistent{}, loses: true},
	"was given back": {tell: isPaid(false), anyEnd: true, loses: true, node: func(s *stage) lnv2.Node { return contrary{s.gateway} }},
	"was taken":      {tell: isPaid(true), anyEnd: true, loses: true, node: func(s *stage) lnv2.Node { return knowing{s.gateway, s} }},
}

func TestEveryStepKilled(t *testing.T) {
	edges := sim.Report{Edges: map[string]int{}}
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			report := sim.Explore(t, sim.Plan{Seeds: *seeds, Faults: 4, Kill: true}, stories[name].scenario)
			for e, n := range report.Edges {
				edges.Edges[e] += n
			}
		})
	}
	m := (&lnv2.Gateway{}).Machines()
	if missing := edges.Missing(m...); len(missing) > 0 {
		t.Errorf("never taken: %q", missing)
	}
}

// How each story ends when nothing goes wrong, in msat.
func TestEnds(t *testing.T) {
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			end := ""
			sim.Explore(t, sim.Plan{Seeds: 1}, func(w *sim.World) sim.Scenario {
				st := stories[name].stage(w)
				return sim.Scenario{Live: st.live, Check: func() error { end = st.end(); return st.check() }}
			})
			all.WriteString(name + "\n  " + end + "\n")
		})
	}
	golden(t, "ends.txt", all.String())
}

// golden compares what is in a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is stale, -rewrite writes it anew:\n%s", file, got)
	}
}

// The diagrams are what the machines declare.
func TestDiagrams(t *testing.T) {
	for _, m := range (&lnv2.Gateway{}).Machines() {
		golden(t, strings.ReplaceAll(m.Name(), "/", "-")+".mmd", m.Mermaid())
	}
}
