//go:build js

package socket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall/js"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// maxQueue is how many messages may have arrived and not been received. They
// are received as they come, so only a flood gets there.
const maxQueue = 4096

var (
	errNoSocket = errors.New("there is no WebSocket here")
	errRefused  = errors.New("the browser refuses to connect there; a page from https:// may not use ws://")
	errFailed   = errors.New("connection failed; the browser does not say why")
	errClosed   = errors.New("connection closed")
	errFlood    = fmt.Errorf("%w: more than %d messages at once", guardians.ErrMisbehaved, maxQueue)
)

// Dial opens a WebSocket. It is a guardians.Dialer.
func Dial(ctx context.Context, at wire.SafeURL, secret string) (guardians.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ws, err := construct(target(at, secret))
	if err != nil {
		return nil, err
	}
	ws.Set("binaryType", "arraybuffer")
	c := &conn{
		ws: ws, opened: make(chan struct{}), done: make(chan struct{}),
		messages: make(chan js.Value, maxQueue), encoder: js.Global().Get("TextEncoder").New(),
	}
	c.listen()
	select {
	case <-c.opened:
		return c, nil
	case <-c.done:
		return nil, c.reason
	case <-ctx.Done():
		c.shut(ctx.Err())
		return nil, ctx.Err()
	}
}

// target returns the url with the secret in it and without a fragment, which
// older browsers refuse.
func target(at wire.SafeURL, secret string) string {
	full, _, _ := strings.Cut(at.Full(), "#")
	if secret == "" {
		return full
	}
	scheme, rest, _ := strings.Cut(full, "://")
	end := strings.IndexAny(rest+"/", "/?")
	host := rest[:end]
	host = host[strings.LastIndexByte(host, '@')+1:]
	escaped := js.Global().Call("encodeURIComponent", secret).String()
	return scheme + "://fedimint:" + escaped + "@" + host + rest[end:]
}

// construct calls new WebSocket. The message of an exception would show the
// url, and with it the secret.
func construct(target string) (ws js.Value, err error) {
	constructor := js.Global().Get("WebSocket")
	if constructor.Type() != js.TypeFunction {
		return ws, errNoSocket
	}
	defer func() {
		if thrown := recover(); thrown != nil {
			if _, ok := thrown.(js.Error); !ok {
				panic(thrown)
			}
			err = errRefused
		}
	}()
	return constructor.New(target), nil
}

type conn struct {
	ws       js.Value
	encoder  js.Value
	opened   chan struct{}
	messages chan js.Value
	handlers map[string]js.Func

	once   sync.Once
	done   chan struct{} // closed when reason is set
	reason error
}

// unreleased is how many functions JavaScript can call in here at the moment.
var unreleased int

// listen begins to take events.
func (c *conn) listen() {
	c.handlers = make(map[string]js.Func)
	c.on("onopen", func(js.Value) { close(c.opened) })
	c.on("onmessage", func(event js.Value) {
		select {
		case c.messages <- event.Get("data"):
		default:
			c.shut(errFlood)
		}
	})
	c.on("onerror", func(js.Value) { c.shut(errFailed) }) // not every implementation closes as well
	c.on("onclose", func(event js.Value) {
		c.shut(fmt.Errorf("%w with code %d", errClosed, event.Get("code").Int()))
	})
}

func (c *conn) on(event string, f func(js.Value)) {
	handler := js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	})
	unreleased++
	c.handlers[event] = handler
	c.ws.Set(event, handler)
}

// shut ends the connection, or the attempt to open it, and releases all
// handlers: no event is taken any more.
func (c *conn) shut(reason error) {
	c.once.Do(func() {
		c.reason = reason
		for event, handler := range c.handlers {
			c.ws.Set(event, js.Null())
			handler.Release()
			unreleased--
		}
		c.ws.Call("close")
		close(c.done)
	})
}

// Send implements guardians.Conn. The browser queues what it cannot send yet,
// and drops what is sent after the end.
func (c *conn) Send(ctx context.Context, message []byte) error {
	select {
	case <-c.done:
		return c.reason
	default:
		c.ws.Call("send", string(message))
		return nil
	}
}

// Receive implements guardians.Conn. What arrived before the end of the
// connection is still received.
func (c *conn) Receive(ctx context.Context, limit func() int) ([]byte, error) {
	select {
	case data := <-c.messages:
		return c.read(data, limit())
	default:
	}
	select {
	case data := <-c.messages:
		return c.read(data, limit())
	case <-c.done:
		return nil, c.reason
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// read copies a message out of JavaScript, if it is not too long.
func (c *conn) read(data js.Value, limit int) ([]byte, error) {
	limit = min(limit, guardians.MaxMessage)
	if data.Type() != js.TypeString {
		return nil, c.reject(errors.New("message is not text"))
	}
	tooLong := fmt.Errorf("message has more than %d bytes", limit)
	units := js.Global().Call("Object", data).Length() // of UTF-16, each of which is a byte or more
	if units > limit {
		return nil, c.reject(tooLong)
	}
	bytes := c.encoder.Call("encode", data)
	if bytes.Length() > limit {
		return nil, c.reject(tooLong)
	}
	message := make([]byte, bytes.Length())
	js.CopyBytesToGo(message, bytes)
	return message, nil
}

// reject ends the connection because of what came through it.
func (c *conn) reject(why error) error {
	err := fmt.Errorf("%w: %w", guardians.ErrMisbehaved, why)
	c.shut(err)
	return err
}

// Close implements guardians.Conn.
func (c *conn) Close() error {
	c.shut(errClosed)
	return nil
}
