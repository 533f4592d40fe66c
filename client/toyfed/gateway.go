package toyfed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"satchel/client"
	"satchel/client/wire"
	"satchel/fsm/sim"
)

// A Gateway pays invoices for contracts of the federation, and funds contracts
// for invoices of its own. It is not the wallet's, and outlives it: what it knows
// it never forgets. What it has in the federation stands in the books, and what
// it has outside it knows itself.
type Gateway struct {
	l            *lightning
	number       int
	url          wire.SafeURL
	node, module wire.SecretKey

	// The federation's mu guards the rest.
	terms    wire.RoutingInfo
	off      bool
	asked    map[string]int // how often, by route
	offers   map[wire.Hash]offer
	payments map[wire.ContractID]wire.SendPaymentResponse // all that were begun are over
	images   map[wire.PaymentImage]wire.ContractID        // which contract may be paid out
	preimage map[wire.Hash]wire.Preimage                  // of invoices that it has paid outside
	swapped  map[wire.ContractID]swap                     // incoming contracts that it has funded
	regrets  map[wire.OutPoint]wire.SendPaymentRequest    // what it has forfeited, and is still going to pay
	txs      uint64
	channel  int64 // what it has outside more than at first, in msat
}

func newGateway(l *lightning, number int) *Gateway {
	g := &Gateway{
		l: l, number: number, terms: l.Terms,
		node: keyOf(fmt.Sprint("node of gateway ", number)), module: keyOf(fmt.Sprint("module of gateway ", number)),
		asked: map[string]int{}, offers: map[wire.Hash]offer{}, swapped: map[wire.ContractID]swap{},
		payments: map[wire.ContractID]wire.SendPaymentResponse{}, images: map[wire.PaymentImage]wire.ContractID{},
		preimage: map[wire.Hash]wire.Preimage{}, regrets: map[wire.OutPoint]wire.SendPaymentRequest{},
	}
	g.url = must(wire.ParseURL(fmt.Sprintf("https://gateway%d.toy.example/", number)))
	g.terms.LightningKey, g.terms.ModuleKey = PublicKey(g.node), PublicKey(g.module)
	return g
}

// keyOf returns a key that follows from a name.
func keyOf(name string) wire.SecretKey {
	return wire.SecretKey(wire.HashOf(wire.ModuleKind("toyfed " + name)))
}

// Gateway returns the first of the gateways.
func (f *Federation) Gateway() *Gateway { return f.Gateways()[0] }

// Gateways returns all gateways.
func (f *Federation) Gateways() []*Gateway { return f.mustLightning().gateways }

// URL returns where it can be reached.
func (g *Gateway) URL() wire.SafeURL { return g.url }

// Terms returns what it says honestly when it is asked for its terms.
func (g *Gateway) Terms() wire.RoutingInfo {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	return g.terms
}

// SetTerms changes the terms, but for the keys.
func (g *Gateway) SetTerms(terms wire.RoutingInfo) {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	terms.LightningKey, terms.ModuleKey = g.terms.LightningKey, g.terms.ModuleKey
	g.terms = terms
}

// Switch switches the gateway on or off. One that is off does not answer, and
// takes no payments.
func (g *Gateway) Switch(on bool) {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	g.off = !on
}

// Profit returns what the gateway has more than at first, in the federation and
// outside, in msat. That of an honest one is never negative.
func (g *Gateway) Profit() int64 {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	return int64(g.l.f.books.gateways[g.number]) - int64(g.l.Liquidity) + g.channel
}

// Asked returns how often requests for a route have reached it.
func (g *Gateway) Asked(route string) int {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	return g.asked[route]
}

// requests counts those that have reached it.
func (g *Gateway) requests() (n int) {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	for _, times := range g.asked {
		n += times
	}
	return n
}

// errUnreachable is what becomes of a request that nobody answers.
var errUnreachable = errors.New("nobody answers")

// Fetch makes a request to one of the gateways; it is a [client.Fetch]. In a
// world it goes through a gate.
func (f *Federation) Fetch(ctx context.Context, r client.Request) (client.Response, error) {
	g, route := f.gatewayAt(r.URL)
	if g == nil {
		return client.Response{}, fmt.Errorf("%s: %w", r.URL, errUnreachable)
	}
	if g.isOff() {
		return client.Response{}, silence(ctx, errUnreachable)
	}
	serve := func() (client.Response, error) { return g.answer(ctx, route, r.Body) }
	if f.world == nil {
		return serve()
	}
	return sim.Call(ctx, f.world, fmt.Sprintf("gateway %d %s %s", g.number, route, brief(r.Body)), serve)
}

