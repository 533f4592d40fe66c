package kill

import (
	"net/http"
	"testing"
	"time"

	"satchel/build/browser"
	"satchel/client/wire"
)

// twoTabs opens the wallet in two tabs of one browser: the first owns it.
func twoTabs(t *testing.T) (b *bench, first, second *tab) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/announce", &announcer{at: -1})
	mux.Handle("/", site(t))
	fed := federation(t, mux)
	chromium := browser.Start(t)
	chromium.Accept(`WebSocket connection to .* failed`)
	open := func(state string) *tab {
		w := &tab{t: t, b: chromium, url: "http://" + fed.Address() + "/"}
		w.p = w.b.Open(w.url)
		w.p.Wait(`link.state.value === "` + state + `"`)
		return w
	}
	first, second = open("here"), open("elsewhere")
	b = &bench{t: t, w: second, fed: fed, redeemed: map[string]bool{}, edges: map[string]bool{}}
	return b, first, second
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
	// A request that only waits is passed on, and ends when it is cancelled.
	second.p.Eval(`new Promise((resolve) => { const stop = link.stream("subscribe_wallet", {}, () => { stop(); resolve(true) }) })`, nil)
	for _, w := range []*tab{first, second} {
		var state string
		w.p.Eval(`link.state.value`, &state)
		t.Logf("tab: %s", state)
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
			if err := second.call("receive_ecash", map[string]any{"notes": notes.Base64()}, &r); err != nil {
				t.Fatal(err)
			}
			// A stream that the first tab answers so far.
			second.p.Eval(`void (globalThis.seen = [], link.stream("subscribe_wallet", {}, (v) => seen.push(v.balance_msat)))`, nil)
			second.p.Wait(`seen.length > 0`)
			began := time.Now()
			death.die(first.p)
			second.p.Wait(`link.state.value === "here"`)
			var balance wire.Amount
			second.p.Eval(`first("subscribe_wallet", {}).then((v) => v.balance_msat)`, &balance)
			t.Logf("%s: taken over after %v", death.name, time.Since(began).Round(time.Millisecond))
			if _, err := b.rest(r.Op, true); err != nil {
				t.Fatal(err)
			}
			b.once(takeBack(b))
			b.check()
			second.p.Eval(`first("subscribe_wallet", {}).then((v) => v.balance_msat)`, &balance)
			second.p.Wait(`seen.at(-1) === ` + balance.String()[:len(balance.String())-len(" msat")])

			if death.name == "frozen" {
				// It wakes up, finds the wallet taken over, and asks the other.
				first.p.Thaw()
				first.p.Wait(`link.state.value === "elsewhere"`)
				b.w = first
				b.once(receive(20_000)(b))
				b.check()
			}
		})
	}
}
