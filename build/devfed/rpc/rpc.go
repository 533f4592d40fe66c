// Package rpc serves a guardian's methods over a WebSocket, as fedimint 0.13
// does with jsonrpsee 0.24.
//
// It knows frames, limits and error codes. It knows nothing of what the methods
// do.
//
// # Frames
//
// Each message is one JSON-RPC 2.0 request or response, text or binary, without
// a sub-protocol. A request has exactly one positional parameter, the
// ApiRequest:
//
//	{"jsonrpc":"2.0","id":0,"method":"version","params":[{"auth":null,"params":null}]}
//	{"jsonrpc":"2.0","id":0,"result":…}
//	{"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"Method not found"}}
//
// The id is null, a number from 0 or a string. A request without an id, or with
// something else as id, is a notification and is not answered. In the ApiRequest params must be there, auth
// may be left out, and members that nobody knows are passed over. Requests of
// one connection run at the same time and are answered in any order.
//
// # Errors
//
//	-32700  not JSON, or neither a request nor anything with an id
//	-32600  JSON, but no request
//	-32601  no such method
//	-32602  params are not a list of one
//	-32005  a list of requests
//	-32007  request above MaxMessage
//	-32008  response above MaxMessage
//	-32000  no answer within the time a method has (Within)
//	400     the one parameter is not what the method takes
//	401     the method is for the guardian's owner
//	500     everything else that a method returns as an error
//
// # Liveness
//
// The server pings every ten seconds and drops a connection that has not
// answered a ping for thirty.
//
// Unlike jsonrpsee it refuses lists of requests, gives no data beside the message
// of an error, and does not serve requests over HTTP POST.
package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/coder/websocket"
)

// MaxMessage is the size in bytes of the longest request and of the longest
// response.
const MaxMessage = 10 << 20

// A Method answers requests. It gets the params of the ApiRequest and returns
// what is put into the response as JSON. Its context ends with the connection.
type Method func(ctx context.Context, params json.RawMessage) (result any, err error)

// authKey is where the context of a request has its auth.
type authKey struct{}

// Auth returns the password that came with a request, by its context, or "".
func Auth(ctx context.Context) string {
	auth, _ := ctx.Value(authKey{}).(string)
	return auth
}

// A Raw is a result that writes messages of its own instead of a response. It
// is there for guardians that misbehave on purpose.
type Raw func(ctx context.Context, id json.RawMessage, conn *websocket.Conn) error

// An Error is an answer with a code.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return fmt.Sprintf("%s (%d)", e.Message, e.Code) }

// Codes of this package's own errors. Those of BadRequest and of what a method
// fails with are HTTP's.
const (
	codeParse           = -32700
	codeInvalid         = -32600
	codeUnknownMethod   = -32601
	codeParams          = -32602
	codeTimeout         = -32000
	codeBatch           = -32005
	codeRequestTooLong  = -32007
	codeResponseTooLong = -32008
	codeBadRequest      = 400
	codeUnauthorized    = 401
	codeServer          = 500
)

// UnknownMethod is the answer to a request for a method that is not there.
func UnknownMethod() error { return &Error{codeUnknownMethod, "Method not found"} }

// Unauthorized is the answer to a request without the owner's password.
func Unauthorized() error { return &Error{codeUnauthorized, "Invalid authorization"} }

// BadRequest is the answer to params that the method cannot work with.
func BadRequest(format string, args ...any) error {
	return &Error{codeBadRequest, fmt.Sprintf(format, args...)}
}

// Params reads params as a T. null is no T, and the error is a BadRequest.
func Params[T any](params json.RawMessage) (T, error) {
	var v T
	if isNull(params) {
		return v, BadRequest("params are null")
	}
	if err := json.Unmarshal(params, &v); err != nil {
		return v, BadRequest("%v", err)
	}
	return v, nil
}

// NoParams returns a BadRequest unless params are null.
func NoParams(params json.RawMessage) error {
	if !isNull(params) {
		return BadRequest("params are not null")
	}
	return nil
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// Within returns the method with a limit to its time, after which its context
// ends and the answer is the error -32000, even if it has found another.
func Within(limit time.Duration, method Method) Method {
	return func(ctx context.Context, params json.RawMessage) (any, error) {
		bounded, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		result, err := method(bounded, params)
		if errors.Is(bounded.Err(), context.DeadlineExceeded) {
			return nil, &Error{codeTimeout, "Request timeout"}
		}
		return result, err
	}
}