func (f *Federation) gatewayAt(url string) (*Gateway, string) {
	if f.lightning == nil {
		return nil, ""
	}
	for _, g := range f.lightning.gateways {
		if route, ok := strings.CutPrefix(url, strings.TrimSuffix(g.url.String(), "/")); ok {
			return g, strings.TrimPrefix(route, "/v1")
		}
	}
	return nil, ""
}

func (g *Gateway) isOff() bool {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	return g.off
}

// answer answers a request, as the gateway's honesty will have it.
func (g *Gateway) answer(ctx context.Context, route string, body []byte) (client.Response, error) {
	g.l.f.mu.Lock()
	times := g.asked[route]
	g.asked[route]++
	g.l.f.mu.Unlock()
	q := GatewayQuestion{g, route, body, times, func() client.Response { return g.serve(route, body) }}
	if g.l.Lie == nil {
		return q.Honest(), nil
	}
	answer, err := g.l.Lie(q)
	if errors.Is(err, ErrSilent) {
		err = silence(ctx, errUnreachable)
	}
	return answer, err
}

// A refusal is an answer of another status than 200.
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return fmt.Sprintf("%d %s", r.status, r.text) }

// errRefused is what gateways answer whatever the reason is.
var errRefused = refusal{500, "LNv2 operation failed, please contact gateway operator"}

// serve answers a request honestly.
func (g *Gateway) serve(route string, body []byte) client.Response {
	g.l.f.mu.Lock()
	defer g.l.f.mu.Unlock()
	var answer any
	var err error
	switch route {
	case "/routing_info":
		answer, err = g.routingInfo(body)
	case "/create_bolt11_invoice":
		answer, err = g.createInvoice(body)
	case "/send_payment":
		answer, err = g.sendPayment(body)
	default:
		answer, err = g.serveLN(route, body)
	}
	var r refusal
	if errors.As(err, &r) {
		return client.Response{Status: r.status, Body: []byte(r.text)}
	}
	return client.Response{Status: 200, Body: must(json.Marshal(answer))}
}

// parseBody reads a request as the reference's server does. Reading one takes a
// while, as there are keys in it.
func parseBody[T any](m *memo[string, T], body []byte) (T, error) {
	return m.get(string(body), func() (v T, err error) {
		if err := json.Unmarshal(body, &v); err != nil {
			return v, refusal{422, err.Error()}
		}
		return v, nil
	})
}

var (
	infoRequests    memo[string, wire.FederationID]
	paymentRequests memo[string, wire.SendPaymentRequest]
	invoiceRequests memo[string, wire.CreateInvoiceRequest]
)

// serves refuses what is about another federation.
func (g *Gateway) serves(id wire.FederationID) error {
	if id != g.l.f.id {
		return refusal{400, fmt.Sprintf("No federation available for prefix %v", id.Prefix())}
	}
	return nil
}

func (g *Gateway) routingInfo(body []byte) (any, error) {
	id, err := parseBody(&infoRequests, body)
	if err == nil {
		err = g.serves(id)
	}
	return g.terms, err
}

// transact takes a transaction of the gateway into consensus, which gets what
// comes in too much and pays what is missing.
func (g *Gateway) transact(tx wire.Transaction, keys ...wire.SecretKey) (wire.TxID, *wire.TransactionError) {
	f := g.l.f
	g.txs++
	tx.Nonce = [8]byte{'g', byte(g.number), byte(g.txs >> 8), byte(g.txs)}
	id := tx.TxID()
	for _, key := range keys {
		tx.Signature.Signatures = append(tx.Signature.Signatures, sign(key, id))
	}
	next := f.books.clone()
	s, refused := f.apply(next, tx, true)
	if refused != nil {
		return id, refused
	}
	has := next.gateways[g.number] + s.in
	if has < s.need {
		return id, s.unbalanced()
	}
	next.gateways[g.number] = has - s.need
	next.audit.Fees += s.need - s.given
	f.adopt(next)
	return id, nil
}
