//go:build unix

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"text/tabwriter"
	"time"

	"satchel/build/browser"
	"satchel/build/devfed"
	"satchel/build/drive"
	"satchel/build/official"
	"satchel/build/rpc"
	"satchel/build/wasm"
	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/mint"
	"satchel/client/tbs"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// repeats is how often each figure is taken; the median counts.
const repeats = 3

// figures are what one reissue cost.
type figures struct {
	made     int
	wall     time.Duration
	worker   time.Duration // of a CPU; 0 where it is not known
	counts   tbs.Counts
	requests int // that the guardian who got most of them got
}

// BenchmarkReissue reissues 1, 20 and 100 notes, natively and in Chromium,
// beside the official client in Chromium.
func BenchmarkReissue(b *testing.B) {
	for range b.N {
		fed := start(b, devfed.Options{Handler: drive.Site(b)})
		native := startNative(b, fed)
		page := startPage(b, fed)
		rust := official.Start(b)
		rust.SetWords("legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful", "legal", "winner", "thank", "yellow")
		rust.Join(fed.Invite())

		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "\nReissue, medians of", repeats, "after a first one; 4 guardians on the same machine")
		fmt.Fprintln(table, "notes in\tby\tmade\tpairings (Miller loops + final exp.)\trequests per guardian\twall\tof a CPU\twall, ratio\tCPU, ratio")
		for _, n := range []int{1, 20, 100} {
			ours := median(b, func() figures { return native.reissue(b, fed, n) })
			inPage := median(b, func() figures { return page.reissue(b, fed, n) })
			theirs := median(b, func() figures { return reissueOfficial(b, rust, fed, n) })
			row(table, n, "Satchel, native", ours, figures{})
			inPage.counts = ours.counts // the same code
			row(table, n, "Satchel, Chromium", inPage, theirs)
			// Its pairings cannot be counted from outside.
			row(table, n, "official, Chromium", theirs, theirs)
		}
		table.Flush()
	}
}

func row(table *tabwriter.Writer, n int, by string, f, reference figures) {
	pairings, cpu, wallRatio, cpuRatio := "", "", "", ""
	if f.counts.MillerLoops > 0 {
		pairings = fmt.Sprintf("%d + %d", f.counts.MillerLoops, f.counts.FinalExponentiations)
	}
	if f.worker > 0 {
		cpu = fmt.Sprint(f.worker.Round(time.Millisecond))
	}
	if reference.wall > 0 {
		wallRatio = fmt.Sprintf("%.2f", float64(f.wall)/float64(reference.wall))
	}
	if reference.worker > 0 {
		cpuRatio = fmt.Sprintf("%.2f", float64(f.worker)/float64(reference.worker))
	}
	fmt.Fprintf(table, "%d\t%s\t%d\t%s\t%d\t%v\t%s\t%s\t%s\n", n, by, f.made, pairings, f.requests, f.wall.Round(time.Millisecond), cpu, wallRatio, cpuRatio)
}

// median reissues once to have a wallet with notes, and then counts.
func median(b *testing.B, reissue func() figures) figures {
	b.Helper()
	reissue()
	var all []figures
	for range repeats {
		all = append(all, reissue())
	}
	slices.SortFunc(all, func(x, y figures) int { return int(x.wall - y.wall) })
	return all[len(all)/2]
}

// start starts a federation, with e-cash of the first generation if it is not
// told otherwise: the official client knows no other.
func start(b *testing.B, o devfed.Options) *devfed.Federation {
	b.Helper()
	if o.Modules == nil {
		o.Modules = []wire.ModuleKind{wire.KindMeta, wire.KindMint}
	}
	fed, err := devfed.Start(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { fed.Close() })
	return fed
}

// notes returns n notes of 2^10 to 2^19 msat.
func notes(b *testing.B, fed *devfed.Federation, n int) wire.OOBNotes {
	b.Helper()
	all := wire.MintNotes{}
	for i := range n {
		one, err := fed.Faucet.Ecash(b.Context(), 1<<(10+i%10))
		if err != nil {
			b.Fatal(err)
		}
		for amount, note := range one.Notes().All() {
			all[amount] = append(all[amount], note)
		}
	}
	return wire.NewOOBNotes(fed.ID().Prefix(), all)
}

// most returns how many requests the guardian got who got most.
func most(fed *devfed.Federation, f func()) (n int) {
	count := func() (all []int) {
		for _, g := range fed.Guardians() {
			sum := 0
			for _, n := range g.Requests() {
				sum += n
			}
			all = append(all, sum)
		}
		return all
	}
	before := count()
	f()
	for i, now := range count() {
		n = max(n, now-before[i])
	}
	return n
}

// native is the wallet in this process, on files.
type native struct {
	f       *facade.Facade
	counter *tbs.Counter
	id      string
	next    int
}

func startNative(b *testing.B, fed *devfed.Federation) *native {
	n := &native{counter: &tbs.Counter{}}
	p := rpc.Platform(b.TempDir())
	p.Kinds = []client.Kind{ecash.Mint(func() mint.Options {
		s := tbs.V1()
		s.Batch.Counter = n.counter
		return mint.Options{Scheme: s, Gap: mint.Gap}
	})}
	n.f = facade.New(p)
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan struct{})
	go func() { n.f.Run(ctx); close(ran) }()
	b.Cleanup(func() { cancel(); <-ran })
	n.must(b, "generate_mnemonic", nil, nil)
	var joined struct{ Federation string }
	n.must(b, "join", map[string]any{"invite_code": fed.Invite()}, &joined)
	n.id = joined.Federation
	return n
}

