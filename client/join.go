package client

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// A Preview is what a federation says of itself before it is joined.
type Preview struct {
	Invite wire.InviteCode
	ID     wire.FederationID
	Config wire.ClientConfig

	// Guardians are those of the config, with what came of asking them.
	Guardians []guardians.Health
}

// Download gets the config of the federation that an invite code names. Which
// guardians there are, and where, is proved by the federation's id, which is a
// hash of it; everything else is what a threshold of them says. A guardian that
// says otherwise is named in Guardians.
func Download(ctx context.Context, invite wire.InviteCode, dial guardians.Dialer) (*Preview, error) {
	opts := guardians.SocketOptions{Secret: apiSecret(invite)}
	id := invite.FederationID()

	first := guardians.New(invited(invite, dial, opts), guardians.Options{})
	defer first.Close()
	found, err := guardians.Ask(ctx, first, configQuestion, decodeConfig(id), guardians.First[wire.ClientConfig]())
	if err != nil {
		return nil, err
	}
	all := guardians.New(guardians.Sockets(found.Value.Guardians, dial, opts), guardians.Options{})
	defer all.Close()
	config, err := agreedConfig(ctx, all, id, previewLinger)
	if err != nil {
		return nil, err
	}
	return &Preview{Invite: invite, ID: id, Config: config, Guardians: all.Health()}, nil
}

// previewLinger is how long a preview waits for the guardians that are not
// needed any more, to tell whether they answer, and the same.
const previewLinger = 500 * time.Millisecond

var configQuestion = guardians.Question{Method: "client_config", Deterministic: true}

// agreedConfig returns the config that a threshold of guardians gives.
func agreedConfig(ctx context.Context, g *guardians.Federation, id wire.FederationID, linger time.Duration) (wire.ClientConfig, error) {
	q := configQuestion
	q.Linger = linger
	same := func(a, b wire.ClientConfig) bool { return wire.HashOf(a) == wire.HashOf(b) }
	return guardians.Ask(ctx, g, q, decodeConfig(id), guardians.AgreeFunc(same))
}

func decodeConfig(id wire.FederationID) guardians.Decode[wire.ClientConfig] {
	return func(_ wire.PeerID, answer json.RawMessage) (config wire.ClientConfig, err error) {
		if err = json.Unmarshal(answer, &config); err == nil {
			err = config.CheckFederationID(id)
		}
		return config, err
	}
}

func invited(invite wire.InviteCode, dial guardians.Dialer, opts guardians.SocketOptions) map[wire.PeerID]guardians.Member {
	members := map[wire.PeerID]guardians.Member{}
	for peer, url := range invite.Guardians() {
		members[peer] = guardians.Member{
			Name: fmt.Sprint("guardian ", peer), URL: url,
			Guardian: guardians.NewSocket(url, dial, opts),
		}
	}
	return members
}

func apiSecret(invite wire.InviteCode) string {
	if s := invite.APISecret(); s != nil {
		return *s
	}
	return ""
}
