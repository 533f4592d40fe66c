package ecash

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/wire"
)

// switchAll switches all guardians on or off.
func (s *stage) switchAll(on bool) {
	for i := range s.fed.Guardians {
		s.fed.Switch(wire.PeerID(i), on)
	}
}

// With no guardian in reach the wallet opens, shows the balance, and hands out
// what it has. What needs the federation waits for it, for as long as it takes.
func TestOffline(t *testing.T) {
	inEach(t, testOffline)
}

func testOffline(t *testing.T, g *generation) {
	plainStage(t, g, func(st *stage, live func(...act)) {
		live(receives("gift", 3000))
		want := st.balance(t)

		st.switchAll(false)
		live(func(tl *teller) error {
			began := time.Now()
			if got := tl.c.Balance(tl.c.Executor().Snapshot()); got != want || got == 0 {
				return fmt.Errorf("balance %v, want %v", got, want)
			}
			op, err := tl.purse.Spend(tl.ctx, g.factor*512, SendOptions{})
			if err != nil {
				return err
			}
			if err := tl.purse.Send(tl.ctx, opID(1), g.factor*768, nil, SendOptions{}); err != nil {
				return err
			}
			for id, amount := range map[byte]wire.Amount{op[0]: g.factor * 512, 1: g.factor * 768} {
				text, ok, err := tl.purse.TextOf(tl.ctx, map[byte][32]byte{op[0]: op, 1: opID(1)}[id])
				if total, wrong := text.Total(); err != nil || !ok || wrong != nil || total != amount {
					return fmt.Errorf("text of %v is worth %v: %v %v", amount, total, ok, err)
				}
			}
			if took := time.Since(began); took != 0 {
				return fmt.Errorf("it took %v", took)
			}
			return nil
		})
		live(func(tl *teller) error {
			op, err := tl.purse.Receive(tl.ctx, tl.ecash("second", 1000), nil)
			if err != nil {
				return err
			}
			if err := tl.purse.TakeBack(tl.ctx, opID(1)); err != nil {
				return err
			}
			time.Sleep(24 * time.Hour)
			for _, id := range [][32]byte{op, opID(1)} {
				if s, err := tl.summary(id); err != nil || s.State != client.OnItsWay || s.Final || s.InFlight == 0 {
					return fmt.Errorf("after a day without guardians: %+v %v", s, err)
				}
			}
			if taken, err := tl.purse.CheckTaken(tl.ctx, opID(1)); taken || err != nil {
				return fmt.Errorf("what is called back is taken: %v %v", taken, err)
			}
			began := time.Now()
			tl.switchAll(true)
			time.Sleep(time.Minute) // until calls to guardians that were off have failed
			tl.c.Wake()             // as a connection does that comes about
			if err := errors.Join(tl.until(op, ""), tl.until(opID(1), "")); err != nil {
				return err
			}
			if took := time.Since(began); took > 75*time.Second {
				return fmt.Errorf("%v after the guardians came back", took)
			}
			return nil
		})
	})
}

// plainStage lives several lives with a wallet whose guardians are honest, one
// after the other, and checks how they end.
func plainStage(t *testing.T, g *generation, lives func(st *stage, live func(...act))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		st := story{of: g, change: allOn}.stage(nil)
		lives(st, func(acts ...act) {
			t.Helper()
			st.tell = do(acts...)
			if err := st.live(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		time.Sleep(time.Minute)
		if err := st.check(); err != nil {
			t.Fatal(err)
		}
	})
}

// balance is what the wallet has, by its records.
func (s *stage) balance(t *testing.T) wire.Amount {
	t.Helper()
	c, r, err := s.reopen()
	if err != nil {
		t.Fatal(err)
	}
	return c.Balance(r)
}

// A question that cannot be answered is an error, not an answer.
func TestOfflineNobodyKnowsWhetherItWasTaken(t *testing.T) {
	plain(t, first, receives("gift", 3000), sends(1, 512, SendOptions{}), func(tl *teller) error {
		tl.switchAll(false)
		ctx, cancel := context.WithTimeout(tl.ctx, time.Hour)
		defer cancel()
		if taken, err := tl.purse.CheckTaken(ctx, opID(1)); taken || err == nil {
			return fmt.Errorf("taken: %v %v", taken, err)
		}
		return nil
	})
}
