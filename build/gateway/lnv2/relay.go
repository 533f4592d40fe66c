package lnv2

import (
	"context"
	"errors"
	"time"

	"satchel/build/lightning"
	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// relayPatience is how long guardians have to show that they answer, before the
// gateway buys a preimage.
const relayPatience = 10 * time.Second

// Relay takes up payments that the node holds, until ctx ends or something fails:
// then it is called again, with the client that is there by then. What is not taken
// up goes back to the payer.
func (m *Gateway) Relay(ctx context.Context) error {
	for {
		h, err := m.node.Held(ctx, func(hash wire.Hash) bool { return m.isNew(m.Executor().Snapshot(), hash) })
		if err == nil {
			err = m.relay(ctx, h)
		}
		if err != nil {
			return err
		}
	}
}

// relay takes up one payment, or gives it back. An error says that it has done
// neither.
func (m *Gateway) relay(ctx context.Context, h lightning.HTLC) error {
	err := m.buy(ctx, h)
	var poor *client.InsufficientError
	switch {
	case errors.Is(err, ErrRefused), errors.Is(err, ErrNotReceiving), errors.Is(err, client.ErrNoCash), errors.As(err, &poor):
		_, err = conflict(m.node.Cancel(ctx, h.Hash))
	}
	return err
}

// isNew reports whether a payment that the node holds is not looked after yet.
func (m *Gateway) isNew(r *kv.Reader, hash wire.Hash) bool {
	s, ok := m.registered(r, hash)
	return !ok || !m.hasCircuit(r, fsm.OpID(s.Contract.ID()))
}

func (m *Gateway) hasCircuit(r *kv.Reader, op fsm.OpID) bool {
	for rec := range m.Executor().Machines(r, op) {
		if rec.Machine == "gateway/circuit" {
			return true
		}
	}
	return false
}

// buy funds the contract of a payment, unless it is funded already, and has the
// payment taken with the preimage.
func (m *Gateway) buy(ctx context.Context, h lightning.HTLC) error {
	r := m.Executor().Snapshot()
	s, ok := m.registered(r, h.Hash)
	switch {
	case !ok:
		return refuse("no contract has the payment hash %v", h.Hash)
	case s.Amount != h.Amount:
		return refuse("%v came for an invoice for %v", h.Amount, s.Amount)
	}
	op := fsm.OpID(s.Contract.ID())
	if !fsm.Exists(r, op) {
		err := m.buyNew(ctx, op, s, h)
		if !errors.Is(err, client.ErrExists) {
			return err
		}
	}
	return m.Update(ctx, func(tx *fsm.Tx) error {
		if !m.hasCircuit(&tx.Reader, op) {
			tx.Start(op, holding{h.Hash})
		}
		return nil
	})
}

// buyNew funds a contract.
func (m *Gateway) buyNew(ctx context.Context, op fsm.OpID, s sale, h lightning.HTLC) error {
	if m.terms().NoReceiving {
		return ErrNotReceiving
	}
	if err := m.responsive(ctx); err != nil {
		return err
	}
	return m.Transact(ctx, op,
		func(p *client.Plan) error { return m.fund(p, s) },
		func(tx *fsm.Tx, _ *client.Plan) error {
			tx.Start(op, holding{h.Hash})
			return m.log(tx, op, "receive")
		})
}

// responsive fails if guardians do not answer: what is funded then may hang for as
// long as the payment that pays for it is held.
func (m *Gateway) responsive(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, relayPatience)
	defer cancel()
	if _, err := m.blockCount(limited); err != nil {
		if ctx.Err() != nil || errors.Is(err, kv.ErrClosed) {
			return err
		}
		return refuse("guardians do not answer: %v", err)
	}
	return nil
}
