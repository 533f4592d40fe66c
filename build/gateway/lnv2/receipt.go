package lnv2

import (
	"context"

	"satchel/client/wire"
	"satchel/fsm"
)

// A Receipt says what has become of an invoice that the gateway has made.
type Receipt struct {
	Settled  bool
	Preimage wire.Preimage // if it is settled
	Why      string        // it will never be, if not ""
}

// Funded reports whether the contract of an invoice is being funded, or was, and false
// if the gateway has made no invoice with this payment hash.
func (m *Gateway) Funded(hash wire.Hash) (funded, ok bool) {
	r := m.Executor().Snapshot()
	s, ok := m.registered(r, hash)
	return ok && fsm.Exists(r, fsm.OpID(s.Contract.ID())), ok
}

// AwaitReceipt waits until an invoice is settled or never will be.
func (m *Gateway) AwaitReceipt(ctx context.Context, hash wire.Hash) (Receipt, error) {
	s, ok := m.registered(m.Executor().Snapshot(), hash)
	if !ok {
		return Receipt{}, refuse("there is no invoice with the payment hash %v", hash)
	}
	e, err := await(ctx, m, fsm.OpID(s.Contract.ID()), received)
	return e.receipt(), err
}

func (e ending) receipt() Receipt {
	if e.preimage != nil {
		return Receipt{Settled: true, Preimage: *e.preimage}
	}
	return Receipt{Why: e.why}
}
