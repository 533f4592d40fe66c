package client

import (
	"context"
	"fmt"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

const (
	// refreshEvery is how often guardians are asked what may have changed.
	refreshEvery = time.Hour

	// newsLinger is how long to wait for the answers of more guardians about
	// what each of them has signed.
	newsLinger = 5 * time.Second
)

// news asks a federation for something that may have changed, and returns what
// is to be changed in what the wallet keeps of it.
type news func(context.Context, Membership) (func(*Membership), error)

// keepFresh asks now and then what a federation says of itself. All of it can
// wait: no payment needs it.
func (w *Wallet) keepFresh(ctx context.Context, id wire.FederationID, c *Client) {
	all := []news{c.newVersions, c.newConfig, c.newAnnouncements, c.newMetadata, c.newHealth}
	for {
		done := make(chan struct{})
		for _, n := range all {
			go func() {
				w.refresh(ctx, id, n)
				done <- struct{}{}
			}()
		}
		for range all {
			<-done
		}
		select {
		case <-time.After(refreshEvery):
		case <-ctx.Done():
			return
		}
	}
}

// refresh asks for news, as often as it takes, and keeps them.
func (w *Wallet) refresh(ctx context.Context, id wire.FederationID, ask news) {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		m, err := w.membership(w.db.Snapshot(), id)
		if err != nil {
			return
		}
		if change, err := ask(ctx, m); err == nil {
			w.change(ctx, id, change)
			return
		}
		select {
		case <-time.After(pause):
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
	versions, err := c.AskVersions(ctx)
	return func(m *Membership) { m.Versions = versions }, err
}

// newConfig looks whether modules were added. Any other change is never taken
// over: guardians who contradict the config that was joined are named.
func (c *Client) newConfig(ctx context.Context, joined Membership) (func(*Membership), error) {
	config, err := agreedConfig(ctx, c.circle, c.id, 0)
	if err != nil {
		return nil, err
	}
	if !joined.extends(config) {
		for _, peer := range c.circle.Peers() {
			c.circle.Report(peer, "client_config", "the federation's config is not the one that was joined")
		}
		return func(*Membership) {}, nil
	}
	return func(m *Membership) {
		if m.extends(config) && wire.HashOf(config) != wire.HashOf(m.Config) {
			m.Pending = &config
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
