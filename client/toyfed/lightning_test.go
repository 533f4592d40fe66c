package toyfed_test

import (
	"errors"
	"slices"
	"testing"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// The gateway pays an invoice of somebody outside, once, and has the contract.
func TestGatewayPays(t *testing.T) {
	s := lightningScene(t)
	defer s.check()
	invoice := s.fed.Outside().Invoice(1_000_000, "coffee")
	hash := invoiceOf(t, invoice).PaymentHash
	c := s.outgoing(invoice)
	at := s.fund(wire.LNV2Output{Outgoing: &c})
	if a := s.fed.Audit(); a.Outgoing != c.Amount || a.Gateways != 10_000_000 {
		t.Errorf("%+v", a)
	}
	for range 2 {
		answer := answered[wire.SendPaymentResponse](s, s.post(s.fed.Gateway(), "send_payment", s.request(at, c, invoice)))
		if !answer.Verify(c) || answer.Forfeit != nil || answer.Preimage != s.fed.Outside().Preimage("coffee") {
			t.Errorf("%+v", answer)
		}
	}
	preimage := read[wire.Preimage](t, ask(t, s.fed, 3, s.method("await_preimage"), []any{at, c.Expiration}))
	if preimage.Hash() != hash || s.fed.Outside().Paid(hash) != 1 || s.fed.Outside().Received() != 1_000_000 {
		t.Errorf("preimage %v, paid %d times", preimage, s.fed.Outside().Paid(hash))
	}
	gets := c.Amount - fee.Fee(c.Amount)
	if a := s.fed.Audit(); a.Outgoing != 0 || a.Gateways != 10_000_000+gets {
		t.Errorf("%+v", a)
	}
	if got := s.fed.Gateway().Profit(); got != int64(gets)-1_000_000 {
		t.Errorf("the gateway has made %d msat", got)
	}
	if all := s.fed.Contracts(); len(all) != 1 || all[0].Spent != toyfed.Claimed || all[0].At != at {
		t.Errorf("%+v", all)
	}
}

// What cannot be paid is forfeited.
func TestGatewayForfeits(t *testing.T) {
	for name, change := range map[string]func(s *scene, c *wire.LNV2OutgoingContract) string{
		"hopeless": func(s *scene, _ *wire.LNV2OutgoingContract) string {
			return s.fed.Outside().Bill(toyfed.Bill{Name: "a", Amount: 1_000_000, Hopeless: true})
		},
		"too small": func(s *scene, c *wire.LNV2OutgoingContract) string {
			c.Amount = s.fed.Gateway().Terms().SendFeeMinimum.AddTo(1_000_000) - 1
			return s.fed.Outside().Invoice(1_000_000, "a")
		},
		"too soon": func(s *scene, c *wire.LNV2OutgoingContract) string {
			c.Expiration = s.fed.Height() + 144
			return s.fed.Outside().Invoice(1_000_000, "a")
		},
		"expired": func(s *scene, _ *wire.LNV2OutgoingContract) string {
			invoice := s.fed.Outside().Invoice(1_000_000, "a")
			s.fed.SetTime(s.fed.Time() + 3601)
			return invoice
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := lightningScene(t)
			defer s.check()
			c := s.outgoing(s.fed.Outside().Invoice(1_000_000, "a"))
			invoice := change(s, &c)
			at := s.fund(wire.LNV2Output{Outgoing: &c})
			answer := answered[wire.SendPaymentResponse](s, s.post(s.fed.Gateway(), "send_payment", s.request(at, c, invoice)))
			if answer.Forfeit == nil || !answer.Verify(c) {
				t.Fatalf("%+v", answer)
			}
			cancel := wire.LNV2Witness{Variant: wire.LNV2Cancel, Signature: *answer.Forfeit}
			if refused := s.spend(wire.LNV2Input{OutPoint: at, Witness: &cancel}, senderKey); refused != nil {
				t.Error(refused)
			}
			if all := s.fed.Contracts(); all[0].Spent != toyfed.Cancelled || s.fed.Outside().Received() != 0 || s.fed.Gateway().Profit() != 0 {
				t.Errorf("%+v, gateway %d", all, s.fed.Gateway().Profit())
			}
		})
	}
}

