package toyfed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// Dial connects to a guardian of a federation without a world, as a WebSocket
// would. It is a [guardians.Dialer].
func (f *Federation) Dial(ctx context.Context, url wire.SafeURL, _ string) (guardians.Conn, error) {
	for peer, at := range f.config.Guardians {
		if at.URL != url {
			continue
		}
		if f.isOff(peer) {
			return nil, errors.New("nobody listens")
		}
		c := &conn{f: f, guardian: f.Guardian(peer), out: make(chan []byte, 100)}
		c.life, c.end = context.WithCancel(context.Background())
		return c, nil
	}
	return nil, fmt.Errorf("no guardian at %v", url)
}

// Invite returns an invite code that names one guardian.
func (f *Federation) Invite(peer wire.PeerID) wire.InviteCode {
	return must(wire.NewInviteCode(f.id, map[wire.PeerID]wire.SafeURL{peer: f.config.Guardians[peer].URL}, nil))
}

// A conn carries requests to one guardian.
type conn struct {
	f        *Federation
	guardian Guardian
	out      chan []byte
	life     context.Context
	end      context.CancelFunc
}

type frame struct {
	Version string `json:"jsonrpc"`
	ID      uint64 `json:"id"`
	Method  string `json:"method,omitempty"`
	Params  []struct {
		Params json.RawMessage `json:"params"`
	} `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *failure        `json:"error,omitempty"`
}

type failure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (c *conn) Send(_ context.Context, message []byte) error {
	var request frame
	if err := json.Unmarshal(message, &request); err != nil || len(request.Params) != 1 {
		return fmt.Errorf("toyfed: request %s: %v", message, err)
	}
	go c.answer(request)
	return c.life.Err()
}

func (c *conn) answer(request frame) {
	response := frame{Version: "2.0", ID: request.ID}
	result, err := c.guardian.Call(c.life, request.Method, request.Params[0].Params)
	var said *guardians.AnswerError
	switch {
	case errors.As(err, &said):
		response.Error = &failure{said.Code, said.Message}
	case err != nil:
		return // no answer
	default:
		response.Result = result
	}
	select {
	case c.out <- must(json.Marshal(response)):
	case <-c.life.Done():
	}
}

func (c *conn) Receive(ctx context.Context, _ func() int) ([]byte, error) {
	select {
	case message := <-c.out:
		return message, nil
	case <-c.life.Done():
		return nil, c.life.Err()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *conn) Close() error {
	c.end()
	return nil
}
