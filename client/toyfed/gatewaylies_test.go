package toyfed_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// told is what a gateway answers to the same question, asked a few times.
type told struct {
	answers []client.Response
	errs    []error
}

// each lets a scene happen for each of some lies.
func each(t *testing.T, lies map[string]toyfed.GatewayLie, play func(t *testing.T, s *scene)) {
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := lightningScene(t, func(l *toyfed.Lightning) { l.Lie = lie })
				defer s.check()
				play(t, s)
			})
		})
	}
}

func (s *scene) askTimes(n int, route string, body any) (a told) {
	s.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.Fatal(err)
	}
	for range n {
		answer, err := s.fed.Fetch(s.Context(), client.Request{URL: s.fed.Gateway().URL().String() + route, Body: text})
		if len(answer.Body) > client.MaxFetch {
			s.Errorf("an answer of %d bytes", len(answer.Body))
		}
		a.answers, a.errs = append(a.answers, answer), append(a.errs, err)
	}
	return a
}

// paying asks a few times to pay an invoice, and returns the answers that prove
// something.
func (s *scene) paying(n int) (at wire.OutPoint, c wire.LNV2OutgoingContract, proofs []*wire.SendPaymentResponse) {
	s.Helper()
	invoice := s.fed.Outside().Invoice(1_000_000, "coffee")
	c = s.outgoing(invoice)
	at = s.fund(wire.LNV2Output{Outgoing: &c})
	all := s.askTimes(n, "send_payment", s.request(at, c, invoice))
	for i, r := range all.answers {
		var answer wire.SendPaymentResponse
		if all.errs[i] != nil || r.Status != 200 || json.Unmarshal(r.Body, &answer) != nil || !answer.Verify(c) {
			proofs = append(proofs, nil)
		} else {
			proofs = append(proofs, &answer)
		}
	}
	return at, c, proofs
}

func TestNeverPays(t *testing.T) {
	each(t, toyfed.NeverPays(), func(t *testing.T, s *scene) {
		at, c, proofs := s.paying(5)
		for _, p := range proofs {
			if p != nil {
				t.Errorf("it proves %+v", p)
			}
		}
		if s.fed.Outside().Received() != 0 || s.fed.Contracts()[0].Spent != toyfed.Open {
			t.Error("it has paid")
		}
		s.fed.Mine(c.Expiration)
		if refused := s.spend(wire.LNV2Input{OutPoint: at, Witness: witness(wire.LNV2Refund)}, senderKey); refused != nil || s.fed.TakeBacks() != 1 {
			t.Errorf("no refund: %v", refused)
		}
		s.post(s.fed.Gateway(), "routing_info", s.fed.Config().FederationID())
	})
}

// Whatever the gateway says, the sender can have the preimage, and not the money.
func TestPaysInSecret(t *testing.T) {
	each(t, toyfed.PaysInSecret(), func(t *testing.T, s *scene) {
		at, c, proofs := s.paying(3)
		for _, p := range proofs {
			if p != nil && p.Forfeit == nil {
				t.Errorf("it says %v", p.Preimage)
			} else if p != nil {
				cancel := wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: *p.Forfeit}
				if got := s.refusedInput(s.spend(wire.LNV2Input{OutPoint: at, Witness: &cancel}, senderKey)); got.Variant != wire.LNV2NoContract {
					t.Errorf("refused: %v", got)
				}
			}
		}
		if s.fed.Outside().Received() != 1_000_000 || s.fed.Contracts()[0].Spent != toyfed.Claimed {
			t.Error("it has not paid")
		}
		if p := read[wire.Preimage](t, s.ask("await_preimage", []any{at, 0})); !c.Image.Verify(p) {
			t.Errorf("preimage %v", p)
		}
	})
}

