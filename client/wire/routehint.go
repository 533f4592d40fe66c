package wire

import (
	"encoding/json"
	"fmt"
)

// A RouteHop is a channel on the way to the payee of an invoice, from the node
// Source on.
type RouteHop struct {
	Source    PublicKey `json:"src_node_id"`
	ChannelID uint64    `json:"short_channel_id"`
	// BaseMsat and Millionths, of the amount, are the fee.
	BaseMsat   uint32 `json:"base_msat"`
	Millionths uint32 `json:"proportional_millionths"`
	CLTVDelta  uint16 `json:"cltv_expiry_delta"`
	// HTLCMinimum and HTLCMaximum are in msat. Invoices do not have them.
	HTLCMinimum *Amount `json:"htlc_minimum_msat"`
	HTLCMaximum *Amount `json:"htlc_maximum_msat"`
}

// Append appends the consensus form.
func (h RouteHop) Append(b []byte) []byte {
	b = AppendUint(AppendUint(h.Source.Append(b), h.ChannelID), uint64(h.BaseMsat))
	b = AppendUint(AppendUint(b, uint64(h.Millionths)), uint64(h.CLTVDelta))
	return AppendOption(AppendOption(b, h.HTLCMinimum), h.HTLCMaximum)
}

// Decode reads the consensus form.
func (h *RouteHop) Decode(d *Decoder) {
	h.Source.Decode(d)
	h.ChannelID = d.Uint64()
	h.BaseMsat, h.Millionths, h.CLTVDelta = d.Uint32(), d.Uint32(), d.Uint16()
	h.HTLCMinimum = ReadOption[Amount](d)
	h.HTLCMaximum = ReadOption[Amount](d)
}

// UnmarshalJSON reads an object of all fields.
func (h *RouteHop) UnmarshalJSON(data []byte) error {
	return readObject(data, "hop",
		field{"src_node_id", &h.Source, false}, field{"short_channel_id", &h.ChannelID, false},
		field{"base_msat", &h.BaseMsat, false}, field{"proportional_millionths", &h.Millionths, false},
		field{"cltv_expiry_delta", &h.CLTVDelta, false},
		field{"htlc_minimum_msat", &h.HTLCMinimum, true}, field{"htlc_maximum_msat", &h.HTLCMaximum, true})
}

// A RouteHint is a way to the payee of an invoice that no map of the network
// shows. Its last hop leads to the payee.
type RouteHint []RouteHop

// Append appends the consensus form.
func (h RouteHint) Append(b []byte) []byte { return AppendVec(b, h) }

// Decode reads the consensus form.
func (h *RouteHint) Decode(d *Decoder) { *h = ReadVec[RouteHop](d) }

// MarshalJSON returns a list, also where there is none.
func (h RouteHint) MarshalJSON() ([]byte, error) { return listJSON(len(h), []RouteHop(h)) }

// UnmarshalJSON reads a list.
func (h *RouteHint) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return fmt.Errorf("route hint is null")
	}
	return json.Unmarshal(data, (*[]RouteHop)(h))
}

// RouteHints are several ways, each of which will do.
type RouteHints []RouteHint

// MarshalJSON returns a list, also where there is none.
func (h RouteHints) MarshalJSON() ([]byte, error) { return listJSON(len(h), []RouteHint(h)) }

// listJSON writes a list of n items, which is not null if it is empty.
func listJSON(n int, list any) ([]byte, error) {
	if n == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal(list)
}
