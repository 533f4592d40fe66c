package ecash

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"satchel/client/toyfed"
	"satchel/client/wire"
)

// Sizes of federations, and how many of their guardians may lie.
var sizes = []struct{ guardians, liars int }{{4, 1}, {7, 2}, {10, 3}}

// A trial is a story whose liars always answer before the honest guardians.
type trial struct {
	of        *generation
	guardians int
	liars     []wire.PeerID
	lie       toyfed.Lie
	core      wire.Version
	curve     bool
	acts      act

	told toyfed.Count
}

// perform tells the story and returns how it ended, and what misbehaviour was
// seen of whom.
func (tr *trial) perform(t *testing.T) (end string, seen map[wire.PeerID]string) {
	s := story{
		of:     tr.of,
		others: true,
		change: func(s *toyfed.Setup) {
			s.Guardians, s.Off, s.Core = tr.guardians, nil, tr.core
			s.Delay = func(p wire.PeerID) time.Duration {
				if slices.Contains(tr.liars, p) {
					return time.Millisecond
				}
				return time.Second + time.Duration(p)*time.Millisecond
			}
			if tr.lie != nil {
				s.Lie = tr.lie.Counted(&tr.told).By(tr.liars...)
			}
		},
		tell: do(tr.acts, func(t *teller) error {
			seen = map[wire.PeerID]string{}
			for _, h := range t.c.Guardians().Health() {
				for _, m := range h.Misbehaviours {
					seen[h.Peer] += fmt.Sprintf("%s: %.80s; ", m.Method, m.What)
				}
			}
			return nil
		}),
	}
	if tr.curve {
		s = s.onCurve()
	}
	return s.perform(t), seen
}

// What e-cash of each generation goes through, with every method that the purse
// calls.
var wholeLife = map[*generation]act{
	first: do(receives("gift", 3000), orders(1, 512, SendOptions{}), takesBack(1),
		sends(2, 256, SendOptions{}), asksWhetherTaken(2, false), somebodySpends(2, 1), seesTaken(2)),
	second: do(receives("gift", 3000), orders(1, 512, SendOptions{}), takesBack(1),
		sends(2, 256, SendOptions{}), somebodySpends(2, 1), takesBack(2)),
}

// asksWhetherTaken asks the guardians about the e-cash of operation n.
func asksWhetherTaken(n byte, want bool) act {
	return func(t *teller) error {
		got, err := t.purse.CheckTaken(t.ctx, opID(n))
		if err == nil && got != want {
			err = fmt.Errorf("taken: %v", got)
		}
		return err
	}
}

// liars chooses so many guardians, others for other trials.
func liars(first, guardians, n int) (peers []wire.PeerID) {
	for i := range n {
		peers = append(peers, wire.PeerID((first+i)%guardians))
	}
	return peers
}

// provable are the lies that contradict themselves or arithmetic, so that one
// answer alone convicts the liar. The others are what an honest guardian says
// that is behind, or ahead.
func provable(kind, name string) bool {
	return kind != "outcome" || name == "another taken" || name == "another in consensus"
}

// liesTo are the lies of which a generation hears, by kind and name.
func liesTo(g *generation) map[string]map[string]toyfed.Lie {
	all := map[string]map[string]toyfed.Lie{
		"share": toyfed.BadShares(), "outcome": toyfed.FalseOutcomes(),
		"shape": toyfed.BadShapes(), "replay": {"first answer": toyfed.Replays},
	}
	if !g.tells {
		delete(all["outcome"], "spent")
		delete(all["outcome"], "not spent")
	}
	return all
}

// As many guardians lie as may. It makes no difference, and they are named.
func TestLiesChangeNothing(t *testing.T) {
	for _, g := range both {
		for _, size := range sizes {
			honest, _ := (&trial{of: g, guardians: size.guardians, acts: wholeLife[g]}).perform(t)
			for kind, lies := range liesTo(g) {
				for name, lie := range lies {
					t.Run(fmt.Sprint(g, "/", size.guardians, "/", kind, "/", name), func(t *testing.T) {
						for first := range size.guardians {
							if size.guardians > 4 && first%3 > 0 {
								continue
							}
							tr := &trial{of: g, guardians: size.guardians, lie: lie, liars: liars(first, size.guardians, size.liars), acts: wholeLife[g]}
							tr.hold(t, honest, provable(kind, name))
						}
					})
				}
			}
		}
	}
}

// Guardians of an older release are asked for one share at a time.
func TestLiesOfOldGuardiansChangeNothing(t *testing.T) {
	core, acts := wire.Version{Minor: 5}, wholeLife[first]
	honest, _ := (&trial{guardians: 4, core: core, acts: acts}).perform(t)
	for name, lie := range toyfed.BadShares() {
		t.Run(name, func(t *testing.T) {
			for first := range 4 {
				tr := &trial{guardians: 4, core: core, lie: lie, liars: liars(first, 4, 1), acts: acts}
				tr.hold(t, honest, true)
			}
		})
	}
}

// The same on the real curve.
func TestLiesOnTheCurveChangeNothing(t *testing.T) {
	acts := receives("gift", 600)
	for _, g := range both {
		honest, _ := (&trial{of: g, guardians: 4, curve: true, acts: acts}).perform(t)
		for name, lie := range toyfed.BadShares() {
			t.Run(fmt.Sprint(g, "/", name), func(t *testing.T) {
				for first := range 4 {
					tr := &trial{of: g, guardians: 4, curve: true, lie: lie, liars: liars(first, 4, 1), acts: acts}
					tr.hold(t, honest, true)
				}
			})
		}
	}
}

// hold performs the story with the liars and compares.
func (tr *trial) hold(t *testing.T, honest string, named bool) {
	t.Helper()
	end, seen := tr.perform(t)
	if end != honest {
		t.Errorf("with %v lying it ends with %s\nwant %s", tr.liars, end, honest)
	}
	for _, peer := range tr.liars {
		if tr.told.Of(peer) == 0 {
			t.Errorf("guardian %d did not lie", peer)
		}
		if named && seen[peer] == "" {
			t.Errorf("nobody noticed what guardian %d did: %v", peer, seen)
		}
	}
	for _, peer := range slices.Sorted(maps.Keys(seen)) {
		if !slices.Contains(tr.liars, peer) {
			t.Errorf("guardian %d is accused: %s", peer, seen[peer])
		}
	}
}
