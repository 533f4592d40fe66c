package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"satchel/client/vectors"
	"satchel/client/wire"
)

func checkConfig(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct{ Wire json.RawMessage }](t, e.Inputs)
	want := vectors.Decode[struct {
		Endpoints    vectors.Hex `json:"api_endpoints_hex"`
		Global       vectors.Hex `json:"global_hex"`
		Hex          vectors.Hex
		Hash         wire.Hash         `json:"consensus_hash"`
		FederationID wire.FederationID `json:"federation_id"`
		Invite       string            `json:"invite_code"`
		Readable     struct {
			Global  json.RawMessage
			Modules map[wire.ModuleID]json.RawMessage
		}
	}](t, e.Expected)

	config := vectors.Decode[wire.ClientConfig](t, in.Wire)
	b := wire.Encode(config)
	if !bytes.Equal(b, want.Hex) || wire.HashOf(config) != want.Hash {
		t.Errorf("config encodes to %x", b)
	}
	if !bytes.HasPrefix(b, want.Endpoints) || !bytes.HasPrefix(b, want.Global) {
		t.Errorf("config does not begin with %x", want.Global)
	}
	if err := config.CheckFederationID(want.FederationID); err != nil {
		t.Error(err)
	}
	if err := config.CheckFederationID(wire.FederationID{}); !errors.Is(err, wire.ErrFederationID) {
		t.Errorf("another federation: %v", err)
	}
	back := decoded[wire.ClientConfig](t, want.Hex)
	text, err := json.Marshal(back)
	if err != nil || !sameJSON(t, text, in.Wire) || !back.EqualGlobal(config) {
		t.Errorf("config read back as %s (%v)", text, err)
	}
	checkReadable(t, config, want.Readable.Global, want.Readable.Modules)
	checkConfigInvite(t, config, want.Invite)
}

func checkReadable(t *testing.T, config wire.ClientConfig, global json.RawMessage, modules map[wire.ModuleID]json.RawMessage) {
	t.Helper()
	text, err := config.ReadableJSON()
	if err != nil {
		t.Fatal(err)
	}
	got := vectors.Decode[struct {
		Global  json.RawMessage
		Modules map[wire.ModuleID]json.RawMessage
	}](t, text)
	if !sameJSON(t, got.Global, global) || len(got.Modules) != len(modules) {
		t.Errorf("readable config %s", text)
	}
	for id, want := range modules {
		switch m := config.Modules[id]; m.Kind {
		case wire.KindMint, wire.KindMintV2, wire.KindMeta, wire.KindLN, wire.KindLNV2:
			if !sameJSON(t, got.Modules[id], want) {
				t.Errorf("readable config of module %d is %s, want %s", id, got.Modules[id], want)
			}
		default:
			unknown := vectors.Decode[struct {
				Kind string
				Hex  string `json:"unknown_module_hex"`
			}](t, got.Modules[id])
			if unknown.Kind != string(m.Kind) || unknown.Hex != wire.EncodeHex(m.Config) {
				t.Errorf("readable config of unknown module %d is %s", id, got.Modules[id])
			}
		}
	}
}

// checkConfigInvite checks that an invite code that the entry gives is of the
// federation and leads to guardians of the config.
func checkConfigInvite(t *testing.T, config wire.ClientConfig, s string) {
	t.Helper()
	code, err := wire.ParseInviteCode(s)
	if err != nil {
		t.Fatal(err)
	}
	if code.FederationID() != config.FederationID() {
		t.Errorf("invite to %v", code.FederationID())
	}
	for peer, u := range code.Guardians() {
		if config.Guardians[peer].URL != u {
			t.Errorf("invite has guardian %d at %v", peer, u)
		}
	}
}

func checkModule(t *testing.T, e vectors.Entry) {
	in := vectors.Decode[struct {
		Instance wire.ModuleID
		JSON     json.RawMessage
		Kind     wire.ModuleKind
		Version  wire.Version
	}](t, e.Inputs)
	want := vectors.Decode[struct {
		Config vectors.Hex `json:"config_hex"`
		Module vectors.Hex `json:"module_config_hex"`
	}](t, e.Expected)
	m := decoded[wire.ModuleConfig](t, want.Module)
	if m.Kind != in.Kind || m.Version != in.Version || m.Config.Module != in.Instance {
		t.Errorf("module %v", m)
	}
	if !bytes.Equal(wire.Encode(m), want.Module) || !bytes.Equal(wire.Encode(m.Config), want.Config) {
		t.Errorf("module encodes to %x", wire.Encode(m))
	}
	checkReadable(t, wire.ClientConfig{Modules: map[wire.ModuleID]wire.ModuleConfig{in.Instance: m}},
		json.RawMessage(`{"api_endpoints":null,"broadcast_public_keys":null,"consensus_version":{"major":0,"minor":0},"meta":null}`),
		map[wire.ModuleID]json.RawMessage{in.Instance: in.JSON})
	if body, known := configBody(t, m); known && !bytes.Equal(wire.Encode(body), m.Config.Body) {
		t.Errorf("body encodes to %x", wire.Encode(body))
	}
}

