package ecash

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"satchel/client/tbs"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/fsm/sim"
)

// A mistake is a story told with a purse that is wrong in one thing.
type mistake struct {
	story  story
	only   *generation // in which it makes sense, if not in both
	plant  func(*faulty)
	scheme tbs.Scheme       // instead of plant
	world  func(*sim.World) // what is wrong around the wallet
	lie    toyfed.Lie       // of guardian 0; the others are honest and there
}

func (m mistake) scenario(w *sim.World) sim.Scenario {
	s := m.story
	s.others = s.others || m.plant != nil // what counts is how it ends
	s.plant, s.scheme = m.plant, m.scheme
	if m.lie != nil {
		s.change = func(f *toyfed.Setup) { f.Off, f.Lie = nil, m.lie.By(0) }
	}
	if m.world != nil {
		m.world(w)
	}
	return s.scenario(w)
}

var mistakes = map[string]mistake{
	"notes that are found counted without claiming them": {
		story: restoreStories["taken while it is restored"],
		plant: func(f *faulty) { f.machine = credulousRegain(f.Purse) },
	},
	"notes given up with which somebody has meddled": {
		story: restoreStories["restored, and somebody has meddled with a note"],
		plant: func(f *faulty) { f.machine = resignedRegain(f.Purse) },
	},
	"a search that keeps where it is and not what it found": {
		only:  first,
		story: restoreStories["restored from sessions"],
		plant: func(f *faulty) { f.machine = forgetfulSearch(f.Purse) },
	},
	"new notes before it is known which keys are used": {
		only:  first,
		story: restoreStories["used while it is restored"],
		plant: func(f *faulty) { f.machine = hastySearch(f.Purse) },
	},
	"error taken for a rejection": {
		story: stories["receive"],
		plant: func(f *faulty) { f.machine = rejectedIf(f.Purse, f.noAnswer) },
	},
	"a minority's rejection believed": {
		story: stories["receive"],
		lie:   toyfed.FalseOutcomes()["refused"],
		plant: func(f *faulty) { f.machine = rejectedIf(f.Purse, f.anybodyRefuses) },
	},
	"take-back credited without asking": {
		story: stories["handed out and taken"],
		plant: func(f *faulty) { f.machine = credulousSpend(f.Purse) },
	},
	"take-back decided by the clock": {
		story: stories["the clock is too late"],
		plant: func(f *faulty) { f.machine = credulousSpend(f.Purse) },
	},
	"counter not moved with the transaction": {
		only:  first,
		story: story{tell: do(receives("gift", 600), receives("second", 600))},
		plant: func(f *faulty) { f.lock = f.forgetIndices },
	},
	"index kept once on a bad disk": {
		only:  first,
		story: stories["half of the indices are damaged"],
		plant: func(f *faulty) { f.lock = f.keepOnce },
	},
	"the same random numbers in every life": {
		only:  second,
		story: story{relives: true, tell: do(receives("gift", 600), receives("second", 600))},
	},
	"a refused note taken for a spent one": {
		only:  first,
		story: stories["an index is used twice"],
		plant: func(f *faulty) { f.machine = hastyInquiry(f.Purse) },
	},
	"a refused transaction taken for a spent note": {
		story: stories["refused for a while"],
		plant: func(f *faulty) { f.machine = hastyInquiry(f.Purse) },
	},
	"own notes thought to be alone in a transaction": {
		only:  second,
		story: secondStories["a great note is broken, and what came in is spent"],
		plant: func(f *faulty) { f.machine = hastyInput(f.Purse) },
	},
	"all notes taken for the one that is spent": {
		only:  second,
		story: stories["partly spent e-cash comes in"],
		plant: func(f *faulty) { f.machine = sweepingInquiry(f.Purse) },
	},
	"one guardian believed about what is spent": {
		only:  first,
		story: stories["an index is used twice"],
		lie:   toyfed.FalseOutcomes()["spent"],
		plant: func(f *faulty) { f.machine = believingInquiry(f.Purse) },
	},
	"notes not locked in the same commit": {
		story: story{tell: do(receives("gift", 5000), together(orders(1, 512, SendOptions{}), orders(2, 512, SendOptions{})))},
		plant: func(f *faulty) {
			f.lock = f.lockLater
			f.machine = laterInput(f.Purse)
		},
	},
	"notes stored outside the transaction": {
		story: stories["receive"],
		plant: func(f *faulty) { f.machine = forgetfulIssuance(f.Purse) },
	},
	"randomness drawn in an await": {
		story: stories["refused for a while"],
		plant: func(f *faulty) { f.machine = randomInquiry(f.Purse) },
	},
	"shares not verified": {
		story:  stories["receive"],
		lie:    toyfed.BadShares()["random"],
		scheme: blindfold{toy.New()},
	},
	"no fence with two tabs": {
		story: stories["two tabs"],
		world: func(w *sim.World) { w.Unfence("wallet") },
	},
	"refund without reissuing": {
		story: stories["refused for a while"],
		plant: func(f *faulty) { f.machine = refundingInput(f.Purse) },
	},
}

// planted are the mistakes of each generation in which they make sense.
func planted() map[string]mistake {
	all := map[string]mistake{}
	for name, m := range mistakes {
		for _, g := range both {
			if m.only == nil || m.only == g {
				m.story.of = g
				all[g.name+"/"+name] = m
			}
		}
	}
	return all
}

// A simulator that cannot fail is worth nothing. What each of these stories
// finds is not there in the sound purse.
func TestMistakesAreFound(t *testing.T) {
	all := planted()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			_, err := sim.Search(t, sim.Plan{Seeds: 200, Faults: 4, Kill: true}, all[name].scenario)
			if err == nil {
				t.Fatal("not found")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			t.Log(first)
		})
	}
}

// The stories of the mistakes end well without them.
func TestStoriesOfMistakesAreSound(t *testing.T) {
	all := planted()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m := all[name]
		m.plant, m.scheme, m.world, m.story.relives = nil, nil, nil, false
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: 2, Faults: 4, Kill: true}, m.scenario)
		})
	}
}
