package ecash

import (
	"errors"
	"time"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

func opID(n byte) fsm.OpID { return fsm.OpID{n} }

// do does one thing after the other.
func do(acts ...act) act {
	return func(t *teller) error {
		for _, a := range acts {
			if err := a(t); err != nil {
				return err
			}
		}
		return nil
	}
}

// together does several things at once.
func together(acts ...act) act {
	return func(t *teller) error {
		errs := make(chan error)
		for _, a := range acts {
			go func() { errs <- a(t) }()
		}
		var all error
		for range acts {
			all = errors.Join(all, <-errs)
		}
		return all
	}
}

// receives claims e-cash that somebody else made.
func receives(name string, amount wire.Amount) act {
	return func(t *teller) error { return t.receive(t.ecash(name, amount)) }
}

func (t *teller) receive(text notes.Text) error {
	op, err := t.purse.Receive(t.ctx, text, nil)
	if err != nil && !errors.Is(err, ErrReceived) {
		return err
	}
	return t.until(op, "")
}

// has puts e-cash into the wallet, as if it had been there from the beginning.
func has(amounts ...wire.Amount) act {
	return func(t *teller) error { return t.holds(t.purse, t.of, "", t.of.scaled(amounts...)) }
}

// besides puts e-cash of the other generation into the wallet.
func besides(amounts ...wire.Amount) act {
	return func(t *teller) error {
		return t.holds(purseOf(t.c, t.beside), t.beside, "beside", t.beside.scaled(amounts...))
	}
}

// begun says that e-cash of that name is in the wallet.
func begun(name string) string { return "begun " + name }

func (t *teller) holds(m *Purse, g *generation, name string, amounts []wire.Amount) error {
	some := listed(t.text(g, name, amounts))
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		if !tx.Has(begun(name)) {
			tx.Put(begun(name), nil)
			m.put(tx, some)
		}
		return nil
	})
}

// sends hands out e-cash in operation n.
func sends(n byte, amount wire.Amount, o SendOptions) act {
	return func(t *teller) error {
		if err := t.purse.Send(t.ctx, opID(n), t.of.factor*amount, nil, o); err != nil {
			return err
		}
		return t.until(opID(n), "given")
	}
}

// orders hands out e-cash in operation n as if the notes for it were not there.
func orders(n byte, amount wire.Amount, o SendOptions) act {
	return func(t *teller) error {
		err := errChanged
		for errors.Is(err, errChanged) && !fsm.Exists(t.c.Executor().Snapshot(), opID(n)) {
			p := t.purse.Plan(opID(n))
			p.Quote = true
			d, poor := t.purse.order(p, t.of.factor*amount, terms{})
			if poor != nil {
				return poor
			}
			err = t.purse.sendNew(t.ctx, opID(n), Quote{t.of.factor * amount, d.Fee, true}, o)
		}
		if err != nil && !errors.Is(err, errChanged) {
			return err
		}
		return t.until(opID(n), "given")
	}
}

// takesBack calls the e-cash of operation n back.
func takesBack(n byte) act {
	return func(t *teller) error {
		if err := t.purse.TakeBack(t.ctx, opID(n)); err != nil {
			return err
		}
		return t.until(opID(n), "")
	}
}

// ends waits until nothing of operation n is under way.
func ends(n byte) act { return func(t *teller) error { return t.until(opID(n), "") } }

// until waits until nothing of the operation is under way but machines that
// stand at that step.
func (t *teller) until(op fsm.OpID, but string) error {
	_, err := fsm.Await(t.ctx, t.c.Executor(), fsm.Under(op), func(r *kv.Reader) (bool, bool) {
		some := false
		for rec := range t.c.Executor().Machines(r, op) {
			if !rec.Final && rec.Step != but {
				return false, false
			}
			some = true
		}
		return some, some
	})
	return err
}

// somebodySpends lets somebody who got the text of operation n spend its
// greatest notes.
func somebodySpends(n byte, many int) act {
	return func(t *teller) error {
		text, err := t.handedOut(n)
		if err == nil {
			t.spendNotes(text, many)
		}
		return err
	}
}

// comesHome claims the e-cash of operation n.
func comesHome(n byte) act {
	return func(t *teller) error {
		text, err := t.handedOut(n)
		if err != nil {
			return err
		}
		return t.receive(text)
	}
}

// handedOut returns the e-cash of an operation.
func (t *teller) handedOut(n byte) (notes.Text, error) {
	text, ok, err := t.purse.TextOf(t.ctx, opID(n))
	if err == nil && !ok {
		err = errors.New("there is no text")
	}
	return text, err
}

// spendNotes lets somebody spend the greatest notes of a text.
func (s *stage) spendNotes(text notes.Text, n int) {
	all := listed(text)
	for i := len(all) - 1; i >= 0 && n > 0; i, n = i-1, n-1 {
		s.fed.SpendOf(s.of.kind, all[i].Nonce, all[i].Amount)
	}
}

// seesTaken asks until the guardians say that the e-cash of operation n was
// taken.
func seesTaken(n byte) act {
	return func(t *teller) error {
		for {
			taken, err := t.purse.CheckTaken(t.ctx, opID(n))
			if taken {
				return t.until(opID(n), "")
			}
			if t.ctx.Err() != nil {
				return err
			}
			time.Sleep(time.Second)
		}
	}
}
