package ecash

import (
	"context"
	"fmt"
	"time"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// TextOf returns the e-cash of an operation that [Purse.Spend] or [Purse.Send] began.
// ok is false while guardians have not made it yet, and when it never was.
func (m *Purse) TextOf(ctx context.Context, op fsm.OpID) (text notes.Text, ok bool, err error) {
	steps, err := m.Executor().History(ctx, op, 0)
	if err != nil {
		return text, false, err
	}
	for _, rec := range steps {
		if s, is := rec.State.(given); is {
			return m.text(s.Notes, s.Invite), true, nil
		}
	}
	return text, false, nil
}

// spendStep returns the step in which the e-cash of an operation stands, which
// may be on the disk only. It fails with [ErrUnknownOperation] when none was
// handed out.
func (m *Purse) spendStep(ctx context.Context, op fsm.OpID) (last fsm.State, err error) {
	steps, err := m.Executor().History(ctx, op, 0)
	if err != nil {
		return nil, err
	}
	for _, rec := range steps {
		if rec.Machine == m.name("spend") {
			last = rec.State
		}
	}
	if last == nil {
		return nil, fmt.Errorf("%w: %v", ErrUnknownOperation, op)
	}
	return last, nil
}

// Returns tells when e-cash that was handed out is taken back by itself, and false
// if it never is or is not waiting for that.
func (m *Purse) Returns(ctx context.Context, op fsm.OpID) (at time.Time, ok bool, err error) {
	last, err := m.spendStep(ctx, op)
	if err != nil {
		return at, false, err
	}
	s, ok := last.(given)
	if !ok || !m.expires(s) {
		return at, false, nil
	}
	return time.Unix(int64(s.Until), 0), true, nil
}

// TakeBack calls e-cash back that was handed out. The federation decides who was
// first. Calling it twice, or for e-cash that is known to be taken, does nothing.
// It fails with [ErrDust] when the fee would leave nothing of it.
func (m *Purse) TakeBack(ctx context.Context, op fsm.OpID) error {
	if _, err := m.spendStep(ctx, op); err != nil {
		return err
	}
	return m.Update(ctx, func(tx *fsm.Tx) error {
		for rec := range m.Executor().Machines(&tx.Reader, op) {
			s, ok := rec.State.(given)
			switch {
			case !ok:
			case !m.worthReissuing(s.Notes):
				return ErrDust
			case !tx.Has(m.cancelKey(op)):
				tx.Put(m.cancelKey(op), nil)
			}
		}
		return nil
	})
}

// AwaitTakenBack waits until e-cash that was called back has come back, or has
// not, and returns whether the person called it back and not the clock, and the
// transactions that claimed it, also those that were refused.
func (m *Purse) AwaitTakenBack(ctx context.Context, op fsm.OpID) (byPerson bool, txs []wire.TxID, err error) {
	if !fsm.Exists(m.Executor().Snapshot(), op) {
		return false, nil, ErrUnknownOperation
	}
	t := newTally()
	for seq := uint64(0); ; {
		steps, err := m.Executor().Next(ctx, op, seq)
		if err != nil {
			return false, nil, err
		}
		for _, rec := range steps {
			t.add(rec)
			seq = rec.Entered
			if s, ok := rec.State.(claiming); ok {
				txs = append(txs, s.TxID)
			}
		}
		switch {
		case t.taken:
			return false, nil, ErrTaken
		case t.called != nil && t.Settling == 0:
			return t.called.ByPerson, txs, nil
		}
	}
}
