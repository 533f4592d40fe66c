package kill

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"satchel/build/browser"
	"satchel/build/devfed"
	"satchel/build/drive"
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

// mustTake are the edges that every round must take.
var mustTake = []string{
	"transaction: created --accepted--> accepted",
	"transaction: created --rejected--> rejected",
	"mint/issuance: issuing --signed--> issued",
	"mint/issuance: issuing --rejected--> aborted",
	"mint/packing: packing --signed--> packed",
	"mint/input: spending --accepted--> spent",
	"mint/input: spending --rejected--> refused",
	"mint/reclaim: claiming --accepted--> claimed",
	"mint/reclaim: claiming --rejected--> denied",
	"mint/inquiry: asking --told--> answered",
	"mint/spend: given --taken--> taken",
	"mint/spend: given --cancelled--> called back",
}

var told = []struct {
	name string
	make func(*bench) story
}{
	{"receive", receive(100_000)},
	{"receive e-cash that is partly spent", receivePartlySpent},
	{"send notes that are there", sendOwn},
	{"send notes that must be made", sendNew},
	{"take back", takeBack},
	{"take back too late", takeBackTooLate},
}

// everyCommit kills a wallet before and after every commit of every story.
func everyCommit(t *testing.T, fresh func(t *testing.T, ann *announcer) (drive.Wallet, *devfed.Federation)) {
	ann := &announcer{at: -1}
	var b *bench
	for n, killed := 0, true; killed; n++ { // joining happens once, so each death has a wallet of its own
		w, fed := fresh(t, ann)
		b = &bench{t: t, w: w, fed: fed, ann: ann, redeemed: map[string]bool{}, edges: map[string]bool{}}
		killed = b.killAt("join", n, func(b *bench) error { return b.join() })
	}
	b.once(receive(2_000_000)(b))
	b.check()
	for range *rounds {
		for _, s := range told {
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
	for _, edge := range mustTake {
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
func federation(t *testing.T, handler http.Handler) *devfed.Federation {
	t.Helper()
	fed, err := devfed.Start(t.Context(), devfed.Options{
		Offline: 1, Handler: handler, Modules: []wire.ModuleKind{wire.KindMint, wire.KindMeta},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fed.Close() })
	return fed
}

// TestProcess kills the native wallet, by SIGKILL.
func TestProcess(t *testing.T) {
	var ann *announcer
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ann.ServeHTTP(w, r) }))
	defer server.Close()
	var built *drive.Process
	everyCommit(t, func(t *testing.T, a *announcer) (drive.Wallet, *devfed.Federation) {
		ann = a
		if built == nil {
			built = drive.BuildProcess(t, "announce", "SATCHEL_ANNOUNCE="+server.URL)
			return built, federation(t, nil)
		}
		return built.Fresh(t), federation(t, nil)
	})
}

// TestBrowser kills Chromium, by SIGKILL.
func TestBrowser(t *testing.T) {
	files := drive.Site(t, "announce")
	everyCommit(t, func(t *testing.T, ann *announcer) (drive.Wallet, *devfed.Federation) {
		mux := http.NewServeMux()
		mux.Handle("/announce", ann)
		mux.Handle("/", files)
		fed := federation(t, mux)
		return drive.OpenTab(chromium(t), "http://"+fed.Address()+"/"), fed
	})
}

// chromium starts a browser. It complains by itself about the guardian that is
// off.
func chromium(t *testing.T) *browser.Browser {
	b := browser.Start(t)
	b.Accept(`WebSocket connection to .* failed`)
	return b
}
