package client

import (
	"context"
	"fmt"
	"sync"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

const (
	// refreshEvery is how often guardians are asked what may have changed.
	refreshEvery = time.Hour

	// newsLinger is how long to wait for the answers of more guardians than are
	// needed, about what each of them says for itself.
	newsLinger = 5 * time.Second
)

// news asks a federation for something that may have changed, and returns what
// is to be changed in what the wallet keeps of it.
type news func(context.Context, Membership) (func(*Membership), error)

// keepFresh asks now and then what a federation says of itself, until ctx ends.
// All of it can wait: no payment needs it. No question waits for another, since
// guardians may leave one of them without a result for weeks.
func (w *Wallet) keepFresh(ctx context.Context, id wire.FederationID, c *Client) {
	var asking sync.WaitGroup
	for _, ask := range []news{c.newVersions, c.newConfig, c.newAnnouncements, c.newMetadata, c.newHealth} {
		asking.Go(func() { w.refresh(ctx, id, ask) })
	}
	asking.Wait()
}

// refresh asks for news and keeps them. What is not decided is asked again after
// a second, then ever more rarely, at last as often as everything.
func (w *Wallet) refresh(ctx context.Context, id wire.FederationID, ask news) {
	for pause := time.Second; ; {
		m, err := w.membership(w.db.Snapshot(), id)
		if err != nil {
			return
		}
		wait := refreshEvery
		change, err := ask(ctx, m)
		if err == nil {
			w.change(ctx, id, change)
			pause = time.Second
		} else {
			wait, pause = pause, min(2*pause, refreshEvery)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// change changes what the wallet keeps of a federation. An error of the store
// ends the wallet, so there is nobody here to tell.
func (w *Wallet) change(ctx context.Context, id wire.FederationID, change func(*Membership)) {
	w.db.Update(ctx, func(tx *kv.Tx) error {
		m, err := w.membership(&tx.Reader, id)
		if err != nil {
			return err
		}
		before := wire.HashOf(m)
		if change(&m); wire.HashOf(m) != before {
			tx.Put(memberships+string(id[:]), wire.Encode(m))
		}
		return nil
	})
}

func (w *Wallet) membership(r *kv.Reader, id wire.FederationID) (Membership, error) {
	v, ok := r.Get(memberships + string(id[:]))
	if !ok {
		return Membership{}, ErrNotJoined
	}
	return wire.Decode[Membership](v)
}

func (c *Client) newVersions(ctx context.Context, _ Membership) (func(*Membership), error) {
	versions, err := c.askVersions(ctx, newsLinger)
	return func(m *Membership) { m.Versions = versions }, err
}

// newConfig looks whether a threshold of guardians has added modules. Any other
// change is never taken over: each guardian who contradicts the config that was
// joined is named. Who merely has more or fewer modules than others is not,
// since an upgrade does not reach all guardians at once.
func (c *Client) newConfig(ctx context.Context, joined Membership) (func(*Membership), error) {
	answers, err := guardians.Ask(ctx, c.circle, guardians.Question{Method: configQuestion.Method, Linger: newsLinger},
		decodeConfig(c.id), guardians.AtLeast[wire.ClientConfig](1))
	if err != nil {
		return nil, err
	}
	votes := map[wire.Hash]int{}
	var agreed *wire.ClientConfig
	for peer, config := range answers {
		if !joined.extends(config) {
			c.circle.Report(peer, configQuestion.Method, "gives a config that contradicts the one that was joined")
			continue
		}
		hash := wire.HashOf(config)
		if votes[hash]++; votes[hash] >= c.circle.Threshold() {
			agreed = &config
		}
	}
	return func(m *Membership) {
		if agreed != nil && m.extends(*agreed) && wire.HashOf(*agreed) != wire.HashOf(m.Config) {
			m.Pending = agreed
		}
	}, nil
}

func (c *Client) newAnnouncements(ctx context.Context, joined Membership) (func(*Membership), error) {
	answers, err := guardians.Ask(ctx, c.circle, guardians.Question{Method: "api_announcements", Linger: newsLinger},
		guardians.DecodeAnnouncements(joined.Config.BroadcastKeys), guardians.AtLeast[guardians.Announcements](1))
	return func(m *Membership) { m.Announcements = guardians.NewestAnnouncements(m.Announcements, answers) }, err
}

func (c *Client) newMetadata(ctx context.Context, joined Membership) (func(*Membership), error) {
	now := uint64(max(0, c.Now().Unix()))
	answers, err := guardians.Ask(ctx, c.circle, guardians.Question{Method: "guardian_metadata", Linger: newsLinger},
		guardians.DecodeMetadata(joined.Config.BroadcastKeys, now), guardians.AtLeast[guardians.Metadata](1))
	if unknown(err) {
		err = nil // guardians before 0.11
	}
	return func(m *Membership) { m.Metadata = guardians.NewestMetadata(m.Metadata, answers) }, err
}

// unknown reports whether err is that guardians do not know the method.
func unknown(err error) bool {
	undecided, ok := err.(*guardians.UndecidedError)
	return ok && undecided.Count(guardians.MethodUnknown) > 0
}

// newHealth asks every guardian for its software version, which tells who is
// there.
func (c *Client) newHealth(ctx context.Context, _ Membership) (func(*Membership), error) {
	if err := c.circle.Survey(ctx); err != nil {
		return nil, fmt.Errorf("survey: %w", err)
	}
	return func(*Membership) {}, nil
}
