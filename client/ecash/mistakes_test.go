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

// A mistake is a story told with a mint that is wrong in one thing.
type mistake struct {
	story  story
	plant  func(*faulty)
	scheme tbs.Scheme       // instead of plant
	world  func(*sim.World) // what is wrong around the wallet
	lie    toyfed.Lie       // of guardian 0; the others are honest and there
}

func (m mistake) scenario(w *sim.World) sim.Scenario {
	s := m.story
	s.others = s.others || m.plant != nil // what notes.Counts is how it ends
	switch {
	case m.plant != nil:
		s.kind = with(m.plant)
	case m.scheme != nil:
		s.kind = kindOf(m.scheme)
	}
	if m.lie != nil {
		s.change = func(f *toyfed.Setup) { f.Off, f.Lie = nil, m.lie.By(0) }
	}
	if m.world != nil {
		m.world(w)
	}
	return s.scenario(w)
}

var mistakes = map[string]mistake{
	"error taken for a rejection": {
		story: stories["receive"],
		plant: func(f *faulty) { f.machine = rejectedIf(f.Mint, f.noAnswer) },
	},
	"a minority's rejection believed": {
		story: stories["receive"],
		lie:   toyfed.FalseOutcomes()["refused"],
		plant: func(f *faulty) { f.machine = rejectedIf(f.Mint, f.anybodyRefuses) },
	},
	"take-back credited without asking": {
		story: stories["handed out and taken"],
		plant: func(f *faulty) { f.machine = credulousSpend(f.Mint) },
	},
	"take-back decided by the clock": {
		story: stories["the clock is too late"],
		plant: func(f *faulty) { f.machine = credulousSpend(f.Mint) },
	},
	"counter not moved with the transaction": {
		story: story{tell: do(receives("gift", 600), receives("second", 600))},
		plant: func(f *faulty) { f.lock = f.forgetIndices },
	},
	"index kept once on a bad disk": {
		story: stories["half of the indices are damaged"],
		plant: func(f *faulty) { f.lock = f.keepOnce },
	},
	"a refused note taken for a spent one": {
		story: stories["an index is used twice"],
		plant: func(f *faulty) { f.machine = hastyInquiry(f.Mint) },
	},
	"one guardian believed about what is spent": {
		story: stories["an index is used twice"],
		lie:   toyfed.FalseOutcomes()["spent"],
		plant: func(f *faulty) { f.machine = believingInquiry(f.Mint) },
	},
	"notes not locked in the same commit": {
		story: story{tell: do(receives("gift", 5000), together(orders(1, 512, SendOptions{}), orders(2, 512, SendOptions{})))},
		plant: func(f *faulty) {
			f.lock = f.lockLater
			f.machine = laterInput(f.Mint)
		},
	},
	"notes stored outside the transaction": {
		story: stories["receive"],
		plant: func(f *faulty) { f.machine = forgetfulIssuance(f.Mint) },
	},
	"randomness drawn in an await": {
		story: stories["refused for a while"],
		plant: func(f *faulty) { f.machine = randomInquiry(f.Mint) },
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
		plant: func(f *faulty) { f.machine = refundingInput(f.Mint) },
	},
}

// A simulator that cannot fail is worth nothing. What each of these stories
// finds is not there in the sound mint.
func TestMistakesAreFound(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(mistakes)) {
		t.Run(name, func(t *testing.T) {
			_, err := sim.Search(t, sim.Plan{Seeds: 200, Faults: 4, Kill: true}, mistakes[name].scenario)
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
	for _, name := range slices.Sorted(maps.Keys(mistakes)) {
		m := mistakes[name]
		m.plant, m.scheme, m.world = nil, nil, nil
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: 2, Faults: 4, Kill: true}, m.scenario)
		})
	}
}
