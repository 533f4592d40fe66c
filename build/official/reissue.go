//go:build unix

package official

import (
	"time"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// Figures are what a reissuance cost the official client.
type Figures struct {
	// Spent and Made are how many notes went in and came out. The client decides
	// how many it makes, by what it has already.
	Spent, Made int
	// Wall is the time from the call, in the page, to its state "Done". The
	// guardians are in it, which work on the same machine, and what else the
	// machine does.
	Wall time.Duration
	// Worker is how long the client's own thread was on a CPU meanwhile, with
	// what it does beside the reissuance. Only Linux tells; elsewhere it is 0.
	Worker time.Duration
	// Process is how long the whole process of the page was on CPUs, in steps
	// of 10 ms: with Worker, the page itself, and the threads that compile
	// WebAssembly to faster code while it runs.
	Process time.Duration
	// Requests are how many each guardian was sent meanwhile, by method. In the
	// first seconds after joining, the client also asks for other things than
	// the reissuance needs.
	Requests map[wire.PeerID]map[string]int
}

// Reissue reissues notes of a federation of this program, in text, and measures
// that. A client's first reissuances are slower than later ones: Chromium
// optimizes code that it has seen at work.
func (c *Client) Reissue(f *devfed.Federation, notes string) Figures {
	c.t.Helper()
	parsed, err := wire.ParseOOBNotes(notes)
	if err != nil {
		c.t.Fatal(err)
	}
	figures := Figures{Spent: parsed.Notes().Count(), Requests: make(map[wire.PeerID]map[string]int)}
	asked := requests(f)
	had := c.notes()

	var ms float64
	used := c.browser.Work(func() { c.call("reissue", &ms, notes) })
	for peer, after := range requests(f) {
		figures.Requests[peer] = difference(after, asked[peer])
	}
	figures.Wall = time.Duration(ms * float64(time.Millisecond))
	figures.Worker, figures.Process = used.Workers, used.Process
	figures.Made = c.notes() - had
	return figures
}

func requests(f *devfed.Federation) map[wire.PeerID]map[string]int {
	all := make(map[wire.PeerID]map[string]int)
	for i, g := range f.Guardians() {
		all[wire.PeerID(i)] = g.Requests()
	}
	return all
}

// difference returns how much the counts have grown.
func difference(after, before map[string]int) map[string]int {
	grown := make(map[string]int)
	for method, n := range after {
		if n > before[method] {
			grown[method] = n - before[method]
		}
	}
	return grown
}

// notes returns how many notes the client has.
func (c *Client) notes() (n int) {
	c.t.Helper()
	for _, count := range c.counts() {
		n += count
	}
	return n
}

// counts returns how many notes of each amount, in msat, the client has.
func (c *Client) counts() (counts map[wire.Amount]int) {
	c.t.Helper()
	c.call("counts", &counts)
	return counts
}
