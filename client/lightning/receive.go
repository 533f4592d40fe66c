package lightning

import (
	"context"
	"time"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// A sale is an invoice, and the key whose preimage is sold for it.
type sale struct {
	Slot    slot
	Hash    wire.Hash
	Gateway string      // url, "" if it was found with nothing but the words
	Invoice string      // "" likewise
	Amount  wire.Amount // that somebody pays, msat

	// Made is in seconds since 1970, and Expiry in seconds from then on; 0 without
	// an invoice.
	Made, Expiry uint64
}

// op is the id of the operation.
func (s sale) op() fsm.OpID { return fsm.OpID(s.Hash) }

func (s sale) Append(b []byte) []byte {
	b = s.Hash.Append(wire.AppendUint(append(b, s.Slot.Derivation), s.Slot.Number))
	b = s.Amount.Append(wire.AppendText(wire.AppendText(b, s.Gateway), s.Invoice))
	return wire.AppendUint(wire.AppendUint(b, s.Made), s.Expiry)
}

func (s *sale) Decode(d *wire.Decoder) {
	var derivation [1]byte
	d.Fixed(derivation[:])
	s.Slot = slot{derivation[0], d.Uint64()}
	s.Hash.Decode(d)
	s.Gateway, s.Invoice = d.Text(), d.Text()
	s.Amount.Decode(d)
	s.Made, s.Expiry = d.Uint64(), d.Uint64()
}

// The steps of an offer.
type (
	offering struct {
		sale
		At wire.OutPoint // of the offer
	}
	offered   struct{ sale }
	unoffered struct {
		sale
		Why string
	}

	// sold is an offer that a gateway has taken.
	sold struct{ sale }

	// lapsed is an offer of whose invoice the time is over. Gateways may still take
	// it, and whether one has is looked at from time to time.
	lapsed struct{ sale }
)

func (s offering) AppendBinary(b []byte) ([]byte, error) { return s.At.Append(s.Append(b)), nil }

func (s *offering) Decode(d *wire.Decoder) {
	s.sale.Decode(d)
	s.At.Decode(d)
}

func (s unoffered) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendText(s.Append(b), s.Why), nil
}

func (s *unoffered) Decode(d *wire.Decoder) {
	s.sale.Decode(d)
	s.Why = d.Text()
}

func (s offered) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s sold) AppendBinary(b []byte) ([]byte, error)    { return s.Append(b), nil }
func (s lapsed) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }

// grace is how long after its invoice an offer is waited for with patience: what
// was paid in time may arrive a little later.
const grace = 10 * time.Minute

// offer waits until a gateway takes an offer. Its clock decides when to look less
// often, and nothing else.
func (m *Lightning) offer() *fsm.Machine {
	return fsm.Define("ln/offer",
		fsm.At("offering", wire.Decode[offering],
			fsm.On("accepted",
				func(ctx context.Context, s offering) (struct{}, error) { return m.Acceptance(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s offering, _ struct{}) (fsm.State, error) { return offered{s.sale}, nil },
				"offered"),
			fsm.On("rejected",
				func(ctx context.Context, s offering) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(_ *fsm.Tx, s offering, why string) (fsm.State, error) { return unoffered{s.sale, why}, nil },
				"unoffered")),
		fsm.At("offered", wire.Decode[offered],
			client.Read(fsm.On("guardians told",
				func(ctx context.Context, s offered) (*wire.LNAccount, error) {
					return m.awaitAccount(ctx, wire.ContractID(s.Hash))
				},
				func(tx *fsm.Tx, s offered, _ *wire.LNAccount) (fsm.State, error) {
					tx.Start(tx.Self.Op, decrypting{s.sale})
					return sold{s.sale}, nil
				},
				"sold")),
			fsm.On("time over",
				func(ctx context.Context, s offered) (struct{}, error) {
					return struct{}{}, m.AwaitClock(ctx, s.until().Add(grace))
				},
				func(tx *fsm.Tx, s offered, _ struct{}) (fsm.State, error) {
					m.watch(tx, s.sale)
					return lapsed{s.sale}, nil
				},
				"lapsed")),
		fsm.At("unoffered", wire.Decode[unoffered]),
		fsm.At("sold", wire.Decode[sold]),
		fsm.At("lapsed", wire.Decode[lapsed]))
}

// until returns when the invoice lapses.
func (s sale) until() time.Time { return time.Unix(int64(s.Made+s.Expiry), 0) }
