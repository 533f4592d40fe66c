//go:build unix

package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"satchel/build/browser"
	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/build/drive"
)

// BenchmarkGuardians compares what one bad guardian of four costs (faults 24 and
// 26): the 95th percentile of twenty receipts.
func BenchmarkGuardians(b *testing.B) {
	const receipts = 20
	for range b.N {
		p95 := func(bad guardian.Behaviour) time.Duration {
			fed := start(b, devfed.Options{})
			if err := fed.Behave(2, bad); err != nil {
				b.Fatal(err)
			}
			wallet := startNative(b, fed)
			wallet.reissue(b, fed, 5)
			var all []time.Duration
			for range receipts {
				all = append(all, wallet.reissue(b, fed, 5).wall)
			}
			slices.Sort(all)
			return all[receipts*95/100-1]
		}
		healthy := p95(guardian.Behaviour{State: guardian.On})
		off := p95(guardian.Behaviour{State: guardian.Off})
		slow := p95(guardian.Behaviour{State: guardian.Slow, Delay: time.Minute})
		fmt.Printf("\nReceipt of 5 notes, p95 of %d: all guardians well %v; one off %v (%.2f times); one answers after a minute %v (%.2f times)\n",
			receipts, healthy.Round(time.Millisecond), off.Round(time.Millisecond), float64(off)/float64(healthy),
			slow.Round(time.Millisecond), float64(slow)/float64(healthy))
	}
}

// BenchmarkOpen tells how long it takes, in Chromium and with no guardian there,
// from opening the wallet until the balance is known (fault 27), and how long
// another tab takes to take over (fault 16).
func BenchmarkOpen(b *testing.B) {
	for range b.N {
		fed := start(b, devfed.Options{Handler: drive.Site(b)})
		p := startPage(b, fed)
		p.tab.Browser.Accept(`WebSocket connection to .* failed`)
		p.reissue(b, fed, 20)
		for i := range fed.Guardians() {
			if err := fed.Behave(i, guardian.Behaviour{State: guardian.Off}); err != nil {
				b.Fatal(err)
			}
		}
		var opened []float64
		for range 5 {
			p.tab.Browser.Restart()
			p.tab.Start()
			var ms float64
			p.tab.Page.Eval(`first("subscribe_wallet", {}).then(() => performance.now())`, &ms)
			opened = append(opened, ms)
		}
		slices.Sort(opened)
		fmt.Printf("\nNo guardian there: balance %.0f ms after the navigation (median of %d starts of Chromium, %.0f at most)\n",
			opened[len(opened)/2], len(opened), opened[len(opened)-1])
		takeover(b, p)
	}
}

func takeover(b *testing.B, p *page) {
	for _, death := range []struct {
		name string
		die  func(*browser.Page)
	}{{"closed", (*browser.Page).Close}, {"frozen", (*browser.Page).Freeze}} {
		second := drive.OpenTab(p.tab.Browser, p.tab.URL())
		second.Page.Wait(`link.state.value === "elsewhere"`)
		began := time.Now()
		death.die(p.tab.Page)
		second.Page.Wait(`link.state.value === "here"`)
		if err := second.Call("subscribe_wallet", nil, nil); err != nil {
			b.Fatal(err)
		}
		fmt.Printf("Tab %s: another one has the balance after %v\n", death.name, time.Since(began).Round(time.Millisecond))
		p.tab = second
	}
}
