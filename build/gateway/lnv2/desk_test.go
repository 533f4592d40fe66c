package lnv2_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client/bolt11"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	tpetoy "satchel/client/tpe/toy"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
)

// A desk is a gateway to which nothing happens by itself. Its clock stands still.
type desk struct {
	*teller
	t      *testing.T
	passed time.Duration
}

const now = 1_700_000_000

func open(t *testing.T, s story) *desk {
	t.Helper()
	if s.scheme == nil {
		s.scheme = tpetoy.Toy{}
	}
	d := &desk{t: t}
	clock := func() time.Time { return time.Unix(now, 0).Add(d.passed) }
	net := must(lightning.Open(t.Context(), kv.NewMemory().Handle(), lightning.Options{Now: clock}))
	st := &stage{
		story: s, gateway: must(net.Node(t.Context(), "gateway")), outside: must(net.Node(t.Context(), "outside")),
		invoices: map[string]string{}, orders: map[string]wire.SendPaymentRequest{}, answers: map[wire.ContractID]wire.SendPaymentResponse{},
		fed: toyfed.New(nil, toyfed.Setup{Signer: toy.New(), Guardians: 4, Lightning: &toyfed.Lightning{Fee: fee, Time: now}}),
	}
	for n := range byte(coins) {
		st.fed.GiveCoin(coinKey(n).PublicKey(), coin)
	}
	c := must(st.fed.Open(t.Context(), "gateway", kv.NewMemory().Handle(), clock, st.kinds()...))
	d.teller = &teller{st, t.Context(), c, c.Module(wire.KindLNV2).(*lnv2.Gateway)}
	if err := d.begin(); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() { c.Run(t.Context()) })
	t.Cleanup(running.Wait)
	return d
}

// relays lets the gateway take up what its node holds.
func (d *desk) relays() {
	var running sync.WaitGroup
	running.Go(d.relay)
	d.t.Cleanup(running.Wait)
}

func (d *desk) billOf(change ...func(*lightning.Request)) string {
	d.t.Helper()
	delete(d.invoices, "bill")
	return must(d.bill(change...))
}

func (d *desk) offered(garbage bool) string {
	d.t.Helper()
	delete(d.invoices, "offer")
	return must(d.offer(garbage))
}

// answer asks the gateway to pay and checks that the answer proves what it says.
func (d *desk) answer(r wire.SendPaymentRequest) wire.SendPaymentResponse {
	d.t.Helper()
	answer, err := d.m.SendPayment(d.ctx, r)
	if err != nil {
		d.t.Fatal(err)
	}
	if !answer.Verify(r.Contract) {
		d.t.Fatalf("%+v proves nothing", answer)
	}
	return answer
}

// why returns why a contract was given up.
func (d *desk) why(r wire.SendPaymentRequest) string {
	d.t.Helper()
	if d.answer(r).Forfeit == nil {
		d.t.Fatal("it was paid")
	}
	op, _ := d.c.Operation(d.c.Executor().Snapshot(), fsm.OpID(r.Contract.ID()))
	s, err := d.c.Summary(d.ctx, op)
	if err != nil {
		d.t.Fatal(err)
	}
	return s.Why
}

// Fault 41: a hundred requests, one payment, and the same answer to all.
func TestPaidOnce(t *testing.T) {
	d := open(t, story{})
	r := d.order(d.billOf())
	var calls sync.WaitGroup
	answers := make([]wire.SendPaymentResponse, 100)
	for i := range answers {
		calls.Go(func() { answers[i], _ = d.m.SendPayment(t.Context(), r) })
	}
	calls.Wait()
	for _, a := range answers {
		if a.Forfeit != nil || a.Preimage != answers[0].Preimage || !a.Verify(r.Contract) {
			t.Fatalf("answer %+v", a)
		}
	}
	if earned := d.gateway.Earned(); earned != -amount {
		t.Errorf("the gateway has paid %d", -earned)
	}
}

