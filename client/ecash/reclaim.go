package ecash

import (
	"context"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// The steps of a reclaim.
type (
	claiming struct {
		claim

		// Refusals is how often the notes were refused, alone or with others,
		// since one was last found to be spent.
		Refusals uint64
	}
	claimed struct{ settled }
	denied  struct{ settled }
)

func (s claiming) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendUint(s.claim.Append(b), s.Refusals), nil
}
func (s claimed) AppendBinary(b []byte) ([]byte, error) { return s.Append(b), nil }
func (s denied) AppendBinary(b []byte) ([]byte, error)  { return s.Append(b), nil }

func (s *claiming) Decode(d *wire.Decoder) {
	s.claim.Decode(d)
	s.Refusals = d.Uint64()
}

// reclaim claims notes that may or may not have been spent by somebody else, by
// one transaction. When it is refused, an inquiry goes on with them.
func (m *Purse) reclaim() *fsm.Machine {
	return fsm.Define(m.name("reclaim"),
		fsm.At("claiming", wire.Decode[claiming],
			fsm.On("accepted",
				func(ctx context.Context, s claiming) (struct{}, error) { return m.Acceptance(ctx, s.TxID) },
				func(tx *fsm.Tx, s claiming, _ struct{}) (fsm.State, error) {
					m.fromAside(tx, s.Notes)
					m.logAgain(tx, false)
					return claimed{s.settled()}, nil
				}, "claimed"),
			fsm.On("rejected",
				func(ctx context.Context, s claiming) (string, error) { return m.Rejection(ctx, s.TxID) },
				func(tx *fsm.Tx, s claiming, why string) (fsm.State, error) {
					m.logAgain(tx, true)
					m.start(tx, tx.Self.Op, "inquiry", asking{s.Notes, s.Refusals, true, why})
					return denied{s.settled()}, nil
				}, "denied")),
		fsm.At("claimed", wire.Decode[claimed]),
		fsm.At("denied", wire.Decode[denied]))
}

// logAgain says what became of e-cash that came in and is claimed once more.
// E-cash that was handed out and comes back is none.
func (m *Purse) logAgain(tx *fsm.Tx, refused bool) {
	o, _ := m.Operation(&tx.Reader, tx.Self.Op)
	if meta, ok := m.ReadMeta(o.Meta); ok && !meta.Send {
		m.log(tx, notes.Claimed{Op: tx.Self.Op, Refused: refused})
	}
}

// A rescue is how notes are to come back: each group by a transaction of the
// plan. What is not worth one is put aside.
type rescue struct {
	plan     *client.Plan
	groups   [][]note
	refusals uint64
	aside    []shelved
}

// rescue works out transactions that claim groups of notes, which were refused
// so often. They take no notes of the wallet along: those would share the fate
// of notes that are in doubt.
func (m *Purse) rescue(op fsm.OpID, groups [][]note, refusals uint64) (rescue, error) {
	r := rescue{plan: m.Plan(op), refusals: refusals}
	m.scratch(r.plan).alone = true
	for _, group := range groups {
		for _, some := range m.chunks(group) {
			worth, dust := m.worthClaiming(some)
			if !m.worthReissuing(worth) {
				worth, dust = nil, some
			}
			r.aside = append(r.aside, shelve(dust, "")...)
			if len(worth) == 0 {
				continue
			}
			if _, err := r.plan.Transaction(m.claimPart(worth)); err != nil {
				return r, err
			}
			r.groups = append(r.groups, worth)
		}
	}
	return r, nil
}

// beginRescue makes a rescue real.
func (m *Purse) beginRescue(tx *fsm.Tx, r rescue) error {
	if err := r.plan.Commit(tx); err != nil {
		return err
	}
	for i, some := range r.groups {
		m.start(tx, tx.Self.Op, "reclaim", claiming{claim{r.plan.Drafts()[i].ID, some}, r.refusals})
	}
	m.putAside(tx, tx.Self.Op, r.aside)
	return nil
}

// claimPart spends notes without an input to watch over them: reclaim does.
func (m *Purse) claimPart(some []note) client.Part {
	part := m.part(&bundle{foreign: some})
	part.Lock = func(*fsm.Tx, client.Placed) error { return nil }
	return part
}

// chunks splits notes into as few parts as there must be transactions for them,
// about equally great: a last one of a few notes might be worth nothing.
func (m *Purse) chunks(some []note) (parts [][]note) {
	for n := (len(some) + m.mostClaims - 1) / m.mostClaims; n > 0; n-- {
		k := (len(some) + n - 1) / n
		parts, some = append(parts, some[:k]), some[k:]
	}
	return parts
}