// must asks and waits for the end; of a stream the last answer counts.
func (n *native) must(b *testing.B, verb string, fields map[string]any, out any) {
	b.Helper()
	n.next++
	request := map[string]any{"request_id": n.next, "type": verb}
	for k, v := range fields {
		request[k] = v
	}
	text, err := json.Marshal(request)
	if err != nil {
		b.Fatal(err)
	}
	var last json.RawMessage
	n.f.Handle(b.Context(), text, func(line []byte) {
		var r struct {
			Type  string
			Data  json.RawMessage
			Error string
		}
		if err := json.Unmarshal(line, &r); err != nil || r.Type == "error" {
			b.Errorf("%s: %s %v", verb, line, err)
		}
		if r.Type == "data" {
			last = r.Data
		}
	})
	if b.Failed() {
		b.FailNow()
	}
	if out != nil {
		if err := json.Unmarshal(last, out); err != nil {
			b.Fatal(err)
		}
	}
}

func (n *native) held(b *testing.B) (count int) {
	var counts map[string]int
	n.must(b, "client_rpc", map[string]any{"client_name": n.id, "module": "mint", "method": "note_counts_by_denomination"}, &counts)
	for _, c := range counts {
		count += c
	}
	return count
}

func (n *native) reissue(b *testing.B, fed *devfed.Federation, count int) (f figures) {
	text := notes(b, fed, count).Base64()
	had, before := n.held(b), n.counter.Total()
	f.requests = most(fed, func() {
		began := time.Now()
		var r struct {
			Op string `json:"operation_id"`
		}
		n.must(b, "receive_ecash", map[string]any{"notes": text}, &r)
		var d drive.Detail
		n.must(b, "subscribe_operation", map[string]any{"federation": n.id, "operation_id": r.Op}, &d)
		f.wall = time.Since(began)
		if d.State != "done" {
			b.Fatalf("%+v", d)
		}
	})
	after := n.counter.Total()
	f.counts.MillerLoops = after.MillerLoops - before.MillerLoops
	f.counts.FinalExponentiations = after.FinalExponentiations - before.FinalExponentiations
	f.made = n.held(b) - had
	return f
}

// page is the wallet in Chromium.
type page struct {
	tab *drive.Tab
	id  string
}

func startPage(b *testing.B, fed *devfed.Federation) *page {
	p := &page{tab: drive.OpenTab(browser.Start(b), "http://"+fed.Address()+"/")}
	p.must(b, "generate_mnemonic", nil, nil)
	var joined struct{ Federation string }
	p.must(b, "join", map[string]any{"invite_code": fed.Invite().String()}, &joined)
	p.id = joined.Federation
	return p
}

func (p *page) must(b *testing.B, verb string, fields map[string]any, out any) {
	b.Helper()
	if err := p.tab.Call(verb, fields, out); err != nil {
		b.Fatal(err)
	}
}

func (p *page) held(b *testing.B) (count int) {
	var counts map[string]int
	p.must(b, "client_rpc", map[string]any{"client_name": p.id, "module": "mint", "method": "note_counts_by_denomination"}, &counts)
	for _, c := range counts {
		count += c
	}
	return count
}

func (p *page) reissue(b *testing.B, fed *devfed.Federation, count int) (f figures) {
	text := notes(b, fed, count).Base64()
	had := p.held(b)
	f.requests = most(fed, func() {
		f.worker = p.tab.Browser.Work(func() {
			var ms float64
			p.tab.Page.Eval(fmt.Sprintf(`(async () => {
				const began = performance.now();
				const r = await first("receive_ecash", { notes: %q });
				await rest({ federation: %q, operation_id: r.operation_id }, true);
				return performance.now() - began;
			})()`, text, p.id), &ms)
			f.wall = time.Duration(ms * float64(time.Millisecond))
		}).Workers
	})
	f.made = p.held(b) - had
	return f
}

func reissueOfficial(b *testing.B, c *official.Client, fed *devfed.Federation, count int) (f figures) {
	r := c.Reissue(fed, notes(b, fed, count).Base64())
	for _, methods := range r.Requests {
		sum := 0
		for _, n := range methods {
			sum += n
		}
		f.requests = max(f.requests, sum)
	}
	f.made, f.wall, f.worker = r.Made, r.Wall, r.Worker
	return f
}

// BenchmarkSize weighs both programs as people download them.
func BenchmarkSize(b *testing.B) {
	for range b.N {
		ours, err := wasm.Build(b.Context(), "satchel/wasm", b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		theirs, err := official.Program()
		if err != nil {
			b.Fatal(err)
		}
		_, small, err := wasm.Sizes(ours)
		if err != nil {
			b.Fatal(err)
		}
		_, large, err := wasm.Sizes(theirs)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Printf("\nProgram after brotli: Satchel %d bytes, official client %d bytes (%s), ratio %.2f\n",
			small, large, filepath.Base(theirs), float64(small)/float64(large))
	}
}
