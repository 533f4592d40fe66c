package lnv2_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client"
	"satchel/client/bolt11"
	"satchel/client/dummy"
	"satchel/client/tbs/toy"
	"satchel/client/toyfed"
	"satchel/client/tpe"
	tpetoy "satchel/client/tpe/toy"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/sim"
)

// A story is what wallets and others want of a gateway. It is told from the
// beginning in every life of the gateway, and what has been done already is not
// done again.
type story struct {
	tell func(*teller) error

	// change makes the federation another one, and node the gateway's node.
	change func(*toyfed.Setup)
	node   func(*stage) lnv2.Node
	// mistake stands between the gateway and its node.
	mistake func(*stage, lnv2.Node) lnv2.Node
	scheme  tpe.Guardian
	terms   func(*lnv2.Terms)

	// loses says that the gateway may end with less than it had, and anyEnd that the
	// end depends on who is slow: only the value is compared.
	loses, anyEnd bool
}

const (
	coin   = 3_000_000 // msat of each of the gateway's coins
	coins  = 3
	amount = 1_000_000 // msat of every invoice
)

var (
	fee         = wire.PaymentFee{Base: 1000, PartsPerMillion: 100}
	senderKey   = wire.SecretKey{31: 7}
	receiverKey = wire.SecretKey{31: 8}
)

// A stage is a story in one world.
type stage struct {
	story
	world                 *sim.World
	fed                   *toyfed.Federation
	gateway, outside, eve *lightning.Node

	// What outlives the gateway, and only one at a time works with.
	once      *sync.Once // of what happens once in all lives
	contracts byte       // how many incoming ones were made
	invoices  map[string]string
	orders    map[string]wire.SendPaymentRequest
	answers   map[wire.ContractID]wire.SendPaymentResponse
	paid      int // how often a node has paid that does not look first
}

// random is a source of random bytes that outlives the gateway.
type random struct{ *rand.Rand }

func (r random) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r.Uint64())
	}
	return len(b), nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (s story) scenario(w *sim.World) sim.Scenario {
	st := s.stage(w)
	sc := sim.Scenario{Live: st.live, Check: st.check, End: st.end}
	if s.anyEnd {
		sc.End = nil
	}
	return sc
}

func (s story) stage(w *sim.World) *stage {
	setup := toyfed.Setup{
		Signer: toy.New(), Guardians: 4, Off: []wire.PeerID{wire.PeerID(w.Rand("off").IntN(4))},
		Lightning: &toyfed.Lightning{Fee: fee},
	}
	if s.change != nil {
		s.change(&setup)
	}
	if s.scheme == nil {
		s.scheme = tpetoy.Toy{}
	}
	ctx := context.Background()
	net := must(lightning.Open(ctx, kv.NewMemory().Handle(), lightning.Options{Random: random{w.Rand("lightning")}}))
	st := &stage{
		story: s, world: w, fed: toyfed.New(w, setup), once: new(sync.Once),
		gateway: must(net.Node(ctx, "gateway")), outside: must(net.Node(ctx, "outside")), eve: must(net.Node(ctx, "eve")),
		invoices: map[string]string{}, orders: map[string]wire.SendPaymentRequest{},
		answers: map[wire.ContractID]wire.SendPaymentResponse{},
	}
	for n := range byte(coins) {
		st.fed.GiveCoin(coinKey(n).PublicKey(), coin)
	}
	return st
}

func coinKey(n byte) wire.SecretKey { return wire.SecretKey{7, n} }

func (s *stage) kinds() []client.Kind {
	return []client.Kind{dummy.Kind(), lnv2.Kind(func() lnv2.Options {
		node := lnv2.Node(s.gateway)
		if s.node != nil {
			node = s.node(s)
		}
		if s.world != nil {
			node = gated{node, s.world}
		}
		if s.mistake != nil {
			node = s.mistake(s, node)
		}
		return lnv2.Options{Node: node, Scheme: s.scheme, Terms: func() lnv2.Terms {
			t := lnv2.DefaultTerms()
			if s.terms != nil {
				s.terms(&t)
			}
			return t
		}}
	})}
}

// A teller is one life of a story.
type teller struct {
	*stage
	ctx context.Context
	c   *client.Client
	m   *lnv2.Gateway
}

