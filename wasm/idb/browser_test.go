//go:build unix && !js

package idb_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/browser"
	"satchel/build/wasm"
)

// page runs the committer. Its functions become promises.
const page = `<!doctype html><link rel=icon href="data:,"><script src="wasm_exec.js"></script><script>
	const promise = f => (...args) => new Promise((done, fail) =>
		f(...args, (error, seq) => error ? fail(new Error(error)) : done(seq)));
	ready = () => { load = promise(load); commit = promise(commit); isReady = true };
	const go = new Go();
	WebAssembly.instantiateStreaming(fetch("committer.wasm"), go.importObject).then(r => go.run(r.instance));
</script>`

// serve builds and serves the committer.
func serve(t *testing.T) (url string) {
	t.Helper()
	folder := t.TempDir()
	if _, err := wasm.Build(context.Background(), "./committer", folder); err != nil {
		t.Fatal(err)
	}
	files := http.FileServer(http.Dir(folder))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, page)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func open(b *browser.Browser, url string) *browser.Page {
	p := b.Open(url)
	p.Wait("globalThis.isReady")
	return p
}

// must evaluates a call of the committer's and returns its commit number.
func must(p *browser.Page, call string) (seq int) {
	p.Eval(call, &seq)
	return seq
}

func refuse(t *testing.T, p *browser.Page, call, want string) {
	t.Helper()
	if err := p.TryEval(call, nil); err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("%s: %v, want %q", call, err, want)
	}
}

// Fault 6: whenever the whole browser is killed, no acknowledged commit is
// lost, and the one that was under way is there whole or not at all.
func TestKilledWhileCommitting(t *testing.T) {
	const kills = 30
	url := serve(t)
	b := browser.Start(t)
	rnd := rand.New(rand.NewPCG(9, 10))
	acknowledged, survived := 0, 0
	for kill := range kills {
		p := open(b, url)
		switch seq := must(p, "load()"); seq {
		case acknowledged:
		case acknowledged + 1:
			survived++
			acknowledged = seq
		default:
			t.Fatalf("kill %d: commit %d was acknowledged, commit %d is there", kill, acknowledged, seq)
		}
		acks := make(chan int)
		go func() {
			defer close(acks)
			for size := 0; ; size = 200_000 - size {
				var seq int
				if p.TryEval(fmt.Sprintf("commit(%d)", size), &seq) != nil {
					return
				}
				acks <- seq
			}
		}()
		for range 1 + rnd.IntN(10) {
			acknowledged = <-acks
		}
		// The next commit has begun, or will in a moment. This spreads the kills
		// over it.
		time.Sleep(time.Duration(rnd.IntN(4000)) * time.Microsecond)
		killed := make(chan struct{})
		go func() {
			b.Kill()
			close(killed)
		}()
		for seq := range acks {
			acknowledged = seq
		}
		<-killed
		b.Restart()
	}
	t.Logf("%d commits, %d kills, %d commits survived without having been acknowledged", acknowledged, kills, survived)
	if acknowledged < kills {
		t.Fatalf("only %d commits", acknowledged)
	}
}

// Half a record at the end of Chromium's log, which a kill in the middle of a
// write leaves there, does no harm, neither at the next start nor at the one
// after it. turnLog says why it could.
func TestTornLog(t *testing.T) {
	url := serve(t)
	b := browser.Start(t, "--disable-features=IdbSqliteBackingStore,IdbSqliteOnDiskRollout")
	seq := 0
	for i := range 8 {
		p := open(b, url)
		if got := must(p, "load()"); got != seq {
			t.Fatalf("start %d: commit %d was acknowledged, commit %d is there", i, seq, got)
		}
		if i%3 != 1 { // at times it is only read
			seq = must(p, "commit(0)")
		}
		b.Kill()
		tear(t, filepath.Join(b.Profile(), "Default/IndexedDB/*.leveldb/*.log"))
		b.Restart()
	}
}

