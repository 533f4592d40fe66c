package toyfed_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// A gateway refuses what it could lose by, or what makes no sense, and does
// nothing then.
func TestGatewayRefusesToPay(t *testing.T) {
	another := func(s *scene) wire.SendPaymentRequest {
		invoice := s.fed.Outside().Invoice(1_000_000, "another")
		c := s.outgoing(invoice)
		return s.request(s.fund(wire.LNV2Output{Outgoing: &c}), c, invoice)
	}
	for name, c := range map[string]struct {
		change func(*scene, *wire.SendPaymentRequest)
		status int
	}{
		"another federation": {func(_ *scene, r *wire.SendPaymentRequest) { r.FederationID[0]++ }, 400},
		"not signed":         {func(_ *scene, r *wire.SendPaymentRequest) { r.Auth[0]++ }, 500},
		"another gateway":    {func(_ *scene, r *wire.SendPaymentRequest) { r.Contract.ClaimKey = gatewayKey.PublicKey() }, 500},
		"not funded":         {func(_ *scene, r *wire.SendPaymentRequest) { r.OutPoint.Index++ }, 500},
		"another contract":   {func(s *scene, r *wire.SendPaymentRequest) { r.OutPoint = another(s).OutPoint }, 500},
		"spent": {func(s *scene, r *wire.SendPaymentRequest) {
			s.fed.Mine(5000)
			if refused := s.spend(wire.LNV2Input{OutPoint: r.OutPoint, Witness: witness(wire.LNV2Refund)}, senderKey); refused != nil {
				s.Fatal(refused)
			}
		}, 500},
		"another invoice": {func(s *scene, r *wire.SendPaymentRequest) {
			theirs := another(s)
			r.Invoice, r.Auth = theirs.Invoice, theirs.Auth
		}, 500},
		"no amount": {func(s *scene, r *wire.SendPaymentRequest) {
			*r = s.request(r.OutPoint, r.Contract, s.fed.Outside().Bill(toyfed.Bill{Name: "coffee"}))
		}, 500},
		"no invoice": {func(s *scene, r *wire.SendPaymentRequest) { *r = s.request(r.OutPoint, r.Contract, "coffee") }, 500},
	} {
		t.Run(name, func(t *testing.T) {
			s := lightningScene(t)
			defer s.check()
			invoice := s.fed.Outside().Invoice(1_000_000, "coffee")
			contract := s.outgoing(invoice)
			r := s.request(s.fund(wire.LNV2Output{Outgoing: &contract}), contract, invoice)
			c.change(s, &r)
			if got := s.post(s.fed.Gateway(), "send_payment", r); got.Status != c.status {
				t.Errorf("%d %s", got.Status, got.Body)
			}
			if s.fed.Outside().Received() != 0 {
				t.Error("it has paid")
			}
		})
	}
}

