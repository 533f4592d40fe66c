package client

import (
	"context"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// core are the versions of the core that this client speaks.
var core = wire.SupportedCore{API: wire.APIVersions{{Major: 0, Minor: 0}}}

// Versions returns the versions of the API to speak. The first time it asks the
// guardians, unless they are known from before.
func (c *Client) Versions(ctx context.Context) (guardians.Versions, error) {
	c.mu.Lock()
	known := c.versions
	c.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	return c.askVersions(ctx, 0)
}

// askVersions asks the guardians for their versions and uses what follows. A
// guardian that is not heard may be older than the others, so it is worth to
// linger where nobody waits.
func (c *Client) askVersions(ctx context.Context, linger time.Duration) (guardians.Versions, error) {
	answers, err := guardians.Ask(ctx, c.circle, guardians.Question{Method: "version", Linger: linger},
		guardians.JSON[wire.SupportedVersions], guardians.Threshold[wire.SupportedVersions]())
	if err != nil {
		return guardians.Versions{}, err
	}
	versions, err := guardians.Discover(c.supported(), answers)
	if err != nil {
		return guardians.Versions{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.versions = &versions
	return versions, nil
}

// supported are the versions that this client needs, with the consensus versions
// of the config.
func (c *Client) supported() wire.SupportedVersions {
	config := c.setup.Config
	s := wire.SupportedVersions{Core: core, Modules: map[wire.ModuleID]wire.SupportedModule{}}
	s.Core.Consensus = config.Version
	for id := range c.modules {
		kind := config.Modules[id].Kind
		for _, k := range c.setup.Kinds {
			if k.Name == kind {
				s.Modules[id] = wire.SupportedModule{CoreConsensus: config.Version, Consensus: config.Modules[id].Version, API: k.API}
			}
		}
	}
	return s
}
