package ecash

import (
	"fmt"
	"testing"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/sim"
)

// many is e-cash of n notes of an amount.
func (s *stage) many(name string, n int, amount wire.Amount) wire.OOBNotes {
	return s.text(name, func(key func() wire.SecretKey) wire.MintNotes {
		amounts := make([]wire.Amount, n)
		for i := range amounts {
			amounts[i] = amount
		}
		return s.fed.MintEach(amounts, key)
	})
}

// E-cash of more notes than a transaction takes is claimed by several ones, as
// one operation.
func TestGreatImports(t *testing.T) {
	for _, test := range []struct {
		notes        int
		amount       wire.Amount
		transactions int
	}{
		{mostClaims, 128, 1},
		{mostClaims + 1, 128, 2}, // one note alone would bring nothing
		{mostClaims + 1, 1024, 2},
		{3*mostClaims - 1, 256, 3},
	} {
		t.Run(fmt.Sprint(test.notes, " of ", test.amount), func(t *testing.T) {
			story{change: allOn, tell: func(tl *teller) error {
				text := tl.many("gift", test.notes, test.amount)
				if err := tl.receive(text); err != nil {
					return err
				}
				op := fsm.OpID(text.ReissueID())
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
	for name, gone := range map[string]int{"all there": 0, "one is gone": 1} {
		t.Run(name, func(t *testing.T) {
			s := story{others: gone > 0, tell: func(tl *teller) error {
				text := tl.many("gift", 12, 256)
				tl.spendNotes(text.Notes(), gone)
				tl.mint.mostClaims = 5
				return tl.receive(text)
			}}
			sim.Explore(t, sim.Plan{Seeds: *seeds / 5, Faults: 4, Kill: true}, s.scenario)
		})
	}
}
