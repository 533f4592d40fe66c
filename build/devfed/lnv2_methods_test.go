package devfed_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"satchel/build/devfed"
	"satchel/build/devfed/lnv2"
	"satchel/client/wire"
)

// waits sends a request and checks that it is not answered.
func (s *socket) waits(method string, params any) (id int) {
	s.t.Helper()
	id = s.send(method, params)
	if now := s.send("session_count", nil); s.receive().ID != now {
		s.t.Fatalf("%s of %v did not wait", method, params)
	}
	return id
}

// gets reads the answer to the request that waits.
func (s *socket) gets(id int, want string) {
	s.t.Helper()
	if r := s.receive(); r.ID != id || string(r.Result) != want {
		s.t.Errorf("answer %d is %s (%v), want %d with %s", r.ID, r.Result, r.Error, id, want)
	}
}

func mine(t *testing.T, f *devfed.Federation, count uint32) {
	t.Helper()
	if err := f.Mine(t.Context(), count); err != nil {
		t.Fatal(err)
	}
}

func advance(t *testing.T, f *devfed.Federation, seconds uint32) {
	t.Helper()
	if err := f.Advance(t.Context(), seconds); err != nil {
		t.Fatal(err)
	}
}

func pointJSON(at wire.OutPoint) string {
	return fmt.Sprintf(`{"txid":"%v","out_idx":%d}`, at.TxID, at.Index)
}

func preimageJSON(p wire.Preimage) string {
	return strings.ReplaceAll(fmt.Sprint([32]byte(p)), " ", ",")
}

// TestAwaitPreimage waits for the gateway, or until it is too late for it.
func TestAwaitPreimage(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	method, s, blocks := p.method("await_preimage"), p.sockets[2], f.Blocks()
	delete(p.sockets, 2)
	at := p.fundOutgoing(p.outgoing(blocks + 5))
	for _, expiration := range []uint64{0, blocks} {
		if got := string(s.must(method, []any{at, expiration})); got != "null" {
			t.Errorf("a preimage that has expired at %d: %s", expiration, got)
		}
	}
	waiting := s.waits(method, []any{at, blocks + 5})
	mine(t, f, 4)
	late := s.waits(method, []any{wire.OutPoint{}, blocks + 5})
	if got := p.spend(p.gateway, claim(at, p.preimage)); got != "" {
		t.Fatal(got)
	}
	s.gets(waiting, preimageJSON(p.preimage))
	mine(t, f, 1)
	s.gets(late, "null")
	if got := string(s.must(method, []any{at, 0})); got != preimageJSON(p.preimage) {
		t.Errorf("after everything the preimage is %s", got)
	}
}

// TestAwaitIncoming waits for a gateway that funds a contract, or until it can no
// longer.
func TestAwaitIncoming(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	method, s := p.method("await_incoming_contract"), p.sockets[2]
	delete(p.sockets, 2)
	soon := uint64(f.Time().Unix()) + 3600
	funded, never := p.offer(soon, p.preimage), p.offer(soon, p.preimage)
	waiting := s.waits(method, []any{funded.ID(), soon})
	at := p.fund(funded.output())[0]
	s.gets(waiting, pointJSON(at))
	again := p.fund(p.offer(soon, p.preimage).output(), funded.output())[1]
	if got := string(s.must(method, []any{funded.ID(), soon})); got != pointJSON(again) {
		t.Errorf("the contract that was funded twice is at %s", got)
	}
	waiting = s.waits(method, []any{never.ID(), soon})
	advance(t, f, 3000)
	mine(t, f, 1)
	advance(t, f, 660) // the minute may have begun
	s.gets(waiting, "null")
	if got := string(s.must(method, []any{funded.ID(), soon})); got != pointJSON(again) {
		t.Errorf("a funded contract that has expired is at %s", got)
	}
	if got := string(s.must(method, []any{never.ID(), 0})); got != "null" {
		t.Errorf("a contract that has always expired: %s", got)
	}
}

// TestStream reads incoming contracts as somebody does who waits for payments to
// an LNURL.
func TestStream(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	method, s := p.method("await_incoming_contracts"), p.sockets[2]
	delete(p.sockets, 2)
	s.waits(method, []int{0, 128})
	var offers []offer
	var points []wire.OutPoint
	fund := func() {
		t.Helper()
		o := p.offer(uint64(wire.FeeExpiration(7000)), p.preimage)
		offers, points = append(offers, o), append(points, p.fund(o.output())...)
	}
	fund()
	batch := decodeJSON[lnv2.Batch](t, s.receive().Result)
	if batch.Second != 1 || len(batch.First) != 1 || batch.First[0] != offers[0].LNV2IncomingContract || batch.First[0].Commitment.GatewayFee() != 7000 {
		t.Errorf("batch %+v", batch)
	}
	for range 4 {
		fund()
	}
	read := func(start, n uint64, next uint64, want ...int) {
		t.Helper()
		for peer := range wire.PeerID(2) {
			batch := ask[lnv2.Batch](p.sockets[peer], method, []uint64{start, n})
			var got []int
			for _, c := range batch.First {
				got = append(got, slices.IndexFunc(offers, func(o offer) bool { return o.LNV2IncomingContract == c }))
			}
			if !slices.Equal(got, want) || batch.Second != next {
				t.Errorf("guardian %d, from %d at most %d: contracts %v, next %d; want %v, %d", peer, start, n, got, batch.Second, want, next)
			}
		}
	}
	read(0, 1024, 5, 0, 1, 2, 3, 4)
	read(1, 2, 3, 1, 2)
	for _, i := range []int{1, 4} {
		if got := p.spend(p.user, decrypted(points[i], offers[i].key)); got != "" {
			t.Fatal(got)
		}
	}
	read(0, 2, 3, 0, 2)
	read(1, 1, 3, 2)
	read(3, 128, 4, 3)
	read(4, 128, 5)
	s.waits(method, []int{5, 1})
	for _, n := range []int{0, 1025} {
		if _, err := s.call(method, []int{0, n}); err == nil || err.Error() != "400 Batch size must be in 1..=1024" {
			t.Errorf("batch of %d: %v", n, err)
		}
	}
	if got := string(s.must(method, []int{4, 1})); got != `[[],5]` {
		t.Errorf("an empty batch is %s", got)
	}
	fund()
	if batch := decodeJSON[lnv2.Batch](t, s.receive().Result); len(batch.First) != 1 || batch.Second != 6 {
		t.Errorf("batch %+v", batch)
	}
}