// Somebody outside pays the gateway's invoice, and the receiver claims.
func TestGatewayReceives(t *testing.T) {
	s := lightningScene(t)
	defer s.check()
	i := s.incoming(1, 1_000_000)
	invoice := answered[string](s, s.post(s.fed.Gateway(), "create_bolt11_invoice", s.invoice(i, 1_000_000)))
	got := invoiceOf(t, invoice)
	if got.PaymentHash != i.preimage.Hash() || got.Amount != 1_000_000 || got.Description != "tea" || got.Network != "regtest" ||
		got.Payee != s.fed.Gateway().Terms().LightningKey || got.ExpiresAt() != s.fed.Time()+3600 {
		t.Errorf("%+v", got)
	}
	for range 2 {
		if err := s.fed.Outside().Pay(t.Context(), invoice); err != nil {
			t.Fatal(err)
		}
	}
	at := read[wire.OutPoint](t, ask(t, s.fed, 1, s.method("await_incoming_contract"), []any{i.ID(), i.Commitment.Expiration}))
	if a := s.fed.Audit(); a.Incoming != i.Commitment.Amount || len(s.fed.Contracts()) != 1 || s.fed.Outside().Sent() != 1_000_000 {
		t.Errorf("%+v", a)
	}
	if refused := s.spend(wire.LNV2Input{OutPoint: at, DecryptionKey: &i.key}, receiverKey); refused != nil {
		t.Error(refused)
	}
	if got := s.fed.Gateway().Profit(); got != int64(1_000_000-i.Commitment.Amount-fee.Fee(i.Commitment.Amount)) {
		t.Errorf("the gateway has made %d msat", got)
	}
}

// A gateway that is paid for a useless preimage takes its money back.
func TestGatewayTakesBack(t *testing.T) {
	s := lightningScene(t)
	other := s.incoming(1, 1_000_000, func(c *wire.LNV2Commitment) { c.Image.Hash = wire.Preimage{5}.Hash() })
	invoice := answered[string](s, s.post(s.fed.Gateway(), "create_bolt11_invoice", s.invoice(other, 1_000_000)))
	for range 2 {
		if err := s.fed.Outside().Pay(t.Context(), invoice); !errors.Is(err, toyfed.ErrUnpaid) {
			t.Errorf("paid: %v", err)
		}
	}
	if all := s.fed.Contracts(); len(all) != 1 || all[0].Spent != toyfed.Refunded || s.fed.Outside().Sent() != 0 {
		t.Errorf("%+v", all)
	}
	if err := s.fed.Audit().Check(); err != nil {
		t.Error(err)
	}
	if got := s.fed.Gateway().Profit(); got != -2*int64(fee.Fee(other.Commitment.Amount)) { // of the output and the input
		t.Errorf("the gateway has lost %d msat", -got)
	}
}

// The gateway pays invoices of its own within the federation, and those of other
// gateways outside.
func TestBetweenGateways(t *testing.T) {
	for _, maker := range []int{0, 1} {
		s := lightningScene(t, func(l *toyfed.Lightning) { l.Gateways = 2 })
		g := s.fed.Gateways()[maker]
		i := s.incoming(1, 1_000_000, func(c *wire.LNV2Commitment) { c.RefundKey = g.Terms().ModuleKey })
		invoice := answered[string](s, s.post(g, "create_bolt11_invoice", s.invoice(i, 1_000_000)))
		c := s.outgoing(invoice)
		at := s.fund(wire.LNV2Output{Outgoing: &c})
		answer := answered[wire.SendPaymentResponse](s, s.post(s.fed.Gateway(), "send_payment", s.request(at, c, invoice)))
		if answer.Preimage != i.preimage || answer.Forfeit != nil {
			t.Errorf("%+v", answer)
		}
		if all := s.fed.Contracts(); len(all) != 2 || all[1].Incoming == nil || all[0].Spent != toyfed.Claimed {
			t.Errorf("%+v", all)
		}
		if s.fed.Outside().Sent() != 0 || s.fed.Outside().Received() != 0 {
			t.Error("somebody outside has a part in it")
		}
		s.check()
	}
}

