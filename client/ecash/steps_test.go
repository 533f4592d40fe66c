package ecash

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// steps are all steps as they are stored, with what may stand in each.
var steps = map[string]struct {
	decode func([]byte) (fsm.State, error)
	seed   fsm.State
}{
	"issuing":     {step[issuing], issuing{asked(1, 128, 256)}},
	"issued":      {step[issued], issued{over(1, 128)}},
	"aborted":     {step[aborted], aborted{over(1, 128)}},
	"packing":     {step[packing], packing{asked(1, 128), terms{7, true}}},
	"packed":      {step[packed], packed{over(1, 128)}},
	"unpacked":    {step[unpacked], unpacked{over(1, 128)}},
	"spending":    {step[spending], spending{claim{at(1), keyed(128, 256)}, true}},
	"spent":       {step[spent], spent{over(1, 128)}},
	"refused":     {step[refused], refused{over(1, 128), "no"}},
	"claiming":    {step[claiming], claiming{claim{at(1), keyed(128)}, 2}},
	"claimed":     {step[claimed], claimed{over(1, 128)}},
	"denied":      {step[denied], denied{over(1, 128)}},
	"asking":      {step[asking], asking{keyed(128, 256), 1, true, "no"}},
	"answered":    {step[answered], answered{512, 128, 256}},
	"given":       {step[given], given{keyed(128), 1 << 40, false}},
	"taken":       {step[taken], taken{128}},
	"called back": {step[calledBack], calledBack{128, 64, true}},
	"counting":    {step[counting], counting{true, []byte("backup")}},
	"scanning":    {step[scanning], scanning{true, notes.Extent{Sessions: true, End: 9}, 2, 7}},
	"scanned":     {step[scanned], scanned{512, 128}},
	"regaining":   {step[regaining], regaining{[]owned{{Note: &keyed(128)[0]}, {Found: &notes.Found{Request: request{Amount: 256}}}}}},
	"regained":    {step[regained], regained{512, 128}},
	"tracing":     {step[tracing], tracing{[]notes.Found{{Request: request{Amount: 256}}}, 2, 7}},
	"traced":      {step[traced], traced{512, 128}},
}

func step[S fsm.State, P wire.Decodable[S]](b []byte) (fsm.State, error) {
	return wire.Decode[S, P](b)
}

// keyed are notes with keys.
func keyed(amounts ...wire.Amount) []note {
	some := notesOf(amounts...)
	for i := range some {
		some[i].SpendKey = keyOf("key")
		some[i].Nonce = some[i].SpendKey.PublicKey()
	}
	return some
}

// Every step that a machine has is among them.
func TestStepsAreAllThere(t *testing.T) {
	var names []string
	for _, m := range anyPurse(t, first).Machines() {
		names = append(names, m.Steps()...)
	}
	slices.Sort(names)
	if want := slices.Sorted(maps.Keys(steps)); !slices.Equal(names, want) {
		t.Errorf("machines have %q, tests %q", names, want)
	}
}

// A stored step is read as it was written, and nothing else is a step.
func FuzzCanonicalSteps(f *testing.F) {
	for name, s := range steps {
		b, err := s.seed.AppendBinary(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, b)
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		s, ok := steps[name]
		if !ok {
			return
		}
		state, err := s.decode(b)
		if err != nil {
			return
		}
		again, err := state.AppendBinary(nil)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%s %x becomes %x (%v)", name, b, again, err)
		}
	})
}
