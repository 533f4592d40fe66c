//go:build !js

package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"satchel/client"
)

// asker has no cookies, and takes redirects for answers, which Do refuses.
var asker = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// send makes a request: a POST if there is a body.
func send(ctx context.Context, at string, body []byte) (client.Response, error) {
	method := http.MethodGet
	if len(body) > 0 {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return client.Response{}, cause(err)
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := asker.Do(request)
	if err != nil {
		return client.Response{}, cause(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, client.MaxFetch+1))
	if len(text) > client.MaxFetch {
		return client.Response{}, errTooLarge
	}
	if err != nil {
		return client.Response{}, fmt.Errorf("answer broke off: %w", err)
	}
	return client.Response{Status: response.StatusCode, Body: text}, nil
}

// cause returns an error of net/http without the url.
func cause(err error) error {
	var named *url.Error
	if errors.As(err, &named) {
		return named.Err
	}
	return err
}
