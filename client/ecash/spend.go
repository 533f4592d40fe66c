package ecash

import (
	"context"
	"time"

	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// terms are what was agreed when e-cash was ordered.
type terms struct {
	// After is how many seconds after it was handed out the wallet takes the
	// e-cash back by itself; 0 is never.
	After uint64

	// Invite puts an invite code into the text.
	Invite bool
}

func (t terms) Append(b []byte) []byte {
	return wire.AppendBool(wire.AppendUint(b, t.After), t.Invite)
}

func (t *terms) Decode(d *wire.Decoder) { t.After, t.Invite = d.Uint64(), d.Bool() }

// The steps of e-cash that was handed out.
type (
	given struct {
		Notes []note

		// Until is when the wallet takes the e-cash back by itself, in seconds
		// since 1970; 0 is never. The clock decides only when that is tried:
		// what comes of it is the federation's verdict.
		Until uint64

		Invite bool // is in the text
	}
	taken      struct{ Amount wire.Amount }
	calledBack struct {
		Amount   wire.Amount
		Aside    wire.Amount // of it: put aside instead of claimed
		ByPerson bool        // not by the clock
	}
)

func (s given) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendBool(wire.AppendUint(wire.AppendVec(b, s.Notes), s.Until), s.Invite), nil
}

func (s *given) Decode(d *wire.Decoder) {
	s.Notes = wire.ReadVec[note](d)
	s.Until = d.Uint64()
	s.Invite = d.Bool()
}

func (s taken) AppendBinary(b []byte) ([]byte, error) { return s.Amount.Append(b), nil }
func (s *taken) Decode(d *wire.Decoder)               { s.Amount.Decode(d) }

func (s calledBack) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendBool(s.Aside.Append(s.Amount.Append(b)), s.ByPerson), nil
}

func (s *calledBack) Decode(d *wire.Decoder) {
	s.Amount.Decode(d)
	s.Aside.Decode(d)
	s.ByPerson = d.Bool()
}

// spend is e-cash that was given away as text. It is the holder's who claims it
// first: whoever got the text, or this wallet when the person or the clock calls
// it back.
func (m *Purse) spend() *fsm.Machine {
	return fsm.Define(m.name("spend"),
		fsm.At("given", wire.Decode[given],
			fsm.On("taken",
				func(ctx context.Context, _ given) (struct{}, error) {
					return m.awaitKey(ctx, m.takenKey(fsm.Self(ctx).Op))
				},
				func(tx *fsm.Tx, s given, _ struct{}) (fsm.State, error) {
					m.forget(tx, s.Notes)
					return taken{notes.Total(s.Notes)}, nil
				}, "taken"),
			fsm.On("cancelled",
				func(ctx context.Context, s given) (rescue, error) {
					if _, err := m.awaitKey(ctx, m.cancelKey(fsm.Self(ctx).Op)); err != nil {
						return rescue{}, err
					}
					return m.rescue(fsm.Self(ctx).Op, [][]note{s.Notes}, 0)
				},
				func(tx *fsm.Tx, s given, r rescue) (fsm.State, error) { return m.callBack(tx, s, r, true) },
				"called back"),
			fsm.On("expired",
				func(ctx context.Context, s given) (rescue, error) {
					if err := m.awaitExpiry(ctx, s); err != nil {
						return rescue{}, err
					}
					return m.rescue(fsm.Self(ctx).Op, [][]note{s.Notes}, 0)
				},
				func(tx *fsm.Tx, s given, r rescue) (fsm.State, error) { return m.callBack(tx, s, r, false) },
				"called back")),
		fsm.At("taken", wire.Decode[taken]),
		fsm.At("called back", wire.Decode[calledBack]))
}

func (m *Purse) callBack(tx *fsm.Tx, s given, r rescue, byPerson bool) (fsm.State, error) {
	if err := m.beginRescue(tx, r); err != nil {
		return nil, err
	}
	m.forget(tx, s.Notes)
	return calledBack{notes.Total(s.Notes), totalAside(r.aside), byPerson}, nil
}

// expires reports whether e-cash is ever taken back by itself: not when that would
// bring nothing.
func (m *Purse) expires(s given) bool { return s.Until > 0 && m.worthReissuing(s.Notes) }

// awaitExpiry waits until e-cash is to be taken back by itself.
func (m *Purse) awaitExpiry(ctx context.Context, s given) error {
	if !m.expires(s) {
		<-ctx.Done()
		return ctx.Err()
	}
	return m.AwaitClock(ctx, time.Unix(int64(s.Until), 0))
}

// awaitKey waits until a key is there.
func (m *Purse) awaitKey(ctx context.Context, key string) (struct{}, error) {
	return fsm.Await(ctx, m.Executor(), key, func(r *kv.Reader) (struct{}, bool) { return struct{}{}, r.Has(key) })
}

func (m *Purse) takenKey(op fsm.OpID) string  { return m.Host.Key("t", string(op[:])) }
func (m *Purse) cancelKey(op fsm.OpID) string { return m.Host.Key("x", string(op[:])) }

// A note that is handed out is remembered, so that a text of one's own is known
// when it comes in.
func (m *Purse) givenKey(nonce wire.PublicKey) string { return m.Host.Key("g", string(nonce[:])) }

// handOut gives notes away that are not in the wallet any more. The time until
// they are taken back begins now.
func (m *Purse) handOut(tx *fsm.Tx, op fsm.OpID, some []note, t terms) {
	s := given{Notes: some, Invite: t.Invite}
	if t.After > 0 {
		s.Until = uint64(m.Now().Unix()) + t.After
	}
	m.start(tx, op, "spend", s)
	for _, n := range some {
		tx.Put(m.givenKey(n.Nonce), op[:])
	}
	m.log(tx, notes.HandedOut{Op: op, Amount: notes.Total(some), Text: m.text(some, t.Invite)})
}

// forget removes what handOut remembered about the notes.
func (m *Purse) forget(tx *fsm.Tx, some []note) {
	for _, n := range some {
		tx.Delete(m.givenKey(n.Nonce))
	}
	tx.Delete(m.takenKey(tx.Self.Op))
	tx.Delete(m.cancelKey(tx.Self.Op))
}

// text puts notes into the form in which they are handed out.
func (m *Purse) text(some []note, invite bool) notes.Text {
	if code, ok := m.Invite(0); ok && invite {
		return m.Text(notes.Sorted(some), &code)
	}
	return m.Text(notes.Sorted(some), nil)
}