// tear appends the beginning of a record to the newest LevelDB log: its length
// is said to be 1000, and 10 bytes are there.
func tear(t *testing.T, pattern string) {
	t.Helper()
	logs, err := filepath.Glob(pattern)
	if err != nil || len(logs) == 0 {
		t.Fatal("no LevelDB log: this browser keeps IndexedDB in another way")
	}
	log, err := os.OpenFile(slices.Max(logs), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	checksum, length, whole := []byte{1, 2, 3, 4}, []byte{0xe8, 3}, []byte{1}
	_, err = log.Write(slices.Concat(checksum, length, whole, make([]byte, 10)))
	if err := errors.Join(err, log.Close()); err != nil {
		t.Fatal(err)
	}
}

// Fault 10: when the browser cuts the connection, the next commit fails, and
// loading connects again.
func TestConnectionCut(t *testing.T) {
	b := browser.Start(t)
	p := open(b, serve(t))
	must(p, "load()")
	internals := b.Open("chrome://indexeddb-internals/")
	for seq := 1; seq <= 50; seq++ {
		if got := must(p, "commit(0)"); got != seq {
			t.Fatalf("commit %d instead of %d", got, seq)
		}
		internals.Wait(`document.querySelector(".force-close")`)
		internals.Eval(`document.querySelector(".force-close").click()`, nil)
		// Other commits may be made before the browser does it.
		p.Wait(`commit(0).then(() => false, () => true)`)
		refuse(t, p, "commit(0)", "idb: ")
		seq = must(p, "load()")
	}
}

// Fault 11, from another page.
func TestUpgradeByAnotherPage(t *testing.T) {
	url := serve(t)
	b := browser.Start(t)
	old, newer := open(b, url), open(b, url)
	must(old, "load()")
	must(old, "commit(0)")
	newer.Eval(`new Promise((done, fail) => {
		const request = indexedDB.open("committer", 2);
		request.onblocked = request.onerror = fail;
		request.onsuccess = done;
	})`, nil)
	refuse(t, old, "commit(0)", "the database is of a newer version")
	refuse(t, old, "load()", "the database is of a newer version")
}

// Faults 16 and 17: of two pages that both believe to be the owner, one is
// fenced.
func TestTwoPages(t *testing.T) {
	url := serve(t)
	b := browser.Start(t)
	one, two := open(b, url), open(b, url)
	must(one, "load()")
	must(one, "commit(0)")
	must(two, "load()")
	must(two, "commit(0)")
	refuse(t, one, "commit(0)", "kv: store has been taken over by another writer")
	if seq := must(two, "commit(0)"); seq != 3 {
		t.Fatalf("commit %d", seq)
	}
	if seq := must(one, "load()"); seq != 3 {
		t.Fatalf("loaded commit %d", seq)
	}
}

// Fault 8: a full disk is told at once, reading goes on, and so does writing
// when there is room again.
func TestDiskFull(t *testing.T) {
	url := serve(t)
	b := browser.Start(t)
	p := open(b, url)
	must(p, "load()")
	must(p, "commit(100)")
	b.Restart() // a running one remembers for a while how much room there was
	p = open(b, url)
	quota := func(params map[string]any) {
		params["origin"] = url
		p.Call("Storage.overrideQuotaForOrigin", params, nil)
	}
	quota(map[string]any{"quotaSize": 1000})
	for range 2 {
		if seq := must(p, "load()"); seq != 1 {
			t.Fatalf("loaded commit %d", seq)
		}
		refuse(t, p, "commit(1000000)", "kv: no room left")
	}
	must(p, "load()")
	quota(map[string]any{})
	if seq := must(p, "commit(1000000)"); seq != 2 {
		t.Fatalf("commit %d", seq)
	}
}

// Fault 9: when the browser deletes the data, the writer is fenced off from
// what is made in its place.
func TestEvicted(t *testing.T) {
	url := serve(t)
	b := browser.Start(t)
	p := open(b, url)
	must(p, "load()")
	must(p, "commit(0)")
	p.Call("Storage.clearDataForOrigin", map[string]any{"origin": url, "storageTypes": "indexeddb"}, nil)
	p.Wait(`commit(0).then(() => false, () => true)`)
	if seq := must(p, "load()"); seq != 0 {
		t.Fatalf("loaded commit %d", seq)
	}
	if seq := must(p, "commit(0)"); seq != 1 {
		t.Fatalf("commit %d", seq)
	}
}