// configBody decodes the config of a module whose kind this package knows.
func configBody(t *testing.T, m wire.ModuleConfig) (wire.Appender, bool) {
	t.Helper()
	switch m.Kind {
	case wire.KindMint:
		return decoded[wire.MintConfig](t, m.Config.Body), true
	case wire.KindMintV2:
		return decoded[wire.MintV2Config](t, m.Config.Body), true
	case wire.KindMeta:
		return decoded[wire.MetaConfig](t, m.Config.Body), true
	}
	return nil, false
}

func TestConfigVectors(t *testing.T) {
	vectors.Run(t, "config", map[string]vectors.Handler{
		"client-config": checkConfig,
		"module":        checkModule,
		"meta-field": func(t *testing.T, e vectors.Entry) {
			in := vectors.Decode[struct{ Value *string }](t, e.Inputs)
			want := vectors.Decode[struct {
				Text *string `json:"as_string"`
			}](t, e.Expected)
			var config wire.ClientConfig
			if in.Value != nil {
				config.Meta = map[string]string{"key": *in.Value}
			}
			text, ok := config.MetaText("key")
			if ok != (want.Text != nil) || ok && text != *want.Text {
				t.Errorf("%q, %v", text, ok)
			}
		},
		"federation-id": func(t *testing.T, e vectors.Entry) {
			config := wire.ClientConfig{Guardians: vectors.Decode[struct {
				Guardians map[wire.PeerID]wire.PeerURL `json:"api_endpoints"`
			}](t, e.Inputs).Guardians}
			want := vectors.Decode[struct {
				FederationID wire.FederationID `json:"federation_id"`
				Hex          vectors.Hex
				Prefix       wire.FederationPrefix
			}](t, e.Expected)
			id := config.FederationID()
			if id != want.FederationID || id.Prefix() != want.Prefix || !bytes.HasPrefix(wire.Encode(config), want.Hex) {
				t.Errorf("federation id %v, want %v", id, want.FederationID)
			}
		},
	}, nil)
}

func TestConfigModuleUnderAnotherNumber(t *testing.T) {
	config := wire.ClientConfig{Modules: map[wire.ModuleID]wire.ModuleConfig{
		3: {Kind: "mint", Config: wire.DynConfig{Dyn: wire.Dyn{Module: 4}}},
	}}
	if _, err := wire.Decode[wire.ClientConfig](wire.Encode(config)); err == nil {
		t.Error("consensus form is accepted")
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, new(wire.ClientConfig)); err == nil {
		t.Error("JSON is accepted")
	}
}

func TestConfigHelpers(t *testing.T) {
	config := wire.ClientConfig{
		Meta: map[string]string{"plain": "foo", "quoted": `"foo"`, "number": "5", "null": "null", "half": `"foo`},
		Modules: map[wire.ModuleID]wire.ModuleConfig{
			7: {Kind: "mint"}, 2: {Kind: "mint"}, 3: {Kind: "mintv2"},
		},
	}
	for key, want := range map[string]string{"plain": "foo", "quoted": "foo", "number": "5", "null": "null", "half": `"foo`} {
		if got, ok := config.MetaText(key); !ok || got != want {
			t.Errorf("meta %s is %q, %v, want %q", key, got, ok, want)
		}
	}
	if ids := config.ModulesOf("mint"); len(ids) != 2 || ids[0] != 2 || ids[1] != 7 {
		t.Errorf("mints are %v", ids)
	}
	if kinds := config.Kinds(); len(kinds) != 3 || kinds[3] != "mintv2" {
		t.Errorf("kinds are %v", kinds)
	}
	other := config
	other.Version.Minor++
	if config.EqualGlobal(other) || !config.EqualGlobal(wire.ClientConfig{Meta: config.Meta}) {
		t.Error("EqualGlobal looks at the wrong things")
	}
}
