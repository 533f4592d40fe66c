package lnv2

import (
	"encoding/json"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm"
)

// What is logged has the form of fedimint 0.13.0, so that whoever reads its logs
// can read these. Events of the module, with amounts in msat:
//
//	payment-send         {operation_id, amount, fee}: of the invoice, and the gateway's
//	payment-send-update  {operation_id, status}: {"Success":[32 numbers]} or "Refunded"
//	payment-receive      {operation_id, amount, fee}: what was paid, and the gateway's part

func (m *Lightning) event(tx *fsm.Tx, kind string, payload map[string]any) {
	m.Log(tx, client.Event{Kind: kind, Module: m.Kind(), Instance: m.ID, Payload: payload})
}

func (m *Lightning) logSend(tx *fsm.Tx, q Payment) {
	m.event(tx, "payment-send", map[string]any{"operation_id": q.Op.String(), "amount": q.Invoice.Amount, "fee": q.GatewayFee})
}

func (m *Lightning) logSent(tx *fsm.Tx, status any) {
	m.event(tx, "payment-send-update", map[string]any{"operation_id": tx.Self.Op.String(), "status": status})
}

func (m *Lightning) logReceived(tx *fsm.Tx, s sale) {
	m.event(tx, "payment-receive", map[string]any{
		"operation_id": tx.Self.Op.String(), "amount": s.Amount, "fee": s.Amount - s.Contract.Commitment.Amount,
	})
}

// A meta is what the operation log has of an operation: one of three.
type meta struct {
	Send    *sendingMeta   `json:"Send,omitempty"`
	Receive *receivingMeta `json:"Receive,omitempty"`
	Lnurl   *lnurlReceive  `json:"LnurlReceive,omitempty"`
}

type sendingMeta struct {
	Change   wire.OutPointRange        `json:"change_outpoint_range"`
	Gateway  string                    `json:"gateway"`
	Contract wire.LNV2OutgoingContract `json:"contract"`
	Invoice  wire.LightningInvoice     `json:"invoice"`
	Extra    json.RawMessage           `json:"custom_meta"`
}

type receivingMeta struct {
	Gateway  string                    `json:"gateway"`
	Contract wire.LNV2IncomingContract `json:"contract"`
	Invoice  wire.LightningInvoice     `json:"invoice"`
	Extra    json.RawMessage           `json:"custom_meta"`
}

type lnurlReceive struct {
	Contract wire.LNV2IncomingContract `json:"contract"`
	Extra    json.RawMessage           `json:"custom_meta"`
}

func sendMeta(s payment, d *client.Draft, extra json.RawMessage) meta {
	return meta{Send: &sendingMeta{
		Change:  wire.OutPointRange{TxID: d.ID, Indices: d.Added},
		Gateway: s.Gateway, Contract: s.Contract, Invoice: wire.LightningInvoice{Bolt11: s.Invoice}, Extra: orNull(extra),
	}}
}

func receiveMeta(s sale, extra json.RawMessage) meta {
	return meta{Receive: &receivingMeta{
		Gateway: s.Gateway, Contract: s.Contract, Invoice: wire.LightningInvoice{Bolt11: s.Invoice}, Extra: orNull(extra),
	}}
}

func lnurlMeta(s sale) meta {
	return meta{Lnurl: &lnurlReceive{Contract: s.Contract, Extra: orNull(nil)}}
}

func parseMeta(text json.RawMessage) (v meta, err error) {
	err = json.Unmarshal(text, &v)
	return v, err
}

func orNull(extra json.RawMessage) json.RawMessage {
	if extra == nil {
		return json.RawMessage("null")
	}
	return extra
}
