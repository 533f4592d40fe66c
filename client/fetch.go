package client

import (
	"context"
	"errors"
)

// A Fetch makes one HTTP request, to a lightning gateway or another service, and
// returns its answer, of whatever status. An error says that the outcome is not
// known. It follows no redirects, sends neither cookies nor where it comes from,
// and gives up on an answer of more than MaxFetch bytes.
type Fetch func(ctx context.Context, r Request) (Response, error)

// MaxFetch is how many bytes the body of an answer may have.
const MaxFetch = 192 << 10

// A Request is a GET, or, if there is a body, a POST of JSON.
type Request struct {
	URL  string
	Body []byte
}

// A Response is the answer to a Request.
type Response struct {
	Status int
	Body   []byte
}

// ErrNoFetch reports a platform without HTTP.
var ErrNoFetch = errors.New("no way to make HTTP requests")

// Fetch makes an HTTP request.
func (c *Client) Fetch(ctx context.Context, r Request) (Response, error) {
	if c.setup.Fetch == nil {
		return Response{}, ErrNoFetch
	}
	return c.setup.Fetch(ctx, r)
}
