package ecash

import (
	"fmt"
	"testing"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/sim"
)

// inEach runs a test for each generation.
func inEach(t *testing.T, test func(*testing.T, *generation)) {
	t.Helper()
	for _, g := range both {
		t.Run(g.name, func(t *testing.T) { test(t, g) })
	}
}

// received is the operation that claims e-cash from outside.
func (s *stage) received(name string) fsm.OpID {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.texts[name]
	return fsm.OpID(text.of.text(s.id(), text.notes).ReceiveID())
}

// E-cash of more notes than a transaction takes is claimed by several ones, as
// one operation.
func TestGreatImports(t *testing.T) {
	for _, test := range []struct {
		of           *generation
		notes        int
		amount       wire.Amount
		transactions int
	}{
		{first, mostClaims, 128, 1},
		{first, mostClaims + 1, 128, 2}, // one note alone would bring nothing
		{first, mostClaims + 1, 1024, 2},
		{first, 3*mostClaims - 1, 256, 3},
		{second, mostClaims, 256, 1},
		{second, mostClaims + 1, 512, 2},
		{second, 3*mostClaims - 1, 4096, 3},
	} {
		t.Run(fmt.Sprint(test.of, "/", test.notes, " of ", test.amount), func(t *testing.T) {
			story{of: test.of, change: allOn, tell: func(tl *teller) error {
				text := tl.many("gift", test.notes, test.amount)
				if err := tl.receive(text); err != nil {
					return err
				}
				op := tl.received("gift")
				transactions := 0
				for rec := range tl.c.Executor().Machines(tl.c.Executor().Snapshot(), op) {
					if rec.Machine == "transaction" {
						transactions++
					}
				}
				s, err := tl.summary(op)
				if transactions != test.transactions || s.State != client.Done || s.Amount-s.Fee != tl.c.Balance(tl.c.Executor().Snapshot()) {
					return fmt.Errorf("%d transactions, %+v %v", transactions, s, err)
				}
				return nil
			}}.perform(t)
		})
	}
}

// A great import may be interrupted anywhere, and a note in it may be gone.
func TestGreatImportKilled(t *testing.T) {
	told := map[string]story{}
	for name, gone := range map[string]int{"all there": 0, "one is gone": 1} {
		told[name] = story{others: gone > 0, tell: func(tl *teller) error {
			text := tl.many("gift", 12, tl.of.lone)
			tl.spendNotes(text, gone)
			tl.purse.mostClaims = 5
			return tl.receive(text)
		}}
	}
	for name, s := range ofEach(told) {
		t.Run(name, func(t *testing.T) {
			sim.Explore(t, sim.Plan{Seeds: *seeds / 5, Faults: 4, Kill: true}, s.scenario)
		})
	}
}
