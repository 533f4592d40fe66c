package gateway_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"satchel/build/gateway"
	"satchel/client"
	"satchel/client/lnv2"
)

// lie makes the gateway lie, as tests and people do.
func (s *scene) lie(lie gateway.Lie) {
	s.Helper()
	if status, answer := s.ask("POST", "/control/gateway", `{"lie":"`+string(lie)+`"}`); status != 200 || s.state().Lie != string(lie) {
		s.Fatalf("%d %s", status, answer)
	}
}

// Faults 37 and 38: whoever does not pay, and does not prove anything either, does
// not have the money, and the wallet has it again when the contract expires.
func TestLiesAboutPaying(t *testing.T) {
	s := open(t, change{})
	for _, lie := range []gateway.Lie{gateway.Silent, gateway.WrongPreimage, gateway.WrongForfeit, gateway.Gone} {
		t.Run(string(lie), func(t *testing.T) {
			if lie != gateway.Gone {
				s.lie(lie)
			}
			had, earned := s.balance(), s.outside.Earned()
			quote, err := s.m.Quote(t.Context(), s.bill(), nil)
			s.must(err)
			s.lie(lie)
			_, err = s.m.Pay(t.Context(), quote.Invoice.String(), lnv2.PayOptions{Agreed: quote.Gateway.Info})
			if lie == gateway.Gone {
				if !errors.Is(err, lnv2.ErrGatewaysSilent) || s.balance() != had {
					t.Errorf("paid: %v", err)
				}
				return
			}
			s.must(err)
			s.until(quote.Op, func(sum client.Summary) bool { return string(sum.Outcome) == `"Funded"` })
			s.must(s.fed.Mine(t.Context(), 1440+12))
			back := s.ends(quote.Op)
			if back.State != client.Returned || s.outside.Earned() != earned || had != s.balance()+back.Fee {
				t.Errorf("%+v, the wallet had %v and has %v", back, had, s.balance())
			}
			s.lie(gateway.Honest)
		})
	}
}

// Fault 39: the wallet learns from the federation that it has paid.
func TestWithheldPreimage(t *testing.T) {
	s := open(t, change{})
	s.lie(gateway.WithheldPreimage)
	sum := s.ends(s.pay(s.bill()))
	if sum.State != client.Done || s.outside.Earned() != amount || sum.Details["preimage"] == nil {
		t.Errorf("%+v", sum)
	}
}

// A request that a silent gateway has taken is answered when it is honest again.
func TestSilenceEnds(t *testing.T) {
	s := open(t, change{})
	s.lie(gateway.Silent)
	op := s.pay(s.bill())
	s.until(op, func(sum client.Summary) bool { return string(sum.Outcome) == `"Funded"` })
	s.lie(gateway.Honest)
	if sum := s.ends(op); sum.State != client.Done {
		t.Errorf("%+v", sum)
	}
}

// Fault 40, and what else a wallet does not agree to: nothing moves.
func TestLiesAboutTerms(t *testing.T) {
	s := open(t, change{})
	had := s.balance()
	quote, err := s.m.Quote(t.Context(), s.bill(), nil)
	s.must(err)
	agreed := lnv2.PayOptions{Agreed: quote.Gateway.Info}
	ask := lnv2.Ask{Amount: amount, Expiry: time.Hour, Agreed: quote.Gateway.Info}
	for _, lie := range []gateway.Lie{gateway.FeeChanged, gateway.FeeTooHigh, gateway.ExpiryTooLong} {
		s.lie(lie)
		_, err := s.m.Pay(t.Context(), quote.Invoice.String(), agreed)
		if err == nil || lie == gateway.FeeChanged != errors.As(err, new(*lnv2.TermsError)) {
			t.Errorf("%s: paid, %v", lie, err)
		}
		if _, err := s.m.Receive(t.Context(), ask); err == nil {
			t.Errorf("%s: asked for a payment", lie)
		}
	}
	// Terms that are other ones, and within the limits, count for both sides.
	s.lie(gateway.FeeChanged)
	if sum := s.ends(s.pay(quote.Invoice.String())); sum.State != client.Done || sum.Fee < 6000+9000 || s.balance()+sum.Fee+amount != had {
		t.Errorf("%+v", sum)
	}
	for _, lie := range []gateway.Lie{gateway.InvoiceOfAnother, gateway.InvoiceTooHigh} {
		s.lie(lie)
		if _, err := s.m.Receive(t.Context(), lnv2.Ask{Amount: amount, Expiry: time.Hour}); !errors.Is(err, lnv2.ErrGatewayAnswer) {
			t.Errorf("%s: asked for a payment, %v", lie, err)
		}
	}
}

func TestControl(t *testing.T) {
	s := closed(t)
	if status, answer := s.ask("GET", "/control/gateway", ""); status != 200 || answer != `{"lie":"","ecash_msat":null}`+"\n" {
		t.Errorf("%d %s", status, answer)
	}
	for _, body := range []string{``, `{"lie":"honest"}`, `{"lies":""}`} {
		if status, answer := s.ask("POST", "/control/gateway", body); status != 400 || !strings.Contains(answer, "bad_request") {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	status, answer := s.ask("GET", "/control/gateway/lies", "")
	for lie, what := range gateway.Lies() {
		if status != 200 || !strings.Contains(answer, `"`+string(lie)+`":"`+what+`"`) || what != lie.What() {
			t.Errorf("%s is not in %d %s", lie, status, answer)
		}
		s.lie(lie)
	}
	s.ask("POST", "/control/gateway", `{}`)
	if s.state().Lie == "" {
		t.Error("what was not named has changed")
	}
}
