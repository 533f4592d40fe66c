package lightning

import (
	"errors"
	"strings"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/toyfed"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/sim"
)

// What cannot be paid is refused before any gateway is asked or anything is funded.
func TestReadRefuses(t *testing.T) {
	at(t, nil, func(d *desk) {
		out := d.fed.Outside()
		for _, c := range []struct {
			name, text string
			want       error
		}{
			{"no invoice", "coffee", ErrInvoice},
			{"half an invoice", out.Invoice(1000, "half")[:100], ErrInvoice},
			{"another network", out.Bill(toyfed.Bill{Name: "main", Amount: 1000, Network: "bitcoin"}), ErrNetwork},
			{"no amount", out.Bill(toyfed.Bill{Name: "any"}), ErrNoAmount},
			{"too many blocks", d.patient(942), ErrBlocks},
			{"the federation's own, without an offer", d.neighbour(), ErrNoOffer},
		} {
			if _, err := d.m.Pay(d.ctx, c.text, PayOptions{}); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if _, err := d.m.Quote(d.ctx, d.patient(941), nil); err != nil {
			t.Errorf("as many blocks as there may be: %v", err)
		}
		late := out.Bill(toyfed.Bill{Name: "late", Amount: 1000, Expiry: 60})
		time.Sleep(time.Minute)
		if _, err := d.m.Pay(d.ctx, late, PayOptions{}); !errors.Is(err, ErrExpired) {
			t.Errorf("late: %v", err)
		}
		if n := d.fed.Gateway().Asked("/pay_invoice"); n > 0 || len(d.fed.LNContracts()) > 0 {
			t.Errorf("the gateway was asked %d times, there are %d contracts", n, len(d.fed.LNContracts()))
		}
	})
}

// patient is an invoice of somebody who wants so many blocks for the last hop.
func (d *desk) patient(blocks uint64) string {
	return d.sign(bolt11.Invoice{PaymentHash: wire.Hash{1}, MinFinalCLTV: blocks})
}

// neighbour is an invoice of somebody in the federation who has made no offer.
func (d *desk) neighbour() string {
	key, _ := marker(d.m.FederationID())
	return d.sign(bolt11.Invoice{PaymentHash: wire.Hash{2}, MinFinalCLTV: finalBlocks, RouteHints: []wire.RouteHint{{{Source: key}}}})
}

func (d *desk) sign(i bolt11.Invoice) string {
	i.Network, i.Amount, i.Time, i.Expiry, i.Features = d.m.Network(), 1000, uint64(d.m.Now().Unix()), 3600, bolt11.Basic()
	i, err := bolt11.Sign(i, wire.SecretKey{5})
	if err != nil {
		d.Fatal(err)
	}
	return i.String()
}

// However often and from however many sides an invoice is paid, there is one
// contract.
func TestPaidOnce(t *testing.T) {
	at(t, nil, func(d *desk) {
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
		if err := d.teller().ends(op, client.Done); err != nil {
			t.Error(err)
		}
		i, _ := d.m.Read(invoice)
		if n := d.contracts(i.PaymentHash); n != 1 || begun != 1 || d.fed.Outside().Paid(i.PaymentHash) != 1 {
			t.Errorf("%d contracts, begun %d times, paid %d times", n, begun, d.fed.Outside().Paid(i.PaymentHash))
		}
		if q, err := d.m.Pay(d.ctx, invoice, PayOptions{}); err != nil || !q.Begun || q.Op != op {
			t.Errorf("later: %v begun %v, %v", q.Op, q.Begun, err)
		}
		if q, ok := d.m.Begun(invoice); !ok || q.Op != op {
			t.Errorf("begun: %v, %v", q.Op, ok)
		}
	})
}

// A contract that exists is not funded: the money in it would be whose it is.
func TestContractExists(t *testing.T) {
	at(t, nil, func(d *desk) {
		invoice := d.fed.Outside().Invoice(50_000, "coffee")
		q, err := d.m.Quote(d.ctx, invoice, nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := d.m.newPayment(d.ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		d.teller().grant(wire.LNOutput{Contract: &s.Contract, Amount: 1})
		if _, err := d.m.Pay(d.ctx, invoice, PayOptions{}); !errors.Is(err, ErrContractExists) {
			t.Errorf("%v", err)
		}
		if c := d.fed.LNContracts()[s.id()]; c.Amount != 1 {
			t.Errorf("%v in the contract", c.Amount)
		}
	})
}

// A gateway that asks for more than wallets accept is not paid through, nor one
// whose terms are not those that were agreed to.
func TestTerms(t *testing.T) {
	at(t, nil, func(d *desk) {
		invoice := d.fed.Outside().Invoice(50_000, "coffee")
		honest := d.fed.Registration(0, 1)
		q, err := d.m.Quote(d.ctx, invoice, nil)
		if err != nil || q.GatewayFee != 2150 || q.Blocks != 643 {
			t.Fatalf("fee %v for %d blocks, %v", q.GatewayFee, q.Blocks, err)
		}
		url := d.fed.Gateway().URL()
		for name, fees := range map[string]wire.RoutingFees{
			"base": {BaseMsat: 100_001}, "part": {Millionths: 15_001}, "all there is": {Millionths: 1 << 31},
		} {
			d.announce(unsigned(honest, fees))
			if _, err := d.m.Pay(d.ctx, invoice, PayOptions{Gateway: &url}); !errors.As(err, new(*LimitError)) {
				t.Errorf("%s, chosen: %v", name, err)
			}
			if _, err := d.m.Pay(d.ctx, invoice, PayOptions{}); !errors.Is(err, ErrGatewaysSilent) {
				t.Errorf("%s: %v", name, err)
			}
		}
		other := wire.RoutingFees{BaseMsat: 2001, Millionths: 3000}
		d.announce(unsigned(honest, other))
		var changed *TermsError
		if _, err := d.m.Pay(d.ctx, invoice, PayOptions{Agreed: &q.Gateway.Info.Fees}); !errors.As(err, &changed) || changed.Gateway.Info.Fees != other {
			t.Errorf("changed: %v", err)
		}
		if n := d.contracts(q.Invoice.PaymentHash); n > 0 {
			t.Errorf("%d contracts", n)
		}
		d.announce(honest)
		if q, err := d.m.Pay(d.ctx, invoice, PayOptions{Agreed: &honest.Info.Fees}); err != nil || q.Begun {
			t.Errorf("agreed: %v", err)
		}
	})
}

func unsigned(a wire.LNAnnouncement, fees wire.RoutingFees) wire.LNAnnouncement {
	a.Auth, a.Info.Fees = nil, fees
	return a
}

// announce makes all guardians list these gateways.
func (d *desk) announce(all ...wire.LNAnnouncement) {
	for peer := range d.fed.Config().Guardians {
		d.fed.Register(peer, all...)
	}
}

// Of several gateways one that was vetted is taken, then one that has signed, then
// the cheapest. One that does not answer holds nobody up for long.
func TestChoice(t *testing.T) {
	at(t, func(s *toyfed.Setup) { s.Lightning.Gateways = 3 }, func(d *desk) {
		invoice := d.fed.Outside().Invoice(50_000, "coffee")
		cheap := wire.RoutingFees{BaseMsat: 1}
		registered := func(n int) wire.LNAnnouncement { return d.fed.Registration(n, 1) }
		vetted := registered(2)
		vetted.Vetted = true
		all := d.fed.Gateways()
		for _, c := range []struct {
			name string
			list []wire.LNAnnouncement
			want int
		}{
			{"the cheapest", []wire.LNAnnouncement{
				unsigned(registered(0), wire.RoutingFees{BaseMsat: 7}), unsigned(registered(1), cheap),
				unsigned(registered(2), wire.RoutingFees{BaseMsat: 5}),
			}, 1},
			{"signed", []wire.LNAnnouncement{unsigned(registered(0), cheap), registered(1)}, 1},
			{"vetted", []wire.LNAnnouncement{unsigned(registered(0), cheap), registered(1), vetted}, 2},
		} {
			d.announce(c.list...)
			if q, err := d.m.Quote(d.ctx, invoice, nil); err != nil || q.Gateway.URL != all[c.want].URL() {
				t.Errorf("%s: %v, %v", c.name, q.Gateway.URL, err)
			}
		}
		d.fed.Register(0, vetted) // one guardian alone vets nobody
		for peer := wire.PeerID(1); peer < 4; peer++ {
			d.fed.Register(peer, registered(1), unsigned(registered(2), wire.RoutingFees{BaseMsat: 3000}))
		}
		found, err := d.m.Gateways(d.ctx)
		if err != nil || len(found) != 2 || found[0].Vetted || found[1].Vetted || !found[0].Online {
			t.Errorf("%+v, %v", found, err)
		}
		thief := unsigned(registered(0), cheap)
		thief.Info.ID, thief.Info.RedeemKey = wire.SecretKey{4}.PublicKey(), wire.SecretKey{4}.PublicKey()
		d.announce(thief, registered(0))
		if q, err := d.m.Quote(d.ctx, invoice, nil); err != nil || q.Gateway.Info.ID != registered(0).Info.ID {
			t.Errorf("another's url: %v, %v", q.Gateway.Info.ID, err)
		}
		d.announce(registered(0), registered(1))
		all[0].Switch(false)
		began := time.Now()
		if q, err := d.m.Quote(d.ctx, invoice, nil); err != nil || q.Gateway.URL != all[1].URL() || time.Since(began) > gatewayPause {
			t.Errorf("%v after %v, %v", q.Gateway.URL, time.Since(began), err)
		}
		all[1].Switch(false)
		if _, err := d.m.Quote(d.ctx, invoice, nil); !errors.Is(err, ErrGatewaysSilent) {
			t.Errorf("all off: %v", err)
		}
		d.announce()
		if _, err := d.m.Quote(d.ctx, invoice, nil); !errors.Is(err, ErrNoGateway) {
			t.Errorf("none: %v", err)
		}
	})
}

// Whose registration is signed cannot be replaced by somebody else, nor by itself
// as it was before.
func TestMerge(t *testing.T) {
	at(t, nil, func(d *desk) {
		old, now := d.fed.Registration(0, 5), d.fed.Registration(0, 6)
		forged := now
		forged.Info.Fees.BaseMsat++
		for name, c := range map[string]struct {
			lists  map[wire.PeerID][]wire.LNAnnouncement
			base   uint32
			signed bool
			votes  int
		}{
			"the same everywhere": {map[wire.PeerID][]wire.LNAnnouncement{0: {now}, 1: {now}, 2: {now}}, 2000, true, 3},
			"twice from one":      {map[wire.PeerID][]wire.LNAnnouncement{0: {now, now}, 1: {now}}, 2000, true, 2},
			"older from some":     {map[wire.PeerID][]wire.LNAnnouncement{0: {old}, 1: {now}, 2: {old}}, 2000, true, 3},
			"forged":              {map[wire.PeerID][]wire.LNAnnouncement{0: {forged}, 1: {now}}, 2000, true, 1},
			"in another's name": {map[wire.PeerID][]wire.LNAnnouncement{
				0: {unsigned(now, wire.RoutingFees{})}, 1: {now}, 2: {unsigned(now, wire.RoutingFees{})},
			}, 2000, true, 3},
			"never signed": {map[wire.PeerID][]wire.LNAnnouncement{0: {unsigned(now, wire.RoutingFees{BaseMsat: 9})}}, 9, false, 1},
		} {
			all := merge(c.lists, d.m.config.Key, 2)
			if len(all) != 1 || all[0].Info.Fees.BaseMsat != c.base || all[0].Signed != c.signed || all[0].Votes != c.votes {
				t.Errorf("%s: %+v", name, all)
			}
		}
		if all := merge(map[wire.PeerID][]wire.LNAnnouncement{0: {forged}}, d.m.config.Key, 2); len(all) != 0 {
			t.Errorf("nothing but a forgery: %+v", all)
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

// An invoice is what the reference makes, and costs what was quoted.
func TestReceive(t *testing.T) {
	at(t, nil, func(d *desk) {
		for name, c := range map[string]struct {
			ask  Ask
			want error
		}{
			"nothing":   {Ask{Expiry: time.Hour}, ErrTooSmall},
			"the fees":  {Ask{Amount: 60, Expiry: time.Hour}, ErrTooSmall},
			"for a day": {Ask{Amount: 1000, Expiry: 24*time.Hour + 1}, ErrTooLong},
		} {
			if _, err := d.m.Receive(d.ctx, c.ask); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		before := d.c.Balance(d.c.Executor().Snapshot())
		o, err := d.m.Receive(d.ctx, Ask{Amount: 60_000, Description: "tea", Expiry: time.Hour})
		if err != nil || d.fed.LNOffers() != 1 {
			t.Fatalf("%d offers, %v", d.fed.LNOffers(), err)
		}
		i, err := d.m.Read(o.Invoice.String())
		if err != nil {
			t.Fatal(err)
		}
		info := d.fed.Registration(0, 1).Info
		hint := i.RouteHints[0][0]
		if i.Amount != 60_000 || i.Description != "tea" || i.Expiry != 3600 || i.MinFinalCLTV != 18 || !i.PayeeNamed ||
			hint.Source != info.NodeKey || hint.ChannelID != info.ChannelID || hint.CLTVDelta != 144 || o.Op != fsm.OpID(i.PaymentHash) {
			t.Errorf("%+v", i)
		}
		if err := d.fed.Outside().Pay(d.ctx, i.String()); err != nil {
			t.Fatal(err)
		}
		tl := d.teller()
		if _, err := await[claimed](tl, o.Op); err != nil {
			t.Fatal(err)
		}
		s, err := tl.settle(o.Op)
		after := d.c.Balance(d.c.Executor().Snapshot())
		if err != nil || s.State != client.Done || s.Fee != o.FederationFee || after-before != 60_000-o.FederationFee {
			t.Errorf("%v for %v, quoted %v, %v more: %v", s.State, s.Fee, o.FederationFee, after-before, err)
		}
	})
}

// The hints of an invoice lead to the gateway directly, and by its own ways.
func TestHints(t *testing.T) {
	least := wire.Amount(7)
	g := wire.LNGateway{ChannelID: 3, NodeKey: wire.SecretKey{1}.PublicKey(), RouteHints: wire.RouteHints{
		{{Source: wire.SecretKey{2}.PublicKey(), ChannelID: 9, HTLCMinimum: &least}},
	}}
	all := hints(g)
	if len(all) != 2 || len(all[0]) != 1 || len(all[1]) != 2 || all[1][0].HTLCMinimum != nil || all[1][1] != all[0][0] ||
		g.RouteHints[0][0].HTLCMinimum == nil {
		t.Errorf("%+v", all)
	}
}

// What an offer sells can be decrypted by real guardians.
func TestRealEncryption(t *testing.T) {
	bls, err := toyfed.NewBLSEncryption(4)
	if err != nil {
		t.Fatal(err)
	}
	s := stories["be paid"]
	s.change = func(setup *toyfed.Setup) { setup.LN.Encryption = bls }
	sim.Explore(t, sim.Plan{Seeds: 1}, s.scenario)
}
