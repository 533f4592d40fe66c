package client_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// configLies are answers to client_config of a federation that does not exist.
func configLies() map[string]toyfed.Lie {
	lies := map[string]toyfed.Lie{}
	for name, change := range map[string]func(*wire.ClientConfig){
		"another name": func(c *wire.ClientConfig) { c.Meta = map[string]string{"federation_name": "liars"} },
		"another guardian": func(c *wire.ClientConfig) {
			c.Guardians = maps.Clone(c.Guardians)
			c.Guardians[0] = wire.PeerURL{URL: c.Guardians[1].URL, Name: "me"}
		},
		"a module less": func(c *wire.ClientConfig) {
			c.Modules = maps.Clone(c.Modules)
			delete(c.Modules, toyfed.DummyID)
		},
		"another key": func(c *wire.ClientConfig) {
			c.Modules = maps.Clone(c.Modules)
			m := c.Modules[toyfed.MintID]
			m.Config.Body = slices.Clone(m.Config.Body)
			m.Config.Body[20] ^= 1
			c.Modules[toyfed.MintID] = m
		},
	} {
		lies[name] = toyfed.Lie(func(q toyfed.Question) (any, error) {
			c := q.Fed.Config()
			change(&c)
			return c, nil
		}).About("client_config")
	}
	for name, lie := range toyfed.BadShapes() {
		if !strings.HasPrefix(name, "hex") { // a config is not wrapped
			lies[name] = lie.About("client_config")
		}
	}
	return lies
}

// The config is what a threshold of guardians gives, and whoever gives another
// one is named. The guardian of the invite code is honest here: it tells where
// the others are, which their id proves.
func TestConfigIsTheThresholds(t *testing.T) {
	for _, size := range []struct{ guardians, liars int }{{4, 1}, {7, 2}, {10, 3}} {
		for name, lie := range configLies() {
			t.Run(fmt.Sprint(size.guardians, "/", name), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					var liars []wire.PeerID
					for i := range size.liars {
						liars = append(liars, wire.PeerID(1+i))
					}
					fed := toyFederation(size.guardians, lie.By(liars...))
					newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
						p, err := w.Preview(ctx, fed.Invite(0))
						if err != nil {
							t.Fatal(err)
						}
						if wire.HashOf(p.Config) != wire.HashOf(fed.Config()) {
							t.Error("the config is not the federation's")
						}
						for _, h := range p.Guardians {
							if (len(h.Misbehaviours) > 0) != slices.Contains(liars, h.Peer) {
								t.Errorf("guardian %d: %+v", h.Peer, h.Misbehaviours)
							}
						}
					})
				})
			})
		}
	}
}

// When no threshold agrees there is no config, and none of the wrong ones.
func TestConfigNeedsAThreshold(t *testing.T) {
	for name, lie := range configLies() {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				fed := toyFederation(4, lie.By(1, 2))
				newDevice(fed, 1).running(t, func(ctx context.Context, w *client.Wallet) {
					if p, err := w.Preview(ctx, fed.Invite(0)); err == nil {
						t.Errorf("%+v", p)
					}
				})
			})
		})
	}
}

func isAboutConfig(m guardians.Misbehaviour) bool { return m.Method == "client_config" }

// A later config is not taken over unless it only adds a module, and that not
// while the wallet runs. All who give another one are named.
func TestLaterConfigs(t *testing.T) {
	added := func(c *wire.ClientConfig) {
		c.Modules = maps.Clone(c.Modules)
		c.Modules[5] = wire.ModuleConfig{Kind: "later", Config: wire.DynConfig{Dyn: wire.Dyn{Module: 5}}}
	}
	lies := configLies()
	for _, shape := range slices.Collect(maps.Keys(toyfed.BadShapes())) {
		delete(lies, shape)
	}
	lies["a module more"] = toyfed.Lie(func(q toyfed.Question) (any, error) {
		c := q.Fed.Config()
		added(&c)
		return c, nil
	}).About("client_config")
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var later toyfed.Lie
				fed := toyFederation(4, func(q toyfed.Question) (any, error) {
					if later != nil {
						return later(q)
					}
					return q.Honest()
				})
				d := newDevice(fed, 1)
				config := func(w *client.Wallet) wire.ClientConfig {
					c, err := w.Client(fed.Config().FederationID())
					if err != nil {
						t.Fatal(err)
					}
					return c.Config()
				}
				joined := wire.HashOf(fed.Config())
				d.running(t, func(ctx context.Context, w *client.Wallet) {
					words(t, ctx, w)
					join(t, ctx, w, fed)
				})
				later = lie
				d.running(t, func(ctx context.Context, w *client.Wallet) {
					time.Sleep(3 * time.Hour)
					if wire.HashOf(config(w)) != joined {
						t.Error("the config changed while the wallet ran")
					}
					c, _ := w.Client(fed.Config().FederationID())
					named := 0
					for _, h := range c.Guardians().Health() {
						if slices.ContainsFunc(h.Misbehaviours, isAboutConfig) {
							named++
						}
					}
					if want := map[bool]int{true: 0, false: 4}[name == "a module more"]; named != want {
						t.Errorf("%d guardians are named, want %d", named, want)
					}
				})
				d.running(t, func(_ context.Context, w *client.Wallet) {
					if changed := wire.HashOf(config(w)) != joined; changed != (name == "a module more") {
						t.Errorf("after a restart the config is another one: %v", changed)
					}
				})
			})
		})
	}
}
