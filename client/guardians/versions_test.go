package guardians

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"testing"

	"satchel/client/wire"
)

// api makes "2.3 3.1" of a list of versions.
func api(t *testing.T, s string) wire.APIVersions {
	t.Helper()
	var list wire.APIVersions
	for s != "" {
		var v wire.Version
		n, err := fmt.Sscanf(s, "%d.%d", &v.Major, &v.Minor)
		if err != nil || n != 2 {
			t.Fatalf("versions %q", s)
		}
		list = append(list, v)
		s = s[len(v.String()):]
		if s != "" {
			s = s[1:]
		}
	}
	return list
}

// TestDiscoverCore has the cases by which the reference tests its own function
// (fedimint-client-module, discover_common_core_api_version_sanity), and more.
// A guardian is "consensus version: api".
func TestDiscoverCore(t *testing.T) {
	type peer struct{ consensus, api string }
	for _, c := range []struct {
		name, client string
		peers        []peer
		want         string
	}{
		{"nobody", "2.3 3.1", nil, ""},
		{"the only one", "2.3 3.1", []peer{{"0.0", "2.3"}}, "2.3"},
		{"another minor consensus version", "2.3 3.1", []peer{{"0.1", "2.3"}}, "2.3"},
		{"another major consensus version", "2.3 3.1", []peer{{"1.0", "2.4"}}, ""},
		{"one minor too low", "2.3 3.1", []peer{{"0.0", "2.2"}, {"0.0", "3.1"}}, "3.1"},
		{"lowest minor", "2.3 3.1", []peer{{"0.0", "2.4"}, {"0.0", "2.5"}}, "2.4"},

		{"most guardians", "2.3 3.1", []peer{{"0.0", "2.4 3.1"}, {"0.0", "3.2"}, {"0.0", "2.3"}, {"0.0", "3.9"}}, "3.1"},
		{"equally many", "2.3 3.1", []peer{{"0.0", "2.5 3.1"}, {"0.0", "2.4 3.1"}}, "2.4"},
		{"equally many, apart", "2.3 3.1", []peer{{"0.0", "3.7"}, {"0.0", "2.9"}}, "2.9"},
		{"the too low do not lower it", "0.5", []peer{{"0.0", "0.4"}, {"0.0", "0.9"}, {"0.0", "0.7"}}, "0.7"},
		{"all too low", "0.5", []peer{{"0.0", "0.4"}}, ""},
		{"not listed", "0.0", []peer{{"0.0", ""}, {"0.0", "1.0"}}, ""},
		{"releases 0.8 to 0.13", "0.0", []peer{{"0.1", "0.5"}, {"0.1", "0.7"}, {"0.1", "0.8"}, {"0.1", "0.9"}}, "0.5"},
		{"a client without versions", "", []peer{{"0.0", "0.9"}}, ""},
	} {
		client := wire.SupportedVersions{Core: wire.SupportedCore{API: api(t, c.client)}}
		peers := make(map[wire.PeerID]wire.SupportedVersions)
		for i, p := range c.peers {
			core := wire.SupportedCore{Consensus: api(t, p.consensus)[0], API: api(t, p.api)}
			peers[wire.PeerID(i)] = wire.SupportedVersions{Core: core}
		}
		versions, err := Discover(client, peers)
		switch {
		case c.want == "" && !errors.Is(err, ErrNoVersion):
			t.Errorf("%s: %v, %v", c.name, versions.Core, err)
		case c.want != "" && (err != nil || versions.Core.String() != c.want):
			t.Errorf("%s: %v, %v, want %s", c.name, versions.Core, err, c.want)
		}
	}
}

// TestDiscoverIsAnswered has honest guardians of any versions, and as many
// others as there may be that claim any version and then do not answer. When all
// have told their versions, enough know the chosen one to decide a request.
func TestDiscoverIsAnswered(t *testing.T) {
	const minors = 3
	client := wire.SupportedVersions{Core: wire.SupportedCore{API: api(t, "0.0")}}
	for n := 1; n <= 7; n++ {
		liars := wire.MaxEvil(n)
		for claims := range int(math.Pow(minors, float64(n))) {
			peers := make(map[wire.PeerID]wire.SupportedVersions)
			for i, rest := 0, claims; i < n; i, rest = i+1, rest/minors {
				claim := wire.APIVersions{{Minor: uint32(rest % minors)}}
				peers[wire.PeerID(i)] = wire.SupportedVersions{Core: wire.SupportedCore{API: claim}}
			}
			versions, err := Discover(client, peers)
			answers := 0
			for peer, v := range peers {
				if int(peer) >= liars && v.Core.API[0].Minor >= versions.Core.Minor {
					answers++
				}
			}
			if err != nil || answers < wire.Threshold(n) {
				t.Fatalf("%d of %d answer in %v, %v, where the first %d lie in %v", answers, n, versions.Core, err, liars, peers)
			}
		}
	}
}

func TestDiscoverModules(t *testing.T) {
	decode := func(text string) wire.SupportedVersions {
		t.Helper()
		v, err := JSON[wire.SupportedVersions](0, json.RawMessage(text))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	module := func(core, consensus, minor int) string {
		return fmt.Sprintf(`{"core_consensus":{"major":%d,"minor":1},"module_consensus":{"major":%d,"minor":0},"api":[{"major":0,"minor":%d}]}`,
			core, consensus, minor)
	}
	summary := func(modules string) wire.SupportedVersions {
		return decode(`{"core":{"core_consensus":{"major":2,"minor":1},"api":[{"major":0,"minor":9}]},"modules":{` + modules + `}}`)
	}
	client := summary(`"0":` + module(2, 1, 0) + `,"1":` + module(2, 1, 1) + `,"2":` + module(2, 1, 0) + `,"3":` + module(2, 1, 0) + `,"4":` + module(2, 1, 0))
	peers := map[wire.PeerID]wire.SupportedVersions{
		0: summary(`"0":` + module(2, 1, 2) + `,"1":` + module(2, 1, 0) + `,"2":` + module(2, 2, 0) + `,"3":` + module(1, 1, 0)),
		1: summary(`"0":` + module(2, 1, 1) + `,"1":` + module(2, 1, 2) + `,"9":` + module(2, 1, 0)),
		2: summary(``),
	}
	versions, err := Discover(client, peers)
	want := map[wire.ModuleID]wire.Version{
		0: {Minor: 1}, // the lowest
		1: {Minor: 2}, // guardian 0 has too low a version
		// 2: another consensus version of the module
		// 3: another of the core
		// 4: no guardian has it; 9: the client does not
	}
	if err != nil || !maps.Equal(versions.Modules, want) || versions.Core != (wire.Version{Minor: 9}) {
		t.Errorf("versions are %+v, %v", versions, err)
	}
}
