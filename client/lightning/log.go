package lightning

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
//	payment-receive      {operation_id, amount}: what was paid

func (m *Lightning) event(tx *fsm.Tx, kind string, payload map[string]any) {
	m.Log(tx, client.Event{Kind: kind, Module: m.Kind(), Instance: m.ID, Payload: payload})
}

func (m *Lightning) logSend(tx *fsm.Tx, q Payment) {
	m.event(tx, "payment-send", map[string]any{"operation_id": q.Op.String(), "amount": q.Invoice.Amount, "fee": q.GatewayFee})
}

func (m *Lightning) logSent(tx *fsm.Tx, status any) {
	m.event(tx, "payment-send-update", map[string]any{"operation_id": tx.Self.Op.String(), "status": status})
}

func (m *Lightning) logReceived(tx *fsm.Tx, amount wire.Amount) {
	m.event(tx, "payment-receive", map[string]any{"operation_id": tx.Self.Op.String(), "amount": amount})
}

// A meta is what the operation log has of an operation.
type meta struct {
	Variant variant         `json:"variant"`
	Extra   json.RawMessage `json:"extra_meta"`
}

// A variant is one of three.
type variant struct {
	Pay     *payingMeta    `json:"pay,omitempty"`
	Receive *receivingMeta `json:"receive,omitempty"`
	Claim   *claimingMeta  `json:"claim,omitempty"`
}

type payingMeta struct {
	At       wire.OutPoint   `json:"out_point"`
	Invoice  string          `json:"invoice"`
	Fee      wire.Amount     `json:"fee"`
	Change   []wire.OutPoint `json:"change"`
	Internal bool            `json:"is_internal_payment"`
	Contract wire.ContractID `json:"contract_id"`
	Gateway  *wire.PublicKey `json:"gateway_id"`
}

type receivingMeta struct {
	At      wire.OutPoint   `json:"out_point"`
	Invoice string          `json:"invoice"`
	Gateway *wire.PublicKey `json:"gateway_id"`
}

// A claimingMeta is of what was found with nothing but the words.
type claimingMeta struct {
	At []wire.OutPoint `json:"out_points"`
}

func payMeta(s payment, q Payment, d *client.Draft, extra json.RawMessage) meta {
	v := payingMeta{
		At: s.At, Invoice: s.Invoice, Fee: s.Funds - s.Amount, Change: []wire.OutPoint{}, Internal: s.internal(), Contract: s.id(),
	}
	for i := d.Added.Start; i < d.Added.End; i++ {
		v.Change = append(v.Change, wire.OutPoint{TxID: d.ID, Index: i})
	}
	if !s.internal() {
		v.Gateway = &q.Gateway.Info.ID
	}
	return meta{variant{Pay: &v}, orNull(extra)}
}

func receiveMeta(at wire.OutPoint, o Offer, extra json.RawMessage) meta {
	return meta{variant{Receive: &receivingMeta{at, o.Invoice.String(), &o.Gateway.Info.ID}}, orNull(extra)}
}

func claimMeta() meta {
	return meta{variant{Claim: &claimingMeta{At: []wire.OutPoint{}}}, orNull(nil)}
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