func TestPaysLater(t *testing.T) {
	each(t, toyfed.PaysLater(), func(t *testing.T, s *scene) {
		_, _, proofs := s.paying(5)
		for i, p := range proofs {
			if (p != nil) != (i >= 3) || p != nil && p.Forfeit != nil {
				t.Errorf("answer %d proves %+v", i, p)
			}
		}
	})
}

func TestFalseTerms(t *testing.T) {
	within := func(r wire.RoutingInfo) bool {
		return r.SendFeeMinimum.Within(wire.SendFeeLimit) && r.SendFeeDefault.Within(wire.SendFeeLimit) &&
			r.ReceiveFee.Within(wire.ReceiveFeeLimit) && r.ExpirationDeltaMinimum <= 1440 && r.ExpirationDeltaDefault <= 1440
	}
	asked := func(s *scene) (all []wire.RoutingInfo) {
		s.Helper()
		for _, a := range s.askTimes(3, "routing_info", s.fed.Config().FederationID()).answers {
			all = append(all, answered[wire.RoutingInfo](s, a))
		}
		return all
	}
	for _, from := range []int{1, 2} {
		for _, lies := range []map[string]toyfed.GatewayLie{toyfed.ExcessiveFees(from), toyfed.ExcessiveDelays(from)} {
			each(t, lies, func(t *testing.T, s *scene) {
				for i, r := range asked(s) {
					if within(r) != (i+1 < from) {
						t.Errorf("answer %d: %+v", i+1, r)
					}
				}
			})
		}
	}
	changes := toyfed.ChangesTerms()
	const none = "all is gone"
	each(t, map[string]toyfed.GatewayLie{none: changes[none]}, func(t *testing.T, s *scene) {
		all := s.askTimes(2, "routing_info", s.fed.Config().FederationID()).answers
		if answered[*wire.RoutingInfo](s, all[0]) == nil || answered[*wire.RoutingInfo](s, all[1]) != nil {
			t.Errorf("%v", all)
		}
	})
	delete(changes, none)
	each(t, changes, func(t *testing.T, s *scene) {
		all := asked(s)
		if !within(all[1]) || all[0] != s.fed.Gateway().Terms() || all[0] == all[1] || all[1] != all[2] {
			t.Errorf("%+v", all)
		}
	})
}

func TestFalseInvoices(t *testing.T) {
	each(t, toyfed.FalseInvoices(), func(t *testing.T, s *scene) {
		r := s.invoice(s.incoming(1, 1_000_000), 1_000_000)
		a := s.askTimes(1, "create_bolt11_invoice", r)
		var text string
		if a.errs[0] != nil || a.answers[0].Status != 200 || json.Unmarshal(a.answers[0].Body, &text) != nil {
			return
		}
		i, err := bolt11.Decode(text)
		if err == nil && i.Amount == 1_000_000 && i.PaymentHash == r.Contract.Commitment.Image.Hash && i.Network == "regtest" {
			t.Error("it is honest")
		}
	})
}

func TestBabbles(t *testing.T) {
	each(t, toyfed.Babbles(), func(t *testing.T, s *scene) {
		if _, _, proofs := s.paying(2); proofs[0] != nil || proofs[1] != nil {
			t.Errorf("it proves %v", proofs)
		}
		var info wire.RoutingInfo
		a := s.askTimes(1, "routing_info", s.fed.Config().FederationID())
		if a.errs[0] == nil && a.answers[0].Status == 200 && json.Unmarshal(a.answers[0].Body, &info) == nil {
			t.Errorf("its terms are %+v", info)
		}
	})
}

func TestVanishes(t *testing.T) {
	each(t, map[string]toyfed.GatewayLie{"": toyfed.Vanishes(2)}, func(t *testing.T, s *scene) {
		s.post(s.fed.Gateway(), "routing_info", s.fed.Config().FederationID())
		if _, _, proofs := s.paying(2); proofs[0] == nil || proofs[1] != nil {
			t.Errorf("it proves %v", proofs)
		}
	})
}
