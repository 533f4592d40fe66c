package lnv2

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"satchel/client"
	"satchel/client/guardians"
	"satchel/client/wire"
)

// Errors of a choice of gateways.
var (
	// ErrNoGateway reports a federation whose guardians recommend no gateway that
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

// Limits for what gateways ask, in blocks.
const (
	mostBlocks   = 1440 // until an outgoing contract expires
	spareBlocks  = 12   // on top of what the gateway asks, until its part of the payment begins
	mostInvoice  = 24 * time.Hour
	askMost      = 8               // gateways at a time
	gatewayPause = 1 * time.Second // for further answers once a gateway has answered
)

// A Gateway is one that guardians recommend.
type Gateway struct {
	URL   wire.SafeURL
	Votes int               // how many guardians recommend it
	Info  *wire.RoutingInfo // nil if it does not answer
}

// Gateways returns the gateways that guardians recommend, the best known first,
// with the terms of those that answer.
func (m *Lightning) Gateways(ctx context.Context) ([]Gateway, error) {
	all, err := m.recommended(ctx)
	if err != nil {
		return nil, err
	}
	all = all[:min(len(all), askMost)]
	m.askAll(ctx, all)
	return all, nil
}

// recommended asks guardians for the gateways, without their terms.
func (m *Lightning) recommended(ctx context.Context) (all []Gateway, err error) {
	q := guardians.Question{Method: m.Method("gateways")}
	lists, err := guardians.Ask(ctx, m.Guardians(), q, guardians.JSON[[]wire.SafeURL], guardians.Threshold[[]wire.SafeURL]())
	if err != nil {
		return nil, err
	}
	votes := map[wire.SafeURL]int{}
	for _, list := range lists {
		once := map[wire.SafeURL]bool{}
		for _, url := range list {
			if reachable(url, m.here) && !once[url] {
				once[url] = true
				votes[url]++
			}
		}
	}
	for url, n := range votes {
		all = append(all, Gateway{URL: url, Votes: n})
	}
	// Wallets differ in whom of several they ask first.
	taste := func(g Gateway) []byte {
		sum := sha256.Sum256(append(m.key[:], g.URL.String()...))
		return sum[:]
	}
	slices.SortFunc(all, func(a, b Gateway) int {
		return cmp.Or(cmp.Compare(b.Votes, a.Votes), bytes.Compare(taste(a), taste(b)))
	})
	return all, nil
}

// reachable reports whether a page may ask a gateway. here says that the
// federation is on this device; then a gateway may be as well.
func reachable(url wire.SafeURL, here bool) bool {
	switch {
	case url.HasCredentials():
		return false
	case url.Scope() == wire.Global:
		return url.Scheme() == "https"
	}
	return here && url.Scope() == wire.Loopback && (url.Scheme() == "https" || url.Scheme() == "http")
}

// OnThisDevice reports whether all guardians of a federation are on this device.
func OnThisDevice(config wire.ClientConfig) bool {
	for _, g := range config.Guardians {
		if g.URL.Scope() != wire.Loopback {
			return false
		}
	}
	return true
}

// askAll asks gateways for their terms, all at once. Once one has answered the
// others have a second.
func (m *Lightning) askAll(ctx context.Context, all []Gateway) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		i    int
		info *wire.RoutingInfo
	}
	answers := make(chan answer)
	for i, g := range all {
		go func() {
			info, err := m.routingInfo(ctx, g.URL)
			if err != nil {
				info = nil
			}
			select {
			case answers <- answer{i, info}:
			case <-ctx.Done():
			}
		}()
	}
	var late <-chan time.Time
	for range all {
		select {
		case a := <-answers:
			all[a.i].Info = a.info
			if a.info != nil && late == nil {
				late = time.After(gatewayPause)
			}
		case <-late:
			return
		case <-ctx.Done():
			return
		}
	}
}

// routingInfo asks one gateway for its terms.
func (m *Lightning) routingInfo(ctx context.Context, url wire.SafeURL) (*wire.RoutingInfo, error) {
	info, err := ask[*wire.RoutingInfo](ctx, m, url, "/routing_info", m.FederationID())
	if err == nil && info == nil {
		err = fmt.Errorf("%w: %v does not serve the federation", ErrGatewaysSilent, url)
	}
	return info, err
}

// choose returns the gateway at url, or the best one for which less is an order.
func (m *Lightning) choose(ctx context.Context, url *wire.SafeURL, rank func(*wire.RoutingInfo) int) (Gateway, error) {
	if url != nil {
		if !reachable(*url, m.here) {
			return Gateway{}, fmt.Errorf("%w: %v", ErrNoGateway, *url)
		}
		info, err := m.routingInfo(ctx, *url)
		return Gateway{URL: *url, Info: info}, err
	}
	all, err := m.Gateways(ctx)
	if err != nil {
		return Gateway{}, err
	}
	if len(all) == 0 {
		return Gateway{}, ErrNoGateway
	}
	all = slices.DeleteFunc(all, func(g Gateway) bool { return g.Info == nil || rank(g.Info) < 0 })
	if len(all) == 0 {
		return Gateway{}, ErrGatewaysSilent
	}
	slices.SortStableFunc(all, func(a, b Gateway) int { return cmp.Compare(rank(a.Info), rank(b.Info)) })
	return all[0], nil
}

// ask sends a gateway a question by JSON.
func ask[T any](ctx context.Context, m *Lightning, url wire.SafeURL, route string, body any) (answer T, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return answer, err
	}
	got, err := m.Fetch(ctx, client.Request{URL: origin(url) + route, Body: text})
	if err != nil {
		return answer, fmt.Errorf("%w: %v: %w", ErrGatewaysSilent, url, err)
	}
	if got.Status != 200 {
		return answer, fmt.Errorf("%w: %v answers %d: %.200q", ErrGatewayAnswer, url, got.Status, got.Body)
	}
	if err := json.Unmarshal(got.Body, &answer); err != nil {
		return answer, fmt.Errorf("%w: %v answers %.200q", ErrGatewayAnswer, url, got.Body)
	}
	return answer, nil
}

// origin returns a url without its path.
func origin(url wire.SafeURL) string {
	scheme, rest, _ := strings.Cut(url.Full(), "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return scheme + "://" + rest
}
