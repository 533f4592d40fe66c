package lightning

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// Errors of a choice of gateways.
var (
	// ErrNoGateway reports a federation with which no gateway is registered that
	// can be reached from here.
	ErrNoGateway = errors.New("federation has no lightning gateway that this wallet can use")

	// ErrGatewaysSilent reports that a gateway does not answer, or none does that
	// is willing.
	ErrGatewaysSilent = errors.New("lightning gateway does not answer")

	// ErrGatewayAnswer reports an answer of a gateway that cannot be used.
	ErrGatewayAnswer = errors.New("lightning gateway misbehaves")
)

// A LimitError says that a gateway asks for more than wallets accept.
type LimitError struct {
	Gateway wire.SafeURL
	What    string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("gateway %v asks too much: %s", e.Gateway, e.What)
}

// Limits of the choice.
const (
	listMost     = 200             // gateways of one guardian
	askMost      = 8               // gateways at a time
	gatewayPause = 1 * time.Second // for further answers once a gateway has answered
	postponed    = 1 << 30
)

// A Gateway is one that has registered with the federation.
type Gateway struct {
	URL    wire.SafeURL
	Info   wire.LNGateway
	Votes  int  // how many guardians list it
	Vetted bool // by guardians of whom at least one is honest
	Signed bool // the registration is the gateway's own
	Online bool // it answers
}

// Gateways returns the gateways that are registered: first those that were vetted,
// then those that have signed their registration. The first few are asked whether
// they are there.
func (m *Lightning) Gateways(ctx context.Context) ([]Gateway, error) {
	all, err := m.registered(ctx)
	if err != nil {
		return nil, err
	}
	all = all[:min(len(all), askMost)]
	m.askAll(ctx, all)
	return all, nil
}

// registered asks guardians for the gateways, without asking these.
func (m *Lightning) registered(ctx context.Context) (all []Gateway, err error) {
	q := guardians.Question{Method: m.Method("list_gateways")}
	lists, err := guardians.Ask(ctx, m.Guardians(), q,
		guardians.JSON[[]wire.LNAnnouncement], guardians.Threshold[[]wire.LNAnnouncement]())
	if err != nil {
		return nil, err
	}
	all = merge(lists, m.config.Key, wire.OneHonest(m.Guardians().Size()))
	all = slices.DeleteFunc(all, func(g Gateway) bool { return !reachable(g.URL, m.here) })
	// Wallets differ in whom of several they ask first.
	taste := func(g Gateway) []byte {
		sum := sha256.Sum256(append(m.auth[:], g.Info.ID[:]...))
		return sum[:]
	}
	slices.SortFunc(all, func(a, b Gateway) int {
		return cmp.Or(a.compare(b), cmp.Compare(b.Votes, a.Votes), bytes.Compare(taste(a), taste(b)))
	})
	return all, nil
}

// compare tells which of two gateways is the better known.
func (g Gateway) compare(other Gateway) int {
	better := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	return cmp.Or(better(g.Vetted, other.Vetted), better(g.Signed, other.Signed))
}

// merge makes one list of those of several guardians. A registration whose
// signature is false is passed over; where a gateway has signed one, those that
// anybody could have made in its name are, too, and all but the newest.
func merge(lists map[wire.PeerID][]wire.LNAnnouncement, federation wire.G1, honest int) (all []Gateway) {
	found := map[wire.PublicKey]*candidate{}
	for _, peer := range slices.Sorted(maps.Keys(lists)) {
		for _, a := range lists[peer][:min(len(lists[peer]), listMost)] {
			if a.Verify(federation) != nil {
				continue
			}
			c := found[a.Info.ID]
			if c == nil {
				c = &candidate{listed: map[wire.PeerID]bool{}, vetted: map[wire.PeerID]bool{}}
				found[a.Info.ID] = c
			}
			c.add(peer, a)
		}
	}
	for _, c := range found {
		all = append(all, Gateway{
			URL: c.info.API, Info: c.info, Votes: len(c.listed), Vetted: len(c.vetted) >= honest, Signed: c.nonce > 0,
		})
	}
	return all
}

// A candidate is what guardians say of one gateway.
type candidate struct {
	info   wire.LNGateway
	nonce  uint64 // of the registration, at least 1, or 0 if it is not signed
	listed map[wire.PeerID]bool
	vetted map[wire.PeerID]bool
}

func (c *candidate) add(peer wire.PeerID, a wire.LNAnnouncement) {
	nonce := uint64(0)
	if a.Auth != nil {
		nonce = max(a.Auth.Nonce, 1)
	}
	if len(c.listed) == 0 || nonce > c.nonce {
		c.info, c.nonce = a.Info, nonce
	}
	c.listed[peer] = true
	if a.Vetted {
		c.vetted[peer] = true
	}
}

// askAll asks gateways whether they are there, all at once. Once one has answered
// the others have a second.
func (m *Lightning) askAll(ctx context.Context, all []Gateway) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		i  int
		ok bool
	}
	answers := make(chan answer)
	for i, g := range all {
		go func() {
			id, err := ask[wire.PublicKey](ctx, m, g.URL, "/id", nil)
			select {
			case answers <- answer{i, err == nil && id == g.Info.ID}: // else the url is somebody else's
			case <-ctx.Done():
			}
		}()
	}
	var late <-chan time.Time
	for range all {
		select {
		case a := <-answers:
			all[a.i].Online = a.ok
			if a.ok && late == nil {
				late = time.After(gatewayPause)
			}
		case <-late:
			return
		case <-ctx.Done():
			return
		}
	}
}

// choose returns the gateway at url, or among the best known ones that of which
// rank is the least. A rank below 0 says that it will not do, one from postponed
// on that any other would be better.
func (m *Lightning) choose(ctx context.Context, url *wire.SafeURL, rank func(Gateway) int) (Gateway, error) {
	all, err := m.registered(ctx)
	if err != nil {
		return Gateway{}, err
	}
	if url != nil {
		all = slices.DeleteFunc(all, func(g Gateway) bool { return g.URL != *url })
	}
	if len(all) == 0 {
		return Gateway{}, ErrNoGateway
	}
	if url == nil {
		all = slices.DeleteFunc(all, func(g Gateway) bool { return rank(g) < 0 })
	}
	all = all[:min(len(all), askMost)]
	m.askAll(ctx, all)
	all = slices.DeleteFunc(all, func(g Gateway) bool { return !g.Online })
	if len(all) == 0 {
		return Gateway{}, ErrGatewaysSilent
	}
	slices.SortStableFunc(all, func(a, b Gateway) int {
		ra, rb := rank(a), rank(b)
		return cmp.Or(cmp.Compare(ra/postponed, rb/postponed), a.compare(b), cmp.Compare(ra, rb))
	})
	return all[0], nil
}
