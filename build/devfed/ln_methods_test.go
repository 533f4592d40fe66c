package devfed_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/wire"
)

// TestLNBlocks waits for blocks, and counts those that enough guardians have seen.
func TestLNBlocks(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN})
	s := openLN(t, f)
	blocks := f.Blocks()
	counted := func(want uint64) {
		t.Helper()
		for peer, socket := range s.sockets {
			if got := ask[uint64](socket, s.method("block_count"), nil); got != want {
				t.Errorf("guardian %d counts %d blocks, want %d", peer, got, want)
			}
		}
	}
	counted(blocks)
	if got := string(s.some().must(s.method("await_block_height"), blocks-1)); got != "null" {
		t.Errorf("a height of long ago: %s", got)
	}
	waiting := s.sockets[1].waits(s.method("await_block_height"), blocks)
	mine(t, f, 1)
	s.sockets[1].gets(waiting, "null")
	behave(t, f, 2, guardian.Behaviour{State: guardian.Off})
	delete(s.sockets, 2)
	mine(t, f, 5)
	counted(blocks + 6)
}

// TestLNWaits asks for offers and contracts before they are there.
func TestLNWaits(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN})
	s := openLN(t, f)
	x, c := s.sale(honest), s.outgoing(5000, wire.Preimage{1})
	socket := s.sockets[3]
	delete(s.sockets, 3)
	offer := socket.waits(s.method("await_offer"), x.offer.Hash)
	for _, method := range []string{"offer", "account"} {
		if got := string(socket.must(s.method(method), x.offer.Hash)); got != "null" {
			t.Errorf("%s: %s", method, got)
		}
	}
	s.must(x.offering())
	socket.gets(offer, must(json.Marshal(x.offer)))
	for _, method := range []string{"await_account", "get_decrypted_preimage_status", "await_preimage_decryption"} {
		socket.waits(s.method(method), x.offer.ID())
	}
	s.must(x.buying(10_000))
	for range 3 {
		if r := socket.receive(); r.Error != nil || !strings.Contains(string(r.Result), x.offer.Hash.String()) {
			t.Errorf("%+v", r)
		}
	}
	cancelled := socket.waits(s.method("await_outgoing_contract_cancelled"), c.ID())
	s.must(funding(10_000, wire.LNContract{Outgoing: &c}))
	if now := socket.send("session_count", nil); socket.receive().ID != now {
		t.Error("a contract that is only funded is cancelled")
	}
	s.must(s.cancel(s.gateway, c))
	c.Cancelled = true
	socket.gets(cancelled, must(json.Marshal(wire.LNAccount{Amount: 10_000, Outgoing: &c})))
	if _, err := socket.call(s.method("get_decrypted_preimage_status"), c.ID()); err == nil || err.Error() != "400 Contract is not an incoming contract" {
		t.Errorf("the preimage of an outgoing contract: %v", err)
	}
	socket.waits(s.method("await_preimage_decryption"), c.ID())
	socket.waits(s.method("await_outgoing_contract_cancelled"), x.offer.ID())
}

func must(text []byte, err error) string {
	if err != nil {
		panic(err)
	}
	return string(text)
}