// TestKeyShareWaits asks for a share before the contract is funded.
func TestKeyShareWaits(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	o := p.offer(never, p.preimage)
	tx := p.funding(o.output())
	s, at := p.sockets[3], wire.OutPoint{TxID: tx.TxID()}
	delete(p.sockets, 3)
	waiting := s.waits(p.method("decryption_key_share"), at)
	if text := p.submit(tx); text != "" {
		t.Fatal(text)
	}
	if r := s.receive(); r.ID != waiting || r.Error != nil {
		t.Errorf("%+v", r)
	}
	p.sockets[3] = s
	p.collectKey(at, o)
}

// TestExpiration asks about outgoing contracts as a gateway does.
func TestExpiration(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2})
	p := openLNV2(t, f)
	blocks, method := f.Blocks(), p.method("outgoing_contract_expiration")
	c := p.outgoing(blocks + 3)
	at := p.fundOutgoing(c)
	for _, c := range []struct {
		mined uint32
		want  string
	}{{0, fmt.Sprintf(`["%v",3]`, c.ID())}, {2, fmt.Sprintf(`["%v",1]`, c.ID())}, {5, fmt.Sprintf(`["%v",0]`, c.ID())}} {
		mine(t, f, c.mined)
		for _, s := range p.sockets {
			if got := string(s.must(method, at)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		}
	}
	if got := p.spend(p.user, refund(at)); got != "" {
		t.Fatal(got)
	}
	for _, at := range []wire.OutPoint{at, {}} {
		if got := string(p.some().must(method, at)); got != "null" {
			t.Errorf("a contract that is not there: %s", got)
		}
	}
}

// TestGateways changes the list of one guardian as its owner.
func TestGateways(t *testing.T) {
	long, short := parseURL(t, "https://gateway.example/v1"), parseURL(t, "https://gw.example")
	folder := t.TempDir()
	options := devfed.Options{Modules: withLNV2, Password: "pw", Gateways: []wire.SafeURL{long}, Data: folder, Session: -1}
	f, err := devfed.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	p := openLNV2(t, f)
	lists := func(want ...string) {
		t.Helper()
		for peer, want := range want {
			if got := string(p.sockets[wire.PeerID(peer)].must(p.method("gateways"), nil)); got != want {
				t.Errorf("guardian %d lists %s, want %s", peer, got, want)
			}
		}
	}
	const one, both = `["https://gateway.example/v1"]`, `["https://gw.example/","https://gateway.example/v1"]`
	lists(one, one, one, one)
	pw := "pw"
	s := p.sockets[1]
	change := func(method, want string) {
		t.Helper()
		s.auth = nil
		if _, err := s.call(p.method(method), short); err == nil || err.Error() != "401 Invalid authorization" {
			t.Errorf("%s without a password: %v", method, err)
		}
		s.auth = &pw
		if got := string(s.must(p.method(method), short)); got != want {
			t.Errorf("%s: %s, want %s", method, got, want)
		}
	}
	change("remove_gateway", "false")
	change("add_gateway", "true")
	change("add_gateway", "false")
	lists(one, both, one, one)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = start(t, options)
	p = openLNV2(t, f)
	lists(one, both, one, one)
	s = p.sockets[1]
	change("remove_gateway", "true")
	lists(one, one, one, one)
	if _, err := s.call(p.method("add_gateway"), "no url"); err == nil || !strings.HasPrefix(err.Error(), "400 ") {
		t.Errorf("a gateway without a url: %v", err)
	}
}

func parseURL(t testing.TB, text string) wire.SafeURL {
	t.Helper()
	url, err := wire.ParseURL(text)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// TestParams has params that the methods cannot work with.
func TestParams(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLNV2, Guardians: 1})
	p := openLNV2(t, f)
	id, at := wire.ContractID{}, wire.OutPoint{}
	for method, wrong := range map[string][]any{
		"consensus_block_count":        {0, []any{}},
		"await_incoming_contract":      {nil, id, []any{id}, []any{id, nil}, []any{id, -1}, []any{id, 1, 2}, []any{at, 1}},
		"await_incoming_contracts":     {nil, 1, []any{1}, []any{1, nil}, []any{0, "1"}, []any{1, 2, 3}},
		"await_preimage":               {nil, at, []any{at}, []any{nil, 0}, []any{at, 0.5}, []any{at, 0, 0}},
		"decryption_key_share":         {nil, 1, []any{}, id},
		"outgoing_contract_expiration": {nil, 1, []any{}, id},
		"gateways":                     {0},
	} {
		for _, params := range wrong {
			if result, err := p.some().call(p.method(method), params); err == nil || !strings.HasPrefix(err.Error(), "400 ") {
				t.Errorf("%s %v: %s, %v", method, params, result, err)
			}
		}
	}
}
