package ecash

import (
	"context"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// pending are notes that a transaction asks for, in the order of its outputs.
type pending struct {
	At     wire.OutPointRange
	Wanted []request
}

func (p pending) Append(b []byte) []byte { return wire.AppendVec(p.At.Append(b), p.Wanted) }

func (p *pending) Decode(d *wire.Decoder) {
	p.At.Decode(d)
	p.Wanted = wire.ReadVec[request](d)
}

func (p *pending) amount() (sum wire.Amount) {
	for _, q := range p.Wanted {
		sum += q.Amount
	}
	return sum
}

// settled says which notes of which transaction a machine was about, when it is
// over. Amount is their face value in msat.
type settled struct {
	TxID   wire.TxID
	Amount wire.Amount
}

func (s settled) Append(b []byte) []byte { return s.Amount.Append(s.TxID.Append(b)) }

func (s *settled) Decode(d *wire.Decoder) {
	s.TxID.Decode(d)
	s.Amount.Decode(d)
}

// The steps of an issuance.
type (
	issuing struct{ pending }
	issued  struct{ settled }
	aborted struct{ settled }
)

func (s issuing) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s issued) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }
func (s aborted) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

// issuance waits for the signatures of notes that the wallet keeps.
func (m *Purse) issuance() *fsm.Machine {
	return fsm.Define(m.name("issuance"),
		fsm.At("issuing", wire.Decode[issuing],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s issuing) ([]note, error) { return m.awaitNotes(ctx, s.pending) },
				func(tx *fsm.Tx, s issuing, some []note) (fsm.State, error) {
					m.store(tx, some)
					m.log(tx, notes.Signed{Op: tx.Self.Op})
					return issued{settled{s.At.TxID, s.amount()}}, nil
				}, "issued")),
			fsm.On("rejected",
				func(ctx context.Context, s issuing) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(tx *fsm.Tx, s issuing, _ string) (fsm.State, error) {
					m.log(tx, notes.Signed{Op: tx.Self.Op, Refused: true})
					return aborted{settled{s.At.TxID, s.amount()}}, nil
				}, "aborted")),
		fsm.At("issued", wire.Decode[issued]),
		fsm.At("aborted", wire.Decode[aborted]))
}

// store keeps new notes and says so in the event log.
func (m *Purse) store(tx *fsm.Tx, some []note) {
	m.put(tx, some)
	m.log(tx, notes.Kept{Notes: some})
}

// The steps of a packing: an issuance whose notes are handed out at once.
type (
	packing struct {
		pending
		Terms terms
	}
	packed   struct{ settled }
	unpacked struct{ settled }
)

func (s packing) AppendBinary(b []byte) ([]byte, error) {
	return s.Terms.Append(s.pending.Append(b)), nil
}
func (s packed) AppendBinary(b []byte) ([]byte, error)   { return s.Append(b), nil }
func (s unpacked) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }

func (s *packing) Decode(d *wire.Decoder) {
	s.pending.Decode(d)
	s.Terms.Decode(d)
}

// packing waits for the signatures of notes that are to be handed out.
func (m *Purse) packing() *fsm.Machine {
	return fsm.Define(m.name("packing"),
		fsm.At("packing", wire.Decode[packing],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s packing) ([]note, error) { return m.awaitNotes(ctx, s.pending) },
				func(tx *fsm.Tx, s packing, some []note) (fsm.State, error) {
					m.handOut(tx, tx.Self.Op, some, s.Terms)
					m.log(tx, notes.Signed{Op: tx.Self.Op})
					err := m.addText(tx, tx.Self.Op, m.text(some, s.Terms.Invite))
					return packed{settled{s.At.TxID, s.amount()}}, err
				}, "packed")),
			fsm.On("rejected",
				func(ctx context.Context, s packing) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(tx *fsm.Tx, s packing, _ string) (fsm.State, error) {
					m.log(tx, notes.Signed{Op: tx.Self.Op, Refused: true})
					return unpacked{settled{s.At.TxID, s.amount()}}, nil
				}, "unpacked")),
		fsm.At("packed", wire.Decode[packed]),
		fsm.At("unpacked", wire.Decode[unpacked]))
}