// TestLNParams has params that the methods cannot work with.
func TestLNParams(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN, Guardians: 1})
	s := openLN(t, f)
	for _, method := range []string{
		"account", "await_account", "await_outgoing_contract_cancelled", "get_decrypted_preimage_status", "await_preimage_decryption",
		"offer", "await_offer", "await_block_height", "register_gateway", "remove_gateway_challenge", "remove_gateway",
	} {
		for _, params := range []any{nil, "00", -1, []any{}, map[string]any{}} {
			if result, err := s.some().call(s.method(method), params); err == nil || !strings.HasPrefix(err.Error(), "400 ") {
				t.Errorf("%s %v: %s, %v", method, params, result, err)
			}
		}
	}
	for _, method := range []string{"block_count", "list_gateways", "module_consensus_version", "supported_module_consensus_version"} {
		if _, err := s.some().call(s.method(method), 1); err == nil || err.Error() != "400 params are not null" {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// A registry is the gateways of one guardian.
type registry struct {
	*seller
	socket *socket
}

func (r registry) register(a wire.LNAnnouncement) string {
	r.t.Helper()
	result, err := r.socket.call(r.method("register_gateway"), a)
	if err != nil {
		return err.Error()
	}
	if string(result) != "null" {
		r.t.Errorf("registered with %s", result)
	}
	return ""
}

func (r registry) list() []wire.LNAnnouncement {
	r.t.Helper()
	return ask[[]wire.LNAnnouncement](r.socket, r.method("list_gateways"), nil)
}

// TestLNGateways registers a gateway again and again.
func TestLNGateways(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }})
	s := openLN(t, f)
	r := registry{s, s.sockets[1]}
	dearer := func(g *wire.LNGateway) { g.Fees.Millionths++ }
	forged := s.announcement(9, 600, nil)
	forged.Info.Alias = "somebody else"
	const unsigned, replay = "400 Gateway registration is signed and cannot be replaced by an unsigned one", "400 Gateway registration nonce must increase to change settings, got %d but stored %d"
	for _, c := range []struct {
		name       string
		a          wire.LNAnnouncement
		want       string
		nonce      uint64 // of what is listed then
		millionths uint32
		ttl        uint64
	}{
		{"unsigned", s.announcement(0, 600, nil), "", 0, 3000, 600},
		{"other unsigned", s.announcement(0, 60, dearer), "", 0, 3001, 60},
		{"forged", forged, "400 Invalid gateway registration signature", 0, 3001, 60},
		{"signed", s.announcement(5, 600, nil), "", 5, 3000, 600},
		{"unsigned after that", s.announcement(0, 600, nil), unsigned, 5, 3000, 600},
		{"lower nonce", s.announcement(4, 600, dearer), fmt.Sprintf(replay, 4, 5), 5, 3000, 600},
		{"same nonce", s.announcement(5, 600, dearer), fmt.Sprintf(replay, 5, 5), 5, 3000, 600},
		{"lower nonce, nothing new", s.announcement(4, 700, nil), "", 5, 3000, 700},
		{"higher nonce, nothing new", s.announcement(6, 800, nil), "", 6, 3000, 800},
		{"higher nonce", s.announcement(7, 900, dearer), "", 7, 3001, 900},
		{"for too long", s.announcement(8, 1<<63, nil), "", 8, 3000, 86400},
		{"all of a payment", s.announcement(9, 1, func(g *wire.LNGateway) { g.Fees.Millionths = 1_000_000 }), "", 9, 1_000_000, 1},
		{"more than that", s.announcement(10, 1, func(g *wire.LNGateway) { g.Fees.Millionths = 1_000_001 }), "400 Gateway registration fee of 1000001 proportional millionths exceeds the payment itself", 9, 1_000_000, 1},
	} {
		if got := r.register(c.a); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		list := r.list()
		if len(list) != 1 {
			t.Fatalf("%s: listed are %+v", c.name, list)
		}
		got := list[0]
		if got.Vetted || got.TTL != (wire.Duration{Secs: c.ttl}) || got.Info.Fees.Millionths != c.millionths || (got.Auth == nil) != (c.nonce == 0) || got.Auth != nil && got.Auth.Nonce != c.nonce {
			t.Errorf("%s: listed is %+v", c.name, got)
		}
		if err := got.Verify(s.config.Key); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if others := (registry{s, s.sockets[0]}).list(); len(others) != 0 {
		t.Errorf("another guardian lists %+v", others)
	}
}