// Of several contracts with the same payment hash one is paid for.
func TestOneContractForAHash(t *testing.T) {
	d := open(t, story{})
	invoice := d.billOf()
	first := d.order(invoice)
	answer := d.answer(first)
	delete(d.orders, invoice)
	second := d.order(invoice, func(c *wire.LNV2OutgoingContract) { c.EphemeralKey = receiverKey.PublicKey() })
	for range 2 {
		if _, err := d.m.SendPayment(t.Context(), second); !errors.Is(err, lnv2.ErrRefused) || !strings.Contains(err.Error(), first.Contract.ID().String()) {
			t.Errorf("the second contract: %v", err)
		}
	}
	if again := d.answer(first); again.Preimage != answer.Preimage {
		t.Errorf("asked again: %+v", again)
	}
}

func TestOrdersThatAreRefused(t *testing.T) {
	d := open(t, story{})
	for _, c := range []struct {
		why    string
		change func(*wire.SendPaymentRequest)
	}{
		{"federation", func(r *wire.SendPaymentRequest) { r.FederationID[0]++ }},
		{"claim key", func(r *wire.SendPaymentRequest) { r.Contract.ClaimKey = senderKey.PublicKey() }},
		{"signed", func(r *wire.SendPaymentRequest) { r.Auth[0]++ }},
		{"signed", func(r *wire.SendPaymentRequest) { r.Invoice.Bolt11 = d.billOf() }},
		{"guardians know no contract", func(r *wire.SendPaymentRequest) { r.OutPoint.Index++ }},
		{"and not", func(r *wire.SendPaymentRequest) { r.Contract.Amount++ }},
		{"payment hash", func(r *wire.SendPaymentRequest) { d.resign(r, d.billOf()) }},
		{"invoice", func(r *wire.SendPaymentRequest) { d.resign(r, "lnbcrt1") }},
		{"amount", func(r *wire.SendPaymentRequest) { d.resign(r, d.amountless()) }},
	} {
		r := d.order(d.billOf())
		c.change(&r)
		_, err := d.m.SendPayment(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), c.why) || errors.Is(err, lnv2.ErrRefused) == (c.why == "federation") {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	for op := range d.c.Operations(d.c.Executor().Snapshot(), 0) {
		t.Errorf("operation %v has begun", op.ID)
	}
}

// resign replaces the invoice of a request.
func (d *desk) resign(r *wire.SendPaymentRequest, invoice string) {
	r.Invoice.Bolt11 = invoice
	r.Auth = must(senderKey.Sign(wire.HashOf(r.Invoice)))
}

func (d *desk) amountless() string {
	return must(bolt11.Sign(bolt11.Invoice{
		Network: "regtest", Time: now, Expiry: 60, MinFinalCLTV: 18, Features: bolt11.Basic(),
	}, receiverKey)).String()
}

func TestOrdersThatAreCancelled(t *testing.T) {
	d := open(t, story{})
	expired := d.billOf(func(r *lightning.Request) { r.Expiry = 60 })
	d.passed = 61 * time.Second
	for invoice, why := range map[string]string{
		expired: "the invoice has expired",
		d.billOf(func(r *lightning.Request) { r.Unpayable = true }):                                                                              "no route to the payee",
		must(d.gateway.Invoice(t.Context(), lightning.Request{Amount: amount, Expiry: 60})).String():                                             "no contract belongs to the invoice",
		must(bolt11.Sign(bolt11.Invoice{Network: "bitcoin", Amount: 1, Expiry: 600, Time: now, Features: bolt11.Basic()}, receiverKey)).String(): "of bitcoin",
	} {
		if got := d.why(d.order(invoice)); !strings.Contains(got, why) {
			t.Errorf("given up because %q, want %q", got, why)
		}
	}
}

func TestInvoicesThatAreRefused(t *testing.T) {
	d := open(t, story{})
	d.offered(false) // the first
	for _, c := range []struct {
		why    string
		change func(*wire.CreateInvoiceRequest)
	}{
		{"federation", func(r *wire.CreateInvoiceRequest) { r.FederationID[0]++ }},
		{"used before", func(r *wire.CreateInvoiceRequest) { *r = d.incoming(1, false) }},
		{"used before", func(r *wire.CreateInvoiceRequest) { *r = d.incoming(1, true) }},
		{"no payment hash", func(r *wire.CreateInvoiceRequest) {
			r.Contract.Commitment.Image = wire.PaymentImage{Variant: wire.ImagePoint, Point: senderKey.PublicKey()}
		}},
		{"refund key", func(r *wire.CreateInvoiceRequest) { r.Contract.Commitment.RefundKey = senderKey.PublicKey() }},
		{"nothing is left", func(r *wire.CreateInvoiceRequest) { r.Amount = 2000 }},
		{"needs one over", func(r *wire.CreateInvoiceRequest) { r.Amount -= 1000 }},
		{"the contract has expired", func(r *wire.CreateInvoiceRequest) { r.Contract.Commitment.Expiration = now }},
		{"0 seconds", func(r *wire.CreateInvoiceRequest) { r.ExpirySecs = 0 }},
		{"86401 seconds", func(r *wire.CreateInvoiceRequest) { r.ExpirySecs++ }},
		{"not encrypted", func(r *wire.CreateInvoiceRequest) { r.Contract.Ciphertext.Encrypted[0]++ }},
		{"not encrypted", func(r *wire.CreateInvoiceRequest) { r.Contract.Commitment.ClaimKey = senderKey.PublicKey() }},
	} {
		r := d.incoming(2, false)
		c.change(&r)
		_, err := d.m.CreateInvoice(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), c.why) || errors.Is(err, lnv2.ErrRefused) == (c.why == "federation") {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	long := d.incoming(3, false)
	long.Description.Direct = strings.Repeat("x", 640)
	if _, err := d.m.CreateInvoice(t.Context(), long); !errors.Is(err, lnv2.ErrNode) {
		t.Errorf("a description that does not fit: %v", err)
	}
	i, err := d.m.CreateInvoice(t.Context(), d.incoming(2, false))
	if err != nil || i.Payee != d.gateway.Key() || i.PaymentHash != (wire.Preimage{9, 2}).Hash() || i.Amount != amount {
		t.Errorf("invoice %+v, %v", i, err)
	}
}

func TestReceipt(t *testing.T) {
	d := open(t, story{})
	if _, ok := d.m.Funded(wire.Hash{}); ok {
		t.Error("nothing is known")
	}
	if _, err := d.m.AwaitReceipt(t.Context(), wire.Hash{}); !errors.Is(err, lnv2.ErrRefused) {
		t.Errorf("waited for nothing: %v", err)
	}
	good, bad := must(bolt11.Decode(d.offered(false))), must(bolt11.Decode(d.offered(true)))
	if funded, ok := d.m.Funded(good.PaymentHash); !ok || funded {
		t.Errorf("known: %v, funded: %v", ok, funded)
	}
	d.relays()
	paid := must(d.outside.Pay(t.Context(), good, 2016))
	unpaid := must(d.outside.Pay(t.Context(), bad, 2016))
	if paid.State != lightning.Succeeded || unpaid.State != lightning.Failed {
		t.Fatalf("payments %+v, %+v", paid, unpaid)
	}
	if err := d.settle(); err != nil {
		t.Fatal(err)
	}
	for _, pruned := range []bool{false, true} {
		if pruned {
			if _, err := d.c.Executor().Prune(t.Context(), func(fsm.Record) bool { return false }); err != nil {
				t.Fatal(err)
			}
		}
		for hash, want := range map[wire.Hash]lnv2.Receipt{
			good.PaymentHash: {Settled: true, Preimage: paid.Preimage},
			bad.PaymentHash:  {Why: "the receiver's contract has no preimage"},
		} {
			funded, ok := d.m.Funded(hash)
			r, err := d.m.AwaitReceipt(t.Context(), hash)
			if r != want || !funded || !ok || err != nil {
				t.Errorf("receipt %+v, %v, want %+v", r, err, want)
			}
		}
	}
}

// An answer is there as long as anybody may ask for it.
func TestAnswerAfterPruning(t *testing.T) {
	d := open(t, story{})
	r := d.order(d.billOf())
	answer := d.answer(r)
	if err := d.settle(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.c.Executor().Prune(t.Context(), func(fsm.Record) bool { return false }); err != nil {
		t.Fatal(err)
	}
	if again := d.answer(r); again != answer {
		t.Errorf("%+v, before %+v", again, answer)
	}
}

func TestRoutingInfo(t *testing.T) {
	d := open(t, story{terms: func(terms *lnv2.Terms) { terms.Routing.Base = 1 << 63; terms.Transaction.Base = 1 << 63 }})
	info := d.m.RoutingInfo()
	if info.SendFeeDefault.Base != 1<<64-1 || info.SendFeeDefault.PartsPerMillion != 6000 {
		t.Errorf("fee %v", info.SendFeeDefault)
	}
	d = open(t, story{})
	want := toyfed.Terms()
	want.LightningKey, want.Alias, want.ModuleKey = d.gateway.Key(), "gateway", d.m.RoutingInfo().ModuleKey
	if info := d.m.RoutingInfo(); info != want {
		t.Errorf("%+v, want %+v", info, want)
	}
}

// Whoever does not receive any more does not pay for invoices of before, either.
func TestNotReceiving(t *testing.T) {
	off := false
	d := open(t, story{terms: func(terms *lnv2.Terms) { terms.NoReceiving = off }})
	invoice, other := d.offered(false), d.offered(false)
	off = true
	if d.m.RoutingInfo().ReceiveEnabled {
		t.Error("receiving is said to be on")
	}
	if _, err := d.m.CreateInvoice(t.Context(), d.incoming(9, false)); !errors.Is(err, lnv2.ErrNotReceiving) {
		t.Errorf("an invoice: %v", err)
	}
	if why := d.why(d.order(other)); !strings.Contains(why, "nobody is paid") {
		t.Errorf("given up because %q", why)
	}
	d.relays()
	if p, err := d.paidBy(d.outside, invoice); err != nil || p.State != lightning.Failed {
		t.Errorf("payment %+v, %v", p, err)
	}
}

// meagre is a node that holds less than it was to be paid.
type meagre struct{ *lightning.Node }

func (n meagre) Held(ctx context.Context, isNew func(wire.Hash) bool) (lightning.HTLC, error) {
	h, err := n.Node.Held(ctx, isNew)
	h.Amount--
	return h, err
}

// Payments of another amount than that of the invoice, and such as nobody has asked
// for, go back.
func TestStrangePayments(t *testing.T) {
	d := open(t, story{node: func(s *stage) lnv2.Node { return meagre{s.gateway} }})
	d.relays()
	hash := wire.Preimage{5}.Hash()
	stranger := must(d.gateway.Invoice(t.Context(), lightning.Request{Amount: amount, Expiry: 60, Hash: &hash})).String()
	for _, invoice := range []string{d.offered(false), stranger} {
		if p := must(d.paidBy(d.outside, invoice)); p.State != lightning.Failed {
			t.Errorf("payment %+v", p)
		}
	}
}

// While guardians do not answer nothing is bought, and nobody's money is held.
func TestGuardiansAreSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, story{})
		invoice := d.offered(false)
		for peer := range wire.PeerID(2) {
			d.fed.Switch(peer, false)
		}
		d.relays()
		began := time.Now()
		p, err := d.paidBy(d.outside, invoice)
		if err != nil || p.State != lightning.Failed || time.Since(began) != 10*time.Second {
			t.Errorf("payment %+v after %v, %v", p, time.Since(began), err)
		}
	})
}
