//go:build !js

package socket

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/coder/websocket"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// noRedirects dials as browsers do, which follow no redirect of a WebSocket.
var noRedirects = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Dial opens a WebSocket. It is a guardians.Dialer.
func Dial(ctx context.Context, at wire.SafeURL, secret string) (guardians.Conn, error) {
	target, header, err := handshake(at, secret)
	if err != nil {
		return nil, err
	}
	ws, _, err := websocket.Dial(ctx, target, &websocket.DialOptions{HTTPClient: noRedirects, HTTPHeader: header})
	if ctx.Err() != nil {
		if err == nil {
			ws.CloseNow()
		}
		return nil, ctx.Err()
	}
	var named *url.Error
	if errors.As(err, &named) {
		err = named.Err // without the url
	}
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(-1) // Receive has its own
	return &conn{ws}, nil
}

// handshake returns where to connect, and the header that authorizes us there.
func handshake(at wire.SafeURL, secret string) (target string, header http.Header, err error) {
	u, err := url.Parse(at.Full())
	if err != nil {
		return "", nil, fmt.Errorf("url %q cannot be used", at)
	}
	user := u.User
	u.User, u.Fragment = nil, ""
	if secret != "" {
		user = url.UserPassword("fedimint", secret)
	}
	header = make(http.Header)
	if user != nil {
		password, _ := user.Password()
		pair := user.Username() + ":" + password
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	return u.String(), header, nil
}

type conn struct{ ws *websocket.Conn }

// Send implements guardians.Conn.
func (c *conn) Send(ctx context.Context, message []byte) error {
	return c.ws.Write(ctx, websocket.MessageText, message)
}

// Receive implements guardians.Conn.
func (c *conn) Receive(ctx context.Context, limit func() int) ([]byte, error) {
	kind, r, err := c.ws.Reader(ctx)
	if err != nil {
		return nil, err
	}
	if kind != websocket.MessageText {
		c.ws.CloseNow()
		return nil, fmt.Errorf("%w: message is not text", guardians.ErrMisbehaved)
	}
	allowed := min(limit(), guardians.MaxMessage)
	message, err := io.ReadAll(io.LimitReader(r, int64(allowed)+1))
	if err != nil {
		return nil, err
	}
	if len(message) > allowed {
		c.ws.CloseNow()
		return nil, fmt.Errorf("%w: message has more than %d bytes", guardians.ErrMisbehaved, allowed)
	}
	return message, nil
}

// Close implements guardians.Conn.
func (c *conn) Close() error { return c.ws.CloseNow() }
