package mint

import (
	"encoding/json"
	"errors"
	"time"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// What is logged has the form of fedimint 0.13.0, so that whoever reads its logs
// can read these. Events of the module, with amounts in msat:
//
//	note-created            {nonce}: a note is kept
//	note-spent              {nonce}: a kept note leaves the wallet: handed out,
//	                        paid with, or taken along; not those of e-cash that
//	                        comes in
//	oob-notes-spent         {requested_amount, spent_amount, timeout, include_invite}:
//	                        notes that were there are handed out
//	payment-send            {operation_id, amount, oob_notes}: notes are handed out,
//	                        whether they were there or had to be made
//	oob-notes-reissued      {amount}: e-cash came in
//	payment-receive         {operation_id, amount}: the same
//	payment-receive-update  {operation_id, status}: "Success" when new notes of a
//	                        transaction are there, "Rejected" when it was refused;
//	                        of every transaction that makes notes, change as well
//
// In two things the log differs. Notes of a refused transaction are claimed
// again, so that one payment-receive may have several payment-receive-update,
// "Rejected" and "Success". And an order of e-cash that must be made first is one
// operation from the beginning: its meta has no oob_notes until they are there.
//
// Events implements [notes.Logbook].
func (m *Mint) Events(o notes.Occasion) []client.Event {
	switch o := o.(type) {
	case notes.Kept:
		return ofEach("note-created", o.Notes)
	case notes.Left:
		return ofEach("note-spent", o.Notes)
	case notes.HandedOwn:
		var timeout any
		if o.TakeBackAfter > 0 {
			timeout = map[string]any{"secs": int64(o.TakeBackAfter / time.Second), "nanos": int64(o.TakeBackAfter % time.Second)}
		}
		return one("oob-notes-spent", map[string]any{
			"requested_amount": o.Requested, "spent_amount": o.Amount, "timeout": timeout, "include_invite": o.Invite,
		})
	case notes.HandedOut:
		return one("payment-send", map[string]any{
			"operation_id": o.Op.String(), "amount": o.Amount, "oob_notes": o.Text.(Text).Base32(),
		})
	case notes.CameIn:
		return append(one("oob-notes-reissued", map[string]any{"amount": o.Amount}),
			one("payment-receive", map[string]any{"operation_id": o.Op.String(), "amount": o.Amount})...)
	case notes.Signed:
		status := "Success"
		if o.Refused {
			status = "Rejected"
		}
		return one("payment-receive-update", map[string]any{"operation_id": o.Op.String(), "status": status})
	}
	return nil
}

func one(kind string, payload map[string]any) []client.Event {
	return []client.Event{{Kind: kind, Payload: payload}}
}

func ofEach(kind string, some []notes.Note) (events []client.Event) {
	for _, n := range some {
		events = append(events, one(kind, map[string]any{"nonce": n.Nonce.String()})...)
	}
	return events
}

// A meta is what the operation log has of an operation.
type meta struct {
	Variant variant         `json:"variant"`
	Amount  wire.Amount     `json:"amount"` // msat
	Extra   json.RawMessage `json:"extra_meta"`

	// Aside is how much of what came in was put aside at once, in msat. The
	// reference does not know it, and passes over it.
	Aside wire.Amount `json:"aside,omitempty"`
}

type variant struct {
	Reissue *reissueMeta `json:"reissuance,omitempty"`
	Spend   *spendMeta   `json:"spend_o_o_b,omitempty"`
}

type reissueMeta struct {
	TxID    wire.TxID `json:"txid"`
	Indices []uint64  `json:"out_point_indices"`
}

type spendMeta struct {
	Requested wire.Amount    `json:"requested_amount"` // msat
	Notes     *wire.OOBNotes `json:"oob_notes,omitempty"`
	NoTimeout bool           `json:"no_timeout"`
}

// SpendID implements [notes.Logbook]: it depends on the notes alone.
func (m *Mint) SpendID(some []notes.Note) fsm.OpID {
	return fsm.OpID(wire.NewOOBNotes(m.host.FederationID().Prefix(), notes.Grouped(some)).SpendID())
}

// SendMeta implements [notes.Logbook].
func (m *Mint) SendMeta(s notes.Sending) any {
	v := &spendMeta{Requested: s.Requested, NoTimeout: s.NoTimeout}
	if text, ok := s.Text.(Text); ok {
		v.Notes = &text.OOBNotes
	}
	return meta{Variant: variant{Spend: v}, Amount: s.Amount, Extra: s.Extra}
}

// ReceiveMeta implements [notes.Logbook].
func (m *Mint) ReceiveMeta(r notes.Receiving) any {
	v := &reissueMeta{TxID: r.TxID, Indices: []uint64{}}
	for i := r.Outputs.Start; i < r.Outputs.End; i++ {
		v.Indices = append(v.Indices, i)
	}
	return meta{Variant: variant{Reissue: v}, Amount: r.Amount, Extra: r.Extra, Aside: r.Aside}
}

// AddText implements [notes.Logbook].
func (m *Mint) AddText(old json.RawMessage, text notes.Text) (any, error) {
	var v meta
	if err := json.Unmarshal(old, &v); err != nil {
		return nil, err
	}
	if v.Variant.Spend == nil {
		return nil, errors.New("the operation hands out no e-cash")
	}
	notes := text.(Text).OOBNotes
	v.Variant.Spend.Notes = &notes
	return v, nil
}

// ReadMeta implements [notes.Logbook]. It passes over the e-cash, which takes long
// to read.
func (m *Mint) ReadMeta(text json.RawMessage) (notes.Meta, bool) {
	var v struct {
		Variant struct {
			Reissue *struct{} `json:"reissuance"`
			Spend   *struct{} `json:"spend_o_o_b"`
		} `json:"variant"`
		Amount, Aside wire.Amount
	}
	if json.Unmarshal(text, &v) != nil || v.Variant.Reissue == nil && v.Variant.Spend == nil {
		return notes.Meta{}, false
	}
	return notes.Meta{Send: v.Variant.Spend != nil, Requested: v.Amount, Aside: v.Aside}, true
}
