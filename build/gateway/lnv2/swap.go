package lnv2

import (
	"context"
	"errors"

	"satchel/client"
	"satchel/fsm"
)

// A swap is how an order is filled whose invoice is the gateway's own: by funding
// the incoming contract for which the invoice was made.
type swap struct {
	op   fsm.OpID     // that funds it
	plan *client.Plan // nil if it is funded already
	why  string       // there is none, if not ""
}

// planSwap works a swap out. A contract that is being funded already, or was, is
// not funded again.
func (m *Gateway) planSwap(ctx context.Context, s sending) (w swap, err error) {
	i := s.invoice()
	if i.Payee != m.node.Key() {
		<-ctx.Done() // the node pays
		return w, ctx.Err()
	}
	known, ok := m.registered(m.Executor().Snapshot(), i.PaymentHash)
	switch {
	case !ok || known.Amount != i.Amount:
		w.why = "no contract belongs to the invoice"
		return w, nil
	case m.terms().NoReceiving:
		w.why = "nobody is paid through this gateway"
		return w, nil
	}
	w.op = fsm.OpID(known.Contract.ID())
	if fsm.Exists(m.Executor().Snapshot(), w.op) {
		return w, nil
	}
	if _, w.why, err = m.mayBegin(ctx, s.order, i); err != nil || w.why != "" {
		return w, err
	}
	w.plan = m.Plan(w.op)
	err = m.fund(w.plan, known)
	var poor *client.InsufficientError
	if errors.As(err, &poor) || errors.Is(err, client.ErrNoCash) {
		w.why = "the gateway has too little e-cash"
		return w, nil
	}
	return w, err
}

func (m *Gateway) beginSwap(tx *fsm.Tx, s sending, w swap) (fsm.State, error) {
	if w.why != "" {
		return s.order.end(ending{why: w.why}), nil
	}
	if w.plan != nil && !fsm.Exists(&tx.Reader, w.op) {
		if err := w.plan.Commit(tx); err != nil {
			return nil, err
		}
		if err := m.log(tx, w.op, "receive"); err != nil {
			return nil, err
		}
	}
	return swapping{s.order, w.op}, nil
}

// awaitSwap waits until the preimage is there, or cannot be had.
func (m *Gateway) awaitSwap(ctx context.Context, s swapping) (ending, error) {
	return await(ctx, m, s.Op, received)
}

// received tells how an incoming contract has ended, once it is known whether there
// is a preimage in it.
func received(s fsm.State) (ending, bool) {
	switch s := s.(type) {
	case succeeded:
		return ending{preimage: &s.Preimage}, true
	case rejected:
		return ending{why: "the federation does not fund the receiver's contract"}, true
	case refundable, failed:
		return ending{why: "the receiver's contract has no preimage"}, true
	}
	return ending{}, false
}
