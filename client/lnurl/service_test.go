package lnurl

import (
	"context"
	"errors"
	"strings"
	"testing"

	"satchel/client/bolt11"
	"satchel/client/wire"
)

// bill returns an invoice of an amount in msat.
func bill(amount wire.Amount) bolt11.Invoice {
	i, err := bolt11.Sign(bolt11.Invoice{
		Network: "regtest", Amount: amount, Time: 1_700_000_000, PaymentHash: wire.Hash{1}, PaymentSecret: [32]byte{2}, Description: "x",
		Expiry: 3600, MinFinalCLTV: 18, Features: bolt11.Basic(),
	}, wire.SecretKey{31: 1})
	if err != nil {
		panic(err)
	}
	return i
}

// services are the answers of services by their urls: the longest that a request
// begins with counts.
type services map[string]string

var errNowhere = errors.New("there is no such service")

func (s services) fetch(_ context.Context, url string) (int, []byte, error) {
	best := ""
	for known := range s {
		if strings.HasPrefix(url, known) && len(known) > len(best) {
			best = known
		}
	}
	if best == "" {
		return 0, nil, errNowhere
	}
	return 200, []byte(s[best]), nil
}

// client returns a client of these services that fails the test when anybody
// else's is asked.
func (s services) client(t *testing.T) Client {
	return Client{Fetch: func(ctx context.Context, url string) (int, []byte, error) {
		if at, isPrivate := privateHost(url); isPrivate {
			t.Errorf("asked %s, at %s", url, at)
		}
		return s.fetch(ctx, url)
	}}
}
