package mintv2

import (
	"crypto/sha256"
	"encoding/json"
	"errors"

	"satchel/client"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm"
)

// What is logged has the form of fedimint 0.13.0, so that whoever reads its logs
// can read these. Events of the module, with amounts in msat:
//
//	payment-send            {operation_id, amount, ecash}: notes are handed out
//	payment-receive         {operation_id, amount}: e-cash came in
//	payment-receive-update  {operation_id, status}: "Success" when the transaction
//	                        that claims it is accepted, "Rejected" when it is refused
//
// In two things the log differs. E-cash of a refused transaction is claimed
// again, so that one payment-receive may have several payment-receive-update. And
// an order of e-cash that must be made first is one operation from the beginning:
// its meta has no ecash until it is there, where the reference has an operation of
// its own, "Reissue", before it.
//
// Events implements [notes.Logbook].
func (m *Mint) Events(o notes.Occasion) []client.Event {
	switch o := o.(type) {
	case notes.HandedOut:
		return one("payment-send", map[string]any{"operation_id": o.Op.String(), "amount": o.Amount, "ecash": o.Text})
	case notes.CameIn:
		return one("payment-receive", map[string]any{"operation_id": o.Op.String(), "amount": o.Amount})
	case notes.Claimed:
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

// A meta is what the operation log has of an operation.
type meta struct {
	Send    *sendMeta    `json:"Send,omitempty"`
	Receive *receiveMeta `json:"Receive,omitempty"`
}

// What the reference does not know stands after its own fields. It passes over it.
type sendMeta struct {
	Text      notes.Text      `json:"ecash,omitempty"`
	Extra     json.RawMessage `json:"custom_meta"`
	Requested wire.Amount     `json:"requested_amount"` // msat
	Amount    wire.Amount     `json:"amount"`           // msat
}

type receiveMeta struct {
	Change wire.OutPointRange `json:"change_outpoint_range"`
	Text   notes.Text         `json:"ecash"`
	Extra  json.RawMessage    `json:"custom_meta"`
	Amount wire.Amount        `json:"amount"`          // msat
	Aside  wire.Amount        `json:"aside,omitempty"` // of it: put aside at once, msat
}

// SpendID implements [notes.Logbook]: it depends on the notes alone.
func (m *Mint) SpendID(some []notes.Note) fsm.OpID {
	return sha256.Sum256(append([]byte("satchel spend"), wire.Encode(m.Text(notes.Sorted(some), nil).(Text))...))
}

// SendMeta implements [notes.Logbook].
func (m *Mint) SendMeta(s notes.Sending) any {
	return meta{Send: &sendMeta{s.Text, s.Extra, s.Requested, s.Amount}}
}

// ReceiveMeta implements [notes.Logbook].
func (m *Mint) ReceiveMeta(r notes.Receiving) any {
	return meta{Receive: &receiveMeta{wire.OutPointRange{TxID: r.TxID, Indices: r.Outputs}, r.Text, r.Extra, r.Amount, r.Aside}}
}

// AddText implements [notes.Logbook].
func (m *Mint) AddText(old json.RawMessage, text notes.Text) (any, error) {
	var v struct{ Send map[string]json.RawMessage }
	if err := json.Unmarshal(old, &v); err != nil {
		return nil, err
	}
	if v.Send == nil {
		return nil, errors.New("the operation hands out no e-cash")
	}
	var err error
	v.Send["ecash"], err = text.MarshalJSON()
	return v, err
}

// ReadMeta implements [notes.Logbook].
func (m *Mint) ReadMeta(text json.RawMessage) (notes.Meta, bool) {
	var v struct {
		Send    *struct{ Amount wire.Amount }
		Receive *struct{ Amount, Aside wire.Amount }
	}
	switch {
	case json.Unmarshal(text, &v) != nil:
	case v.Send != nil:
		return notes.Meta{Send: true, Requested: v.Send.Amount}, true
	case v.Receive != nil:
		return notes.Meta{Requested: v.Receive.Amount, Aside: v.Receive.Aside}, true
	}
	return notes.Meta{}, false
}
