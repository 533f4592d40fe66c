package ecash

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// An auditor is a store that looks at every commit: a note comes into the wallet
// once and leaves it once, ever.
type auditor struct {
	kv.Store
	prefix string // of the keys of notes
	state  map[string]int
	wrong  error
}

func (a *auditor) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	for _, w := range batch {
		nonce, ok := strings.CutPrefix(w.Key, a.prefix)
		if !ok || w.Cold {
			continue
		}
		now, want := a.state[nonce], 0
		if w.Delete {
			want = 1
		}
		if now != want && a.wrong == nil {
			a.wrong = fmt.Errorf("commit %d: note %x is put or taken, which has been put or taken %d times", seq, nonce, now)
		}
		a.state[nonce]++
	}
	return a.Store.Commit(ctx, seq, batch)
}

// A thousand receives, sends and take-backs at once: no note is used twice, and
// in the end all is where it belongs.
func TestThousandOperationsAtOnce(t *testing.T) {
	inEach(t, testThousandOperations)
}

func testThousandOperations(t *testing.T, g *generation) {
	const n = 250 // of each, and as many that are called back
	a := &auditor{state: map[string]int{}}
	s := story{
		of:     g,
		others: true, // the value is looked at in the end
		change: func(s *toyfed.Setup) { s.Off, s.TopTier = nil, 18 },
		audit: func(store kv.Store) kv.Store {
			a.Store = store
			return a
		},
		tell: func(tl *teller) error {
			a.prefix = tl.purse.Key("n")
			if err := tl.receive(tl.many("savings", 150, g.factor<<14)); err != nil {
				return err
			}
			var acts []act
			for i := range n {
				acts = append(acts,
					func(tl *teller) error { return tl.receive(tl.ecash(fmt.Sprint("gift ", i), 1536)) },
					func(tl *teller) error {
						return tl.sendMuch(fsm.OpID{1, byte(i)}, g.factor*512*wire.Amount(1+i%5), false)
					},
					func(tl *teller) error {
						return tl.sendMuch(fsm.OpID{2, byte(i)}, g.factor*512*wire.Amount(1+i%7), true)
					},
				)
			}
			return together(acts...)(tl)
		},
	}
	s.perform(t)
	if a.wrong != nil {
		t.Error(a.wrong)
	}
	if len(a.state) < 5*n {
		t.Errorf("%d notes were looked at", len(a.state))
	}
}

// sendMuch hands out e-cash as soon as there is enough, for change may be on its
// way, and maybe calls it back.
func (t *teller) sendMuch(op fsm.OpID, amount wire.Amount, back bool) error {
	var poor *client.InsufficientError
	err := t.purse.Send(t.ctx, op, amount, nil, SendOptions{})
	for errors.As(err, &poor) && t.ctx.Err() == nil {
		time.Sleep(time.Second)
		err = t.purse.Send(t.ctx, op, amount, nil, SendOptions{})
	}
	if err != nil {
		return err
	}
	if err := t.until(op, "given"); err != nil || !back {
		return err
	}
	err = t.purse.TakeBack(t.ctx, op)
	if errors.Is(err, ErrDust) { // small notes only
		return nil
	}
	if err != nil {
		return err
	}
	return t.until(op, "")
}
