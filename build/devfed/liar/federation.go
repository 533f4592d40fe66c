package liar

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"satchel/build/devfed/rpc"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// Lies about the federation: its config, what it can do, and of which chain it
// is.
const (
	ConfigOtherKeys       Lie = "config-other-keys"
	ConfigOtherMintKeys   Lie = "config-other-mint-keys"
	ConfigOtherMeta       Lie = "config-other-meta"
	ConfigOtherFederation Lie = "config-other-federation"
	ConfigFewerModules    Lie = "config-fewer-modules"
	ConfigMoreModules     Lie = "config-more-modules"
	ConfigNoFees          Lie = "config-no-fees"
	VersionsOld           Lie = "versions-old"
	VersionsFuture        Lie = "versions-future"
	VersionsNone          Lie = "versions-none"
	VersionsUnsorted      Lie = "versions-unsorted"
	ChainOther            Lie = "chain-other"
)

var (
	config  = []string{"client_config", "client_config_json"}
	version = []string{"version"}
)

// newMethods are those that fedimint 0.8 does not have.
var newMethods = []string{
	"version", "await_outputs_outcomes", "guardian_metadata", "submit_guardian_metadata", "chain_id",
	"module_*_recovery_count", "module_*_recovery_slice", "module_*_recovery_slice_hash", "module_*_recovery_blind_nonce_outpoints",
	"module_*_signature_shares", "module_*_recovery_signature_shares", "module_*_await_incoming_contracts",
	"module_*_module_consensus_version", "module_*_supported_module_consensus_version",
}

var aboutTheFederation = []falsehood{
	{ConfigOtherKeys, "gives a config in which the guardians have exchanged their broadcast keys, or if it is alone has another", config, configs(otherKeys)},
	{ConfigOtherMintKeys, "gives a config in which the keys of the mints belong to other tiers, and preimages are encrypted to another key", config, configs(moduleConfigs(map[wire.ModuleKind]change{
		wire.KindMint: changing(otherTiers), wire.KindMintV2: changing(otherDenominations),
		wire.KindLNV2: changing(func(c *wire.LNV2Config) { c.Key = nobodysKey() }),
		wire.KindLN:   changing(func(c *wire.LNConfig) { c.Key = nobodysKey() }),
	}))},
	{ConfigNoFees, "gives a config in which the modules take other fees", config, configs(moduleConfigs(map[wire.ModuleKind]change{
		wire.KindMint:   changing(func(c *wire.MintConfig) { otherFees(&c.Fee) }),
		wire.KindMintV2: changing(func(c *wire.MintV2Config) { otherFees(&c.Fee) }),
		wire.KindLNV2:   changing(func(c *wire.LNV2Config) { otherFees((*wire.FeeConsensus)(&c.Fee)) }),
		wire.KindLN:     changing(func(c *wire.LNConfig) { c.Fees.Input, c.Fees.Output = c.Fees.Output+100, c.Fees.Input+100 }),
	}))},
	{ConfigOtherMeta, "gives a config with another name of the federation", config, configs(otherMeta)},
	{ConfigOtherFederation, "gives the config of another federation, whose guardians are elsewhere", config, configs(otherFederation)},
	{ConfigFewerModules, "gives a config without the last module", config, configs(fewerModules)},
	{ConfigMoreModules, "gives a config with one module more", config, configs(moreModules)},
	{VersionsOld, "is as old as fedimint 0.8: core API 0.5, module APIs 0.0, without methods that are newer", newMethods, old},
	{VersionsFuture, "supports only APIs of the next major version", version, told(futureVersions)},
	{VersionsNone, "supports no API and no module", version, told(noVersions)},
	{VersionsUnsorted, "lists API versions in the wrong order", version, told(unsortedVersions)},
	{ChainOther, "is on bitcoin's main chain", []string{"chain_id"}, always("00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048")},
}

// configs makes a lie of a function that changes a config, whose maps are
// copies.
func configs(change func(c *call, config *wire.ClientConfig)) func(context.Context, *call) (any, error) {
	return func(_ context.Context, c *call) (any, error) {
		if err := rpc.NoParams(c.params); err != nil {
			return nil, err
		}
		config := c.Config
		config.Guardians = maps.Clone(config.Guardians)
		config.BroadcastKeys = maps.Clone(config.BroadcastKeys)
		config.Meta = maps.Clone(config.Meta)
		config.Modules = maps.Clone(config.Modules)
		change(c, &config)
		if c.method == "client_config" {
			return config, nil
		}
		readable, err := config.ReadableJSON()
		return json.RawMessage(readable), err
	}
}

func otherKeys(c *call, config *wire.ClientConfig) {
	n := wire.PeerID(len(config.BroadcastKeys))
	for peer := range c.Config.BroadcastKeys {
		config.BroadcastKeys[peer] = c.Config.BroadcastKeys[(peer+1)%n]
	}
	if n == 1 {
		other := c.Key
		other[31] ^= 1
		config.BroadcastKeys[c.ID] = other.PublicKey()
	}
}