func TestGatewayMakesNoInvoice(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*scene, *incoming, *wire.CreateInvoiceRequest)
		status int
	}{
		"another federation": {func(_ *scene, _ *incoming, r *wire.CreateInvoiceRequest) { r.FederationID[0]++ }, 400},
		"receives are off": {func(s *scene, _ *incoming, _ *wire.CreateInvoiceRequest) {
			terms := s.fed.Gateway().Terms()
			terms.ReceiveEnabled = false
			s.fed.Gateway().SetTerms(terms)
		}, 400},
		"broken": {func(_ *scene, _ *incoming, r *wire.CreateInvoiceRequest) { r.Contract.Ciphertext.Encrypted[0]++ }, 500},
		"another gateway": {func(s *scene, i *incoming, _ *wire.CreateInvoiceRequest) {
			*i = s.incoming(1, 1_000_000, func(c *wire.LNV2Commitment) { c.RefundKey = senderKey.PublicKey() })
		}, 500},
		"no fee":    {func(_ *scene, _ *incoming, r *wire.CreateInvoiceRequest) { r.Amount -= 2 }, 500},
		"too high":  {func(_ *scene, _ *incoming, r *wire.CreateInvoiceRequest) { r.Amount += 2 }, 500},
		"too small": {func(s *scene, i *incoming, r *wire.CreateInvoiceRequest) { *i, r.Amount = s.incoming(1, 2000), 2000 }, 500},
		"expired": {func(s *scene, _ *incoming, _ *wire.CreateInvoiceRequest) {
			s.fed.SetTime(s.fed.Time() + 3600)
		}, 500},
		"too long": {func(_ *scene, _ *incoming, r *wire.CreateInvoiceRequest) { r.ExpirySecs = 86_401 }, 500},
		"no hash": {func(s *scene, i *incoming, _ *wire.CreateInvoiceRequest) {
			*i = s.incoming(1, 1_000_000, func(c *wire.LNV2Commitment) {
				c.Image = wire.PaymentImage{Variant: wire.ImagePoint, Point: senderKey.PublicKey()}
			})
		}, 500},
		"known": {func(s *scene, i *incoming, _ *wire.CreateInvoiceRequest) {
			s.post(s.fed.Gateway(), "create_bolt11_invoice", s.invoice(*i, 1_000_000))
		}, 500},
		"nothing wrong": {func(*scene, *incoming, *wire.CreateInvoiceRequest) {}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			s := lightningScene(t)
			i := s.incoming(1, 1_000_000)
			r := s.invoice(i, 1_000_000)
			c.change(s, &i, &r)
			if r.Contract.Ciphertext.Signature != i.Ciphertext.Signature {
				r.Contract = i.LNV2IncomingContract
			}
			if got := s.post(s.fed.Gateway(), "create_bolt11_invoice", r); got.Status != c.status {
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
}

// Whoever makes an invoice by the hash of a description gets it.
func TestDescriptionHash(t *testing.T) {
	s := lightningScene(t)
	r := s.invoice(s.incoming(1, 1_000_000), 1_000_000)
	r.Description = wire.InvoiceDescription{Hash: &wire.Hash{7}}
	got := invoiceOf(t, answered[string](s, s.post(s.fed.Gateway(), "create_bolt11_invoice", r)))
	if got.DescriptionHash == nil || *got.DescriptionHash != (wire.Hash{7}) {
		t.Errorf("%+v", got)
	}
}

func TestOutsideDoesNotPay(t *testing.T) {
	for name, change := range map[string]func(*scene, *string){
		"garbage":   func(_ *scene, invoice *string) { *invoice = "coffee" },
		"elsewhere": func(s *scene, invoice *string) { *invoice = s.fed.Outside().Invoice(1_000_000, "coffee") },
		"expired":   func(s *scene, _ *string) { s.fed.SetTime(s.fed.Time() + 3601) },
		"too late":  func(s *scene, _ *string) { s.fed.SetTime(s.fed.Time() + 3600) }, // for the contract
		"off":       func(s *scene, _ *string) { s.fed.Gateway().Switch(false) },
	} {
		s := lightningScene(t)
		invoice := answered[string](s, s.post(s.fed.Gateway(), "create_bolt11_invoice", s.invoice(s.incoming(1, 1_000_000), 1_000_000)))
		change(s, &invoice)
		if err := s.fed.Outside().Pay(t.Context(), invoice); !errors.Is(err, toyfed.ErrUnpaid) {
			t.Errorf("%s: %v", name, err)
		}
		if s.fed.Outside().Sent() != 0 || len(s.fed.Contracts()) != 0 {
			t.Errorf("%s: it was paid", name)
		}
		s.check()
	}
}

// A gateway that cannot pay for a contract takes no payment.
func TestGatewayWithoutLiquidity(t *testing.T) {
	s := lightningScene(t, func(l *toyfed.Lightning) { l.Liquidity = 900_000 })
	defer s.check()
	invoice := answered[string](s, s.post(s.fed.Gateway(), "create_bolt11_invoice", s.invoice(s.incoming(1, 1_000_000), 1_000_000)))
	if err := s.fed.Outside().Pay(t.Context(), invoice); err == nil || !strings.Contains(err.Error(), "refuses") {
		t.Errorf("paid: %v", err)
	}
	c := s.outgoing(invoice)
	at := s.fund(wire.LNV2Output{Outgoing: &c})
	if answer := answered[wire.SendPaymentResponse](s, s.post(s.fed.Gateway(), "send_payment", s.request(at, c, invoice))); answer.Forfeit == nil {
		t.Errorf("%+v", answer)
	}
}

func TestSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lightningScene(t)
		s.fed.Gateway().Switch(false)
		if _, err := s.fed.Fetch(t.Context(), client.Request{URL: s.fed.Gateway().URL().String() + "routing_info"}); err == nil {
			t.Error("it answers")
		}
		s.fed.Gateway().Switch(true)
		s.post(s.fed.Gateway(), "routing_info", s.fed.Config().FederationID())
		if got := s.fed.Gateway().Asked("/routing_info"); got != 1 {
			t.Errorf("asked %d times", got)
		}
	})
}

// Time passes from one expiration to the next, and not beyond the last.
func TestPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lightningScene(t)
		var times []uint64
		go s.fed.Pass(t.Context(), time.Minute)
		elapse := func() {
			time.Sleep(90 * time.Second)
			synctest.Wait()
			times = append(times, s.fed.Height(), s.fed.Time()-1_700_000_000)
		}
		elapse()
		for _, expiration := range []uint64{1200, 1100, 900, 1<<64 - 1} {
			c := plain()
			c.Expiration = expiration
			s.fund(wire.LNV2Output{Outgoing: &c})
		}
		s.post(s.fed.Gateway(), "create_bolt11_invoice", s.invoice(s.incoming(1, 1_000_000), 1_000_000))
		forever := s.incoming(2, 1_000_000, func(c *wire.LNV2Commitment) { c.Expiration = wire.FeeExpiration(4000) })
		s.post(s.fed.Gateway(), "create_bolt11_invoice", s.invoice(forever, 1_000_000))
		elapse()
		elapse()
		time.Sleep(time.Hour)
		elapse()
		want := []uint64{1000, 0, 1100, 3600, 1200, 3600, 1200, 3600}
		for i := range want {
			if times[i] != want[i] {
				t.Fatalf("%v, want %v", times, want)
			}
		}
	})
}
