package guardian

import (
	"context"
	"encoding/json"
	"fmt"

	"satchel/build/devfed/consensus"
	"satchel/build/devfed/rpc"
	"satchel/client/wire"
)

// methods returns the whole API, answered honestly.
func (g *Guardian) methods() map[string]rpc.Method {
	table := map[string]rpc.Method{
		"version":                      plain(g.versions),
		"client_config":                plain(func() any { return g.shared.Config }),
		"client_config_json":           plain(g.readableConfig),
		"invite_code":                  plain(g.invite),
		"federation_id":                plain(func() any { return g.shared.Config.FederationID() }),
		"server_config_consensus_hash": plain(func() any { return wire.HashOf(g.shared.Config) }),
		"fedimintd_version":            plain(func() any { return "0.13.0+satchel.devfed" }),
		"chain_id":                     plain(func() any { return g.shared.ChainID }),
		"status":                       plain(g.status),
		"setup_status":                 plain(func() any { return "ConsensusIsRunning" }),
		"consensus_ord_latency":        plain(func() any { return nil }),
		"p2p_connection_status":        plain(g.connections),

		"submit_transaction":     g.submitTransaction,
		"await_transaction":      g.awaitTransaction,
		"await_output_outcome":   g.awaitOutputOutcome,
		"await_outputs_outcomes": g.awaitOutputsOutcomes,

		"session_count":                plain(func() any { return g.shared.Ledger.SessionCount() }),
		"session_status":               g.sessionStatus,
		"signed_session_status":        g.signedSessionStatus,
		"await_session_outcome":        g.awaitSessionOutcome,
		"await_signed_session_outcome": g.awaitSignedSessionOutcome,

		"auth": g.auth,

		"backup":  g.backup,
		"recover": g.recover,

		"api_announcements":        plain(g.announcements),
		"submit_api_announcement":  g.submitAnnouncement,
		"guardian_metadata":        plain(g.metadata),
		"submit_guardian_metadata": g.submitMetadata,
	}
	for _, name := range []string{
		"audit", "shutdown", "download_guardian_backup", "backup_statistics",
		"sign_api_announcement", "sign_guardian_metadata",
	} {
		table[name] = func(context.Context, json.RawMessage) (any, error) { return nil, rpc.Unauthorized() }
	}
	for id, module := range g.shared.Modules {
		for name, method := range module.Methods {
			table[fmt.Sprintf("module_%d_%s", id, name)] = g.ofModule(id, method)
		}
	}
	return table
}

// plain is a method without params that cannot fail.
func plain(result func() any) rpc.Method {
	return func(_ context.Context, params json.RawMessage) (any, error) {
		if err := rpc.NoParams(params); err != nil {
			return nil, err
		}
		return result(), nil
	}
}

// auth tells whether the password is right.
func (g *Guardian) auth(ctx context.Context, params json.RawMessage) (any, error) {
	if !g.shared.isOwner(ctx) {
		return nil, rpc.Unauthorized()
	}
	return nil, rpc.NoParams(params)
}

func (g *Guardian) ofModule(id wire.ModuleID, method consensus.Method) rpc.Method {
	return func(ctx context.Context, params json.RawMessage) (any, error) {
		return method(ctx, consensus.Call{
			Guardian: g.id, Owner: g.shared.isOwner(ctx), Params: params, View: g.shared.Ledger.View(id),
			Await: func(ctx context.Context, key string) (consensus.View, error) {
				return g.shared.Ledger.Await(ctx, id, key)
			},
			AwaitUntil: func(ctx context.Context, found func(consensus.View) bool) (consensus.View, error) {
				return g.shared.Ledger.AwaitUntil(ctx, id, found)
			},
			Update: func(ctx context.Context, change func(consensus.Tx)) error {
				return g.shared.Ledger.Update(ctx, id, change)
			},
		})
	}
}

// versions are those of fedimint 0.13.
func (g *Guardian) versions() any {
	v := wire.SupportedVersions{
		Core:    wire.SupportedCore{Consensus: consensus.Version, API: wire.APIVersions{{Major: 0, Minor: 9}}},
		Modules: make(map[wire.ModuleID]wire.SupportedModule),
	}
	for id, module := range g.shared.Modules {
		v.Modules[id] = wire.SupportedModule{
			CoreConsensus: consensus.Version,
			Consensus:     module.Version,
			API:           wire.APIVersions{module.API},
		}
	}
	return v
}

func (g *Guardian) readableConfig() any {
	config, err := g.shared.Config.ReadableJSON()
	if err != nil {
		panic(fmt.Sprintf("guardian: the config has no JSON form: %v", err))
	}
	return json.RawMessage(config)
}

// invite names this guardian alone.
func (g *Guardian) invite() any {
	url := g.announcement(g.shared.DB.Snapshot(), g.id).Announcement.URL
	code, err := wire.NewInviteCode(g.shared.Config.FederationID(), map[wire.PeerID]wire.SafeURL{g.id: url}, nil)
	if err != nil {
		panic(fmt.Sprintf("guardian: no invite code for %v: %v", url, err))
	}
	return code
}

// others calls f for each other guardian with whether it is on.
func (g *Guardian) others(f func(peer wire.PeerID, on bool)) {
	for peer := range g.shared.Config.Guardians {
		if peer != g.id {
			f(peer, g.shared.Ledger.Online(peer))
		}
	}
}

func (g *Guardian) connections() any {
	type connection struct {
		Type *string        `json:"conn_type"`
		RTT  *wire.Duration `json:"rtt"`
	}
	all := make(map[wire.PeerID]*connection)
	g.others(func(peer wire.PeerID, on bool) {
		if all[peer] = nil; on {
			all[peer] = &connection{}
		}
	})
	return all
}

func (g *Guardian) status() any {
	type peer struct {
		LastContribution *uint64 `json:"last_contribution"`
		Connection       string  `json:"connection_status"`
		Flagged          bool    `json:"flagged"`
	}
	type federation struct {
		SessionCount uint64               `json:"session_count"`
		Peers        map[wire.PeerID]peer `json:"status_by_peer"`
		Online       uint64               `json:"peers_online"`
		Offline      uint64               `json:"peers_offline"`
		Flagged      uint64               `json:"peers_flagged"`
		Shutdown     *uint64              `json:"scheduled_shutdown"`
	}
	f := federation{SessionCount: g.shared.Ledger.SessionCount(), Peers: make(map[wire.PeerID]peer)}
	g.others(func(id wire.PeerID, on bool) {
		if on {
			f.Online++
			f.Peers[id] = peer{LastContribution: &f.SessionCount, Connection: "connected"}
		} else {
			f.Offline++
			f.Peers[id] = peer{Connection: "disconnected"}
		}
	})
	return struct {
		Server     string     `json:"server"`
		Federation federation `json:"federation"`
	}{"consensus_running", f}
}
