package mint

import (
	"encoding/json"
	"fmt"

	"satchel/client"
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
func (m *Mint) event(kind string, payload map[string]any) client.Event {
	return client.Event{Kind: kind, Module: m.Kind(), Instance: m.ID, Payload: payload}
}

// logOutputs says what became of the new notes of a transaction.
func (m *Mint) logOutputs(tx *fsm.Tx, status string) {
	m.Log(tx, m.event("payment-receive-update", map[string]any{"operation_id": tx.Self.Op.String(), "status": status}))
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

// begin writes an operation into the log.
func (m *Mint) begin(tx *fsm.Tx, op fsm.OpID, v meta) error {
	if v.Extra == nil {
		v.Extra = json.RawMessage("null")
	}
	return m.Begin(tx, op, m.Kind(), v)
}

// addNotes writes e-cash that is there by now into the log.
func (m *Mint) addNotes(tx *fsm.Tx, op fsm.OpID, text wire.OOBNotes) error {
	o, ok := m.Operation(&tx.Reader, op)
	if !ok {
		return fmt.Errorf("operation %v is not in the log", op)
	}
	var v meta
	if err := json.Unmarshal(o.Meta, &v); err != nil {
		return err
	}
	if v.Variant.Spend == nil {
		return fmt.Errorf("operation %v hands out no e-cash", op)
	}
	v.Variant.Spend.Notes = &text
	return m.Amend(tx, op, v)
}
