package lnv2

import (
	"errors"
	"strings"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
)

// What cannot be paid is refused before anything is asked or funded.
func TestReadRefuses(t *testing.T) {
	at(t, toyfed.Lightning{}, func(d *desk) {
		out := d.fed.Outside()
		for _, c := range []struct {
			name, text string
			want       error
		}{
			{"no invoice", "coffee", ErrInvoice},
			{"half an invoice", out.Invoice(1000, "half")[:100], ErrInvoice},
			{"another network", out.Bill(toyfed.Bill{Name: "main", Amount: 1000, Network: "bitcoin"}), ErrNetwork},
			{"no amount", out.Bill(toyfed.Bill{Name: "any"}), ErrNoAmount},
		} {
			if _, err := d.m.Pay(d.ctx, c.text, PayOptions{}); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		late := out.Bill(toyfed.Bill{Name: "late", Amount: 1000, Expiry: 60})
		time.Sleep(2 * time.Minute)
		if _, err := d.m.Pay(d.ctx, late, PayOptions{}); !errors.Is(err, ErrExpired) {
			t.Errorf("late: %v", err)
		}
		if n := d.fed.Gateway().Asked("/routing_info"); n > 0 {
			t.Errorf("the gateway was asked %d times", n)
		}
	})
}

// However often and from however many sides an invoice is paid, there is one
// contract.
func TestPaidOnce(t *testing.T) {
	at(t, toyfed.Lightning{}, func(d *desk) {
		invoice := d.fed.Outside().Invoice(50_000, "coffee")
		type result struct {
			q   Payment
			err error
		}
		results := make(chan result, 100)
		for n := range 100 {
			text := invoice
			if n%2 == 1 {
				text = strings.ToUpper(invoice)
			}
			go func() {
				q, err := d.m.Pay(d.ctx, text, PayOptions{})
				results <- result{q, err}
			}()
		}
		begun := 0
		var op fsm.OpID
		for range 100 {
			r := <-results
			if r.err != nil {
				t.Fatal(r.err)
			}
			if !r.q.Begun {
				begun++
			}
			op = r.q.Op
		}
		tl := &teller{stage: &stage{fed: d.fed}, ctx: d.ctx, c: d.c, m: d.m}
		if s, err := tl.settle(op); err != nil || s.State != client.Done {
			t.Errorf("the payment is %v, %v", s.State, err)
		}
		i, _ := d.m.Read(invoice)
		if n := d.contracts(i.PaymentHash); n != 1 || begun != 1 || d.fed.Outside().Paid(i.PaymentHash) != 1 {
			t.Errorf("%d contracts, begun %d times, paid %d times", n, begun, d.fed.Outside().Paid(i.PaymentHash))
		}
		if q, err := d.m.Pay(d.ctx, invoice, PayOptions{}); err != nil || !q.Begun || q.Op != op {
			t.Errorf("later: %v begun %v, %v", q.Op, q.Begun, err)
		}
	})
}

// A gateway that asks for more than wallets accept is not paid through, nor one
// whose terms are not those that were agreed to.
func TestTerms(t *testing.T) {
	at(t, toyfed.Lightning{}, func(d *desk) {
		invoice := d.fed.Outside().Invoice(50_000, "coffee")
		g := d.fed.Gateway()
		honest := g.Terms()
		q, err := d.m.Quote(d.ctx, invoice, nil)
		if err != nil || q.GatewayFee != 4300 || q.Blocks != 1452 {
			t.Fatalf("fee %v for %d blocks, %v", q.GatewayFee, q.Blocks, err)
		}
		url := g.URL()
		for name, change := range map[string]func(*wire.RoutingInfo){
			"base":   func(i *wire.RoutingInfo) { i.SendFeeDefault.Base = 100_001 },
			"part":   func(i *wire.RoutingInfo) { i.SendFeeDefault.PartsPerMillion = 15_001 },
			"blocks": func(i *wire.RoutingInfo) { i.ExpirationDeltaDefault = 1441 },
		} {
			terms := honest
			change(&terms)
			g.SetTerms(terms)
			if _, err := d.m.Pay(d.ctx, invoice, PayOptions{Gateway: &url}); !errors.As(err, new(*LimitError)) {
				t.Errorf("%s, chosen: %v", name, err)
			}
			if _, err := d.m.Pay(d.ctx, invoice, PayOptions{}); !errors.Is(err, ErrGatewaysSilent) {
				t.Errorf("%s: %v", name, err)
			}
		}
		terms := honest
		terms.SendFeeDefault.Base++
		g.SetTerms(terms)
		var changed *TermsError
		if _, err := d.m.Pay(d.ctx, invoice, PayOptions{Agreed: q.Gateway.Info}); !errors.As(err, &changed) || *changed.Gateway.Info != terms {
			t.Errorf("changed: %v", err)
		}
		if n := d.contracts(q.Invoice.PaymentHash); n > 0 {
			t.Errorf("%d contracts", n)
		}
		g.SetTerms(honest)
		if q, err := d.m.Pay(d.ctx, invoice, PayOptions{Agreed: &honest}); err != nil || q.Begun {
			t.Errorf("agreed: %v", err)
		}
	})
}

// Of several gateways the cheapest for the invoice is taken: for its own that is
// the one that has made it. One that does not answer holds nobody up for long.
func TestChoice(t *testing.T) {
	at(t, toyfed.Lightning{Gateways: 3}, func(d *desk) {
		all := d.fed.Gateways()
		cheap := all[1].Terms()
		cheap.SendFeeDefault.Base--
		all[1].SetTerms(cheap)
		all[0].Switch(false)
		began := time.Now()
		q, err := d.m.Quote(d.ctx, d.fed.Outside().Invoice(50_000, "coffee"), nil)
		if err != nil || q.Gateway.URL != all[1].URL() {
			t.Errorf("%v, %v", q.Gateway.URL, err)
		}
		if waited := time.Since(began); waited > gatewayPause {
			t.Errorf("waited %v", waited)
		}
		url := all[2].URL()
		o, err := d.m.Receive(d.ctx, Ask{Amount: 60_000, Expiry: time.Hour, Gateway: &url})
		if err != nil {
			t.Fatal(err)
		}
		if q, err = d.m.Quote(d.ctx, o.Invoice.String(), nil); err != nil || q.Gateway.URL != url || q.GatewayFee != 2180 {
			t.Errorf("for its own: %v for %v, %v", q.Gateway.URL, q.GatewayFee, err)
		}
		for _, g := range all {
			g.Switch(false)
		}
		if _, err := d.m.Quote(d.ctx, d.fed.Outside().Invoice(1000, "tea"), nil); !errors.Is(err, ErrGatewaysSilent) {
			t.Errorf("all off: %v", err)
		}
	})
}

// A page is not made to ask private addresses.
func TestReachable(t *testing.T) {
	for _, c := range []struct {
		url            string
		anywhere, here bool
	}{
		{"https://gateway.example/", true, true},
		{"http://gateway.example/", false, false},
		{"https://user:secret@gateway.example/", false, false},
		{"https://10.0.0.1/", false, false},
		{"https://router.local/", false, false},
		{"http://127.0.0.1:9000/", false, true},
		{"https://localhost/", false, true},
		{"iroh://aabb", false, false},
	} {
		url, err := wire.ParseURL(c.url)
		if err != nil {
			t.Fatal(err)
		}
		if reachable(url, false) != c.anywhere || reachable(url, true) != c.here {
			t.Errorf("%s: %v, and %v in a federation on this device", c.url, reachable(url, false), reachable(url, true))
		}
	}
}

// Another invoice than the one that was asked for is never shown to anybody.
func TestFalseInvoices(t *testing.T) {
	for name, lie := range toyfed.FalseInvoices() {
		t.Run(name, func(t *testing.T) {
			at(t, toyfed.Lightning{Lie: lie}, func(d *desk) {
				_, err := d.m.Receive(d.ctx, Ask{Amount: 60_000, Expiry: time.Hour})
				if !errors.Is(err, ErrGatewayAnswer) && !errors.Is(err, ErrGatewaysSilent) {
					t.Errorf("%v", err)
				}
				for op := range d.c.Operations(d.c.Executor().Snapshot(), 0) {
					t.Errorf("operation %v", op.ID)
				}
			})
		})
	}
}

// Terms that change between the quote and the payment are not paid.
func TestChangedTerms(t *testing.T) {
	for name, lie := range toyfed.ChangesTerms() {
		t.Run(name, func(t *testing.T) {
			at(t, toyfed.Lightning{Lie: lie}, func(d *desk) {
				invoice := d.fed.Outside().Invoice(50_000, "coffee")
				q, err := d.m.Quote(d.ctx, invoice, nil)
				if err != nil {
					t.Fatal(err)
				}
				url := q.Gateway.URL
				_, err = d.m.Pay(d.ctx, invoice, PayOptions{Gateway: &url, Agreed: q.Gateway.Info})
				if !errors.As(err, new(*TermsError)) && !errors.Is(err, ErrGatewaysSilent) {
					t.Errorf("%v", err)
				}
				if n := d.contracts(q.Invoice.PaymentHash); n > 0 {
					t.Errorf("%d contracts", n)
				}
			})
		})
	}
}

// Fees and delays above the limits are refused, also when they come after the
// quote and nobody said which terms were agreed to.
func TestExcessiveTerms(t *testing.T) {
	for name, lie := range map[string]toyfed.GatewayLie{
		"fee": toyfed.ExcessiveFees(2)["base"], "all": toyfed.ExcessiveFees(2)["all the money there is"],
		"block": toyfed.ExcessiveDelays(2)["a block"], "for ever": toyfed.ExcessiveDelays(2)["for ever"],
	} {
		t.Run(name, func(t *testing.T) {
			at(t, toyfed.Lightning{Lie: lie}, func(d *desk) {
				invoice := d.fed.Outside().Invoice(50_000, "coffee")
				q, err := d.m.Quote(d.ctx, invoice, nil)
				if err != nil {
					t.Fatal(err)
				}
				url := q.Gateway.URL
				if _, err = d.m.Pay(d.ctx, invoice, PayOptions{Gateway: &url}); !errors.As(err, new(*LimitError)) {
					t.Errorf("%v", err)
				}
				if n := d.contracts(q.Invoice.PaymentHash); n > 0 {
					t.Errorf("%d contracts", n)
				}
			})
		})
	}
}

// A gateway that answers anything but what it should is no gateway.
func TestBabbles(t *testing.T) {
	for name, lie := range toyfed.Babbles() {
		t.Run(name, func(t *testing.T) {
			at(t, toyfed.Lightning{Lie: lie}, func(d *desk) {
				_, err := d.m.Quote(d.ctx, d.fed.Outside().Invoice(50_000, "coffee"), nil)
				if !errors.Is(err, ErrGatewaysSilent) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}
