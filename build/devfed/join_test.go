package devfed_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/build/devfed"
	"satchel/build/devfed/guardian"
	"satchel/client/wire"
)

// TestJoin goes through the frames of a join of fedimint 0.13, byte by byte,
// against one guardian, and takes a first note in.
func TestJoin(t *testing.T) {
	f := start(t, devfed.Options{Guardians: 1})
	invite, err := wire.ParseInviteCode(f.Invite().String())
	if err != nil {
		t.Fatal(err)
	}
	first := dial(t, invite.Guardians()[0].Full())
	first.write(`{"jsonrpc":"2.0","id":0,"method":"client_config","params":[{"auth":null,"params":null}]}`)
	head, tail := `{"jsonrpc":"2.0","id":0,"result":`, `}`
	frame := first.read()
	if !strings.HasPrefix(frame, head) || !strings.HasSuffix(frame, tail) {
		t.Fatalf("client_config answered %.200s", frame)
	}
	config := decodeJSON[wire.ClientConfig](t, []byte(frame[len(head):len(frame)-len(tail)]))
	if err := config.CheckFederationID(invite.FederationID()); err != nil {
		t.Fatal(err)
	}

	proper := dial(t, config.Guardians[0].URL.Full())
	if again := ask[wire.ClientConfig](proper, "client_config", nil); !slices.Equal(wire.Encode(config), wire.Encode(again)) {
		t.Error("the config is another one when it is asked for again")
	}
	key := newKey().PublicKey()
	for _, c := range []struct{ request, response string }{
		{`{"jsonrpc":"2.0","id":5,"method":"version","params":[{"auth":null,"params":null}]}`,
			`{"jsonrpc":"2.0","id":5,"result":{"core":{"core_consensus":{"major":2,"minor":1},"api":[{"major":0,"minor":9}]},"modules":{` +
				`"0":{"core_consensus":{"major":2,"minor":1},"module_consensus":{"major":0,"minor":0},"api":[{"major":0,"minor":0}]},` +
				`"1":{"core_consensus":{"major":2,"minor":1},"module_consensus":{"major":2,"minor":0},"api":[{"major":0,"minor":1}]},` +
				`"2":{"core_consensus":{"major":2,"minor":1},"module_consensus":{"major":1,"minor":0},"api":[{"major":0,"minor":2}]}}}}`},
		{fmt.Sprintf(`{"jsonrpc":"2.0","id":6,"method":"recover","params":[{"auth":null,"params":%q}]}`, key),
			`{"jsonrpc":"2.0","id":6,"result":null}`},
		{`{"jsonrpc":"2.0","id":7,"method":"session_count","params":[{"auth":null,"params":null}]}`,
			`{"jsonrpc":"2.0","id":7,"result":0}`},
		{`{"jsonrpc":"2.0","id":8,"method":"session_status","params":[{"auth":null,"params":1}]}`,
			`{"jsonrpc":"2.0","id":8,"result":["020000"]}`},
		{`{"jsonrpc":"2.0","id":8,"method":"signed_session_status","params":[{"auth":null,"params":1}]}`,
			`{"jsonrpc":"2.0","id":8,"result":["AgAA"]}`},
		{`{"jsonrpc":"2.0","id":9,"method":"frob","params":[{"auth":null,"params":null}]}`,
			`{"jsonrpc":"2.0","id":9,"error":{"code":-32601,"message":"Method not found"}}`},
	} {
		proper.write(c.request)
		if got := proper.read(); got != c.response {
			t.Errorf("%s\ngot  %s\nwant %s", c.request, got, c.response)
		}
	}
	p := open(t, f)
	coins := p.pay(p.draw(f, 2048), 1024, 512, 64)
	if len(coins) != 3 {
		t.Errorf("%d coins", len(coins))
	}
}

// TestAnnouncements checks everything that guardians sign about where they are.
func TestAnnouncements(t *testing.T) {
	f := start(t, devfed.Options{})
	p := open(t, f)
	for _, s := range p.sockets {
		announcements := ask[map[wire.PeerID]wire.SignedAPIAnnouncement](s, "api_announcements", nil)
		metadata := ask[map[wire.PeerID]wire.SignedGuardianMetadata](s, "guardian_metadata", nil)
		if len(announcements) != 4 || len(metadata) != 4 {
			t.Fatalf("%d announcements and %d metadata of 4 guardians", len(announcements), len(metadata))
		}
		for peer, key := range p.config.BroadcastKeys {
			a, m := announcements[peer], metadata[peer]
			if err := a.Verify(key); err != nil {
				t.Error(err)
			}
			if err := m.Verify(key, uint64(time.Now().Unix())); err != nil {
				t.Error(err)
			}
			url := p.config.Guardians[peer].URL
			if a.Announcement.URL != url || a.Announcement.Nonce != 0 || m.Metadata.URLs[0] != url || len(m.Metadata.PkarrID) != 52 {
				t.Errorf("guardian %d at %v says %+v and %+v", peer, url, a, m)
			}
		}
	}
}

