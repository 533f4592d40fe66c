package client_test

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"satchel/client"
	"satchel/client/toyfed"
	"satchel/client/wire"
)

// oneModuleMore gives the config with a module that was added.
func oneModuleMore(q toyfed.Question) (any, error) {
	c := q.Fed.Config()
	c.Modules = maps.Clone(c.Modules)
	c.Modules[5] = wire.ModuleConfig{Kind: "later", Config: wire.DynConfig{Dyn: wire.Dyn{Module: 5}}}
	return c, nil
}

// refreshing joins a federation and stays for some hours in which some of its
// four guardians lie. It returns who is named for another config.
func refreshing(t *testing.T, hours time.Duration, lie toyfed.Lie) (named []wire.PeerID) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		var later toyfed.Lie
		fed := toyFederation(4, func(q toyfed.Question) (any, error) {
			if later != nil {
				return later(q)
			}
			return q.Honest()
		})
		d := newDevice(fed, 1)
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			join(t, ctx, w, fed)
		})
		later = lie
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			time.Sleep(hours * time.Hour)
			c, err := w.Client(fed.Config().FederationID())
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range c.Guardians().Health() {
				if slices.ContainsFunc(h.Misbehaviours, isAboutConfig) {
					named = append(named, h.Peer)
				}
			}
		})
	})
	return named
}

// What a guardian did wrong is known again after a restart.
func TestReportsAreKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fed := toyFederation(4, nil)
		d := newDevice(fed, 1)
		id := fed.Config().FederationID()
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			words(t, ctx, w)
			c := join(t, ctx, w, fed)
			for range 3 {
				c.Guardians().Report(2, "session_count", "counts backwards")
				time.Sleep(2 * time.Minute)
			}
		})
		d.running(t, func(ctx context.Context, w *client.Wallet) {
			c, err := w.Client(id)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range c.Guardians().Health() {
				wrong := h.Misbehaviours
				if h.Peer != 2 && len(wrong) > 0 || h.Peer == 2 && (len(wrong) != 1 || wrong[0].Count != 3 || wrong[0].What != "counts backwards") {
					t.Errorf("guardian %d: %+v", h.Peer, wrong)
				}
			}
		})
	})
}

// A question without a result, here for announcements, which these guardians do
// not know, holds up no other and is asked ever more rarely.
func TestUndecidedNewsHoldUpNoOthers(t *testing.T) {
	var versions, announcements atomic.Int32
	refreshing(t, 10, func(q toyfed.Question) (any, error) {
		switch {
		case q.Peer == 0 && q.Method == "version":
			versions.Add(1)
		case q.Peer == 0 && q.Method == "api_announcements":
			announcements.Add(1)
		}
		return q.Honest()
	})
	if n := versions.Load(); n < 10 || n > 11 {
		t.Errorf("asked %d times in 10 hours for its versions", n)
	}
	if n := announcements.Load(); n < 10 || n > 25 {
		t.Errorf("asked %d times in 10 hours for announcements", n)
	}
}

// Nobody is named while modules are being added.
func TestAddingModulesIsNoFault(t *testing.T) {
	add := toyfed.Lie(oneModuleMore).About("client_config")
	for _, upgraded := range [][]wire.PeerID{{3}, {2, 3}, {1, 2, 3}, {0, 1, 2, 3}} {
		if named := refreshing(t, 3, add.By(upgraded...)); len(named) > 0 {
			t.Errorf("guardians %v are named when %v have added a module", named, upgraded)
		}
	}
}

// Those who contradict the config that was joined are named, many or few, and
// nobody else.
func TestOnlyContradictionsAreNamed(t *testing.T) {
	lie := configLies()["another name"]
	for _, liars := range [][]wire.PeerID{{3}, {2, 3}, {1, 2, 3}, {0, 1, 2, 3}} {
		if named := refreshing(t, 3, lie.By(liars...)); !slices.Equal(named, liars) {
			t.Errorf("guardians %v are named, want %v", named, liars)
		}
	}
}