func (s *stage) live(ctx context.Context) error {
	c, err := s.fed.Open(ctx, "gateway", s.world.Disk(ctx, "gateway"), nil, s.kinds()...)
	if err != nil {
		return err
	}
	s.world.Observe(c.Executor())
	ctx, cancel := context.WithCancelCause(ctx)
	ran := make(chan error, 1)
	go func() {
		err := c.Run(ctx)
		cancel(err)
		ran <- err
	}()
	t := &teller{s, ctx, c, c.Module(wire.KindLNV2).(*lnv2.Gateway)}
	var relay sync.WaitGroup
	relay.Go(t.relay)
	if err = t.begin(); err == nil {
		err = t.tell(t)
	}
	if err == nil {
		err = t.settle()
	}
	cancel(nil)
	relay.Wait()
	if died := <-ran; err == nil && errors.Is(died, kv.ErrClosed) {
		err = died
	}
	return err
}

// begin gives the gateway its coins.
func (t *teller) begin() error {
	return t.c.Update(t.ctx, func(tx *fsm.Tx) error {
		if tx.Has("begun") {
			return nil
		}
		tx.Put("begun", nil)
		for n := range byte(coins) {
			t.c.Module(dummy.Name).(*dummy.Dummy).Put(tx, dummy.Coin{Key: coinKey(n), Amount: coin})
		}
		return nil
	})
}

// again does something until it succeeds or the life is over.
func (t *teller) again(do func() error) error {
	for {
		err := do()
		switch {
		case err == nil:
			return nil
		case t.ctx.Err() != nil:
			return context.Cause(t.ctx)
		case errors.Is(err, sim.ErrKilled), errors.Is(err, kv.ErrClosed):
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-t.ctx.Done():
		}
	}
}

func (t *teller) relay() {
	t.again(func() error { return t.m.Relay(t.ctx) })
}

// settle waits until nothing is under way.
func (t *teller) settle() error {
	_, err := fsm.Await(t.ctx, t.c.Executor(), "", func(r *kv.Reader) (struct{}, bool) {
		for rec := range t.c.Executor().All(r) {
			if !rec.Final {
				return struct{}{}, false
			}
		}
		return struct{}{}, true
	})
	return err
}

// bill returns an invoice of somebody outside.
func (t *teller) bill(change ...func(*lightning.Request)) (string, error) {
	if text, ok := t.invoices["bill"]; ok {
		return text, nil
	}
	r := lightning.Request{Amount: amount, Expiry: 3600}
	for _, c := range change {
		c(&r)
	}
	i, err := t.outside.Invoice(t.ctx, r)
	t.invoices["bill"] = i.String()
	return i.String(), err
}

// order funds a contract for an invoice, once, and returns what asks the gateway to
// pay.
func (t *teller) order(invoice string, change ...func(*wire.LNV2OutgoingContract)) wire.SendPaymentRequest {
	if r, ok := t.orders[invoice]; ok {
		return r
	}
	i := must(bolt11.Decode(invoice))
	info := t.m.RoutingInfo()
	fee, delta := info.SendTerms(i.Payee)
	c := wire.LNV2OutgoingContract{
		Image: wire.PaymentImage{Hash: i.PaymentHash}, Amount: fee.AddTo(i.Amount), Expiration: t.fed.Height() + delta + 12,
		ClaimKey: info.ModuleKey, RefundKey: senderKey.PublicKey(), EphemeralKey: senderKey.PublicKey(),
	}
	for _, f := range change {
		f(&c)
	}
	id := t.fed.Grant(wire.DynOutput{Dyn: wire.DynOf(toyfed.LNV2ID, wire.LNV2Output{Outgoing: &c})})
	bolt := wire.LightningInvoice{Bolt11: invoice}
	r := wire.SendPaymentRequest{
		FederationID: t.c.FederationID(), OutPoint: wire.OutPoint{TxID: id}, Contract: c, Invoice: bolt,
		Auth: must(senderKey.Sign(wire.HashOf(bolt))),
	}
	t.orders[invoice] = r
	return r
}

// send asks the gateway to pay until it has answered.
func (t *teller) send(r wire.SendPaymentRequest) error {
	return t.again(func() error {
		answer, err := t.m.SendPayment(t.ctx, r)
		if err == nil {
			t.answers[r.Contract.ID()] = answer
		}
		return err
	})
}

// offer leaves an incoming contract at the gateway, and keeps the invoice that comes
// back. What the gateway was told and not heard of is forgotten.
func (t *teller) offer(garbage bool) (string, error) {
	err := t.again(func() error {
		if t.invoices["offer"] != "" {
			return nil
		}
		t.contracts++
		r := t.incoming(t.contracts, garbage)
		i, err := t.m.CreateInvoice(t.ctx, r)
		if err == nil {
			t.invoices["offer"] = i.String()
		}
		return err
	})
	return t.invoices["offer"], err
}

