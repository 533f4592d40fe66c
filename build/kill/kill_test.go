package kill

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
	"satchel/build/drive"
	"satchel/build/gateway"
	"satchel/client/wire"
)

var rounds = flag.Int("rounds", 1, "how often every story is told")

// An announcer hears of every commit, before and after, and kills the wallet at
// one of them.
type announcer struct {
	mu    sync.Mutex
	kill  func()
	at    int // kill at the announcement with this number; -1 is never
	heard int
	last  string
	kills int
}

// arm has the wallet killed at the n-th announcement from now on.
func (a *announcer) arm(n int, kill func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at, a.heard, a.kill = n, 0, kill
}

// disarm lets the wallet live, and reports whether it had been killed, where,
// and otherwise how many announcements there were.
func (a *announcer) disarm() (killed bool, where string, heard int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	killed = a.at >= 0 && a.heard > a.at
	a.at = -1
	return killed, a.last, a.heard
}

func (a *announcer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	keys, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	here := a.heard == a.at
	a.heard++
	if !here {
		return
	}
	a.last = fmt.Sprintf("%s commit %s of %s\n%s", r.FormValue("when"), r.FormValue("seq"), r.FormValue("store"), keys)
	a.kills++
	a.kill()
}

// A world is a federation by its modules, and what is told in it.
type world struct {
	free     bool // takes no fees
	modules  []wire.ModuleKind
	cash     *generation
	told     []tale
	mustTake []string // edges that every round must take
}

// A place is where a federation is, and the page if a browser is killed. Routes may
// be added to it.
type place struct {
	fed    *devfed.Federation
	routes *http.ServeMux
}

type tale struct {
	name string
	make func(*bench) story
}

// worlds are those of either generation of e-cash, and one of both, in which a
// wallet makes notes of the second, and of the first from what is too little for
// that. With fees it would be too little for either.
var worlds = map[string]world{
	"first": {false, []wire.ModuleKind{wire.KindMint, wire.KindMeta}, first, usual, edgesOf("mint")},
	"second": {false, []wire.ModuleKind{wire.KindMintV2, wire.KindMeta}, second,
		append(slices.Clone(usual), tale{"own e-cash comes home", comesHome}), edgesOf("mintv2")},
	"both": {true, []wire.ModuleKind{wire.KindMint, wire.KindMintV2, wire.KindMeta}, first, []tale{
		{"receive", receive(100_000)},
		{"receive e-cash that is partly spent", receivePartlySpent},
		{"send notes that must be made", sendNew},
		{"take back too late", takeBackTooLate},
		{"move", move},
	}, append(slices.DeleteFunc(edgesOf("mint"), func(edge string) bool { return edge == "mint/issuance: issuing --rejected--> aborted" }),
		"mintv2/issuance: issuing --signed--> issued", "mintv2/issuance: issuing --rejected--> aborted")},
	"lightning": {false, []wire.ModuleKind{wire.KindMintV2, wire.KindLNV2, wire.KindMeta}, second, []tale{
		{"pay", pay(20_000, false, gateway.Honest)},
		{"pay who cannot be reached", pay(20_000, true, gateway.Honest)},
		{"pay through a gateway that keeps the preimage", pay(20_000, false, gateway.WithheldPreimage)},
		{"be paid", bePaid(50_000)},
	}, []string{
		"lnv2/send: funding --accepted--> funded",
		"lnv2/send: funded --gateway answered--> succeeded",
		"lnv2/send: funded --gateway answered--> refundable",
		"lnv2/send: funded --guardians told--> succeeded",
		"lnv2/send: refundable --taken back--> refunding",
		"lnv2/send: refunding --accepted--> refunded",
		"lnv2/receive: pending --guardians told--> claimable",
		"lnv2/receive: claimable --claimed--> claiming",
		"lnv2/receive: claiming --accepted--> claimed",
	}},
}

var usual = []tale{
	{"receive", receive(100_000)},
	{"receive e-cash that is partly spent", receivePartlySpent},
	{"send notes that are there", sendOwn},
	{"send notes that must be made", sendNew},
	{"take back", takeBack},
	{"take back too late", takeBackTooLate},
}

// edgesOf returns those of every machine of a module, and of transactions.
func edgesOf(kind string) []string {
	return []string{
		"transaction: created --accepted--> accepted",
		"transaction: created --rejected--> rejected",
		kind + "/issuance: issuing --signed--> issued",
		kind + "/issuance: issuing --rejected--> aborted",
		kind + "/packing: packing --signed--> packed",
		kind + "/input: spending --accepted--> spent",
		kind + "/input: spending --rejected--> refused",
		kind + "/reclaim: claiming --accepted--> claimed",
		kind + "/reclaim: claiming --rejected--> denied",
		kind + "/inquiry: asking --told--> answered",
		kind + "/spend: given --taken--> taken",
		kind + "/spend: given --cancelled--> called back",
	}
}

