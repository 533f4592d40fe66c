package kill

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"satchel/build/browser"
	"satchel/build/drive"
	"satchel/client/wire"
)

// twoTabs opens the wallet in two tabs of one browser: the first owns it.
func twoTabs(t *testing.T) (b *bench, owner, other *drive.Tab) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", drive.Site(t))
	fed := worlds["first"].federation(t, mux)
	window := chromium(t)
	open := func(state string) *drive.Tab {
		w := drive.OpenTab(window, "http://"+fed.Address()+"/")
		w.Page.Wait(`link.state.value === "` + state + `"`)
		return w
	}
	owner, other = open("here"), open("elsewhere")
	return newBench(t, other, fed, first), owner, other
}

// Both tabs work, whichever owns the wallet.
func TestTwoTabsWork(t *testing.T) {
	b, first, second := twoTabs(t)
	b.once(func(b *bench) error { return b.join() })
	b.once(receive(300_000)(b))
	b.w = first
	b.check()
	b.once(takeBack(b))
	b.w = second
	b.check()
	first.Page.Wait(`link.state.value === "here"`)
	second.Page.Wait(`link.state.value === "elsewhere"`)
}

// beats counts what whoever has the lock says once a second.
const beats = `void (globalThis.beats = 0,
	new BroadcastChannel("satchel").onmessage = (e) => { if (e.data.kind === "owner" || e.data.kind === "starting") beats++ })`

// An owner whose program takes long to come is waited for.
func TestSlowStart(t *testing.T) {
	arrive := make(chan struct{})
	var asked atomic.Int32
	site := drive.Site(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".wasm") {
			asked.Add(1)
			<-arrive
		}
		site.ServeHTTP(w, r)
	})
	fed := worlds["first"].federation(t, mux)
	window := chromium(t)
	first, second := drive.OpenTab(window, "http://"+fed.Address()+"/"), drive.OpenTab(window, "http://"+fed.Address()+"/")
	second.Page.Eval(beats, nil)
	second.Page.Wait(`beats >= 8`)
	if n := asked.Load(); n != 1 {
		t.Errorf("the program was asked for %d times while it came", n)
	}
	close(arrive)
	first.Page.Wait(`link.state.value === "here" || link.state.value === "elsewhere"`)
	second.Page.Wait(`link.state.value === "here" || link.state.value === "elsewhere"`)
	var states [2]string
	first.Page.Eval(`link.state.value`, &states[0])
	second.Page.Eval(`link.state.value`, &states[1])
	if states != [2]string{"here", "elsewhere"} && states != [2]string{"elsewhere", "here"} {
		t.Errorf("tabs are %q", states)
	}
}

// The second tab takes over when the first is closed, crashes, or freezes, also
// in the middle of a payment; what it began before goes on.
func TestSecondTabTakesOver(t *testing.T) {
	for _, death := range []struct {
		name string
		die  func(*browser.Page)
	}{
		{"closed", (*browser.Page).Close},
		{"crashed", (*browser.Page).Crash},
		{"frozen", (*browser.Page).Freeze},
	} {
		t.Run(death.name, func(t *testing.T) {
			b, first, second := twoTabs(t)
			b.once(func(b *bench) error { return b.join() })
			b.once(receive(300_000)(b))

			// The second tab begins a receipt and does not wait for its end.
			notes := b.faucet(50_000)
			var r struct {
				Op string `json:"operation_id"`
			}
			if err := second.Call("receive_ecash", map[string]any{"notes": notes}, &r); err != nil {
				t.Fatal(err)
			}
			// A stream that the first tab answers so far.
			second.Page.Eval(`void (globalThis.seen = [], link.stream("subscribe_wallet", {}, (v) => seen.push(v.balance_msat)))`, nil)
			second.Page.Wait(`seen.length > 0`)
			began := time.Now()
			death.die(first.Page)
			second.Page.Wait(`link.state.value === "here"`)
			var balance wire.Amount
			second.Page.Eval(`first("subscribe_wallet", {}).then((v) => v.balance_msat)`, &balance)
			t.Logf("%s: taken over after %v", death.name, time.Since(began).Round(time.Millisecond))
			if _, err := b.rest(r.Op, true); err != nil {
				t.Fatal(err)
			}
			b.once(takeBack(b))
			b.check()
			second.Page.Eval(`first("subscribe_wallet", {}).then((v) => v.balance_msat)`, &balance)
			second.Page.Wait(`seen.at(-1) === ` + balance.String()[:len(balance.String())-len(" msat")])

			if death.name == "frozen" {
				// It wakes up, finds the wallet taken over, and asks the other.
				first.Page.Thaw()
				first.Page.Wait(`link.state.value === "elsewhere"`)
				b.w = first
				b.once(receive(20_000)(b))
				b.check()
			}
		})
	}
}
