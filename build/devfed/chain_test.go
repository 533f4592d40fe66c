package devfed_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/wire"
)

// TestVotes counts the votes that guardians give for blocks and time.
func TestVotes(t *testing.T) {
	now := time.Unix(1_700_000_050, 0)
	f := start(t, devfed.Options{Modules: withLNV2, Now: func() time.Time { return now }})
	p := openLNV2(t, f)
	blocks := f.Blocks()
	votes := func() (texts []string) {
		status := decode[wire.SessionStatusV2](t, ask[wire.SerdeBase64](p.some(), "signed_session_status", 0))
		for _, item := range status.Items {
			vote := decode[wire.LNV2ConsensusItem](t, item.Item.Module.Body)
			texts = append(texts, fmt.Sprintf("%d: %d for %d", item.Peer, vote.Variant, vote.Vote))
		}
		return texts
	}
	counted := func(want uint64) {
		t.Helper()
		for peer, s := range p.sockets {
			if got := ask[uint64](s, p.method("consensus_block_count"), nil); got != want {
				t.Errorf("guardian %d counts %d blocks, want %d", peer, got, want)
			}
		}
	}
	var want []string
	for peer := range 4 {
		want = append(want, fmt.Sprintf("%d: 1 for 1700000040", peer), fmt.Sprintf("%d: 0 for %d", peer, blocks))
	}
	if got := votes(); !slices.Equal(got, want) {
		t.Errorf("votes at the start: %v", got)
	}
	mine(t, f, 0)
	advance(t, f, 49) // in the same minute
	if got := votes(); !slices.Equal(got, want) {
		t.Errorf("votes for nothing new: %v", got[8:])
	}
	counted(blocks)
	now = now.Add(time.Second)
	behave(t, f, 1, guardian.Behaviour{State: guardian.Off})
	mine(t, f, 7)
	for _, peer := range []int{0, 2, 3} {
		want = append(want, fmt.Sprintf("%d: 1 for 1700000100", peer), fmt.Sprintf("%d: 0 for %d", peer, blocks+7))
	}
	delete(p.sockets, 1)
	if got := votes(); !slices.Equal(got, want) {
		t.Errorf("votes of three: %v", got[8:])
	}
	counted(blocks + 7)
	behave(t, f, 1, guardian.Behaviour{State: guardian.On})
	mine(t, f, 0)
	if got := votes(); len(got) != len(want)+2 || got[len(want)+1] != fmt.Sprintf("1: 0 for %d", blocks+7) {
		t.Errorf("votes when the fourth is back: %v", got[len(want):])
	}
}

// TestChain moves chain and clock over HTTP, and finds them again.
func TestChain(t *testing.T) {
	folder := t.TempDir()
	options := devfed.Options{Modules: withLNV2, Data: folder, Session: -1, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
	f, err := devfed.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	do := func(method, path, body string, status int, want string) {
		t.Helper()
		if got, answer := httpDo(t, method, f.FaucetURL()+path, body); got != status || !strings.Contains(answer, want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", method, path, body, got, answer, status, want)
		}
	}
	do("GET", "/blocks", "", 200, `{"block_count":1000}`)
	do("POST", "/blocks", `{"count":144}`, 200, `{"block_count":1144}`)
	do("GET", "/clock", "", 200, `{"unix_time":1700000000}`)
	do("POST", "/clock", `{"seconds":86400}`, 200, `{"unix_time":1700086400}`)
	for _, body := range []string{``, `{}`, `{"count":-1}`, `{"count":1.5}`, `{"count":4294967296}`, `{"count":1,"seconds":1}`, `{"seconds":"1"}`, `[]`, `null`} {
		do("POST", "/blocks", body, 400, `want {\"count\":n}`)
		do("POST", "/clock", body, 400, `want {\"seconds\":n}`)
	}
	for _, peer := range []wire.PeerID{1, 2} {
		behave(t, f, peer, guardian.Behaviour{State: guardian.Off})
	}
	do("POST", "/blocks", `{"count":1}`, 503, `no_quorum`)
	do("GET", "/blocks", "", 200, `{"block_count":1144}`)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = start(t, options)
	p := openLNV2(t, f)
	do("GET", "/blocks", "", 200, `{"block_count":1144}`)
	do("GET", "/clock", "", 200, `{"unix_time":1700086400}`)
	if got := ask[uint64](p.some(), p.method("consensus_block_count"), nil); got != 1144 {
		t.Errorf("the guardians count %d blocks", got)
	}
	if got := p.submit(p.funding(p.offer(1700086380, p.preimage).output())); got != lnv2Output+"The contract is expired" {
		t.Errorf("a contract of a minute ago: %q", got)
	}
}

// TestBlocksByThemselves waits until a federation finds blocks by itself.
func TestBlocksByThemselves(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2, Guardians: 1, BlockTime: time.Millisecond})
	p := openLNV2(t, f)
	p.some().must(p.method("await_preimage"), []any{wire.OutPoint{}, f.Blocks() + 3})
}
