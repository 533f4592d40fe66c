package guardians

import (
	"context"
	"encoding/json"

	"satchel/client/wire"
)

// A Guardian answers calls. Implementations are safe for concurrent use.
type Guardian interface {
	// Call asks the guardian once and returns its answer, which is valid JSON.
	// params is what the method takes, nil for nothing; it is encoded with
	// encoding/json. What the errors mean is told in the documentation of the
	// package. Calls that wait for something take up to a minute and more.
	Call(ctx context.Context, method string, params any) (json.RawMessage, error)
}

// MaxMessage is how many bytes a message may have in either direction.
const MaxMessage = 10 << 20

// A Conn carries text messages: a WebSocket. Send, Receive and Close may be
// called at the same time, each of the first two by one goroutine.
type Conn interface {
	// Send hands over a message. It returns before it has arrived anywhere.
	Send(ctx context.Context, message []byte) error

	// Receive waits for the next message. Once one arrives it asks limit how
	// many bytes it may have, at most MaxMessage. A message that is longer, or
	// is not text, ends the connection with an error that wraps ErrMisbehaved,
	// and no more of it is read than the platform has read by itself.
	Receive(ctx context.Context, limit func() int) ([]byte, error)

	// Close ends the connection at once. Send and Receive then fail.
	Close() error
}

// A Dialer opens connections. It is, with Conn, all that a platform supplies.
// It gives up when ctx ends, and its errors contain neither the secret nor the
// credentials of the url. secret is the API secret, "" for none.
type Dialer func(ctx context.Context, url wire.SafeURL, secret string) (Conn, error)
