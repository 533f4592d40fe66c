package ecash

import (
	"context"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// The steps of notes that were issued, but of which guardians that are asked by
// their blinded nonces have only the share of a later output. These nonces stand
// in public: who asks for the least of notes under somebody else's does that to
// him. By the output that issued the note guardians still have its share, and in
// which that is, the sessions tell.
type (
	tracing struct {
		Notes []notes.Found // At is set for those that were found
		Next  uint64        // session to be read

		// End is the session up to which all are read. The notes are in one before
		// it. 0 when that is not known yet.
		End uint64
	}
	traced struct {
		Amount wire.Amount // face value of the notes, msat
		Aside  wire.Amount // of it: in no session, msat
	}
)

func (s tracing) AppendBinary(b []byte) ([]byte, error) {
	return wire.AppendUint(wire.AppendUint(wire.AppendVec(b, s.Notes), s.Next), s.End), nil
}

func (s *tracing) Decode(d *wire.Decoder) {
	s.Notes = wire.ReadVec[notes.Found](d)
	s.Next, s.End = d.Uint64(), d.Uint64()
}

func (s traced) AppendBinary(b []byte) ([]byte, error) {
	return s.Aside.Append(s.Amount.Append(b)), nil
}

func (s *traced) Decode(d *wire.Decoder) {
	s.Amount.Decode(d)
	s.Aside.Decode(d)
}

func (s tracing) amount() (sum wire.Amount) {
	for _, f := range s.Notes {
		sum += f.Amount
	}
	return sum
}

// whole reports whether it is known of all notes where they were issued.
func (s tracing) whole() bool {
	for _, f := range s.Notes {
		if f.At == nil {
			return false
		}
	}
	return true
}

// trace finds in which outputs notes were issued, and has them regained. It takes
// as long as reading all sessions, and is only for notes that somebody has
// meddled with.
func (m *Purse) trace() *fsm.Machine {
	return fsm.Define(m.name("trace"),
		fsm.At("tracing", wire.Decode[tracing],
			client.Read(fsm.On("read on", m.traceOn, m.keepTrace, "tracing", "traced"))),
		fsm.At("traced", wire.Decode[traced]))
}

func (m *Purse) traceOn(ctx context.Context, s tracing) (tracing, error) {
	if s.End == 0 {
		return m.traceUntil(ctx, s)
	}
	s.Notes = append([]notes.Found(nil), s.Notes...)
	wanted := map[issue]*notes.Found{}
	for i, f := range s.Notes {
		wanted[issue{f.Amount, wire.Hash160Of(f.Blinded[:])}] = &s.Notes[i]
	}
	n := 0
	for c, err := range m.searcher().Sessions(ctx, s.Next, s.End) {
		if err != nil && n > 0 {
			break // what there is counts
		}
		if err != nil {
			return s, err
		}
		for _, i := range c.Items {
			if f := wanted[issue{i.Amount, i.Blinded}]; f != nil && f.At == nil && !i.Spent {
				f.At = i.At
			}
		}
		s.Next = c.Next
		if n++; n == m.pace.chapters || s.whole() {
			break
		}
	}
	return s, nil
}

// An issue is what a note is known by where it was issued.
type issue struct {
	amount  wire.Amount
	blinded wire.Hash160
}

// traceUntil finds out how far is to be read: guardians have issued the notes
// already, be it in the session that is running.
func (m *Purse) traceUntil(ctx context.Context, s tracing) (_ tracing, err error) {
	s.End, err = notes.SessionsNow(ctx, m.Host)
	return s, err
}

func (m *Purse) keepTrace(tx *fsm.Tx, _ tracing, s tracing) (fsm.State, error) {
	if !s.whole() && (s.End == 0 || s.Next < s.End) {
		return s, nil
	}
	end := traced{Amount: s.amount()}
	var found []owned
	for _, f := range s.Notes {
		if f.At != nil {
			found = append(found, owned{Found: &f})
		} else {
			end.Aside += f.Amount
		}
	}
	m.beginRegain(tx, found)
	return end, nil
}
