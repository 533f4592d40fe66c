package lightning

import (
	"context"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// The steps of claiming what was paid.
type (
	// decrypting is funded.
	decrypting struct{ sale }

	// claimable is the wallet's.
	claimable struct {
		sale
		Funds    wire.Amount // msat
		Refusals uint64      // of transactions that were to claim it
	}
	claiming struct {
		claimable
		TxID wire.TxID
	}
	claimed struct {
		sale
		Funds wire.Amount
		TxID  wire.TxID
	}
	uneconomical struct{ sale }

	// spoilt is a contract that somebody has funded for another secret than the
	// wallet's, which gets it back.
	spoilt struct{ sale }

	// taken was claimed by another wallet with the words.
	taken struct{ sale }
)

func (s decrypting) AppendBinary(b []byte) ([]byte, error)   { return s.Append(b), nil }
func (s uneconomical) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s spoilt) AppendBinary(b []byte) ([]byte, error)       { return s.Append(b), nil }
func (s taken) AppendBinary(b []byte) ([]byte, error)        { return s.Append(b), nil }

func (s claimable) Append(b []byte) []byte {
	return wire.AppendUint(s.Funds.Append(s.sale.Append(b)), s.Refusals)
}

func (s claimable) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

func (s *claimable) Decode(d *wire.Decoder) {
	s.sale.Decode(d)
	s.Funds.Decode(d)
	s.Refusals = d.Uint64()
}

func (s claiming) AppendBinary(b []byte) ([]byte, error) { return s.TxID.Append(s.Append(b)), nil }

func (s *claiming) Decode(d *wire.Decoder) {
	s.claimable.Decode(d)
	s.TxID.Decode(d)
}

func (s claimed) AppendBinary(b []byte) ([]byte, error) {
	return s.TxID.Append(s.Funds.Append(s.Append(b))), nil
}

func (s *claimed) Decode(d *wire.Decoder) {
	s.sale.Decode(d)
	s.Funds.Decode(d)
	s.TxID.Decode(d)
}

// claim claims a contract that was funded for the wallet's secret.
func (m *Lightning) claim() *fsm.Machine {
	return fsm.Define("ln/claim",
		fsm.At("decrypting", wire.Decode[decrypting],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s decrypting) (decryption, error) { return m.awaitDecryption(ctx, s.Hash) },
				func(_ *fsm.Tx, s decrypting, d decryption) (fsm.State, error) {
					if d.preimage == nil {
						return spoilt(s), nil
					}
					return claimable{sale: s.sale, Funds: d.account.Amount}, nil
				},
				"claimable", "spoilt"))),
		fsm.At("claimable", wire.Decode[claimable],
			client.Read(fsm.On("claimed",
				func(ctx context.Context, s claimable) (spending, error) {
					return m.planSpending(ctx, wire.ContractID(s.Hash), m.receiveKey(s.Slot), s.Refusals)
				},
				func(tx *fsm.Tx, s claimable, v spending) (fsm.State, error) {
					switch {
					case v.plan != nil:
						s.Funds = v.funds
						return claiming{s, v.plan.Drafts()[0].ID}, v.plan.Commit(tx)
					case v.funds == 0:
						return taken{s.sale}, nil
					}
					return uneconomical{s.sale}, nil
				},
				"claiming", "uneconomical", "taken"))),
		fsm.At("claiming", wire.Decode[claiming],
			fsm.On("accepted",
				func(ctx context.Context, s claiming) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s claiming, _ struct{}) (fsm.State, error) {
					m.logReceived(tx, s.Funds)
					return claimed{s.sale, s.Funds, s.TxID}, nil
				},
				"claimed"),
			fsm.On("rejected",
				func(ctx context.Context, s claiming) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(_ *fsm.Tx, s claiming, _ string) (fsm.State, error) {
					s.Refusals++
					return s.claimable, nil
				},
				"claimable")),
		fsm.At("claimed", wire.Decode[claimed]),
		fsm.At("uneconomical", wire.Decode[uneconomical]),
		fsm.At("spoilt", wire.Decode[spoilt]),
		fsm.At("taken", wire.Decode[taken]))
}
