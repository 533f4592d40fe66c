//go:build unix

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"text/tabwriter"
	"time"

	"satchel/build/browser"
	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/devfed/liar"
	"satchel/build/drive"
	"satchel/build/official"
	"satchel/build/rpc"
	"satchel/client/wire"
	"satchel/wasm/facade"
)

// lived is how many sessions the whole past has.
const lived = 2000

// recovered is what a recovery cost.
type recovered struct {
	wall     time.Duration
	worker   time.Duration // of a CPU; 0 where it is not known
	requests int           // that the guardian who got most of them got
	received int           // bytes from all guardians
	memory   int64         // bytes, of the whole process; 0 where it is not known
}

// A source is what a wallet recovers from: guardians list the notes, or if they
// are older than that, sessions are read.
type source string

const (
	list     source = "list"
	sessions source = "sessions"
)

// BenchmarkRecovery recovers a wallet that has had 10 000 notes in 2000 sessions,
// natively and in Chromium, from the list of notes and from sessions, beside the
// official client in Chromium. From the list that recovers nothing in this
// version (see package official), so what it takes for sessions is compared with
// both.
func BenchmarkRecovery(b *testing.B) {
	for range b.N {
		site := devfed.Options{Handler: drive.Site(b)}
		began := time.Now()
		first := live(b, wire.KindMint, site, lived/4, lived/2, lived)
		second := live(b, wire.KindMintV2, site, lived/4, lived/2, lived)
		fmt.Printf("\nRecovery of %d notes of %d sessions, of which %d are left, with the words alone (a past that took %v to make); 4 guardians on the same machine\n",
			lived*perSession, lived, keeps*perSession, time.Since(began).Round(time.Second))

		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "mint\tfrom\tby\trequests per guardian\treceived\twall\tof a CPU\tmemory\twall, ratio\tCPU, ratio")
		theirs := first.recover(b, lived, sessions, recoverOfficial)
		line(table, first, sessions, "official, Chromium", theirs, theirs)
		figures := map[*past]map[source]recovered{first: {}, second: {}}
		for _, c := range []struct {
			*past
			source
		}{{first, sessions}, {first, list}, {second, list}} {
			ours := c.recover(b, lived, c.source, recoverPage)
			figures[c.past][c.source] = ours
			line(table, c.past, c.source, "Satchel, Chromium", ours, theirs)
			line(table, c.past, c.source, "Satchel, native", c.recover(b, lived, c.source, recoverNative), recovered{})
		}
		table.Flush()

		table = tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "\nMost memory in Chromium, with a past of\t", lived/4, "sessions\t", lived/2, "sessions\t", lived, "sessions")
		for past, all := range figures {
			for source, whole := range all {
				quarter, half := past.recover(b, lived/4, source, recoverPage), past.recover(b, lived/2, source, recoverPage)
				fmt.Fprintf(table, "%s from %s\t%s\t%s\t%s\n", past.kind, source, megabytes(quarter.memory), megabytes(half.memory), megabytes(whole.memory))
			}
		}
		table.Flush()
	}
}

func line(table *tabwriter.Writer, p *past, from source, by string, r, reference recovered) {
	cpu, memory, wallRatio, cpuRatio := "", "", "", ""
	if r.worker > 0 {
		cpu = fmt.Sprint(r.worker.Round(10 * time.Millisecond))
	}
	if r.memory > 0 {
		memory = megabytes(r.memory)
	}
	if reference.wall > 0 {
		wallRatio = fmt.Sprintf("%.2f", float64(r.wall)/float64(reference.wall))
	}
	if reference.worker > 0 && r.worker > 0 {
		cpuRatio = fmt.Sprintf("%.2f", float64(r.worker)/float64(reference.worker))
	}
	fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%v\t%s\t%s\t%s\t%s\n",
		p.kind, from, by, r.requests, megabytes(int64(r.received)), r.wall.Round(10*time.Millisecond), cpu, memory, wallRatio, cpuRatio)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// recover recovers the wallet as it was at a stage. by fills in what it measures
