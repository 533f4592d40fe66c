package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gatewaylnv2 "satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/lnv2"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A wallet pays somebody outside, is paid from there, and pays itself by a direct
// swap. All of it is what the gateway says that it costs.
func TestWalletPaysAndIsPaid(t *testing.T) {
	s := open(t, change{})
	paid := s.ends(s.pay(s.bill()))
	if paid.State != client.Done || paid.Amount != amount || s.outside.Earned() != amount || s.node.Earned() != -amount {
		t.Errorf("paid %+v, outside has earned %d", paid, s.outside.Earned())
	}
	if fee := paid.Fee; fee < 4000+6000 || fee > 4000+6000+10_000 {
		t.Errorf("fee of %v", fee)
	}

	offer, err := s.m.Receive(t.Context(), lnv2.Ask{Amount: amount, Description: "tea", Expiry: time.Hour})
	s.must(err)
	hash := offer.Invoice.PaymentHash.String()
	if status, answer := s.ask("GET", "/verify/"+hash, ""); status != 200 || answer != `{"preimage":null,"settled":false,"status":"OK"}`+"\n" {
		t.Errorf("%d %s", status, answer)
	}
	sent, err := s.outside.Pay(t.Context(), offer.Invoice, 2016)
	s.must(err)
	received := s.ends(offer.Op)
	if sent.State != lightning.Succeeded || received.State != client.Done || s.node.Earned() != 0 {
		t.Errorf("sent %+v, received %+v", sent, received)
	}
	for _, query := range []string{"", "?wait"} {
		want := `{"preimage":"` + sent.Preimage.String() + `","settled":true,"status":"OK"}` + "\n"
		if status, answer := s.ask("GET", "/v1/verify/"+hash+query, ""); status != 200 || answer != want {
			t.Errorf("%d %s, want %s", status, answer, want)
		}
	}

	own, err := s.m.Receive(t.Context(), lnv2.Ask{Amount: amount, Expiry: time.Hour})
	s.must(err)
	swap := s.ends(s.pay(own.Invoice.String()))
	if back := s.ends(own.Op); swap.State != client.Done || back.State != client.Done || s.node.Earned() != 0 {
		t.Errorf("swapped %+v for %+v", swap, back)
	}
	if swap.Fee >= paid.Fee {
		t.Errorf("a swap costs %v, and a payment outside %v", swap.Fee, paid.Fee)
	}
}

// What cannot be paid comes back at once.
func TestUnpayable(t *testing.T) {
	s := open(t, change{})
	i, err := s.outside.Invoice(t.Context(), lightning.Request{Amount: amount, Expiry: 3600, Unpayable: true})
	s.must(err)
	if sum := s.ends(s.pay(i.String())); sum.State != client.Returned || s.outside.Earned() != 0 {
		t.Errorf("%+v, outside has earned %d", sum, s.outside.Earned())
	}
}

// telling tells when its node has paid.
type telling struct {
	*lightning.Node
	paid func()
}

func (n telling) Pay(ctx context.Context, i bolt11.Invoice, delay uint64) (lightning.Payment, error) {
	p, err := n.Node.Pay(ctx, i, delay)
	if err == nil {
		n.paid()
	}
	return p, err
}

// failing loses a commit when it is armed, or what the disk says about it.
type failing struct {
	kv.Store
	armed *atomic.Bool
	late  bool
}

func (f failing) Commit(ctx context.Context, seq uint64, batch []kv.Write) error {
	if !f.armed.CompareAndSwap(true, false) {
		return f.Store.Commit(ctx, seq, batch)
	}
	if f.late {
		if err := f.Store.Commit(ctx, seq, batch); err != nil {
			return err
		}
	}
	return errors.New("the disk has failed")
}

// The gateway's disk fails as soon as its node has paid. It reads again what is on
// the disk, finds that the invoice is paid, and claims.
func TestDiskFailsBetweenPayingAndWriting(t *testing.T) {
	for name, late := range map[string]bool{"lost": false, "written": true} {
		t.Run(name, func(t *testing.T) {
			var armed, once atomic.Bool
			paid := func() {
				if once.CompareAndSwap(false, true) {
					armed.Store(true)
				}
			}
			s := open(t, change{
				node:  func(n *lightning.Node) gatewaylnv2.Node { return telling{n, paid} },
				store: func(store kv.Store) kv.Store { return failing{store, &armed, late} },
			})
			has, _ := s.gateway.Balance()
			if sum := s.ends(s.pay(s.bill())); sum.State != client.Done {
				t.Errorf("%+v", sum)
			}
			if !once.Load() || armed.Load() || s.outside.Earned() != amount {
				t.Errorf("the disk has not failed, or outside has earned %d", s.outside.Earned())
			}
			s.gatewayHas(has + amount)
		})
	}
}

// gatewayHas waits until the gateway has so much e-cash or more.
func (s *scene) gatewayHas(least wire.Amount) {
	s.Helper()
	s.must(s.gateway.Await(s.Context(), least))
}

// State of the gateway as tests and people see it.
func (s *scene) state() (state struct {
	Lie   string
	Ecash *wire.Amount `json:"ecash_msat"`
}) {
	s.Helper()
	status, text := s.ask("GET", "/control/gateway", "")
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&state); err != nil || status != 200 {
		s.Fatalf("%d %s", status, text)
	}
	return state
}
