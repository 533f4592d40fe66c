package devfed_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"satchel/build/devfed/liar"
	"satchel/client/wire"
)

// TestRecoveryLies checks that each lie about a slice is what its name says, in
// both generations of the mint. A letter is an honest item, a dot any other.
func TestRecoveryLies(t *testing.T) {
	s := newScene(t)
	for _, p := range []*purse{s.p, s.second} {
		honest := p.items(2, 0, 3)
		if len(honest) != 3 {
			t.Fatalf("%s: %d items", p.kind, len(honest))
		}
		for lie, want := range map[liar.Lie]string{
			liar.RecoveryDropped: "bc", liar.RecoveryChanged: "ab.", liar.RecoveryAdded: "abc.", liar.RecoveryReordered: "cba",
			liar.RecoveryShort: "a", liar.RecoveryLong: "abcabc", liar.RecoveryForged: "...", liar.RecoveryHash: "abc",
		} {
			lying(t, s.f, 2, lie)
			got := ""
			for _, item := range p.items(2, 0, 3) {
				letter := "."
				for i, h := range honest {
					if h == item {
						letter = string("abc"[i])
					}
				}
				got += letter
			}
			if got != want {
				t.Errorf("%s of %s: %s, want %s", lie, p.kind, got, want)
			}
			for _, empty := range [][]int{{3, 3}, {1000, 2000}} {
				if items := p.items(2, empty[0], empty[1]); lie != liar.RecoveryForged && len(items) > 0 {
					t.Errorf("%s of %s: %d items in slice %v", lie, p.kind, len(items), empty)
				}
			}
		}
		lying(t, s.f, 2, liar.RecoveryGarbage)
		if items := p.items(2, 0, 3); items != nil {
			t.Errorf("garbage of %s decodes: %v", p.kind, items)
		}
		lying(t, s.f, 2, "")
	}
}

// items asks a guardian for a slice and returns its items as text, or nil if
// they do not decode.
func (p *purse) items(peer wire.PeerID, from, to int) (all []string) {
	p.t.Helper()
	answer := p.sockets[peer].must(p.method("recovery_slice"), []int{from, to})
	if p.kind == wire.KindMintV2 {
		var items wire.MintV2RecoverySlice
		if json.Unmarshal(answer, &items) != nil {
			return nil
		}
		for _, item := range items {
			all = append(all, fmt.Sprint(item))
		}
		return all
	}
	items, err := wire.Decode[wire.MintRecoverySlice](decodeJSON[wire.SerdeBase64](p.t, answer))
	if err != nil {
		return nil
	}
	for _, item := range items {
		all = append(all, fmt.Sprint(item))
	}
	return all
}