// Who asks two gateways to pay the same invoice pays twice, which is seen.
func TestPaidTwice(t *testing.T) {
	s := lightningScene(t, func(l *toyfed.Lightning) { l.Gateways = 2 })
	invoice := s.fed.Outside().Invoice(1_000_000, "coffee")
	for n, g := range s.fed.Gateways() {
		c := s.outgoing(invoice)
		c.ClaimKey = g.Terms().ModuleKey
		at := s.fund(wire.LNV2Output{Outgoing: &c})
		answer := answered[wire.SendPaymentResponse](s, s.post(g, "send_payment", s.request(at, c, invoice)))
		if !answer.Verify(c) || answer.Forfeit != nil {
			t.Errorf("%+v", answer)
		}
		if got := len(s.fed.Outside().Faults()); got != n {
			t.Errorf("%d faults", got)
		}
	}
	// The same gateway pays for one of two contracts only.
	c := s.outgoing(invoice)
	c.Expiration++
	at := s.fund(wire.LNV2Output{Outgoing: &c})
	if r := s.post(s.fed.Gateway(), "send_payment", s.request(at, c, invoice)); r.Status != 500 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if paid := s.fed.Outside().Paid(invoiceOf(t, invoice).PaymentHash); paid != 2 {
		t.Errorf("paid %d times", paid)
	}
}

func TestRoutingInfo(t *testing.T) {
	s := lightningScene(t, func(l *toyfed.Lightning) { l.Gateways = 2 })
	terms := toyfed.Terms()
	terms.ReceiveEnabled, terms.ExpirationDeltaDefault = false, 77
	s.fed.Gateways()[1].SetTerms(terms)
	a := answered[wire.RoutingInfo](s, s.post(s.fed.Gateways()[0], "routing_info", s.fed.Config().FederationID()))
	b := answered[wire.RoutingInfo](s, s.post(s.fed.Gateways()[1], "v1/routing_info", s.fed.Config().FederationID()))
	if a.LightningKey == b.LightningKey || a.ModuleKey == b.ModuleKey || !a.ReceiveEnabled || b.ReceiveEnabled || b.ExpirationDeltaDefault != 77 {
		t.Errorf("%+v\n%+v", a, b)
	}
	if r := s.post(s.fed.Gateway(), "routing_info", wire.FederationID{1}); r.Status != 400 {
		t.Errorf("of another federation: %d %s", r.Status, r.Body)
	}
	if r := s.post(s.fed.Gateway(), "routing_info", 7); r.Status != 422 {
		t.Errorf("of a number: %d %s", r.Status, r.Body)
	}
	if r := s.post(s.fed.Gateway(), "pay", nil); r.Status != 404 {
		t.Errorf("unknown route: %d %s", r.Status, r.Body)
	}
	if _, err := s.fed.Fetch(t.Context(), client.Request{URL: "https://elsewhere.example/routing_info"}); err == nil {
		t.Error("somebody else answers")
	}
	urls := []wire.SafeURL{s.fed.Gateways()[0].URL(), s.fed.Gateways()[1].URL()}
	s.fed.Vet(2, urls[1])
	for peer, want := range [][]wire.SafeURL{urls, urls, urls[1:]} {
		if got := read[[]wire.SafeURL](t, ask(t, s.fed, wire.PeerID(peer), s.method("gateways"), nil)); !slices.Equal(got, want) {
			t.Errorf("guardian %d lists %v", peer, got)
		}
	}
}