// A change makes the config of a module another one.
type change func(id wire.ModuleID, body []byte) wire.DynConfig

func changing[T wire.Appender, P wire.Decodable[T]](f func(*T)) change {
	return func(id wire.ModuleID, body []byte) wire.DynConfig {
		decoded, err := wire.Decode[T, P](body)
		if err != nil {
			panic(fmt.Sprintf("liar: our own config does not decode: %v", err))
		}
		f(&decoded)
		return wire.DynConfig{Dyn: wire.DynOf(id, decoded)}
	}
}

// moduleConfigs changes the configs of modules of certain kinds.
func moduleConfigs(changes map[wire.ModuleKind]change) func(*call, *wire.ClientConfig) {
	return func(_ *call, config *wire.ClientConfig) {
		for id, module := range config.Modules {
			if change, ok := changes[module.Kind]; ok {
				module.Config = change(id, module.Config.Body)
				config.Modules[id] = module
			}
		}
	}
}

// nobodysKey is a key to which nobody knows the secret.
func nobodysKey() wire.G1 { return tbs.HashV1([]byte("nobody's key")).Bytes() }

func otherTiers(c *wire.MintConfig) {
	c.Keys = rotate(c.Keys)
	for peer, keys := range c.PeerKeys {
		c.PeerKeys[peer] = rotate(keys)
	}
}

func otherDenominations(c *wire.MintV2Config) {
	c.Keys = rotate(c.Keys)
	c.PeerKeys = rotate(c.PeerKeys)
}

// rotate gives each tier the keys of the next one.
func rotate[T cmp.Ordered, K any](keys map[T]K) map[T]K {
	tiers := slices.Sorted(maps.Keys(keys))
	other := make(map[T]K, len(keys))
	for i, tier := range tiers {
		other[tier] = keys[tiers[(i+1)%len(tiers)]]
	}
	return other
}

func otherFees(fee *wire.FeeConsensus) {
	if fee.Base == 0 {
		*fee = wire.FeeConsensus{Base: 100, PartsPerMillion: 1000}
	} else {
		*fee = wire.FeeConsensus{}
	}
}

func otherMeta(_ *call, config *wire.ClientConfig) {
	config.Meta["federation_name"] = "Totally the same federation"
}

func otherFederation(_ *call, config *wire.ClientConfig) {
	for peer, guardian := range config.Guardians {
		config.Guardians[peer] = wire.PeerURL{URL: nowhere(peer), Name: guardian.Name}
	}
}

// nowhere is a url at which nobody answers.
func nowhere(peer wire.PeerID) wire.SafeURL {
	url, err := wire.ParseURL(fmt.Sprintf("ws://127.0.0.1:9/%d", peer))
	if err != nil {
		panic(fmt.Sprintf("liar: %v", err))
	}
	return url
}

func fewerModules(_ *call, config *wire.ClientConfig) {
	ids := slices.Sorted(maps.Keys(config.Modules))
	delete(config.Modules, ids[len(ids)-1])
}

func moreModules(_ *call, config *wire.ClientConfig) {
	ids := slices.Sorted(maps.Keys(config.Modules))
	id := ids[len(ids)-1] + 1
	config.Modules[id] = wire.ModuleConfig{Kind: "casino", Config: wire.DynConfig{Dyn: wire.Dyn{Module: id, Body: []byte{1}}}}
}

func old(ctx context.Context, c *call) (any, error) {
	if c.method != "version" {
		return nil, rpc.UnknownMethod()
	}
	return told(func(_ *call, v wire.SupportedVersions) any {
		return changeAPIs(v, wire.APIVersions{{Major: 0, Minor: 5}}, func(wire.APIVersions) wire.APIVersions {
			return wire.APIVersions{{Major: 0, Minor: 0}}
		})
	})(ctx, c)
}

func futureVersions(_ *call, v wire.SupportedVersions) any {
	next := wire.APIVersions{{Major: 1, Minor: 0}}
	return changeAPIs(v, next, func(wire.APIVersions) wire.APIVersions { return next })
}

func noVersions(*call, wire.SupportedVersions) any {
	v := wire.SupportedVersions{Modules: map[wire.ModuleID]wire.SupportedModule{}}
	v.Core.Consensus = wire.Version{Major: 2, Minor: 1}
	v.Core.API = wire.APIVersions{}
	return v
}

func unsortedVersions(_ *call, v wire.SupportedVersions) any {
	wrong := func(api wire.APIVersions) wire.APIVersions {
		return append(wire.APIVersions{{Major: 3, Minor: 0}, {Major: 2, Minor: 0}}, api...)
	}
	return changeAPIs(v, wrong(v.Core.API), wrong)
}

func changeAPIs(v wire.SupportedVersions, core wire.APIVersions, module func(wire.APIVersions) wire.APIVersions) wire.SupportedVersions {
	v.Core.API = core
	modules := make(map[wire.ModuleID]wire.SupportedModule, len(v.Modules))
	for id, m := range v.Modules {
		m.API = module(m.API)
		modules[id] = m
	}
	v.Modules = modules
	return v
}
