package kill

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"satchel/build/browser/devtools"
	"satchel/build/drive"
)

// When the program itself ends by a panic, every call that is open settles:
// what may be asked again is, and answered by the next start; the rest is told
// that nobody knows. The money is as it was.
func TestCallsSettleWhenTheProgramPanics(t *testing.T) {
	var crashing atomic.Bool
	mux := http.NewServeMux()
	mux.HandleFunc("/announce", func(w http.ResponseWriter, r *http.Request) {
		if crashing.CompareAndSwap(true, false) {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	mux.Handle("/", drive.Site(t, "announce"))
	fed := worlds["first"].federation(t, mux)
	window := chromium(t)
	window.Accept(`as the test wants|exit code: 2|goroutine |^error: Error: Go program has already exited`)
	tab := drive.OpenTab(window, "http://"+fed.Address()+"/")
	b := newBench(t, tab, fed, first)
	b.once(func(b *bench) error { return b.join() })
	b.once(receive(300_000)(b))

	// Asked again, the same receipt is the same operation.
	notes := b.faucet(50_000)
	crashing.Store(true)
	if err := b.receive(notes); err != nil {
		t.Fatal(err)
	}
	if crashing.Load() {
		t.Fatal("the program did not panic")
	}
	b.check()

	// Not to be asked again: the call ends with a code that says so.
	crashing.Store(true)
	err := tab.Call("client_rpc", map[string]any{
		"client_name": b.id, "module": "mint", "method": "spend_notes",
		"payload": map[string]any{"amount": 1024, "include_invite": false},
	}, nil)
	var thrown *devtools.Exception
	if !errors.As(err, &thrown) || !strings.Contains(err.Error(), "Interrupted") {
		t.Fatalf("ended with %v", err)
	}
	b.check()
	b.once(takeBack(b))
	b.check()
}