// TestSubmittedAnnouncements moves a guardian, and tries what is not allowed.
func TestSubmittedAnnouncements(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	f := start(t, devfed.Options{Now: func() time.Time { return now }})
	p := open(t, f)
	stranger := newKey()
	s := p.sockets[0]
	elsewhere, err := wire.ParseURL("wss://guardian.example/")
	if err != nil {
		t.Fatal(err)
	}
	// The test has no broadcast key, so what is signed is what a guardian says of
	// itself when it lies.
	a := wire.SignedAPIAnnouncement{Announcement: wire.APIAnnouncement{URL: elsewhere, Nonce: 1}}
	a.Signature, _ = stranger.Sign(a.Announcement.SigningHash())
	m := fmt.Sprintf(`{"api_urls":["wss://guardian.example/"],"pkarr_id_z32":"x","timestamp_secs":%d}`, now.Unix())
	for _, c := range []struct {
		method string
		params any
		want   string
	}{
		{"submit_api_announcement", withPeer(t, a, 0), "400 Invalid signature"},
		{"submit_api_announcement", withPeer(t, a, 4), "400 Peer not in federation"},
		{"submit_api_announcement", a, "400 missing field peer_id"},
		{"submit_guardian_metadata", map[string]any{"content": m, "signature": a.Signature, "peer_id": 0}, "400 Invalid signature or timestamp: signature does not verify"},
	} {
		if _, err := s.call(c.method, c.params); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.method, err, c.want)
		}
	}
	own := ask[map[wire.PeerID]wire.SignedAPIAnnouncement](s, "api_announcements", nil)[2]
	s.must("submit_api_announcement", withPeer(t, own, 2)) // the same again is no error

	moved := lieOnce[map[wire.PeerID]wire.SignedAPIAnnouncement](t, f, p, 2, "announcement-moved", "api_announcements")[2]
	s.must("submit_api_announcement", withPeer(t, moved, 2))
	if _, err := s.call("submit_api_announcement", withPeer(t, own, 2)); err == nil || err.Error() != "400 Outdated or redundant announcement" {
		t.Errorf("the old announcement after the new one: %v", err)
	}
	for peer, s := range p.sockets {
		if got := ask[map[wire.PeerID]wire.SignedAPIAnnouncement](s, "api_announcements", nil)[2]; got != moved {
			t.Errorf("guardian %d says %v", peer, got)
		}
	}
	if code := ask[wire.InviteCode](p.sockets[2], "invite_code", nil); code.Guardians()[2] != moved.Announcement.URL {
		t.Errorf("the invite code of a guardian that moved has %v", code.Guardians())
	}

	newer := lieOnce[map[wire.PeerID]wire.SignedGuardianMetadata](t, f, p, 2, "metadata-moved", "guardian_metadata")[2]
	older := ask[map[wire.PeerID]wire.SignedGuardianMetadata](s, "guardian_metadata", nil)[2]
	future := lieOnce[map[wire.PeerID]wire.SignedGuardianMetadata](t, f, p, 2, "metadata-future", "guardian_metadata")[2]
	s.must("submit_guardian_metadata", withPeer(t, newer, 2))
	s.must("submit_guardian_metadata", withPeer(t, newer, 2))
	for _, m := range []wire.SignedGuardianMetadata{older, future} {
		if _, err := s.call("submit_guardian_metadata", withPeer(t, m, 2)); err == nil {
			t.Errorf("metadata of %d was taken after that of %d", m.Metadata.Seconds, newer.Metadata.Seconds)
		}
	}
}

// withPeer adds "peer_id" to the JSON of v.
func withPeer(t *testing.T, v any, peer wire.PeerID) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	members := decodeJSON[map[string]any](t, raw)
	members["peer_id"] = peer
	return members
}

