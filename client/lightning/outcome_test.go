package lightning

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"satchel/client/wire"
	"satchel/fsm"
)

// Outcomes are in the words of the official client.
func TestOutcomes(t *testing.T) {
	key := wire.SecretKey{1}.PublicKey()
	out := payment{Contract: wire.LNContract{Outgoing: &wire.LNOutgoingContract{Timelock: 643, GatewayKey: key, UserKey: key}}}
	in := payment{Contract: wire.LNContract{Incoming: &wire.LNIncomingContract{GatewayKey: key}}}
	sold1 := sale{Invoice: "lnbcrt1", Expiry: 60}
	for _, c := range []struct {
		step fsm.State
		busy bool
		want string
	}{
		{funding{out}, true, `"created"`},
		{rejected{out, "no"}, false, `"canceled"`},
		{funded{out}, true, `{"funded":{"block_height":643}}`},
		{succeeded{out, wire.Preimage{0xab}}, true, `"awaiting_change"`},
		{succeeded{out, wire.Preimage{0xab}}, false, `{"success":{"preimage":"ab` + zeros(62) + `"}}`},
		{worthless{out}, false, `{"unexpected_error":{"error_message":"The contract was spent elsewhere, or is worth less than its refund"}}`},
		{funding{in}, true, `"funding"`},
		{bought{in}, true, `"funding"`},
		{rejected{in, "no"}, false, `{"funding_failed":{"error":{"failed_to_fund_contract":{"error_message":"no"}}}}`},
		{offering{sale: sold1}, true, `"created"`},
		{offered{sale: sold1}, true, `{"waiting_for_payment":{"invoice":"lnbcrt1","timeout":{"secs":60,"nanos":0}}}`},
		{lapsed{sold1}, false, `{"canceled":{"reason":"timeout"}}`},
		{unoffered{sold1, "no"}, false, `{"canceled":{"reason":"rejected"}}`},
		{claimable{sale: sold1}, true, `"funded"`},
		{claiming{claimable: claimable{sale: sold1}}, true, `"awaiting_funds"`},
		{claimed{sale: sold1}, false, `"claimed"`},
		{spoilt{sold1}, false, `{"canceled":{"reason":"invalid_preimage"}}`},
		{taken{sold1}, false, `{"canceled":{"reason":"claim_rejected"}}`},
	} {
		var v any
		if s, ok := c.step.(interface{ selling() sale }); ok {
			v = receiveOutcome(c.step, s.selling(), c.busy)
		} else {
			v = payOutcome(c.step, c.step.(interface{ paying() payment }).paying().internal(), c.busy)
		}
		if got := string(outcome(v)); got != c.want {
			t.Errorf("%T: %s, want %s", c.step, got, c.want)
		}
	}
	var refund struct {
		Success struct {
			Out   []wire.OutPoint `json:"out_points"`
			Error struct {
				Invalid struct {
					Contract wire.LNIncomingAccount `json:"contract"`
				} `json:"invalid_preimage"`
			} `json:"error"`
		} `json:"refund_success"`
	}
	text := outcome(payOutcome(refunded{in, wire.TxID{}, 7}, true, false))
	if err := json.Unmarshal(text, &refund); err != nil || refund.Success.Error.Invalid.Contract.Amount != 7 {
		t.Errorf("%s: %v", text, err)
	}
}

func zeros(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0'
	}
	return string(b)
}

// What is kept is read as it was written, and nothing after it.
func TestSteps(t *testing.T) {
	key := wire.SecretKey{1}.PublicKey()
	p := payment{
		At: wire.OutPoint{Index: 3}, Funds: 5, Attempt: 2, Since: 9, Gateway: "https://gateway.example/", Private: true,
		Contract: wire.LNContract{Outgoing: &wire.LNOutgoingContract{GatewayKey: key, UserKey: key}}, Invoice: "lnbcrt1", Amount: 4,
	}
	s := sale{Slot: slot{1, 7}, Hash: wire.Hash{2}, Gateway: "https://gateway.example/", Invoice: "lnbcrt1", Amount: 3, Made: 8, Expiry: 6}
	c := claimable{s, 11, 2}
	for _, check := range []func() error{
		same(refunding{refundable{p, 3}, wire.TxID{4}, 6}), same(refunded{p, wire.TxID{4}, 6}), same(succeeded{p, wire.Preimage{5}}),
		same(rejected{p, "no"}), same(offering{s, wire.OutPoint{Index: 1}}), same(offered{s}),
		same(unoffered{s, "no"}), same(claiming{c, wire.TxID{5}}), same(claimed{s, 7, wire.TxID{6}}), same(lapsed{s}),
	} {
		if err := check(); err != nil {
			t.Error(err)
		}
	}
}

func same[T fsm.State, P wire.Decodable[T]](s T) func() error {
	return func() error {
		b, err := s.AppendBinary(nil)
		if err != nil {
			return err
		}
		got, err := wire.Decode[T, P](b)
		if err == nil && !reflect.DeepEqual(got, s) {
			err = fmt.Errorf("%T: %+v, want %+v", s, got, s)
		}
		return err
	}
}
