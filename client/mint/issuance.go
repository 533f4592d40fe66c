package mint

import (
	"context"

	"satchel/client"
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
func (m *Mint) issuance() *fsm.Machine {
	return fsm.Define("mint/issuance",
		fsm.At("issuing", wire.Decode[issuing],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s issuing) ([]note, error) { return m.awaitNotes(ctx, s.pending) },
				func(tx *fsm.Tx, s issuing, notes []note) (fsm.State, error) {
					m.store(tx, notes)
					m.logOutputs(tx, "Success")
					return issued{settled{s.At.TxID, s.amount()}}, nil
				}, "issued")),
			fsm.On("rejected",
				func(ctx context.Context, s issuing) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(tx *fsm.Tx, s issuing, _ string) (fsm.State, error) {
					m.logOutputs(tx, "Rejected")
					return aborted{settled{s.At.TxID, s.amount()}}, nil
				}, "aborted")),
		fsm.At("issued", wire.Decode[issued]),
		fsm.At("aborted", wire.Decode[aborted]))
}

// store keeps new notes and says so in the event log.
func (m *Mint) store(tx *fsm.Tx, notes []note) {
	m.put(tx, notes)
	for _, n := range notes {
		m.Log(tx, m.event("note-created", map[string]any{"nonce": n.nonce.String()}))
	}
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
func (m *Mint) packing() *fsm.Machine {
	return fsm.Define("mint/packing",
		fsm.At("packing", wire.Decode[packing],
			client.Read(fsm.On("signed",
				func(ctx context.Context, s packing) ([]note, error) { return m.awaitNotes(ctx, s.pending) },
				func(tx *fsm.Tx, s packing, notes []note) (fsm.State, error) {
					m.handOut(tx, tx.Self.Op, notes, s.Terms)
					m.logOutputs(tx, "Success")
					err := m.addNotes(tx, tx.Self.Op, m.text(grouped(notes), s.Terms.Invite))
					return packed{settled{s.At.TxID, s.amount()}}, err
				}, "packed")),
			fsm.On("rejected",
				func(ctx context.Context, s packing) (string, error) { return m.Rejection(ctx, s.At.TxID) },
				func(tx *fsm.Tx, s packing, _ string) (fsm.State, error) {
					m.logOutputs(tx, "Rejected")
					return unpacked{settled{s.At.TxID, s.amount()}}, nil
				}, "unpacked")),
		fsm.At("packed", wire.Decode[packed]),
		fsm.At("unpacked", wire.Decode[unpacked]))
}