// TestPlainMethods checks the answers that tools ask for.
func TestPlainMethods(t *testing.T) {
	f := start(t, devfed.Options{Offline: 1})
	p := open(t, f, 0, 1, 2)
	s := p.sockets[1]
	for method, want := range map[string]string{
		"federation_id":         `"` + f.ID().String() + `"`,
		"fedimintd_version":     `"0.13.0+satchel.devfed"`,
		"setup_status":          `"ConsensusIsRunning"`,
		"consensus_ord_latency": `null`,
		"p2p_connection_status": `{"0":{"conn_type":null,"rtt":null},"2":{"conn_type":null,"rtt":null},"3":null}`,
		"status": `{"server":"consensus_running","federation":{"session_count":0,"status_by_peer":{` +
			`"0":{"last_contribution":0,"connection_status":"connected","flagged":false},` +
			`"2":{"last_contribution":0,"connection_status":"connected","flagged":false},` +
			`"3":{"last_contribution":null,"connection_status":"disconnected","flagged":false}},` +
			`"peers_online":2,"peers_offline":1,"peers_flagged":0,"scheduled_shutdown":null}}`,
	} {
		if got := string(s.must(method, nil)); got != want {
			t.Errorf("%s: got %s, want %s", method, got, want)
		}
		if _, err := s.call(method, 1); err == nil || err.Error() != "400 params are not null" {
			t.Errorf("%s with params: %v", method, err)
		}
	}
	for _, method := range []string{
		"auth", "audit", "shutdown", "download_guardian_backup", "backup_statistics", "sign_api_announcement",
		"sign_guardian_metadata", "module_0_submit", "module_0_get_submission",
	} {
		if _, err := s.call(method, nil); err == nil || err.Error() != "401 Invalid authorization" {
			t.Errorf("%s: %v", method, err)
		}
	}
	empty := ""
	s.auth = &empty
	if _, err := s.call("auth", nil); err == nil || err.Error() != "401 Invalid authorization" {
		t.Errorf("the empty password where there is none: %v", err)
	}
	code := ask[wire.InviteCode](s, "invite_code", nil)
	if code.FederationID() != f.ID() || code.Guardians()[1] != p.config.Guardians[1].URL || len(code.Guardians()) != 1 {
		t.Errorf("invite code of guardian 1 names %v", code.Guardians())
	}
	readable := decodeJSON[struct {
		Global struct {
			Meta map[string]string `json:"meta"`
		} `json:"global"`
		Modules map[string]struct {
			Kind string `json:"kind"`
		} `json:"modules"`
	}](t, s.must("client_config_json", nil))
	if readable.Global.Meta["federation_name"] != "Satchel demo" || readable.Modules["0"].Kind != "meta" || readable.Modules["1"].Kind != "mint" {
		t.Errorf("client_config_json has %+v", readable)
	}
	chain := ask[wire.ChainID](s, "chain_id", nil)
	hash := ask[wire.Hash](s, "server_config_consensus_hash", nil)
	for _, other := range []wire.PeerID{0, 2} {
		if ask[wire.ChainID](p.sockets[other], "chain_id", nil) != chain || ask[wire.Hash](p.sockets[other], "server_config_consensus_hash", nil) != hash {
			t.Errorf("guardian %d is of another chain or config", other)
		}
	}
}

// TestRequests counts what a guardian is asked, also for what is not there.
func TestRequests(t *testing.T) {
	f := start(t, devfed.Options{})
	s := dial(t, f.Config().Guardians[1].URL.Full())
	for _, method := range []string{"session_count", "await_peace", "session_count", "audit", "await_war"} {
		s.call(method, nil)
	}
	for i, want := range []map[string]int{{}, {"session_count": 2, "audit": 1, guardian.Unknown: 2}} {
		g := f.Guardians()[i]
		if got := g.Requests(); !maps.Equal(got, want) {
			t.Errorf("guardian %d was asked %v, want %v", i, got, want)
		}
		if sent := g.Sent(); sent > 0 != (len(want) > 0) {
			t.Errorf("guardian %d sent %d bytes", i, sent)
		}
	}
}

// TestOwner asks as the owner of a guardian does.
func TestOwner(t *testing.T) {
	f := start(t, devfed.Options{Guardians: 1, Password: "open sesame"})
	s := dial(t, f.Config().Guardians[0].URL.Full())
	for auth, want := range map[string]string{"open sesame": "", "": "401 Invalid authorization", "open": "401 Invalid authorization"} {
		s.auth = &auth
		result, err := s.call("auth", nil)
		if got := fmt.Sprint(err); err != nil && got != want || err == nil && (want != "" || string(result) != "null") {
			t.Errorf("password %q: %s, %v", auth, result, err)
		}
	}
}
