package gateway_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/gateway"
	gatewaylnv2 "satchel/build/gateway/lnv2"
	"satchel/build/lightning"
	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/lnv2"
	"satchel/client/mintv2"
	"satchel/client/secret"
	"satchel/client/tbs"
	"satchel/client/tpe"
	"satchel/client/wire"
	"satchel/fsm"
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
	"satchel/wasm/fetch"
	"satchel/wasm/socket"
)

const (
	float   = 10_000_000 // msat, of the gateway
	savings = 5_000_000  // msat, of the wallet
	amount  = 1_000_000  // msat, of invoices
)

// A scene is a demo federation, a gateway on the same port, a wallet, and the world
// outside.
type scene struct {
	*testing.T
	fed           *devfed.Federation
	gateway       *gateway.Gateway
	node, outside *lightning.Node
	url           string
	c             *client.Client
	m             *lnv2.Lightning
}

// change is what is unusual in a scene.
type change struct {
	node  func(*lightning.Node) gatewaylnv2.Node
	store func(kv.Store) kv.Store
}

func open(t *testing.T, change change) *scene {
	t.Helper()
	s := &scene{T: t}
	mux := http.NewServeMux()
	var err error
	s.fed, err = devfed.Start(t.Context(), devfed.Options{
		Session: -1, Handler: mux, Modules: []wire.ModuleKind{wire.KindMintV2, wire.KindLNV2},
	})
	s.must(err)
	t.Cleanup(func() { s.must(s.fed.Close()) })
	s.url = "http://" + s.fed.Address() + "/"
	at, err := wire.ParseURL(s.url)
	s.must(err)
	s.must(s.fed.Vet(t.Context(), at))

	net, err := lightning.Open(t.Context(), kv.NewMemory().Handle(), lightning.Options{})
	s.must(err)
	s.node, err = net.Node(t.Context(), "gateway")
	s.must(err)
	s.outside, err = net.Node(t.Context(), "outside")
	s.must(err)
	s.openGateway(change)
	s.gateway.Handle(mux)
	s.gateway.HandleControl(mux, "/control")
	s.openWallet()
	return s
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// run runs something until the test is over.
func (s *scene) run(f func(context.Context)) {
	ctx, cancel := context.WithCancel(s.Context())
	var running sync.WaitGroup
	running.Go(func() { f(ctx) })
	s.Cleanup(func() { cancel(); running.Wait() })
}

func (s *scene) openGateway(change change) {
	s.Helper()
	folder, node := s.TempDir(), gatewaylnv2.Node(s.node)
	if change.node != nil {
		node = change.node(s.node)
	}
	if change.store == nil {
		change.store = func(store kv.Store) kv.Store { return store }
	}
	var err error
	s.gateway, err = gateway.Open(s.Context(), gateway.Options{
		Store: func(name string) kv.Store { return change.store(logfile.Open(filepath.Join(folder, name))) },
		Node:  node, Invite: s.fed.Invite(), Dial: socket.Dial, Faucet: s.notes, Float: float,
		Log: func(err error) { s.Log(err) },
	})
	s.must(err)
	s.run(func(ctx context.Context) { s.gateway.Run(ctx) })
	s.must(s.gateway.Ready(s.Context()))
}

func (s *scene) notes(ctx context.Context, amount wire.Amount) (string, error) {
	notes, err := s.fed.Faucet.EcashV2(ctx, amount)
	return notes.Base32(), err
}

func (s *scene) openWallet() {
	s.Helper()
	ctx := s.Context()
	stores := map[string]*kv.Memory{}
	w, err := client.OpenWallet(ctx, client.Platform{
		Store: func(name string) kv.Store {
			if stores[name] == nil {
				stores[name] = kv.NewMemory()
			}
			return stores[name].Handle()
		},
		Dial: socket.Dial, Fetch: fetch.Do, Random: rand.Reader, Now: time.Now,
		Kinds: []client.Kind{
			ecash.MintV2(func() mintv2.Options {
				return mintv2.Options{Scheme: tbs.V2(), Random: rand.Reader, Zeros: mintv2.Zeros}
			}),
			lnv2.Kind(func() lnv2.Options { return lnv2.Options{Scheme: tpe.BLS{}, Random: rand.Reader} }),
		},
	})
	s.must(err)
	s.run(func(ctx context.Context) { w.Run(ctx) })
	_, err = w.MakeWords(ctx)
	s.must(err)
	p, err := w.Preview(ctx, s.fed.Invite())
	s.must(err)
	s.c, err = w.Join(ctx, p, "", secret.Double, false)
	s.must(err)
	s.m = s.c.Module(wire.KindLNV2).(*lnv2.Lightning)
	notes, err := s.notes(ctx, savings)
	s.must(err)
	text, err := mintv2.ParseText(notes)
	s.must(err)
	op, err := s.c.Module(wire.KindMintV2).(*ecash.Purse).Receive(ctx, text, nil)
	s.must(err)
	s.ends(op)
}

// ends waits until nothing of an operation of the wallet changes any more.
func (s *scene) ends(id fsm.OpID) client.Summary {
	s.Helper()
	return s.until(id, func(sum client.Summary) bool { return sum.Final })
}

func (s *scene) until(id fsm.OpID, enough func(client.Summary) bool) client.Summary {
	s.Helper()
	op, ok := s.c.Operation(s.c.Executor().Snapshot(), id)
	if !ok {
		s.Fatalf("there is no operation %v", id)
	}
	for sum, err := range s.c.Progress(s.Context(), op) {
		s.must(err)
		if enough(sum) {
			return sum
		}
	}
	s.Fatal("the operation has no end")
	return client.Summary{}
}

// bill is an invoice of somebody outside.
func (s *scene) bill() string {
	s.Helper()
	i, err := s.outside.Invoice(s.Context(), lightning.Request{Amount: amount, Expiry: 3600})
	s.must(err)
	return i.String()
}

// pay begins to pay an invoice.
func (s *scene) pay(invoice string) fsm.OpID {
	s.Helper()
	q, err := s.m.Pay(s.Context(), invoice, lnv2.PayOptions{})
	s.must(err)
	return q.Op
}

func (s *scene) balance() wire.Amount { return s.c.Balance(s.c.Executor().Snapshot()) }

// ask makes a request to the gateway.
func (s *scene) ask(method, path, body string) (int, string) {
	s.Helper()
	mux := http.NewServeMux()
	s.gateway.Handle(mux)
	s.gateway.HandleControl(mux, "/control")
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer.Code, answer.Body.String()
}
