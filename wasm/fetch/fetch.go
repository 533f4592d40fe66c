package fetch

import (
	"context"
	"errors"
	"fmt"

	"satchel/client"
	"satchel/client/wire"
)

var (
	errScheme      = errors.New("only http and https are asked")
	errCredentials = errors.New("a url with credentials is not asked")
	errTooLarge    = fmt.Errorf("answer has more than %d bytes", client.MaxFetch)
)

var _ client.Fetch = Do

// Do makes a request. It is a [client.Fetch]. It waits, so a function that
// JavaScript calls must not call it.
func Do(ctx context.Context, r client.Request) (client.Response, error) {
	at, err := wire.ParseURL(r.URL)
	if err != nil {
		return client.Response{}, fmt.Errorf("url that cannot be asked: %w", errors.Unwrap(err)) // without the url
	}
	answer, err := ask(ctx, at, r.Body)
	if err == nil {
		return answer, nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return client.Response{}, fmt.Errorf("%s: %w", at.Host(), err)
}

func ask(ctx context.Context, at wire.SafeURL, body []byte) (client.Response, error) {
	if at.Scheme() != "http" && at.Scheme() != "https" {
		return client.Response{}, errScheme
	}
	if at.HasCredentials() {
		return client.Response{}, errCredentials
	}
	if err := ctx.Err(); err != nil {
		return client.Response{}, err
	}
	answer, err := send(ctx, at.Full(), body)
	if err == nil && redirects(answer.Status) {
		err = fmt.Errorf("redirect with status %d", answer.Status)
	}
	return answer, err
}

// redirects reports whether a status is one of a redirect. A browser refuses
// those that name a target, and hands over the others.
func redirects(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}
