package ecash

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// One spent note among small ones costs just itself: the others are claimed
// together, since each by itself would bring nothing.
func TestSpentNoteAmongSmallOnes(t *testing.T) {
	for _, test := range []struct {
		gone           int
		balance, aside wire.Amount
		state          client.State
	}{
		{0, 1280, 0, client.Done},
		{1, 1024, 0, client.Done},
		{6, 512, 0, client.Done},
		{10, 128, 0, client.Done},
		{11, 0, 256, client.Refused},
		{12, 0, 0, client.Refused},
	} {
		t.Run(fmt.Sprint(test.gone, " gone"), func(t *testing.T) {
			story{others: true, change: allOn, tell: func(tl *teller) error {
				text := tl.many("gift", 12, 256)
				tl.spendNotes(text, test.gone)
				if err := tl.receive(text); err != nil {
					return err
				}
				s, err := tl.summary(tl.received("gift"))
				r := tl.c.Executor().Snapshot()
				if balance, aside := tl.c.Balance(r), tl.purse.Aside(r); balance != test.balance || aside != test.aside {
					return fmt.Errorf("balance %v, aside %v: %+v %v", balance, aside, s, err)
				}
				if want := wire.Amount(12-test.gone)*256 - test.aside; s.State != test.state || s.Amount != want || s.Aside != test.aside {
					return fmt.Errorf("shown as %+v %v", s, err)
				}
				return err
			}}.perform(t)
		})
	}
}

// transactions counts those of an operation.
func (t *teller) transactions(op fsm.OpID) (n int) {
	for rec := range t.c.Executor().Machines(t.c.Executor().Snapshot(), op) {
		if rec.Machine == "transaction" {
			n++
		}
	}
	return n
}

// Notes that are refused again and again, for whatever reason, and are not
// spent, are put aside in the end, every one, with the reason.
func TestRefusedForGood(t *testing.T) {
	const n = 16
	tell := func(tl *teller) error {
		if err := tl.receive(tl.many("gift", n, 1024)); err != nil {
			return err
		}
		op, kept := tl.received("gift"), 0
		for a := range tl.purse.AsideNotes(tl.c.Executor().Snapshot()) {
			if a.Amount != 1024 || a.Op != op || a.Why == "" || tl.fed.Spent(a.Nonce) {
				return fmt.Errorf("aside: %+v", a)
			}
			kept++
		}
		s, err := tl.summary(op)
		if kept != n || s.State != client.Refused || !s.Final || s.Amount != 0 || s.Aside != n*1024 || err != nil {
			return fmt.Errorf("%d notes are aside: %+v %v", kept, s, err)
		}
		if most := 2*n + patience; tl.transactions(op) > most {
			return fmt.Errorf("%d transactions, at most %d will do", tl.transactions(op), most)
		}
		return nil
	}
	inEach(t, func(t *testing.T, g *generation) {
		story{of: g, helpless: true, twice: true, tell: tell, change: func(s *toyfed.Setup) {
			s.Off, s.Hold = nil, func(wire.Transaction) bool { return true }
		}}.perform(t)
	})
}

// What was put aside can be received again, and is not counted twice.
func TestAsideComesInAgain(t *testing.T) {
	inEach(t, func(t *testing.T, g *generation) {
		hold := true
		story{of: g, helpless: true, twice: true, anyEnd: true, tell: func(tl *teller) error {
			if err := tl.receive(tl.ecash("gift", 1536)); err != nil {
				return err
			}
			hold = false
			great := g.factor * 1024
			if err := tl.receive(ours(tl.stage, wire.MintNotes{great: tl.texts["gift"].notes[great]})); err != nil {
				return err
			}
			r := tl.c.Executor().Snapshot()
			if aside, balance := tl.purse.Aside(r), tl.c.Balance(r); aside != g.factor*512 || balance == 0 {
				return fmt.Errorf("aside %v, balance %v", aside, balance)
			}
			return nil
		}, change: func(s *toyfed.Setup) {
			s.Off, s.Hold = nil, func(wire.Transaction) bool { return hold }
		}}.tellOnly(t)
	})
}

// A racer does something before a transaction is submitted for the first time.
type racer struct {
	race func()

	mu   sync.Mutex
	seen map[string]bool
}

func (r *racer) before(params any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if key := fmt.Sprintf("%s", params); !r.seen[key] {
		r.seen[key] = true
		r.race()
	}
}

// raced is a guardian that a racer watches.
type raced struct {
	guardians.Guardian
	by *racer
}

func (g raced) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	if method == "submit_transaction" {
		g.by.before(params)
	}
	return g.Guardian.Call(ctx, method, params)
}

// Whoever races the wallet note by note has the notes, and no more: it gives up
// none that is not spent, and does not try for ever.
func TestRacedNoteByNote(t *testing.T) {
	const all = 12
	for _, most := range []int{3, all - 2, all} {
		t.Run(fmt.Sprint("up to ", most), func(t *testing.T) {
			r, n := &racer{seen: map[string]bool{}}, 0
			story{others: true, tell: func(tl *teller) error {
				text := tl.many("gift", all, 1024)
				r.race = func() {
					n = min(n+1, most)
					tl.spendNotes(text, n)
				}
				if err := tl.receive(text); err != nil {
					return err
				}
				op := tl.received("gift")
				s, err := tl.summary(op)
				if want := wire.Amount(all-most) * 1024; s.Amount != want || s.Aside != 0 || err != nil {
					return fmt.Errorf("shown as %+v %v", s, err)
				}
				if got := tl.transactions(op); got > all+1 {
					return fmt.Errorf("%d transactions", got)
				}
				return nil
			}, change: func(s *toyfed.Setup) {
				s.Off = nil
				s.Wrap = func(g guardians.Guardian) guardians.Guardian {
					return raced{g, r}
				}
			}}.perform(t)
		})
	}
}

// E-cash of more notes than a transaction takes comes back by several.
func TestGreatTakeBack(t *testing.T) {
	plainStage(t, first, func(st *stage, live func(...act)) {
		live(has(256, 256, 256, 256, 256, 256, 256, 256), func(tl *teller) error {
			tl.purse.mostClaims = 3
			return do(sends(1, 2048, SendOptions{}), takesBack(1))(tl)
		}, func(tl *teller) error {
			s, err := tl.summary(opID(1))
			if got := tl.transactions(opID(1)); got != 3 || s.State != client.Returned || s.Amount != 2048 {
				return fmt.Errorf("%d transactions, %+v %v", got, s, err)
			}
			return err
		})
	})
}
