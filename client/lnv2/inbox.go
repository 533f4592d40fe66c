package lnv2

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// The inbox finds contracts that others have made for the wallet: those of its
// LNURL, and, after the words were entered anew, those of invoices that were paid
// since. It reads the federation's stream of incoming contracts, which has
// everybody's, from where it was.

// inboxKey has the place in the stream; without it the inbox is closed.
func (m *Lightning) inboxKey() string { return m.Key("c") }

// inboxPause is how long to wait before guardians are asked again.
const inboxPause = 10 * time.Second

// OpenInbox has the inbox look for contracts of the wallet, from the beginning of
// the stream if it was closed.
func (m *Lightning) OpenInbox(ctx context.Context) error {
	return m.Update(ctx, func(tx *fsm.Tx) error {
		m.openInbox(tx)
		return nil
	})
}

func (m *Lightning) openInbox(tx *fsm.Tx) {
	if !tx.Has(m.inboxKey()) {
		tx.Put(m.inboxKey(), make([]byte, 8))
	}
}

// Lnurl returns what the wallet's LNURL says: to whom anyone may send a payment, and
// through which gateways, at most so many.
func (m *Lightning) Lnurl(ctx context.Context, most int) (wire.LnurlRequest, error) {
	r := wire.LnurlRequest{FederationID: m.FederationID(), Recipient: m.lnurl.PublicKey(), FederationKey: m.config.Key}
	all, err := m.recommended(ctx)
	if err != nil {
		return r, err
	}
	for _, g := range all[:min(len(all), most)] {
		r.Gateways = append(r.Gateways, g.URL)
	}
	if len(r.Gateways) == 0 {
		return r, ErrNoGateway
	}
	return r, nil
}

// BeginSearch implements [client.Searcher]: everything that the words have is
// looked for. Another device with the words claims by itself.
func (m *Lightning) BeginSearch(tx *fsm.Tx, s client.Search) error {
	if !s.Again {
		tx.Put(m.inboxKey(), make([]byte, 8))
	}
	return nil
}

// Searching implements [client.Searcher]. No money waits for the inbox.
func (m *Lightning) Searching(*kv.Reader) bool { return false }

// Run implements [client.Runner].
func (m *Lightning) Run(ctx context.Context) {
	for {
		at, err := fsm.Await(ctx, m.Executor(), m.inboxKey(), func(r *kv.Reader) (uint64, bool) {
			v, ok := r.Get(m.inboxKey())
			if !ok || len(v) != 8 {
				return 0, false
			}
			return binary.BigEndian.Uint64(v), true
		})
		if err != nil {
			return // the client has ended
		}
		if err := m.readInbox(ctx, at); err != nil {
			select {
			case <-time.After(inboxPause):
			case <-ctx.Done():
				return
			}
		}
	}
}

// readInbox reads one batch, and begins to claim what is the wallet's.
func (m *Lightning) readInbox(ctx context.Context, at uint64) error {
	b, err := m.awaitContracts(ctx, at)
	if err != nil {
		return err
	}
	var own []sale
	for _, c := range b.contracts {
		if _, ok := m.anyOwn(c); !ok {
			continue
		}
		_, err := m.claimFee(c.Commitment.Amount)
		if errors.Is(err, client.ErrSearching) {
			return err
		}
		if err == nil {
			own = append(own, sale{Contract: c, Amount: c.Commitment.Amount + lnurlFee(c)})
		}
	}
	return m.Update(ctx, func(tx *fsm.Tx) error {
		now, ok := tx.Get(m.inboxKey())
		if !ok || binary.BigEndian.Uint64(now) != at {
			return nil // somebody else has read it, or it begins anew
		}
		for _, s := range own {
			if err := m.begin(tx, s); err != nil {
				return err
			}
		}
		tx.Put(m.inboxKey(), binary.BigEndian.AppendUint64(nil, b.next))
		return nil
	})
}

// begin begins to claim a contract, unless that has begun.
func (m *Lightning) begin(tx *fsm.Tx, s sale) error {
	op := fsm.OpID(s.Contract.ID())
	if fsm.Exists(&tx.Reader, op) {
		return nil
	}
	tx.Start(op, pending{s})
	return m.Begin(tx, op, m.Kind(), lnurlMeta(s))
}

// lnurlFee is what the gateway took for a contract that came through an LNURL, in
// msat; of others it is not known.
func lnurlFee(c wire.LNV2IncomingContract) wire.Amount {
	if fee := c.Commitment.GatewayFee(); fee < 1<<60 {
		return fee
	}
	return 0
}
