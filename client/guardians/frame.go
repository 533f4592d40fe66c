package guardians

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxDepth is how deeply the values of a message may be nested. The deepest
// answer of any method has less than ten levels.
const maxDepth = 64

// envelope wraps what a method takes into the one parameter of a request.
func envelope(params any) (json.RawMessage, error) {
	encoded, err := json.Marshal(params)
	if err != nil {
		return nil, fmt.Errorf("parameters: %w", err)
	}
	return json.RawMessage(`{"auth":null,"params":` + string(encoded) + `}`), nil
}

// request returns the message that asks method with parameters made by
// envelope.
func request(id uint64, method string, enveloped json.RawMessage) ([]byte, error) {
	message, err := json.Marshal(struct {
		Version string             `json:"jsonrpc"`
		ID      uint64             `json:"id"`
		Method  string             `json:"method"`
		Params  [1]json.RawMessage `json:"params"`
	}{"2.0", id, method, [1]json.RawMessage{enveloped}})
	if err != nil {
		return nil, err
	}
	if len(message) > MaxMessage {
		return nil, fmt.Errorf("request %s has %d bytes, at most %d are allowed", method, len(message), MaxMessage)
	}
	return message, nil
}

// A response is a decoded message of a guardian.
type response struct {
	id     uint64
	hasID  bool // it has an id that a request can have
	result json.RawMessage
	err    error // an AnswerError, or ErrMisbehaved for a response of wrong shape
}

// decodeResponse reads a message. Its error wraps ErrMisbehaved and means that
// nothing that arrives on the connection can be relied on any more.
func decodeResponse(message []byte) (response, error) {
	var r response
	var members map[string]json.RawMessage
	if !utf8.Valid(message) {
		return r, fmt.Errorf("%w: message is not UTF-8", ErrMisbehaved)
	}
	if depth(message) > maxDepth {
		return r, fmt.Errorf("%w: message is nested more than %d deep", ErrMisbehaved, maxDepth)
	}
	if err := json.Unmarshal(message, &members); err != nil || members == nil {
		return r, fmt.Errorf("%w: message is no response: %s", ErrMisbehaved, quote(message))
	}
	r.hasID = json.Unmarshal(members["id"], &r.id) == nil && string(members["id"]) != "null"
	var version string
	if json.Unmarshal(members["jsonrpc"], &version) != nil || version != "2.0" {
		r.err = fmt.Errorf("%w: response is not of JSON-RPC 2.0: %s", ErrMisbehaved, quote(message))
		return r, nil
	}
	result, hasResult := members["result"]
	failure, hasError := members["error"]
	switch {
	case hasResult == hasError:
		r.err = fmt.Errorf("%w: response has not either result or error: %s", ErrMisbehaved, quote(message))
	case hasResult:
		r.result = result
	default:
		r.err = decodeFailure(failure)
	}
	return r, nil
}

// decodeFailure returns what the member "error" says.
func decodeFailure(data json.RawMessage) error {
	var failure struct {
		Code    *int    `json:"code"`
		Message *string `json:"message"`
	}
	err := json.Unmarshal(data, &failure)
	if err == nil && (failure.Code == nil || failure.Message == nil) {
		err = errors.New("code or message is missing")
	}
	if err != nil {
		return fmt.Errorf("%w: error %s: %v", ErrMisbehaved, quote(data), err)
	}
	return &AnswerError{*failure.Code, cut(*failure.Message, 1000)}
}

// depth returns how deeply the objects and lists of a JSON text are nested.
func depth(text []byte) int {
	deepest, level, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			level++
			deepest = max(deepest, level)
		case c == ']' || c == '}':
			level--
		}
	}
	return deepest
}

// quote returns the beginning of what a guardian sent, for errors and screens.
func quote(data []byte) string {
	return fmt.Sprintf("%q", cut(string(bytes.TrimSpace(data[:min(len(data), 200)])), 120))
}
