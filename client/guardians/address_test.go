package guardians

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"satchel/client/wire"
)

// secretOf returns a broadcast key for guardian n.
func secretOf(n byte) (secret wire.SecretKey) {
	for i := range secret {
		secret[i] = n + 1
	}
	return secret
}

// threeKeys are the broadcast keys of a federation of three.
func threeKeys() map[wire.PeerID]wire.PublicKey {
	keys := make(map[wire.PeerID]wire.PublicKey)
	for n := range byte(3) {
		keys[wire.PeerID(n)] = secretOf(n).PublicKey()
	}
	return keys
}

func sign(t *testing.T, n byte, hash wire.Hash) wire.Signature {
	t.Helper()
	sig, err := secretOf(n).Sign(hash)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

func announce(t *testing.T, n byte, at string, nonce uint64) wire.SignedAPIAnnouncement {
	t.Helper()
	a := wire.APIAnnouncement{URL: mustURL(t, at), Nonce: nonce}
	return wire.SignedAPIAnnouncement{Announcement: a, Signature: sign(t, n, a.SigningHash())}
}

func describeSelf(t *testing.T, n byte, seconds uint64, urls ...string) wire.SignedGuardianMetadata {
	t.Helper()
	list, err := json.Marshal(append([]string{}, urls...))
	if err != nil {
		t.Fatal(err)
	}
	content := fmt.Sprintf(`{"api_urls":%s,"pkarr_id_z32":"yyy","timestamp_secs":%d}`, list, seconds)
	m := wire.SignedGuardianMetadata{Content: content}
	if err := json.Unmarshal([]byte(content), &m.Metadata); err != nil {
		t.Fatal(err)
	}
	m.Signature = sign(t, n, m.SigningHash())
	return m
}

func encode(t *testing.T, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnnouncementsAreVerified(t *testing.T) {
	good := Announcements{0: announce(t, 0, "wss://a.example/", 3), 2: announce(t, 2, "wss://c.example/", 0)}
	decode := DecodeAnnouncements(threeKeys())
	if got, err := decode(1, encode(t, good)); err != nil || !maps.Equal(got, good) {
		t.Errorf("good announcements: %v, %v", got, err)
	}
	if got, err := decode(1, json.RawMessage("{}")); err != nil || len(got) != 0 {
		t.Errorf("no announcements: %v, %v", got, err)
	}
	bad := map[string]Announcements{
		"signed by another": {0: announce(t, 0, "wss://a.example/", 3), 1: announce(t, 2, "wss://b.example/", 1)},
		"unknown guardian":  {0: announce(t, 0, "wss://a.example/", 3), 7: announce(t, 1, "wss://b.example/", 1)},
	}
	changed := announce(t, 1, "wss://b.example/", 1)
	changed.Announcement.Nonce = 2
	bad["another nonce"] = Announcements{1: changed}
	changed = announce(t, 1, "wss://b.example/", 1)
	changed.Announcement.URL = mustURL(t, "wss://evil.example/")
	bad["another url"] = Announcements{1: changed}
	for name, all := range bad {
		if got, err := decode(1, encode(t, all)); err == nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, text := range []string{"null", "[]", `{"0":{}}`, `{"x":1}`, `{"70000":{}}`} {
		if _, err := decode(1, json.RawMessage(text)); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
	if got, err := DecodeAnnouncements(nil)(1, encode(t, good)); err != nil || len(got) != 0 {
		t.Errorf("without keys: %v, %v", got, err)
	}
}

// TestMetadataOfTheReference has metadata that was signed by the reference.
func TestMetadataOfTheReference(t *testing.T) {
	answer := json.RawMessage(`{"0":{` +
		`"content":"{\"api_urls\":[\"ws://127.0.0.1:18174/\"],\"pkarr_id_z32\":\"yyy\",\"timestamp_secs\":1700000000}",` +
		`"signature":"43d27e9fe949691525a310c31e29025b217886a6db73c9596267ac14c98eca5bb1f8cb07bd038043e9baaaee94789564bfb4bdc9a8efc47f0b424a637e07d00a"}}`)
	for _, c := range []struct {
		now  uint64
		want int
	}{{1700000000, 1}, {1900000000, 1}, {1700000000 - 3600, 1}, {1700000000 - 3601, 0}, {0, 0}} {
		got, err := DecodeMetadata(threeKeys(), c.now)(1, answer)
		if err != nil || len(got) != c.want {
			t.Errorf("at %d: %v, %v", c.now, got, err)
		}
	}
	if got, err := DecodeMetadata(nil, 1700000000)(1, answer); err != nil || len(got) != 0 {
		t.Errorf("without keys: %v, %v", got, err)
	}
	if _, err := DecodeMetadata(threeKeys(), 1700000000)(1, json.RawMessage("[]")); err == nil {
		t.Error("a list is accepted")
	}
	reordered := json.RawMessage(strings.Replace(string(answer), `\"pkarr_id_z32\":\"yyy\",\"timestamp_secs\":1700000000`,
		`\"timestamp_secs\":1700000000,\"pkarr_id_z32\":\"yyy\"`, 1))
	if _, err := DecodeMetadata(threeKeys(), 1700000000)(1, reordered); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("the same in another order: %v", err)
	}
}

func TestMetadataIsVerified(t *testing.T) {
	const now = 1_700_000_000
	decode := DecodeMetadata(threeKeys(), now)
	early, good := describeSelf(t, 0, now+3601, "wss://a.example/"), describeSelf(t, 1, now+3600, "wss://b.example/")
	got, err := decode(2, encode(t, Metadata{0: early, 1: good}))
	if _, ok := got[1]; err != nil || !ok || len(got) != 1 {
		t.Errorf("one from the future: %v, %v", got, err)
	}
	forged := describeSelf(t, 1, now+9999, "wss://evil.example/")
	for name, all := range map[string]Metadata{
		"forged, from the future": {0: forged, 1: good},
		"signed by another":       {1: describeSelf(t, 0, now, "wss://evil.example/"), 0: describeSelf(t, 0, now)},
		"unknown guardian":        {7: good},
	} {
		if got, err := decode(2, encode(t, all)); err == nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// TestForgersAreReported fetches announcements and metadata the way a client
// does. One guardian adds a forged entry to true ones: all it says is dropped.
func TestForgersAreReported(t *testing.T) {
	trueOne := announce(t, 0, "wss://a.example/", 5)
	honest := encode(t, Announcements{0: trueOne})
	forger := encode(t, Announcements{0: announce(t, 0, "wss://newer.example/", 6), 1: announce(t, 0, "wss://evil.example/", 9)})
	f := federation(says(string(forger)), says(string(honest)), says("{}"))
	question := Question{Method: "api_announcements", Linger: requestTimeout}
	answers, err := Ask(t.Context(), f, question, DecodeAnnouncements(threeKeys()), AtLeast[Announcements](1))
	if err != nil || len(answers) != 2 {
		t.Fatalf("answers are %v, %v", answers, err)
	}
	if got := NewestAnnouncements(nil, answers); !maps.Equal(got, Announcements{0: trueOne}) {
		t.Errorf("announcements are %v", got)
	}
	for _, h := range f.Health() {
		if (len(h.Misbehaviours) > 0) != (h.Peer == 0) {
			t.Errorf("guardian %d is accused of %v", h.Peer, h.Misbehaviours)
		}
	}
}

func TestNewest(t *testing.T) {
	a1, a2, a2too, a3 := announce(t, 0, "wss://1.example/", 1), announce(t, 0, "wss://2.example/", 2),
		announce(t, 0, "wss://two.example/", 2), announce(t, 0, "wss://3.example/", 3)
	b := announce(t, 1, "wss://b.example/", 0)
	for _, c := range []struct {
		name    string
		known   Announcements
		answers map[wire.PeerID]Announcements
		want    Announcements
	}{
		{"nothing", nil, nil, Announcements{}},
		{"what is known stays", Announcements{0: a2, 1: b}, map[wire.PeerID]Announcements{0: {0: a1}, 1: {}}, Announcements{0: a2, 1: b}},
		{"the highest", Announcements{0: a1}, map[wire.PeerID]Announcements{0: {0: a2}, 1: {0: a3}, 2: {0: a2}}, Announcements{0: a3}},
		{"nonce 0 is one", nil, map[wire.PeerID]Announcements{2: {1: b}}, Announcements{1: b}},
		{"two with one nonce", nil, map[wire.PeerID]Announcements{2: {0: a2}, 1: {0: a2too}}, Announcements{0: a2too}},
		{"what is known wins", Announcements{0: a2}, map[wire.PeerID]Announcements{0: {0: a2too}}, Announcements{0: a2}},
	} {
		if got := NewestAnnouncements(c.known, c.answers); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	older, newer := describeSelf(t, 0, 100, "wss://old.example/"), describeSelf(t, 0, 101, "wss://new.example/")
	if got := NewestMetadata(Metadata{0: older}, map[wire.PeerID]Metadata{1: {0: newer}}); got[0].Content != newer.Content {
		t.Errorf("newest metadata is %v", got)
	}
}

func TestEffectiveURLs(t *testing.T) {
	iroh := "iroh://" + strings.Repeat("ab", 32)
	iroh2 := "iroh://" + strings.Repeat("cd", 32)
	for _, c := range []struct {
		name, config string
		announced    string
		metadata     []string
		want         string
	}{
		{"config only", "wss://config/", "", nil, "wss://config/"},
		{"announced", "wss://config/", "wss://announced/", nil, "wss://announced/"},
		{"metadata", "wss://config/", "", []string{"wss://meta/", "wss://other/"}, "wss://meta/"},
		{"both", "wss://config/", "wss://announced/", []string{"ws://meta/"}, "ws://meta/"},
		{"metadata without urls", "wss://config/", "wss://announced/", []string{}, "wss://announced/"},
		{"iroh only", iroh, "", nil, iroh},
		{"iroh, announced", iroh, "wss://announced/", nil, "wss://announced/"},
		{"iroh, metadata of its own accord", iroh, "wss://announced/", []string{iroh}, "wss://announced/"},
		{"iroh first in metadata", iroh, "wss://announced/", []string{iroh, "wss://meta/"}, "wss://meta/"},
		{"moved to iroh", "wss://config/", "", []string{iroh}, "wss://config/"},
		{"iroh everywhere", iroh, iroh, []string{iroh2}, iroh2},
		{"another scheme", "https://config/", "", nil, "https://config/"},
	} {
		config := map[wire.PeerID]wire.PeerURL{5: {URL: mustURL(t, c.config), Name: "Eve"}}
		announced, metadata := Announcements{}, Metadata{}
		if c.announced != "" {
			announced[5] = announce(t, 0, c.announced, 1)
		}
		if c.metadata != nil {
			metadata[5] = describeSelf(t, 0, 1, c.metadata...)
		}
		got := EffectiveURLs(config, announced, metadata)
		if want := (wire.PeerURL{URL: mustURL(t, c.want), Name: "Eve"}); len(got) != 1 || got[5] != want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
		if config[5].URL != mustURL(t, c.config) {
			t.Errorf("%s: the config has changed", c.name)
		}
	}
}