// everyCommit kills a wallet before and after every commit of every story.
func everyCommit(t *testing.T, in world, fresh func(t *testing.T, ann *announcer) (drive.Wallet, place)) {
	ann := &announcer{at: -1}
	var b *bench
	var at place
	for n, killed := 0, true; killed; n++ { // joining happens once, so each death has a wallet of its own
		var w drive.Wallet
		w, at = fresh(t, ann)
		b = newBench(t, w, at.fed, in.cash)
		b.ann = ann
		killed = b.killAt("join", n, func(b *bench) error { return b.join() })
	}
	if slices.Contains(in.modules, wire.KindLNV2) {
		b.openGateway(at)
	}
	b.once(receive(2_000_000)(b))
	b.check()
	for range *rounds {
		for _, s := range in.told {
			// A story that ends without its n-th announcement has had all, but
			// two machines that end at once may have shown the end early.
			for n, survived := 0, 0; survived < 2; {
				if b.killAt(s.name, n, s.make(b)) {
					n, survived = n+1, 0
				} else {
					survived++
				}
			}
		}
	}
	for _, edge := range in.mustTake {
		if !b.edges[edge] {
			t.Errorf("never taken: %s", edge)
		}
	}
	t.Logf("%d kills, 0 msat lost; %v owed", ann.kills, b.fed.Audit().Outstanding)
	if ann.kills < 50 {
		t.Errorf("only %d kills", ann.kills)
	}
}

// killAt tells a story, kills the wallet at its n-th announcement, and tells the
// story to its end. It reports whether the story had so many.
func (b *bench) killAt(name string, n int, s story) bool {
	b.t.Helper()
	b.ann.arm(n, b.w.Kill)
	err := s(b)
	killed, where, heard := b.ann.disarm()
	if !killed {
		if err != nil {
			b.t.Fatalf("%s, %d announcements: %v", name, heard, err)
		}
		b.t.Logf("%s: has %d announcements", name, heard)
		b.check()
		return false
	}
	if err != nil && !errors.Is(err, drive.ErrDied) {
		b.t.Fatalf("%s, killed at %d: %v", name, n, err)
	}
	b.w.Start()
	b.once(s)
	b.t.Logf("%s: killed at %d, %.60s", name, n, where)
	b.check()
	return true
}

// once tells a story that must go well.
func (b *bench) once(s story) {
	b.t.Helper()
	if err := s(b); err != nil {
		b.t.Fatal(err)
	}
}

// federation runs a demo federation of four guardians, one of which is off.
func (in world) federation(t *testing.T, handler http.Handler) *devfed.Federation {
	t.Helper()
	fed, err := devfed.Start(t.Context(), devfed.Options{Offline: 1, Handler: handler, Modules: in.modules, NoFees: in.free})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fed.Close() })
	return fed
}

// TestProcess kills the native wallet, by SIGKILL.
func TestProcess(t *testing.T) {
	k := newKiller(t)
	for name, in := range worlds {
		t.Run(name, func(t *testing.T) {
			everyCommit(t, in, func(t *testing.T, a *announcer) (drive.Wallet, place) {
				k.ann = a
				return k.wallet(t), in.place(t, http.NewServeMux())
			})
		})
	}
}

// A killer kills processes.
type killer struct {
	ann   *announcer
	built *drive.Process
}

func newKiller(t *testing.T) *killer {
	k := &killer{ann: &announcer{at: -1}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { k.ann.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	k.built = drive.BuildProcess(t, "announce", "SATCHEL_ANNOUNCE="+server.URL)
	return k
}

func (k *killer) wallet(t *testing.T) drive.Wallet { return k.built.Fresh(t) }

// TestBrowser kills Chromium, by SIGKILL.
func TestBrowser(t *testing.T) {
	files := drive.Site(t, "announce")
	for _, name := range []string{"both", "lightning"} {
		t.Run(name, func(t *testing.T) {
			in := worlds[name]
			everyCommit(t, in, func(t *testing.T, ann *announcer) (drive.Wallet, place) {
				mux := http.NewServeMux()
				mux.Handle("/announce", ann)
				mux.Handle("/", files)
				at := in.place(t, mux)
				return drive.OpenTab(chromium(t), "http://"+at.fed.Address()+"/"), at
			})
		})
	}
}

// chromium starts a browser. It complains by itself about the guardian that is
// off.
func chromium(t *testing.T) *browser.Browser {
	b := browser.Start(t)
	b.Accept(`WebSocket connection to .* failed`)
	return b
}

// place runs the demo federation where mux is.
func (in world) place(t *testing.T, mux *http.ServeMux) place {
	t.Helper()
	return place{in.federation(t, mux), mux}
}