// itself, and returns how much the wallet has then.
func (p *past) recover(b *testing.B, stage int, from source, by func(*testing.B, *devfed.Federation, *past, *recovered) wire.Amount) (r recovered) {
	b.Helper()
	fed := p.start(b, stage)
	defer fed.Close()
	if from == sessions {
		for i := range fed.Guardians() {
			if err := fed.Behave(i, guardian.Behaviour{State: guardian.On, Lie: liar.FailRecovery}); err != nil {
				b.Fatal(err)
			}
		}
	}
	r.requests = most(fed, func() {
		before := sent(fed)
		if has := by(b, fed, p, &r); has == 0 || has != fed.Audit().Outstanding {
			b.Fatalf("recovered %d msat, the audit is %+v", has, fed.Audit())
		}
		r.received = sent(fed) - before
	})
	return r
}

// sent is how many bytes all guardians have sent.
func sent(fed *devfed.Federation) (n int) {
	for _, g := range fed.Guardians() {
		n += g.Sent()
	}
	return n
}

// longest is how long the official client may take.
const longest = 20 * time.Minute

func recoverOfficial(b *testing.B, fed *devfed.Federation, p *past, r *recovered) wire.Amount {
	c := official.Start(b)
	defer c.Kill()
	c.SetWords(p.list()...)
	want := fed.Audit().Outstanding
	used := c.Work(func() {
		c.Restore(fed.Invite(), true)
		r.wall = c.Restored(want, longest)
	})
	r.worker, r.memory = used.Workers, used.Memory
	return want
}

// restore begins to join with words that are in use and lets restored resolve
// with how many milliseconds passed until all that they own can be spent.
const restore = `globalThis.restored = (async () => {
	const began = performance.now();
	await first("join", { invite_code: %q, restore: true });
	await new Promise((resolve, reject) => {
		const stop = link.stream("subscribe_wallet", {}, (wallet) => {
			const only = wallet.federations[0];
			if (only.restoring || only.pending > 0) return;
			queueMicrotask(() => stop());
			resolve();
		}, (error) => reject(new Error(error?.message)));
	});
	return performance.now() - began;
})(), undefined`

// wait answers with that, or with null if it takes long.
const wait = `Promise.race([restored, new Promise((resolve) => setTimeout(resolve, 20000, null))])`

func recoverPage(b *testing.B, fed *devfed.Federation, p *past, r *recovered) wire.Amount {
	tab := drive.OpenTab(browser.Start(b), "http://"+fed.Address()+"/")
	defer tab.Kill()
	must := func(verb string, fields map[string]any, out any) {
		if err := tab.Call(verb, fields, out); err != nil {
			b.Fatal(err)
		}
	}
	must("set_mnemonic", map[string]any{"words": p.list()}, nil)
	used := tab.Browser.Work(func() {
		tab.Page.Eval(fmt.Sprintf(restore, fed.Invite()), nil)
		var ms *float64
		for ms == nil {
			tab.Page.Eval(wait, &ms)
		}
		r.wall = time.Duration(*ms * float64(time.Millisecond))
	})
	r.worker, r.memory = used.Workers, used.Memory
	var v facade.WalletView
	must("subscribe_wallet", nil, &v)
	return v.Federations[0].Balance + v.Federations[0].Aside
}

func recoverNative(b *testing.B, fed *devfed.Federation, p *past, r *recovered) wire.Amount {
	n := &native{f: facade.New(rpc.Platform(b.TempDir()))}
	ctx, cancel := context.WithCancel(b.Context())
	ran := make(chan struct{})
	go func() { n.f.Run(ctx); close(ran) }()
	defer func() { cancel(); <-ran }()
	n.must(b, "set_mnemonic", map[string]any{"words": p.list()}, nil)
	began := time.Now()
	n.must(b, "join", map[string]any{"invite_code": fed.Invite(), "restore": true}, nil)
	only := n.restored(b)
	r.wall = time.Since(began)
	return only.Balance + only.Aside
}

// restored waits until the wallet has found everything and claimed it.
func (n *native) restored(b *testing.B) (only facade.FederationView) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	n.f.Handle(ctx, []byte(`{"request_id":0,"type":"subscribe_wallet"}`), func(line []byte) {
		var answer struct{ Data facade.WalletView }
		if err := json.Unmarshal(line, &answer); err != nil {
			b.Errorf("%s: %v", line, err)
			cancel()
		}
		if ctx.Err() != nil || len(answer.Data.Federations) == 0 {
			return
		}
		only = answer.Data.Federations[0]
		if !only.Restoring && only.Pending == 0 {
			cancel()
		}
	})
	return only
}
