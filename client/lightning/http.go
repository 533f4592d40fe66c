package lightning

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"satchel/client"
	"satchel/client/wire"
)

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

// onThisDevice reports whether all guardians of a federation are on this device.
func onThisDevice(config wire.ClientConfig) bool {
	for _, g := range config.Guardians {
		if g.URL.Scope() != wire.Loopback {
			return false
		}
	}
	return true
}

// ask sends a gateway a question by JSON, or, with a nil body, without one.
func ask[T any](ctx context.Context, m *Lightning, url wire.SafeURL, route string, body any) (answer T, err error) {
	r := client.Request{URL: origin(url) + route}
	if body != nil {
		if r.Body, err = json.Marshal(body); err != nil {
			return answer, err
		}
	}
	got, err := m.Fetch(ctx, r)
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
