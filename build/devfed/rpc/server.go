package rpc

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

const (
	pingEvery  = 10 * time.Second
	pongWithin = 30 * time.Second
)

// A Server serves methods.
type Server struct {
	Methods map[string]Method
	// Asked, if set, is told the method of every request before it is answered,
	// also one that is not there. It is called by several goroutines at a time.
	Asked func(method string)
	// Answered, if set, is told how many bytes a response has that is sent. It is
	// called like Asked.
	Answered func(bytes int)
}

// ServeHTTP makes the connection a WebSocket and serves it until it or the
// request's context ends.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Like a real guardian it does not look at the origin: a wallet may be a
	// page of any site.
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered.
	}
	s.Serve(r.Context(), conn)
}

// Serve answers the requests of a connection until it or ctx ends.
func (s *Server) Serve(ctx context.Context, conn *websocket.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer conn.CloseNow()
	defer cancel()
	conn.SetReadLimit(-1) // readMessage has one of its own.
	work.Go(func() { keepAlive(ctx, conn) })
	for {
		message, whole, err := readMessage(ctx, conn)
		if err != nil {
			return
		}
		work.Go(func() {
			if !whole {
				write(ctx, conn, failure(null, &Error{codeRequestTooLong, "Request is too big"}))
				return
			}
			s.answer(ctx, conn, message)
		})
	}
}

// readMessage reads the next message. One that is longer than MaxMessage is
// skipped, and whole is false.
func readMessage(ctx context.Context, conn *websocket.Conn) (message []byte, whole bool, err error) {
	_, reader, err := conn.Reader(ctx)
	if err != nil {
		return nil, false, err
	}
	message, err = io.ReadAll(io.LimitReader(reader, MaxMessage+1))
	if err != nil || len(message) <= MaxMessage {
		return message, true, err
	}
	_, err = io.Copy(io.Discard, reader)
	return nil, false, err
}

func (s *Server) answer(ctx context.Context, conn *websocket.Conn, message []byte) {
	reply, raw := s.respond(ctx, message)
	switch {
	case ctx.Err() != nil:
	case raw != nil:
		if raw(ctx, conn) != nil {
			conn.CloseNow()
		}
	case reply != nil:
		if s.Answered != nil {
			s.Answered(len(reply))
		}
		write(ctx, conn, reply)
	}
}

// respond returns the response to a message, which is nil for a notification,
// or what writes messages in its place.
func (s *Server) respond(ctx context.Context, message []byte) (reply []byte, raw func(context.Context, *websocket.Conn) error) {
	r, ok, refusal := readRequest(message)
	switch {
	case refusal != nil:
		return failure(r.id, refusal), nil
	case !ok:
		return nil, nil
	}
	result, err := s.call(ctx, r)
	if err != nil {
		return failure(r.id, err), nil
	}
	if raw, ok := result.(Raw); ok {
		return nil, func(ctx context.Context, conn *websocket.Conn) error { return raw(ctx, r.id, conn) }
	}
	return Response(r.id, result), nil
}

func (s *Server) call(ctx context.Context, r request) (any, error) {
	if s.Asked != nil {
		s.Asked(r.method)
	}
	method, ok := s.Methods[r.method]
	if !ok {
		return nil, UnknownMethod()
	}
	auth, params, refusal := readParams(r.list)
	if refusal != nil {
		return nil, refusal
	}
	return method(context.WithValue(ctx, authKey{}, auth), params)
}

// write drops the connection when it fails, which its reader notices.
func write(ctx context.Context, conn *websocket.Conn, message []byte) {
	if conn.Write(ctx, websocket.MessageText, message) != nil {
		conn.CloseNow()
	}
}

// keepAlive pings until ctx ends or the client does not answer.
func keepAlive(ctx context.Context, conn *websocket.Conn) {
	ticks := time.NewTicker(pingEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		wait, cancel := context.WithTimeout(ctx, pongWithin)
		err := conn.Ping(wait)
		cancel()
		if err != nil {
			conn.CloseNow()
			return
		}
	}
}