// incoming asks for an invoice. n tells contracts apart.
func (t *teller) incoming(n byte, garbage bool) wire.CreateInvoiceRequest {
	config := must(wire.Decode[wire.LNV2Config](t.c.Config().Modules[toyfed.LNV2ID].Config.Body))
	info := t.m.RoutingInfo()
	preimage := wire.Preimage{9, n}
	c := wire.LNV2Commitment{
		Image: wire.PaymentImage{Hash: preimage.Hash()}, Amount: info.ReceiveFee.SubtractFrom(amount),
		Expiration: uint64(t.c.Now().Unix()) + 1_000_000, ClaimKey: receiverKey.PublicKey(), RefundKey: info.ModuleKey, EphemeralKey: receiverKey.PublicKey(),
	}
	if garbage {
		preimage[31]++
	}
	ct := must(tpetoy.Toy{}.Encrypt(config.Key, [32]byte{n}, preimage, wire.HashOf(c)))
	return wire.CreateInvoiceRequest{
		FederationID: t.c.FederationID(), Amount: amount, ExpirySecs: 86400,
		Contract: wire.LNV2IncomingContract{
			Commitment: c, Ciphertext: wire.LNV2Ciphertext{Encrypted: ct.Encrypted, Key: ct.Key, Signature: ct.Signature},
		},
	}
}

// paidBy has a node pay an invoice of the gateway, and says how that has ended.
func (t *teller) paidBy(n *lightning.Node, invoice string) (lightning.Payment, error) {
	return n.Pay(t.ctx, must(bolt11.Decode(invoice)), 2016)
}

func (s *stage) reopen() (*client.Client, error) {
	return s.fed.Open(context.Background(), "gateway", s.world.Memory("gateway").Handle(), nil, s.kinds()...)
}

// check looks for everything that the gateway has, and for what it has promised.
func (s *stage) check() error {
	c, err := s.reopen()
	if err != nil {
		return err
	}
	if err := s.fed.Audit().Check(); err != nil {
		return err
	}
	if stuck := c.Executor().Stuck(); len(stuck) > 0 {
		return fmt.Errorf("stuck: %+v", stuck)
	}
	if s.paid > 1 {
		return fmt.Errorf("paid %d times", s.paid)
	}
	has := int64(c.Balance(c.Executor().Snapshot())) + s.gateway.Earned()
	if has < coins*coin && !s.loses {
		return fmt.Errorf("the gateway had %d msat and has %d", coins*coin, has)
	}
	for id, a := range s.answers {
		for _, r := range s.orders {
			if r.Contract.ID() == id && !a.Verify(r.Contract) {
				return fmt.Errorf("the answer to contract %v proves nothing: %+v", id, a)
			}
		}
	}
	return s.checkSummaries(c)
}

// checkSummaries compares what operations are said to have changed with the balance.
func (s *stage) checkSummaries(c *client.Client) error {
	r := c.Executor().Snapshot()
	change := int64(0)
	for op := range c.Operations(r, 0) {
		sum, err := c.Summary(context.Background(), op)
		if err != nil {
			return err
		}
		if !sum.Final || sum.InFlight != 0 {
			return fmt.Errorf("%s is %s with %v in flight", sum.Title, sum.State, sum.InFlight)
		}
		change += sum.Change
	}
	if now := int64(c.Balance(r)) - coins*coin; now != change {
		return fmt.Errorf("the balance has changed by %d msat, the operations by %d", now, change)
	}
	return nil
}

func (s *stage) end() string {
	c, err := s.reopen()
	if err != nil {
		return err.Error()
	}
	r := c.Executor().Snapshot()
	end := fmt.Sprintf("e-cash %+d, lightning %+d", int64(c.Balance(r))-coins*coin, s.gateway.Earned())
	for op := range c.Operations(r, 0) {
		sum, err := c.Summary(context.Background(), op)
		end += fmt.Sprintf("\n  %s: %s, %+d", sum.Title, sum.State, sum.Change)
		if err != nil {
			end += ", " + err.Error()
		}
		if sum.Why != "" && !strings.HasPrefix(sum.Why, "The transaction") { // which is how the toy federation says it
			end += ", " + sum.Why
		}
		for rec := range c.Executor().Machines(r, op.ID) {
			if strings.HasPrefix(rec.Machine, "gateway/") {
				end += ", " + rec.Step
			}
		}
	}
	return end
}