// TestLNGatewaysExpire lets registrations expire, and removes one.
func TestLNGatewaysExpire(t *testing.T) {
	f := start(t, devfed.Options{Modules: withLN, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }})
	s := openLN(t, f)
	r := registry{s, s.sockets[1]}
	other := openLN(t, f)
	for _, text := range []string{r.register(s.announcement(5, 600, nil)), r.register(other.announcement(0, 60, nil))} {
		if text != "" {
			t.Fatal(text)
		}
	}
	ids := func() (list []wire.PublicKey) {
		for _, a := range r.list() {
			list = append(list, a.Info.ID)
		}
		return list
	}
	if advance(t, f, 60); len(ids()) != 2 {
		t.Errorf("at the last moment there are %v", ids())
	}
	if advance(t, f, 1); !slices.Equal(ids(), []wire.PublicKey{s.gateway.PublicKey()}) {
		t.Errorf("a moment later there are %v", ids())
	}
	if ttl := r.list()[0].TTL; ttl != (wire.Duration{Secs: 539}) {
		t.Errorf("left are %+v", ttl)
	}
	s.remove(r, other.gateway, 1, "false", false)
	s.remove(r, s.gateway, 2, "false", false)
	s.remove(r, s.gateway, 1, "true", true)
	s.remove(r, s.gateway, 1, "false", true)
	if got := ids(); len(got) != 0 {
		t.Errorf("after the removal there are %v", got)
	}
	// What was signed and has expired may be registered by anybody.
	for i, nonce := range []uint64{5, 0} {
		if text := r.register(s.announcement(nonce, 10, nil)); text != "" {
			t.Errorf("registration %d: %s", i, text)
		}
		advance(t, f, 11)
	}
}

// remove asks a guardian to remove the gateway s with a signature of key for the
// guardian number peer.
func (s *seller) remove(r registry, key wire.SecretKey, peer wire.PeerID, want string, gone bool) {
	s.t.Helper()
	id := s.gateway.PublicKey()
	challenge := ask[*wire.Hash](r.socket, s.method("remove_gateway_challenge"), id)
	if challenge == nil {
		challenge = new(wire.Hash)
	}
	signature, err := key.Sign(wire.LNRemovalMessage(s.config.Key, peer, *challenge))
	if err != nil {
		s.t.Fatal(err)
	}
	request := wire.LNRemoveGatewayRequest{Gateway: id, Signatures: map[wire.PeerID]wire.Signature{peer: signature}}
	if got := string(r.socket.must(s.method("remove_gateway"), request)); got != want {
		s.t.Errorf("removed: %s, want %s", got, want)
	}
	if list := r.list(); (len(list) == 0) != gone {
		s.t.Errorf("listed are %+v", list)
	}
}

// TestLNAfterRestart compares all answers before and after.
func TestLNAfterRestart(t *testing.T) {
	options := devfed.Options{Modules: withLN, Data: t.TempDir(), Session: -1, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
	f, err := devfed.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	s := openLN(t, f)
	c, sold, offered := s.outgoing(5000, wire.Preimage{1}), s.sale(honest), s.sale(honest)
	s.must(funding(10_000, wire.LNContract{Outgoing: &c}), sold.offering(), sold.buying(10_000), offered.offering())
	id := s.must(s.cancel(s.gateway, c))
	for peer := range wire.PeerID(2) {
		if text := (registry{s, s.sockets[peer]}).register(s.announcement(uint64(peer), 600, nil)); text != "" {
			t.Fatal(text)
		}
	}
	questions := []question{
		{s.method("block_count"), nil}, {s.method("list_gateways"), nil}, {s.method("remove_gateway_challenge"), s.gateway.PublicKey()},
		{s.method("account"), c.ID()}, {s.method("account"), sold.offer.ID()}, {s.method("await_preimage_decryption"), sold.offer.ID()},
		{s.method("offer"), sold.offer.Hash}, {s.method("offer"), offered.offer.Hash},
		{"await_output_outcome", wire.OutPoint{TxID: id}}, {"client_config", nil}, {"session_status", 0},
	}
	answers := func() string {
		s := scene{f: f, p: s.purse, questions: questions}
		return fmt.Sprint(s.everything())
	}
	before := answers()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = start(t, options)
	s.purse, s.f = openLN(t, f).purse, f
	if after := answers(); after != before {
		t.Errorf("answers after the restart\n%s\nbefore\n%s", after, before)
	}
	s.must(offered.buying(10_000))
	for _, c := range []struct {
		key wire.SecretKey
		id  wire.ContractID
	}{{s.user, c.ID()}, {sold.key, sold.offer.ID()}, {offered.key, offered.offer.ID()}} {
		if got := s.spend(c.key, wire.LNInput{Contract: c.id, Amount: 10_000}); got != "" {
			t.Error(got)
		}
	}
}
